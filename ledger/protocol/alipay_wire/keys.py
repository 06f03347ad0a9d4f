r"""RSA keys as Alipay's tools write them, and the two signatures made with them.

Each SDK wants another form of the same key: PKCS #1 or PKCS #8, in PEM or as one line of base64
without its head and foot. All of them are read here, and ``forms`` writes them. ``RSA2`` is SHA-256
with RSA and ``RSA`` the older SHA-1 with RSA, both with PKCS #1 v1.5 padding (RFC 8017, section
8.2), so the same text has the same signature each time and nothing random is needed.

Alipay's keys have 2048 bits; shorter ones raise ``WeakKey``.
"""

from __future__ import annotations

import base64
import binascii
import re
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat

from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.trust import (
    KeyFormat,
    SignatureEncoding,
    SignatureInvalid,
    SignatureMissing,
    WeakKey,
)

KEY_BITS = 2048


class SignType(StrEnum):
    """How a text is signed, as the parameter ``sign_type`` names it."""

    RSA2 = "RSA2"
    RSA = "RSA"

    @property
    def hash(self) -> hashes.HashAlgorithm:
        """The hash that is signed."""
        # SHA-1 is what old integrations still ask for by name; new ones get RSA2.
        return hashes.SHA256() if self is SignType.RSA2 else hashes.SHA1()  # noqa: S303


def sign_type(text: str) -> SignType:
    """Read the parameter ``sign_type``; another one raises ``FieldFormat``."""
    try:
        return SignType(text.upper())
    except ValueError as error:
        raise FieldFormat(f"sign_type is RSA2 or RSA, not {text[:16]!r}") from error


def sign(key: RSAPrivateKey, content: bytes, kind: SignType = SignType.RSA2) -> str:
    """Sign bytes; base64 on one line, 344 characters for a key of 2048 bits."""
    return base64.b64encode(key.sign(content, PKCS1v15(), kind.hash)).decode("ascii")


def verify(
    key: RSAPublicKey, content: bytes, signature: str, kind: SignType = SignType.RSA2
) -> None:
    """Check a signature.

    Raises ``SignatureMissing``, ``SignatureEncoding`` or ``SignatureInvalid``.
    """
    raw = decode(signature)
    try:
        key.verify(raw, content, PKCS1v15(), kind.hash)
    except InvalidSignature as error:
        raise SignatureInvalid from error


def decode(signature: str) -> bytes:
    """Read a signature's base64; raises ``SignatureMissing`` or ``SignatureEncoding``."""
    if not signature:
        raise SignatureMissing
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureEncoding(f"not base64: {signature[:24]!r}…") from error


def public_key(text: str) -> RSAPublicKey:
    """Read a public key, PEM or bare base64; raises ``KeyFormat``, ``WeakKey``."""
    try:
        if "-----BEGIN" in text:
            found = serialization.load_pem_public_key(text.encode("ascii"))
        else:
            found = serialization.load_der_public_key(_bare(text))
    except ValueError as error:
        raise KeyFormat("not a public key in PEM or base64") from error
    if not isinstance(found, RSAPublicKey):
        raise KeyFormat("not an RSA key")
    return strong(found)


def private_key(text: str) -> RSAPrivateKey:
    """Read a private key of any form in ``forms``; raises ``KeyFormat``, ``WeakKey``."""
    try:
        if "-----BEGIN" in text:
            found = serialization.load_pem_private_key(text.encode("ascii"), password=None)
        else:
            found = serialization.load_der_private_key(_bare(text), password=None)
    except (ValueError, TypeError) as error:
        raise KeyFormat("not a private key in PEM or base64, or one under a password") from error
    if not isinstance(found, RSAPrivateKey):
        raise KeyFormat("not an RSA key")
    strong(found.public_key())
    return found


def strong(key: RSAPublicKey) -> RSAPublicKey:
    """Give back a key of at least 2048 bits; a shorter one raises ``WeakKey``."""
    if key.key_size < KEY_BITS:
        raise WeakKey(f"{key.key_size} bits; an RSA key has at least {KEY_BITS}")
    return key


def _bare(text: str) -> bytes:
    return base64.b64decode(re.sub(r"\s", "", text), validate=True)


def spell_public(key: RSAPublicKey) -> str:
    """Spell a public key in PEM (``BEGIN PUBLIC KEY``)."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def forms(key: RSAPrivateKey) -> dict[str, str]:
    """Spell a private key in each form that some SDK wants, by its name.

    ``pkcs1`` is PEM for Python and Node, ``pkcs8`` for Java in PEM; the ``-line`` ones are the
    same without head, foot and line ends.
    """
    pem = {
        "pkcs1": _private_pem(key, PrivateFormat.TraditionalOpenSSL),
        "pkcs8": _private_pem(key, PrivateFormat.PKCS8),
    }
    return pem | {f"{name}-line": one_line(text) for name, text in pem.items()}


def _private_pem(key: RSAPrivateKey, spelling: PrivateFormat) -> str:
    return key.private_bytes(Encoding.PEM, spelling, serialization.NoEncryption()).decode("ascii")


def one_line(pem: str) -> str:
    """Take head, foot and line ends from a PEM text."""
    return "".join(line for line in pem.splitlines() if not line.startswith("-----"))
