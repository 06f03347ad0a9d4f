"""RSA keys, as the vendors' APIs sign with; drawn here and nowhere else.

OpenSSL draws them from its own randomness, so two keys are never the same, in tests neither: a test
keeps the ones it has. Reading, spelling and signing is ``ledger.protocol.rsa``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from ledger.kit.secrets.files import SecretFolder
from ledger.protocol import rsa
from ledger.protocol.errors.service import KeyFileUnusable
from ledger.protocol.errors.trust import KeyFormat, WeakKey

_EXPONENT: Final = 65_537


def draw() -> RSAPrivateKey:
    """Draw a key of 2048 bits; takes a tenth of a second, sometimes a whole one."""
    return generate_private_key(_EXPONENT, rsa.KEY_BITS)


@lru_cache(maxsize=64)
def read(pem: str) -> RSAPrivateKey:
    """Read a kept key; raises ``KeyFileUnusable``."""
    try:
        return rsa.private_key(pem)
    except (KeyFormat, WeakKey, UnicodeEncodeError) as error:
        raise KeyFileUnusable("the file holds no RSA key that could sign") from error


def keep(secrets: SecretFolder, name: str) -> RSAPrivateKey:
    """Give the key kept under a name, drawn when it is first asked for."""
    return read(secrets.keep(name, lambda: rsa.spell_private(draw())))
