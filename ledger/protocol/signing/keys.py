"""Keys, signatures, and the one rule for what counts as a valid signature.

Two algorithms. *Ed25519* (RFC 8032) is the scheme's own. *P-256* (ECDSA with SHA-256, FIPS 186-5)
is taken from phones whose browser has no Ed25519. Both give 64 bytes: R‖S, and r‖s (IEEE P1363,
not DER, which would not fit a code). A public key is raw bytes: the 32 of RFC 8032, or the 65 of an
uncompressed point (SEC 1, section 2.3.3).

Libraries differ at the edges, so the edges are settled here; any other back end must do the same:

* Ed25519: S < L; R is compared byte by byte with the recomputed point (no cofactor), so it must be
  canonical; neither R nor the key is one of the 14 encodings of points of small order.
* P-256: 1 <= r < n and 1 <= s <= n/2. The other half would verify as well (n - s is a second
  signature that anybody can make of the first), so signers take the lower one and verifiers refuse
  the higher.

Signing uses no randomness: Ed25519 by design, P-256 by RFC 6979. The same key and message always
give the same signature, and a bad random number can't give a key away.

    >>> key = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))
    >>> signature = key.sign(Domain.RECEIPT, b"paid")
    >>> verify(key.public, Domain.RECEIPT, b"paid", signature)
    >>> verify(key.public, Domain.LINK, b"paid", signature)
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.trust.SignatureInvalid: not this key's, of this message, for this purpose
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.protocol.errors.trust import KeyFormat, SignatureInvalid, WeakKey
from ledger.protocol.signing.domains import SCHEME, Domain, signed_bytes
from ledger.protocol.signing.edwards import SMALL_ORDER_ENCODINGS

SIGNATURE_BYTES = 64
SEED_BYTES = 32
KEY_ID_LENGTH = 8

_UNCOMPRESSED_POINT = 0x04
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SIGN_ECDSA = ECDSA(SHA256(), deterministic_signing=True)
_VERIFY_ECDSA = ECDSA(SHA256())


class Algorithm(StrEnum):
    """The signature algorithms, named as browsers and JWK do (RFC 8037, RFC 7518)."""

    ED25519 = "Ed25519"
    P256 = "P-256"

    @property
    def public_key_bytes(self) -> int:
        """How long a raw public key is."""
        return 32 if self is Algorithm.ED25519 else 65


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its algorithm and its raw bytes, loaded once, cheap to verify with many times.

    Raises ``KeyFormat`` for other lengths and encodings, ``WeakKey`` for a P-256 point that is not
    on the curve. Whether an Ed25519 key is fit to be *registered* is asked in ``registration``.
    """

    algorithm: Algorithm
    raw: bytes
    loaded: Ed25519PublicKey | EllipticCurvePublicKey = field(init=False, repr=False, compare=False)
    key_id: str = field(init=False, compare=False)
    """Eight characters, ``k`` and 35 bits of the key's fingerprint, as codes carry them.

    Short enough that two keys can be made to share one; a directory therefore takes an id once.
    """

    def __post_init__(self) -> None:
        object.__setattr__(self, "loaded", _load(self.algorithm, self.raw))
        object.__setattr__(self, "key_id", _key_id(self.algorithm, self.raw))


def _key_id(algorithm: Algorithm, raw: bytes) -> str:
    fingerprint = hashlib.sha256(algorithm.encode("ascii") + b"\0" + raw).digest()
    return "k" + base64.b32encode(fingerprint)[: KEY_ID_LENGTH - 1].decode("ascii").lower()


def _load(algorithm: Algorithm, raw: bytes) -> Ed25519PublicKey | EllipticCurvePublicKey:
    if len(raw) != algorithm.public_key_bytes:
        raise KeyFormat(f"{algorithm} keys have {algorithm.public_key_bytes} bytes, not {len(raw)}")
    if algorithm is Algorithm.ED25519:
        return Ed25519PublicKey.from_public_bytes(raw)
    if raw[0] != _UNCOMPRESSED_POINT:
        raise KeyFormat("a P-256 key is an uncompressed point and begins with 04")
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw)
    except ValueError as error:
        raise WeakKey("the point is not on the curve P-256") from error


