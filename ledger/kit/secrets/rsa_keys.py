"""RSA keys, as the vendors' APIs sign with; drawn here and nowhere else.

OpenSSL draws them from its own randomness, so two keys are never the same, in tests neither: a test
keeps the ones it has.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ledger.kit.secrets.files import SecretFolder
from ledger.protocol.errors.checkout import KeyFileUnusable

BITS: Final = 2048
_EXPONENT: Final = 65_537


def draw() -> RSAPrivateKey:
    """Draw a key of 2048 bits; takes a tenth of a second, sometimes a whole one."""
    return rsa.generate_private_key(_EXPONENT, BITS)


def spell(key: RSAPrivateKey) -> str:
    """Spell a key in PEM of PKCS #8."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")


@lru_cache(maxsize=64)
def read(pem: str) -> RSAPrivateKey:
    """Read a key that ``spell`` has written; raises ``KeyFileUnusable``."""
    try:
        key = serialization.load_pem_private_key(pem.encode("ascii"), password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileUnusable("the file is no private key in PEM") from error
    if not isinstance(key, RSAPrivateKey):
        raise KeyFileUnusable("the file holds no RSA key")
    return key


def keep(secrets: SecretFolder, name: str) -> RSAPrivateKey:
    """Give the key kept under a name, drawn when it is first asked for."""
    return read(secrets.keep(name, lambda: spell(draw())))
