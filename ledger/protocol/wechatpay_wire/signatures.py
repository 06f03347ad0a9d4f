"""SHA-256 with RSA, PKCS #1 v1.5, in base64: the one signature of API v3 (RFC 8017, section 8.2).

The signature of a text by a key is always the same one, so nothing random is needed here.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from ledger.protocol.errors.trust import KeyFormat, SignatureEncoding, SignatureInvalid

KEY_BITS = 2048


def private_key(pem: str) -> RSAPrivateKey:
    """Read a PKCS #8 private key of 2048 bits or more; anything else raises ``KeyFormat``."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError) as error:
        raise KeyFormat("not a private key in PEM") from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < KEY_BITS:
        raise KeyFormat(f"an RSA key has at least {KEY_BITS} bits")
    return key


def public_key(pem: str) -> RSAPublicKey:
    """Read a public key (``BEGIN PUBLIC KEY``); anything else raises ``KeyFormat``."""
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except ValueError as error:
        raise KeyFormat("not a public key in PEM") from error
    return rsa_only(key)


def rsa_only(key: object) -> RSAPublicKey:
    """Give back a public key of RSA with 2048 bits or more, else raise ``KeyFormat``."""
    if not isinstance(key, RSAPublicKey) or key.key_size < KEY_BITS:
        raise KeyFormat(f"an RSA key has at least {KEY_BITS} bits")
    return key


def public_pem(key: RSAPublicKey) -> str:
    """Spell a public key as a merchant downloads it."""
    spelled = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, spelled).decode()


def sign(key: RSAPrivateKey, text: bytes) -> str:
    """Sign a text; base64."""
    return base64.b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()


def verify(key: RSAPublicKey, text: bytes, signature: str) -> None:
    """Check a signature; raises ``SignatureEncoding`` (no base64) or ``SignatureInvalid``."""
    try:
        key.verify(decode(signature), text, PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise SignatureInvalid from error


def decode(signature: str) -> bytes:
    """Read base64 strictly; raises ``SignatureEncoding``."""
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureEncoding("not base64") from error


def probe(signature: str) -> str:
    """Make a signature that cannot hold, as the platform sends now and then to try a merchant.

    It keeps its length and begins with ``PROBE_PREFIX`` (pay.weixin.qq.com, 4016241880); the exact
    bytes behind the prefix are not documented, so those of the true signature stay.
    """
    return PROBE_PREFIX + signature[len(PROBE_PREFIX) :]


PROBE_PREFIX = "WECHATPAY/SIGNTEST/"
