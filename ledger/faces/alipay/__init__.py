"""The face of Alipay's open platform: V2's gateway and V3's REST over one set of methods.

An integration written for Alipay, with an unmodified SDK, is answered as the production system
answers, surprises included: an order shown as a code does not exist before somebody scans it, a
cancelled order nobody knows is a success, the message of ``10003`` has a leading blank.

Read in this order:

* ``calls``      one call: how it is refused, its fields, its method, its unit of work
* ``numbers``    trade numbers and codes
* ``wording``    a payment in Alipay's words: status, amounts, buyer
* ``methods``    what each method does, ``deposits`` and ``sharing`` beside it
* ``apps``       whom a call is from: the registered app, its keys; and the platform's own
* ``gateway``    V2: from bytes to a method and back
* ``rest``       V3 likewise
* ``bill_download``  a bill, by the address that a method gave
* ``served``     the face as the ledger takes it in

Source: opendocs.alipay.com, and the SDKs named in ``ledger.protocol.alipay_wire``.
"""

from __future__ import annotations

from ledger.faces.alipay.served import served

__all__ = ["served"]
