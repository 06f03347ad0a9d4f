"""Folders with names, each written whole or not at all, and never over another.

shelf = Shelf(folder)
with shelf.written("before") as place:
    (place / "books.db").write_bytes(copy)
shelf.names(), shelf.found("before")
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.sandbox import SnapshotNameTaken, SnapshotUnknown

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)


class Shelf:
    """The named folders in one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """Name all, by the alphabet."""
        if not self._folder.is_dir():
            return []
        return sorted(each.name for each in self._folder.iterdir() if _NAME.fullmatch(each.name))

    def found(self, name: str) -> Path:
        """Find one; raises ``SnapshotUnknown``."""
        if name not in self.names():
            known = ", ".join(self.names()) or "there are none"
            raise SnapshotUnknown(f"{name[:40]!r}: {known}")
        return self._folder / name

    def forget(self, name: str) -> None:
        """Take one away, if it is there."""
        if name in self.names():
            shutil.rmtree(self._folder / name)

    @contextmanager
    def written(self, name: str) -> Iterator[Path]:
        """Give a folder to write into, which has its name when the block ends.

        Raises ``FieldFormat`` for what is no name, ``SnapshotNameTaken``.
        """
        if not _NAME.fullmatch(name):
            raise FieldFormat("a snapshot's name is of 1 to 40 letters, digits, - and _")
        if name in self.names():
            raise SnapshotNameTaken(name)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        begun = Path(tempfile.mkdtemp(prefix=".", dir=self._folder))
        try:
            yield begun
            begun.rename(self._folder / name)
        finally:
            shutil.rmtree(begun, ignore_errors=True)
