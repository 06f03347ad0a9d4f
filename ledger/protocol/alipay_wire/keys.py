"""The two signatures of Alipay's API: ``RSA2`` is SHA-256 with RSA, ``RSA`` the older SHA-1.

Keys and the signatures themselves are those of ``ledger.protocol.rsa``.
"""

from __future__ import annotations

from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, HashAlgorithm

from ledger.protocol import rsa
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.trust import SignatureMissing


class SignType(StrEnum):
    """How a text is signed, as the parameter ``sign_type`` names it."""

    RSA2 = "RSA2"
    RSA = "RSA"

    @property
    def hash(self) -> HashAlgorithm:
        """The hash that is signed."""
        # SHA-1 is what old integrations still ask for by name; new ones get RSA2.
        return rsa.SHA_256 if self is SignType.RSA2 else SHA1()  # noqa: S303


def sign_type(text: str) -> SignType:
    """Read the parameter ``sign_type``; another one raises ``FieldFormat``."""
    try:
        return SignType(text.upper())
    except ValueError as error:
        raise FieldFormat(f"sign_type is RSA2 or RSA, not {text[:16]!r}") from error


def sign(key: RSAPrivateKey, content: bytes, kind: SignType = SignType.RSA2) -> str:
    """Sign bytes; base64 on one line."""
    return rsa.sign(key, content, kind.hash)


def verify(
    key: RSAPublicKey, content: bytes, signature: str, kind: SignType = SignType.RSA2
) -> None:
    """Check a signature.

    Raises ``SignatureMissing``, ``SignatureEncoding`` or ``SignatureInvalid``.
    """
    if not signature:
        raise SignatureMissing
    rsa.verify(key, content, signature, kind.hash)
