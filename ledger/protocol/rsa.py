r"""RSA keys and signatures as vendors' APIs use them (RFC 8017); our own messages are never RSA.

Each SDK wants another form of the same private key: PKCS #1 or PKCS #8, in PEM or as one line of
base64 without its head and foot. All of them are read here, and ``forms`` writes them. Signatures
are PKCS #1 v1.5 (section 8.2) in base64: the same text has the same signature each time, so nothing
random is needed. Keys have at least 2048 bits; shorter ones raise ``WeakKey``. Keys are drawn and
kept by ``ledger.kit.secrets.rsa_keys``.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat

from ledger.protocol.errors.trust import (
    KeyFormat,
    SignatureEncoding,
    SignatureInvalid,
    WeakKey,
)

KEY_BITS: Final = 2048
SHA_256: Final = SHA256()


def sign(key: RSAPrivateKey, content: bytes, hashed: HashAlgorithm = SHA_256) -> str:
    """Sign bytes; base64 on one line, 344 characters for a key of 2048 bits."""
    return base64.b64encode(key.sign(content, PKCS1v15(), hashed)).decode("ascii")


def verify(
    key: RSAPublicKey, content: bytes, signature: str, hashed: HashAlgorithm = SHA_256
) -> None:
    """Check a signature; raises ``SignatureEncoding`` or ``SignatureInvalid``."""
    raw = decode(signature)
    try:
        key.verify(raw, content, PKCS1v15(), hashed)
    except InvalidSignature as error:
        raise SignatureInvalid from error


def decode(signature: str) -> bytes:
    """Read a signature's base64; raises ``SignatureEncoding``, also for no signature at all."""
    if not signature:
        raise SignatureEncoding("no signature")
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


def strong(key: object) -> RSAPublicKey:
    """Give back an RSA key of at least 2048 bits; else raises ``KeyFormat`` or ``WeakKey``."""
    if not isinstance(key, RSAPublicKey):
        raise KeyFormat("not an RSA key")
    if key.key_size < KEY_BITS:
        raise WeakKey(f"{key.key_size} bits; an RSA key has at least {KEY_BITS}")
    return key


def _bare(text: str) -> bytes:
    return base64.b64decode(re.sub(r"\s", "", text), validate=True)


def spell_public(key: RSAPublicKey) -> str:
    """Spell a public key in PEM (``BEGIN PUBLIC KEY``)."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def spell_private(key: RSAPrivateKey, form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    """Spell a private key in PEM, in the form of PKCS #8 unless told otherwise."""
    return key.private_bytes(Encoding.PEM, form, serialization.NoEncryption()).decode("ascii")


def forms(key: RSAPrivateKey) -> dict[str, str]:
    """Spell a private key in each form that some SDK wants, by its name.

    ``pkcs1`` is PEM for Python and Node, ``pkcs8`` for Java in PEM; the ``-line`` ones are the
    same without head, foot and line ends.
    """
    pem = {
        "pkcs1": spell_private(key, PrivateFormat.TraditionalOpenSSL),
        "pkcs8": spell_private(key),
    }
    return pem | {f"{name}-line": one_line(text) for name, text in pem.items()}


def one_line(pem: str) -> str:
    """Take head, foot and line ends from a PEM text."""
    return "".join(line for line in pem.splitlines() if not line.startswith("-----"))
