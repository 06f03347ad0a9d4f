"""Two seals: AES-256-GCM for what the platform sends, RSA-OAEP for what a person must not read.

A notification's resource and a platform certificate are encrypted with the merchant's *API v3 key*,
32 characters that platform and merchant share, and a nonce of 12 characters taken as bytes (NIST SP
800-38D; the 16-byte tag stands behind the ciphertext). Names and bank accounts are encrypted to one
side's public key by RSA-OAEP with SHA-1 in both places (RFC 8017, section 7.1), which is what every
published SDK does.

    >>> box = seal(b"tea", "0123456789abcdef0123456789abcdef", nonce="a674bf75ea55", data="refund")
    >>> box
    'dt43v2yA2nBn/ZaMvqnSjwOrYA=='
    >>> unseal(box, "0123456789abcdef0123456789abcdef", nonce="a674bf75ea55", data="refund")
    b'tea'
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1

from ledger.protocol.errors.trust import KeyFormat
from ledger.protocol.errors.wechatpay import SealBroken

API_V3_KEY_CHARACTERS = 32
NONCE_CHARACTERS = 12
ALGORITHM = "AEAD_AES_256_GCM"


def check_api_v3_key(key: str) -> str:
    """Give back an API v3 key: 32 letters and digits; anything else raises ``KeyFormat``."""
    if len(key) != API_V3_KEY_CHARACTERS or not (key.isascii() and key.isalnum()):
        raise KeyFormat(f"an API v3 key has {API_V3_KEY_CHARACTERS} letters and digits")
    return key


def seal(plain: bytes, api_v3_key: str, *, nonce: str, data: str) -> str:
    """Encrypt to base64. ``data`` is authenticated with it and stands beside it; may be empty."""
    cipher = AESGCM(check_api_v3_key(api_v3_key).encode())
    return base64.b64encode(cipher.encrypt(nonce.encode(), plain, data.encode())).decode()


def unseal(sealed: str, api_v3_key: str, *, nonce: str, data: str) -> bytes:
    """Decrypt what ``seal`` gave; another key, nonce, data or byte raises ``SealBroken``."""
    try:
        cipher = AESGCM(check_api_v3_key(api_v3_key).encode())
        return cipher.decrypt(
            nonce.encode(), base64.b64decode(sealed, validate=True), data.encode()
        )
    except (InvalidTag, ValueError) as error:
        raise SealBroken("the resource does not open with this API v3 key") from error


def hide(text: str, key: RSAPublicKey) -> str:
    """Encrypt a sensitive field to whoever holds the key; base64, another text each time."""
    return base64.b64encode(key.encrypt(text.encode(), _oaep())).decode()


def reveal(hidden: str, key: RSAPrivateKey) -> str:
    """Decrypt a sensitive field; raises ``SealBroken``."""
    try:
        return key.decrypt(base64.b64decode(hidden, validate=True), _oaep()).decode()
    except (binascii.Error, ValueError) as error:
        raise SealBroken("the field was not encrypted to this key") from error


def _oaep() -> OAEP:
    return OAEP(MGF1(SHA1()), SHA1(), None)  # noqa: S303  # the vendor's own choice
