"""ECDSA with P-256 and SHA-256 (FIPS 186-5), for phones whose browser has no Ed25519.

A signature is r‖s (IEEE P1363), 64 bytes; DER, which libraries write, would not fit a code. A
public key is an uncompressed point (SEC 1, section 2.3.3), 65 bytes.

    >>> public, sign = signer(bytes(range(32)))
    >>> len(public), len(sign(b"paid"))
    (65, 64)
    >>> verifier(public)(sign(b"paid"), b"paid")
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.protocol.errors.trust import KeyFormat, SignatureInvalid, WeakKey
from ledger.protocol.signing.algorithms import Sign, Verify
from ledger.protocol.signing.domains import SCHEME

PUBLIC_KEY_BYTES = 65

_UNCOMPRESSED_POINT = 0x04
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SIGN = ECDSA(SHA256(), deterministic_signing=True)
_VERIFY = ECDSA(SHA256())


def signer(seed: bytes) -> tuple[bytes, Sign]:
    """Load a seed of 32 bytes: the public key, and what signs.

    The scalar is 1 + SHA-512 of ``test.qrpay/p256-seed/v1``, a zero byte and the seed, modulo
    n - 1; so many bits that no scalar is likelier than another.
    """
    digest = hashlib.sha512(f"{SCHEME}/p256-seed/v1\0".encode("ascii") + seed).digest()
    key = derive_private_key(1 + int.from_bytes(digest, "big") % (_ORDER - 1), SECP256R1())

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, _SIGN))
        return r.to_bytes(32, "big") + min(s, _ORDER - s).to_bytes(32, "big")

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint), sign


def verifier(raw: bytes) -> Verify:
    """Load a public key of 65 bytes: what checks signatures by it.

    Raises ``KeyFormat`` for other encodings and ``WeakKey`` for a point that is not on the curve.
    """
    if raw[0] != _UNCOMPRESSED_POINT:
        raise KeyFormat("a P-256 key is an uncompressed point and begins with 04")
    try:
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw)
    except ValueError as error:
        raise WeakKey("the point is not on the curve P-256") from error

    def verify(signature: bytes, message: bytes) -> None:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if s > _ORDER // 2:
            raise SignatureInvalid("s is in the upper half: a copy of another signature")
        try:
            key.verify(encode_dss_signature(r, s), message, _VERIFY)
        except InvalidSignature as error:
            raise SignatureInvalid("not this key's, of this message, for this purpose") from error

    return verify
