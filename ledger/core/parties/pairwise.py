"""Pairwise payer ids: one payer is a different stranger to each merchant.

A merchant recognises a payer who comes back, two merchants can't compare their lists (OpenID
Connect Core 1.0, section 8.1, calls it a pairwise subject). 26 characters of base32 are 130 bits of
an HMAC-SHA-256 under a secret of that payer, so an id can't be guessed from the merchant's side and
is gone for good when the secret is deleted.
"""

from __future__ import annotations

import hashlib
import hmac

from ledger.core.records.parties import Payer

PPID_LENGTH = 26
_BITS = 5 * PPID_LENGTH

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
# Two characters are ten bits; RFC 4648's own spelling of them, in a tenth of ``base64``'s time.
_PAIRS = [one + other for one in _ALPHABET for other in _ALPHABET]
_PLACES = range(_BITS - 10, -1, -10)


def ppid(payer: Payer, merchant_id: str) -> str:
    """Name a payer for one merchant: 26 characters of A-Z and 2-7."""
    message = b"test.qrpay/ppid/v1\0" + merchant_id.encode("ascii")
    digest = hmac.digest(payer.pairwise_secret, message, hashlib.sha256)
    number = int.from_bytes(digest, "big") >> (8 * len(digest) - _BITS)
    return "".join([_PAIRS[number >> place & 1023] for place in _PLACES])
