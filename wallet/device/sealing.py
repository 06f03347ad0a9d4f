"""How a secret lies on disk: sealed, so that the file alone is worth nothing.

Two things open a seal. The *service key* is 32 bytes in a file of its own, beside the store but not
in it; whoever copies only the store has nothing. The *PIN* is in the payer's head; the key made of
it is stretched with scrypt and mixed with the service key (a "pepper"), because six digits by
themselves are tried out in minutes, however slow each try is.

A sealed secret is

    1   0x01: the version of this layout
    12  nonce, random for each seal
    n   ciphertext
    16  tag

by AES-256-GCM (NIST SP 800-38D). The label is authenticated with it: a secret that is moved to
another row, or to another purpose, does not open.

scrypt (RFC 7914): N = 2^15, r = 8, p = 1, that is 32 MiB and about 0.1 seconds for each try.

    >>> sealed = seal(bytes(32), b"secret", "device key of anna", nonce=bytes(12))
    >>> unseal(bytes(32), sealed, "device key of anna")
    b'secret'
    >>> unseal(bytes(32), sealed, "device key of omar")
    Traceback (most recent call last):
    ...
    cryptography.exceptions.InvalidTag
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
SALT_BYTES = 16
KEY_BYTES = 32

_VERSION = b"\x01"
_SCHEME = b"test.qrpay/wallet/"
_SCRYPT_N = 2**15
_SCRYPT_R = 8
_SCRYPT_P = 1
_SCRYPT_MEMORY_BYTES = 64 * 1024**2


def seal(key: bytes, secret: bytes, label: str, *, nonce: bytes) -> bytes:
    """Seal ``secret`` under 32 bytes of ``key``; ``nonce`` is 12 bytes never used before."""
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, secret, _associated(label))


def unseal(key: bytes, sealed: bytes, label: str) -> bytes:
    """Open a seal; the wrong key, label or a changed byte raise ``InvalidTag``."""
    nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if sealed[:1] != _VERSION or len(nonce) < NONCE_BYTES:
        raise InvalidTag
    return AESGCM(key).decrypt(nonce, ciphertext, _associated(label))


def service_sub_key(service_key: bytes, purpose: str) -> bytes:
    """Make the service key for one purpose, so that no two purposes share a key."""
    return hmac.digest(service_key, _SCHEME + purpose.encode(), hashlib.sha256)


def pin_key(pin: str, *, salt: bytes, pepper: bytes) -> bytes:
    """Make a key of a PIN: stretched by scrypt, then mixed with the pepper."""
    stretched = hashlib.scrypt(
        pin.encode(),
        salt=salt,
        n=_SCRYPT_N,
        r=_SCRYPT_R,
        p=_SCRYPT_P,
        maxmem=_SCRYPT_MEMORY_BYTES,
        dklen=KEY_BYTES,
    )
    return hmac.digest(pepper, stretched, hashlib.sha256)


def _associated(label: str) -> bytes:
    return _SCHEME + label.encode()
