"""Verify whatever a wallet scanned, when it may be a code of this scheme.

    text ── web address or token ──► profile L
      └──── data objects ── 01 = 11 ──► profile T
                     └───── 01 = 12 ──► profile S

A wallet calls ``verify`` before it shows an amount, and the provider calls it again on the same
text before it believes the wallet. The result's type says which kind of code it was.
"""

from __future__ import annotations

from ledger.protocol.instants import Instant
from ledger.protocol.merchant_qr import profile_l, profile_s, profile_t, seal
from ledger.protocol.merchant_qr.profile_l import LinkCode
from ledger.protocol.merchant_qr.profile_s import DynamicCode
from ledger.protocol.merchant_qr.profile_t import StickerCode
from ledger.protocol.signing import KeyDirectory

SignedCode = DynamicCode | StickerCode | LinkCode


def verify(text: str, directory: KeyDirectory, *, now: Instant) -> SignedCode:
    """Read a signed code of any profile; each broken rule raises its own error (see ``seal``)."""
    if profile_l.looks_like(text):
        return profile_l.verify(text, directory, now=now)
    code = seal.parse_signed(text)
    if code.get("01") == profile_t.PROFILE.initiation:
        return profile_t.verify_parsed(code, directory, now=now)
    return profile_s.verify_parsed(code, directory, now=now)
