"""EMVCo's two kinds of QR code: the one a shop shows and the one a payer shows.

* ``merchant_presented``: text of numbered data objects with a CRC at the end; read ``tlv``, ``crc``
  and ``fields`` first, then ``rules`` (is each field as the specification wants it?) and
  ``explain`` (what does each field say?).
* ``consumer_presented``: binary BER-TLV (``ber_tlv``) in base64.

Sources: "EMV QR Code Specification for Payment Systems, Merchant-Presented Mode" version 1.1
(November 2020), called *MPM* here, and "Consumer-Presented Mode" version 1.1, called *CPM*. Both
are EMVCo's and can be had from emvco.com; numbers such as "4.7.4" are their sections.

Neither kind is signed: a CRC finds a slip of the scanner, anyone can compute a new one. What makes
a merchant-presented code trustworthy here is ``ledger.protocol.merchant_qr``, built on top.
"""
