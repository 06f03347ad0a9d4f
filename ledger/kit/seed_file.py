"""A secret seed on disk: 64 hexadecimal digits and a line end, for the eyes of its owner only.

Made at first start, with mode 0600. The file is written beside its final place, flushed, and linked
there in one step: a crash leaves no half key, and two processes that start at once agree on one. A
file that others may read is refused, as ``ssh`` does with its keys.

    >>> path = Path(tempfile.mkdtemp()) / "till" / "key"
    >>> seed = keep_seed(path, lambda count: bytes(range(count)))
    >>> keep_seed(path, lambda count: bytes(count)) == seed
    True
    >>> path.chmod(0o644)
    >>> keep_seed(path, lambda count: bytes(count))
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.checkout.KeyFileUnusable: key is open to others: chmod 600
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from ledger.protocol.errors.checkout import KeyFileUnusable

SEED_BYTES = 32

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SEED = re.compile(r"[0-9a-f]{64}\n", re.ASCII)


def keep_seed(path: Path, entropy: Callable[[int], bytes]) -> bytes:
    """Read the 32 bytes at ``path``, made of ``entropy(32)`` first where there are none.

    Raises ``KeyFileUnusable`` for a file that is damaged or open to others.
    """
    if not path.exists():
        _make(path, entropy(SEED_BYTES))
    return _read(path)


def _make(path: Path, seed: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, fresh = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{seed.hex()}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass  # somebody else was first; theirs is the one
    finally:
        Path(fresh).unlink()
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> bytes:
    if path.stat().st_mode & _OTHERS:
        raise KeyFileUnusable(f"{path.name} is open to others: chmod 600")
    text = path.read_text(encoding="ascii", errors="replace")
    if not _SEED.fullmatch(text):
        raise KeyFileUnusable(f"{path.name} is not 64 hexadecimal digits and a line end")
    return bytes.fromhex(text)
