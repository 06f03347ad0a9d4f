"""The codes a shop shows in this scheme, signed, and the recognition of everybody else's.

Three profiles say the same in three ways, and all are signed with the merchant's key:

* ``profile_s``: one payment, the whole of it inside an EMVCo code; verified without a network;
* ``profile_l``: one payment as a short link that any phone's camera app opens;
* ``profile_t``: a sticker; says who is paid, the payer types the amount.

``verify`` takes any of them. ``seal`` is the signature inside S and T with the sequence of checks,
``shop`` the fields they share. ``read`` says of any text at all what kind of code it is.
"""

from __future__ import annotations

from ledger.protocol.merchant_qr.profile_l import LinkCode
from ledger.protocol.merchant_qr.profile_s import DynamicCode
from ledger.protocol.merchant_qr.profile_t import StickerCode
from ledger.protocol.merchant_qr.verification import SignedCode, verify

__all__ = ["DynamicCode", "LinkCode", "SignedCode", "StickerCode", "verify"]
