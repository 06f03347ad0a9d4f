"""What a refund's notification hides: AES-256 in ECB mode under a digest of the API v2 key.

The notification carries no sign; instead its ``req_info`` is the base64 of an XML document that was
padded (PKCS #7) and encrypted. The key is MD5 of the merchant's API v2 key as 32 lower-case
hexadecimal characters. ECB shows equal blocks as equal, and nothing proves that the text is whole,
so whoever receives it should ask for the refund. Source: pay.weixin.qq.com, API v2, "refund
notification".

    >>> sealed = seal(b"<root></root>", "192006250b4c09247ec02edce69f6a2d")
    >>> sealed
    'mSws7ojVyPgLKrjxnJsjcg=='
    >>> unseal(sealed, "192006250b4c09247ec02edce69f6a2d")
    b'<root></root>'
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.padding import PKCS7

from ledger.protocol.errors.wechatpay import SealBroken


def seal(plain: bytes, api_v2_key: str) -> str:
    """Encrypt to base64; the same text gives the same seal."""
    padder = PKCS7(AES256.block_size).padder()
    padded = padder.update(plain) + padder.finalize()
    encryptor = _cipher(api_v2_key).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def unseal(sealed: str, api_v2_key: str) -> bytes:
    """Decrypt what ``seal`` gave; what no such key sealed raises ``SealBroken``, nearly always."""
    try:
        decryptor = _cipher(api_v2_key).decryptor()
        padded = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
        unpadder = PKCS7(AES256.block_size).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError as error:
        raise SealBroken("req_info does not open with this API v2 key") from error


def _cipher(api_v2_key: str) -> Cipher[ECB]:
    digest = hashlib.md5(api_v2_key.encode(), usedforsecurity=False).hexdigest()
    return Cipher(AES256(digest.encode()), ECB())  # noqa: S305 - the vendor's choice
