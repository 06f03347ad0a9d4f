"""A store of books that says when something was kept, whatever engine is under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from ledger.core.ports import Books
from ledger.protocol.errors.sandbox import SnapshotsNeedAFile
from ledger.store import BooksFile, BooksStore


class AnnouncedStore:
    """A store that calls ``announce`` after each commit, so that nobody has to poll the books."""

    def __init__(self, store: BooksStore) -> None:
        self._store = store
        self.listeners: list[Callable[[], None]] = []

    @contextmanager
    def transaction(self) -> Iterator[Books]:
        """Keep everything done inside when the block ends, then tell the listeners."""
        with self._store.transaction() as books:
            yield books
        for listener in self.listeners:
            listener()

    @property
    def unannounced(self) -> BooksStore:
        """The same books, for work whose commits nobody waits for."""
        return self._store

    def reading(self) -> AbstractContextManager[Books]:
        """Look at one consistent state."""
        return self._store.reading()

    def facts(self) -> Mapping[str, str | int]:
        """Tell how the store keeps its promises."""
        return self._store.facts()

    def checkpoint(self) -> None:
        """Leave no copy of what was deleted in the log."""
        self._store.checkpoint()

    def copy_to(self, path: Path) -> None:
        """Write one consistent state of the books into a file; raises ``SnapshotsNeedAFile``."""
        self._in_a_file().copy_to(path)

    def restore(self, path: Path) -> None:
        """Make the books what a copy is, then tell the listeners; raises ``SnapshotsNeedAFile``."""
        self._in_a_file().restore(path)
        for listener in self.listeners:
            listener()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def _in_a_file(self) -> BooksFile:
        if not isinstance(self._store, BooksFile):
            raise SnapshotsNeedAFile
        return self._store
