"""Keys and signatures: a private key signs a message for one purpose, a public key checks it.

Two algorithms. *Ed25519* (RFC 8032) is the scheme's own. *P-256* (ECDSA with SHA-256, FIPS 186-5)
is taken from phones whose browser has no Ed25519. Both give 64 bytes: R‖S, and r‖s. A public key is
raw bytes: the 32 of RFC 8032, or the 65 of an uncompressed point. What of these bytes counts as a
valid signature is settled in ``algorithms``.

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
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from ledger.protocol.errors.trust import KeyFormat, SignatureInvalid
from ledger.protocol.signing.algorithms import Sign, Verify, ed25519, p256
from ledger.protocol.signing.domains import Domain, signed_bytes

SIGNATURE_BYTES = 64
SEED_BYTES = 32
KEY_ID_LENGTH = 8

KEYS_KEPT_LOADED = 4096


class Algorithm(StrEnum):
    """The signature algorithms, named as browsers and JWK do (RFC 8037, RFC 7518)."""

    ED25519 = "Ed25519"
    P256 = "P-256"

    @property
    def public_key_bytes(self) -> int:
        """How long a raw public key is."""
        if self is Algorithm.P256:
            return p256.PUBLIC_KEY_BYTES
        return ed25519.PUBLIC_KEY_BYTES


_SIGNERS: Mapping[Algorithm, Callable[[bytes], tuple[bytes, Sign]]] = {
    Algorithm.ED25519: ed25519.signer,
    Algorithm.P256: p256.signer,
}
_VERIFIERS: Mapping[Algorithm, Callable[[bytes], Verify]] = {
    Algorithm.ED25519: ed25519.verifier,
    Algorithm.P256: p256.verifier,
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its algorithm and its raw bytes, loaded once, cheap to verify with many times.

    Raises ``KeyFormat`` for other lengths and encodings, ``WeakKey`` for a P-256 point that is not
    on the curve. Whether an Ed25519 key is fit to be *registered* is asked in ``registration``.
    """

    algorithm: Algorithm
    raw: bytes
    key_id: str = field(init=False, compare=False)
    """Eight characters, ``k`` and 35 bits of the key's fingerprint, as codes carry them.

    Short enough that two keys can be made to share one; a directory therefore takes an id once.
    """
    _verify: Verify = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        key_id, verifier = _load(self.algorithm, self.raw)
        object.__setattr__(self, "key_id", key_id)
        object.__setattr__(self, "_verify", verifier)

    def verify_raw(self, message: bytes, signature: bytes) -> None:
        """Check a signature over bytes as they are; the counterpart of ``sign_raw``."""
        if len(signature) != SIGNATURE_BYTES:
            raise SignatureInvalid(f"a signature has {SIGNATURE_BYTES} bytes, not {len(signature)}")
        self._verify(signature, message)


@lru_cache(maxsize=KEYS_KEPT_LOADED)
def _load(algorithm: Algorithm, raw: bytes) -> tuple[str, Verify]:
    """Load a key, or find it loaded: the key is kept, never an answer about a signature."""
    if len(raw) != algorithm.public_key_bytes:
        raise KeyFormat(f"{algorithm} keys have {algorithm.public_key_bytes} bytes, not {len(raw)}")
    fingerprint = hashlib.sha256(algorithm.encode("ascii") + b"\0" + raw).digest()
    key_id = "k" + base64.b32encode(fingerprint)[: KEY_ID_LENGTH - 1].decode("ascii").lower()
    return key_id, _VERIFIERS[algorithm](raw)


@dataclass(frozen=True, slots=True, repr=False)
class PrivateKey:
    """A private key; made from a seed, signs, never shows itself."""

    public: PublicKey
    _sign: Sign = field(compare=False)

    @classmethod
    def from_seed(cls, algorithm: Algorithm, seed: bytes) -> PrivateKey:
        """Make the key of a 32-byte secret seed; the same seed always gives the same key."""
        if len(seed) != SEED_BYTES:
            raise KeyFormat(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
        raw, sign = _SIGNERS[algorithm](seed)
        return cls(PublicKey(algorithm, raw), sign)

    def __repr__(self) -> str:
        return f"PrivateKey({self.public.key_id}, ***)"

    def sign(self, domain: Domain, message: bytes) -> bytes:
        """Sign a message for one purpose; 64 bytes."""
        return self._sign(signed_bytes(domain, message))

    def sign_raw(self, message: bytes) -> bytes:
        """Sign bytes as they are; only for formats whose first bytes say what they are for."""
        return self._sign(message)


def verify(public_key: PublicKey, domain: Domain, message: bytes, signature: bytes) -> None:
    """Check that this key signed this message for this purpose; else ``SignatureInvalid``."""
    public_key.verify_raw(signed_bytes(domain, message), signature)


def verify_raw(public_key: PublicKey, message: bytes, signature: bytes) -> None:
    """Check a signature over bytes as they are; the counterpart of ``sign_raw``."""
    public_key.verify_raw(message, signature)
