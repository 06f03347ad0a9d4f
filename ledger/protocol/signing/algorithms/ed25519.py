"""Ed25519 (RFC 8032) by whichever library is installed, with the same answer from each.

RFC 8032 lets a verifier choose (section 5.1.7: with the cofactor or without), and libraries have
chosen differently. The rule of this scheme stands at the top of the package. A library is taken for
its speed, but only if it keeps the rule where libraries part: each is asked about ``EDGES`` first.

    >>> public, sign = signer(bytes(range(32)))
    >>> verifier(public)(sign(b"paid"), b"paid")
    >>> verifier(public)(sign(b"paid"), b"paid twice")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.trust.SignatureInvalid: not this key's, of this message, for this purpose
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.protocol.errors.trust import SignatureInvalid
from ledger.protocol.signing.algorithms import Library, Sign, Verify
from ledger.protocol.signing.algorithms.openssl import OPENSSL
from ledger.protocol.signing.edwards import SMALL_ORDER_ENCODINGS, P

try:
    from ledger.protocol.signing.algorithms.sodium import SODIUM
except ImportError:
    INSTALLED: tuple[Library, ...] = (OPENSSL,)
else:
    INSTALLED = (SODIUM, OPENSSL)

PUBLIC_KEY_BYTES = 32

EDGES: Mapping[str, bool] = {
    "3e54c441927f9f0ee5e13e34f0b0404c5043651a8f4b7ef087a1c42262a85d0a"
    "4903ba7bb4fa35eb55f01777fe28f8bfa698d4d7b3707a8d497190c340fb2503": True,
    # the same with L added to S
    "3e54c441927f9f0ee5e13e34f0b0404c5043651a8f4b7ef087a1c42262a85d0a"
    "36d7afd8ce5d48432c8d0f1add22d7d4a698d4d7b3707a8d497190c340fb2513": False,
    # a point of order 8 added to R: holds for those who multiply by the cofactor
    "5b61c2e3b93e6c06450f327ea72cdfeb8cde6aa020d2dd827ab3f86e708c8393"
    "b0124bd0d143a107fad21a10dd9eeca7c4635f623d55cc10c9f6e48df2aade0d": False,
}
"""Signatures of ``paid`` by the key of the seed 00 01 02 ... 1f, and whether they are to hold."""

_KEY_OF_EDGES = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")


def keeps_the_rule(library: Library) -> bool:
    """Tell whether a library answers by this scheme's rule where libraries are known to part."""
    holds = library.equation(_KEY_OF_EDGES)
    return all(
        holds(bytes.fromhex(signature), b"paid") is right for signature, right in EDGES.items()
    )


LIBRARY = next(library for library in INSTALLED if keeps_the_rule(library))
"""What computes here."""


def signer(seed: bytes) -> tuple[bytes, Sign]:
    """Load a seed of 32 bytes, the private key of RFC 8032: the public key, and what signs."""
    return LIBRARY.signer(seed)


def verifier(raw: bytes, library: Library = LIBRARY) -> Verify:
    """Load a public key of 32 bytes: what checks signatures by it."""
    holds = library.equation(raw)
    unfit = _unfit(raw)

    def verify(signature: bytes, message: bytes) -> None:
        if unfit:
            raise SignatureInvalid(unfit)
        if signature[:PUBLIC_KEY_BYTES] in SMALL_ORDER_ENCODINGS:
            raise SignatureInvalid(_SMALL_ORDER)
        if not holds(signature, message):
            raise SignatureInvalid("not this key's, of this message, for this purpose")

    return verify


_SMALL_ORDER = "a point of small order: anybody could have made this"


def _unfit(raw: bytes) -> str:
    if raw in SMALL_ORDER_ENCODINGS:
        return _SMALL_ORDER
    if int.from_bytes(raw, "little") & (2**255 - 1) >= P:
        return "the key is not the canonical encoding of its point"
    return ""
