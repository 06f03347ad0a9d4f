"""Who said it, and is it what they said: keys, signatures, purposes and the key directory.

Reading order: ``domains`` (what a signature is for), ``keys`` (sign and verify), ``algorithms``
(which signatures hold), ``encoding`` (one spelling), ``registration`` over ``edwards`` (which keys
are let in), ``directory`` (whose key it is, and when) and ``key_set`` (how the directory is
published).
"""

from __future__ import annotations

from ledger.protocol.signing.algorithms.ed25519 import LIBRARY
from ledger.protocol.signing.directory import (
    LEDGER,
    KeyDirectory,
    KeyRecord,
    KeyStatus,
    check_key_id,
    device_owner,
    merchant_owner,
)
from ledger.protocol.signing.domains import Domain, signed_bytes
from ledger.protocol.signing.encoding import b64url, b64url_decode
from ledger.protocol.signing.key_set import from_jwks, to_jwks
from ledger.protocol.signing.keys import (
    SIGNATURE_BYTES,
    Algorithm,
    PrivateKey,
    PublicKey,
    verify,
    verify_raw,
)
from ledger.protocol.signing.registration import check_registrable

ED25519_LIBRARY = LIBRARY.name
"""Name and version of what computes Ed25519 here."""

__all__ = [
    "ED25519_LIBRARY",
    "LEDGER",
    "SIGNATURE_BYTES",
    "Algorithm",
    "Domain",
    "KeyDirectory",
    "KeyRecord",
    "KeyStatus",
    "PrivateKey",
    "PublicKey",
    "b64url",
    "b64url_decode",
    "check_key_id",
    "check_registrable",
    "device_owner",
    "from_jwks",
    "merchant_owner",
    "signed_bytes",
    "to_jwks",
    "verify",
    "verify_raw",
]
