"""The ledger's own signing key: made at first start, kept on disk for its owner's eyes only.

Its successor is made into a file beside it, announced in the directory, and put in its place when
everybody can know it (``ledger.core.parties.keys``).

Tills and wallets are told which key to trust when they are set up ("pinned"), in the spelling
``<key id>:<base64url of the public key>``; what the ledger publishes later proves itself by it.

    >>> key = PrivateKey.from_seed(Algorithm.ED25519, bytes(range(32)))
    >>> pinned(key.public)
    'k6d2alkm:A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg'
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ledger.kit.secrets.seed_file import keep_seed
from ledger.protocol.signing import Algorithm, PrivateKey, PublicKey, b64url


def signing_key(path: Path, entropy: Callable[[int], bytes]) -> PrivateKey:
    """Read the ledger's Ed25519 key, made of ``entropy(32)`` first where there is none.

    Raises ``KeyFileUnusable`` for a file that is damaged or open to others.
    """
    return PrivateKey.from_seed(Algorithm.ED25519, keep_seed(path, entropy))


def pinned(key: PublicKey) -> str:
    """Spell a ledger key as tills and wallets pin it."""
    return f"{key.key_id}:{b64url(key.raw)}"
