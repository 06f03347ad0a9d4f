"""Ed25519 by OpenSSL, through ``cryptography``: what every installation has."""

from __future__ import annotations

import cryptography
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.protocol.signing.algorithms import Equation, Library, Sign


def _signer(seed: bytes) -> tuple[bytes, Sign]:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key.public_key().public_bytes_raw(), key.sign


def _equation(raw: bytes) -> Equation:
    verify = Ed25519PublicKey.from_public_bytes(raw).verify

    def holds(signature: bytes, message: bytes) -> bool:
        try:
            verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return holds


OPENSSL = Library(f"cryptography {cryptography.__version__}", _signer, _equation)