@dataclass(frozen=True, slots=True, repr=False)
class PrivateKey:
    """A private key; made from a seed, signs, never shows itself."""

    public: PublicKey
    _loaded: Ed25519PrivateKey | EllipticCurvePrivateKey = field(compare=False)

    @classmethod
    def from_seed(cls, algorithm: Algorithm, seed: bytes) -> PrivateKey:
        """Make the key of a 32-byte secret seed; the same seed always gives the same key.

        An Ed25519 seed is the private key of RFC 8032. A P-256 scalar is 1 + SHA-512 of
        ``test.qrpay/p256-seed/v1``, a zero byte and the seed, modulo n - 1; so many bits that no
        scalar is likelier than another.
        """
        if len(seed) != SEED_BYTES:
            raise KeyFormat(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
        if algorithm is Algorithm.ED25519:
            edwards = Ed25519PrivateKey.from_private_bytes(seed)
            return cls(PublicKey(algorithm, edwards.public_key().public_bytes_raw()), edwards)
        digest = hashlib.sha512(f"{SCHEME}/p256-seed/v1\0".encode("ascii") + seed).digest()
        scalar = 1 + int.from_bytes(digest, "big") % (_P256_ORDER - 1)
        nist = derive_private_key(scalar, SECP256R1())
        point = nist.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return cls(PublicKey(algorithm, point), nist)

    def __repr__(self) -> str:
        return f"PrivateKey({self.public.key_id}, ***)"

    def sign(self, domain: Domain, message: bytes) -> bytes:
        """Sign a message for one purpose; 64 bytes."""
        return self.sign_raw(signed_bytes(domain, message))

    def sign_raw(self, message: bytes) -> bytes:
        """Sign bytes as they are; only for formats whose first bytes say what they are for."""
        if isinstance(self._loaded, Ed25519PrivateKey):
            return self._loaded.sign(message)
        r, s = decode_dss_signature(self._loaded.sign(message, _SIGN_ECDSA))
        return r.to_bytes(32, "big") + min(s, _P256_ORDER - s).to_bytes(32, "big")


def verify(public_key: PublicKey, domain: Domain, message: bytes, signature: bytes) -> None:
    """Check that this key signed this message for this purpose; else ``SignatureInvalid``."""
    verify_raw(public_key, signed_bytes(domain, message), signature)


def verify_raw(public_key: PublicKey, message: bytes, signature: bytes) -> None:
    """Check a signature over bytes as they are; the counterpart of ``sign_raw``."""
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureInvalid(f"a signature has {SIGNATURE_BYTES} bytes, not {len(signature)}")
    try:
        if isinstance(public_key.loaded, Ed25519PublicKey):
            _verify_ed25519(public_key.raw, public_key.loaded, message, signature)
        else:
            _verify_p256(public_key.loaded, message, signature)
    except InvalidSignature as error:
        raise SignatureInvalid("not this key's, of this message, for this purpose") from error


def _verify_ed25519(raw: bytes, key: Ed25519PublicKey, message: bytes, signature: bytes) -> None:
    if raw in SMALL_ORDER_ENCODINGS or signature[:32] in SMALL_ORDER_ENCODINGS:
        raise SignatureInvalid("a point of small order: anybody could have made this")
    key.verify(signature, message)


def _verify_p256(key: EllipticCurvePublicKey, message: bytes, signature: bytes) -> None:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if s > _P256_ORDER // 2:
        raise SignatureInvalid("s is in the upper half, where it is a copy of another signature")
    key.verify(encode_dss_signature(r, s), message, _VERIFY_ECDSA)
