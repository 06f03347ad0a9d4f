"""A secret text on disk, made at first use, for the eyes of its owner only.

The file is written beside its final place with mode 0600, flushed, and linked there in one step: a
crash leaves no half secret, and two processes that start at once agree on one. A file that others
may read is refused, as ``ssh`` does with its keys.

    >>> folder = SecretFolder(None)
    >>> folder.keep("word", lambda: "sesame")
    'sesame'
    >>> folder.keep("word", lambda: "something else")
    'sesame'
"""

from __future__ import annotations

import os
import stat
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from ledger.protocol.errors.service import KeyFileUnusable

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_text(path: Path, make: Callable[[], str]) -> str:
    """Read the text at ``path``, made first where there is none; ASCII.

    Raises ``KeyFileUnusable`` for a file that is open to others.
    """
    if not path.exists():
        _make(path, make())
    if path.stat().st_mode & _OTHERS:
        raise KeyFileUnusable(f"{path.name} is open to others: chmod 600")
    return path.read_text(encoding="ascii", errors="replace")


def take_over(path: Path, successor: Path) -> None:
    """Put a newer secret in the place of the one at ``path``, which is gone then.

    One step for the file system: there is no moment without a secret, and none with half of one.
    Raises ``FileNotFoundError`` where there is no newer one.
    """
    successor.replace(path)
    _flush_folder(path.parent)


def _make(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, fresh = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
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


class SecretFolder:
    """Secret texts by name, each made when it is first asked for; safe to share between threads.

    Without a folder they live as long as the process; ``known`` are there from the start.
    """

    def __init__(self, folder: Path | None, known: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._known = dict(known or {})
        self._lock = threading.Lock()

    def keep(self, name: str, make: Callable[[], str]) -> str:
        """Give the text of a name; raises ``KeyFileUnusable``."""
        with self._lock:
            if name not in self._known:
                folder = self._folder
                self._known[name] = make() if folder is None else keep_text(folder / name, make)
            return self._known[name]

    def holds(self, name: str) -> bool:
        """Tell whether the text of a name was made, by whomever."""
        if name in self._known:
            return True
        return self._folder is not None and (self._folder / name).exists()
