"""Ed25519 by libsodium, through PyNaCl: about twice as fast as OpenSSL, the extra ``fast``.

Without PyNaCl the import of this module raises ``ImportError``.
"""

from __future__ import annotations

import nacl
from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

from ledger.protocol.signing.algorithms import Equation, Library, Sign

_SIGNATURE_BYTES = 64


def _signer(seed: bytes) -> tuple[bytes, Sign]:
    public, secret = crypto_sign_seed_keypair(seed)
    return public, lambda message: crypto_sign(message, secret)[:_SIGNATURE_BYTES]


def _equation(raw: bytes) -> Equation:
    def holds(signature: bytes, message: bytes) -> bool:
        try:
            crypto_sign_open(signature + message, raw)
        except BadSignatureError:
            return False
        return True

    return holds


SODIUM = Library(f"PyNaCl {nacl.__version__}", _signer, _equation)
