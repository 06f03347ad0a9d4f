"""How Alipay's open platform spells things: pure, and nothing about what a trade means.

Two protocols carry the same calls. V2 posts form parameters to one gateway and signs the sorted
parameters; the answer is one JSON node, spliced into an envelope beside its signature. V3 is REST:
JSON in, JSON out, with the signatures in headers.

Read in this order:

* ``charsets``       utf-8 and gbk, named by the call itself
* ``keys``           RSA2 and RSA signatures (keys themselves: ``ledger.protocol.rsa``)
* ``parameters``     V2's string to sign, of calls, of notifications and of returns
* ``nodes``          V2's answer, byte for byte as SDKs cut it out
* ``rest``           V3's Authorization header and its strings to sign
* ``envelopes``      AES of contents
* ``certificates``   the names of certificates: SN and root SN
* ``spelling``       amounts, times in Beijing, time limits
* ``explanations``   why a signature does not hold

Sources: opendocs.alipay.com (common parameters, signatures, notifications), and the source of the
SDKs themselves where the documents are silent: ``alipay-sdk-python`` 3.7.1411,
``python-alipay-sdk`` 3.4.0, npm ``alipay-sdk`` 4.14.0, ``alipay-sdk-java``, ``alipay-sdk-php``.
"""
