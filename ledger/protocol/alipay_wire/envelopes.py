"""AES of a call's contents, on top of the signature: AES-128-CBC, zero vector, PKCS #7, base64.

Source: opendocs.alipay.com, "content encryption". The key is the 16 bytes that the console shows in
base64 as ``encryptKey``. A constant vector hides less than it should (equal beginnings look equal);
it is what every SDK does. Contents are encrypted first and then signed, in calls and answers alike.

    >>> key = encrypt_key("AAECAwQFBgcICQoLDA0ODw==")
    >>> encrypt(key, b'{"out_trade_no":"1"}')
    'G7PYcjyAquhKW/Z/PmtCCyP+pW//9j09dEG6wOZP1tM='
    >>> decrypt(key, _)
    b'{"out_trade_no":"1"}'
"""

from __future__ import annotations

import base64
import binascii

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.trust import KeyFormat

KEY_BYTES = 16
_BLOCK_BITS = 128
_ZERO_VECTOR = bytes(16)


def encrypt_key(text: str) -> bytes:
    """Read a key as the console shows it; anything but base64 of 16 bytes raises ``KeyFormat``."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyFormat("an encryptKey is base64") from error
    if len(key) != KEY_BYTES:
        raise KeyFormat(f"an encryptKey has {KEY_BYTES} bytes, not {len(key)}")
    return key


def encrypt(key: bytes, content: bytes) -> str:
    """Encrypt; base64."""
    padder, encryptor = PKCS7(_BLOCK_BITS).padder(), _cipher(key).encryptor()
    padded = padder.update(content) + padder.finalize()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode("ascii")


def decrypt(key: bytes, text: str) -> bytes:
    """Decrypt what ``encrypt`` writes; what is not, or another key's, raises ``FieldFormat``.

    One key in 256 that is wrong fits the padding by chance; the JSON inside then does not parse.
    """
    try:
        raw = base64.b64decode(text, validate=True)
        decryptor, unpadder = _cipher(key).decryptor(), PKCS7(_BLOCK_BITS).unpadder()
        padded = decryptor.update(raw) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except (binascii.Error, ValueError) as error:
        raise FieldFormat("the contents can't be decrypted by this key") from error


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(_ZERO_VECTOR))
