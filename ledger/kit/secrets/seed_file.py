"""A secret seed on disk: 64 hexadecimal digits and a line end, for the eyes of its owner only.

Made at first start, as every secret is (``kit.secrets.files``).

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "till" / "key"
    >>> seed = keep_seed(path, lambda count: bytes(range(count)))
    >>> keep_seed(path, lambda count: bytes(count)) == seed
    True
    >>> path.chmod(0o644)
    >>> keep_seed(path, lambda count: bytes(count))
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.service.KeyFileUnusable: key is open to others: chmod 600
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from ledger.kit.secrets import keep_text
from ledger.protocol.errors.service import KeyFileUnusable

SEED_BYTES = 32

_SEED = re.compile(r"[0-9a-f]{64}\n", re.ASCII)


def keep_seed(path: Path, entropy: Callable[[int], bytes]) -> bytes:
    """Read the 32 bytes at ``path``, made of ``entropy(32)`` first where there are none.

    Raises ``KeyFileUnusable`` for a file that is damaged or open to others.
    """
    text = keep_text(path, lambda: f"{entropy(SEED_BYTES).hex()}\n")
    if not _SEED.fullmatch(text):
        raise KeyFileUnusable(f"{path.name} is not 64 hexadecimal digits and a line end")
    return bytes.fromhex(text)
