"""The books in one SQLite file: one writer at a time, any number of readers beside it.

``BooksFile`` is the store; ``migrations/`` is its schema. In memory (``":memory:"``) readers and
writer take turns instead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from ledger.core.ports import Books
from ledger.kit import embedded, migrations
from ledger.kit.embedded import EmbeddedStore, Reader
from ledger.store.audit import Breach, Rule
from ledger.store.embedded.tables import EmbeddedTables
from ledger.store.tables import BooksInTables


class _Open(NamedTuple):
    """A connection and the books over it."""

    reader: Reader
    books: Books


class Readers:
    """Read-only connections to a file, made when needed and used again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: deque[_Open] = deque()

    @contextmanager
    def one(self) -> Iterator[Reader]:
        """Lend a connection that is this caller's alone until the block ends."""
        lent = self._take()
        try:
            yield lent.reader
        finally:
            self._idle.append(lent)

    @contextmanager
    def reading(self) -> Iterator[Books]:
        """Lend the books over such a connection, in one consistent state."""
        lent = self._take()
        try:
            with lent.reader.snapshot():
                yield lent.books
        finally:
            self._idle.append(lent)

    def _take(self) -> _Open:
        try:
            return self._idle.pop()
        except IndexError:
            reader = embedded.open_reader(self._path)
            return _Open(reader, BooksInTables(EmbeddedTables(reader)))

    def close(self) -> None:
        """Close those that nobody uses."""
        while True:
            try:
                self._idle.pop().reader.close()
            except IndexError:
                return


class BooksReader:
    """The books of a file that another process may be writing: to look at, not to change."""

    def __init__(self, path: Path) -> None:
        self._readers = Readers(path)

    def reading(self) -> AbstractContextManager[Books]:
        """Look at one consistent state."""
        return self._readers.reading()

    def breaches(self, rule: Rule) -> list[Breach]:
        """List what breaks a rule of ``ledger.store.audit``."""
        with self._readers.one() as reader:
            return reader.query(Breach, rule.sql)

    def copy_to(self, path: Path) -> None:
        """Write one consistent state of the books into a new file."""
        with self._readers.one() as reader:
            reader.copy_to(path)

    def close(self) -> None:
        """Let go of the file."""
        self._readers.close()


class BooksFile:
    """``ledger.core.ports.Store`` on one SQLite file, or in memory."""

    def __init__(self, writer: EmbeddedStore, path: Path | None) -> None:
        self._writer = writer
        self._books = BooksInTables(EmbeddedTables(writer, writer))
        self._looked_at = BooksInTables(EmbeddedTables(writer))
        self._readers = Readers(path) if path else None

    @contextmanager
    def transaction(self) -> Iterator[Books]:
        """Keep everything done inside when the block ends, or nothing of it if it raises."""
        with self._writer.transaction():
            yield self._books

    def reading(self) -> AbstractContextManager[Books]:
        """Look at one consistent state; a file's readers don't wait for its writer."""
        return self._readers.reading() if self._readers else self._reading_of_writer()

    @contextmanager
    def _reading_of_writer(self) -> Iterator[Books]:
        with self._writer.snapshot():
            yield self._looked_at

    def breaches(self, rule: Rule) -> list[Breach]:
        """List what breaks a rule of ``ledger.store.audit``."""
        return self._writer.query(Breach, rule.sql)

    def copy_to(self, path: Path) -> None:
        """Write one consistent state of the books into a new file."""
        self._writer.copy_to(path)

    def restore(self, path: Path) -> None:
        """Make the books what a copy is, in one step for everybody who reads them.

        A copy that an older version made is brought up to this one's schema.
        """
        self._writer.restore(path)
        migrations.apply(self._writer, migrations.read(__name__))

    def facts(self) -> dict[str, str | int]:
        """Tell how the store keeps its promises; ``/health`` shows it."""
        return self._writer.facts()

    def checkpoint(self) -> None:
        """Copy the log into the file and empty it, in idle times."""
        self._writer.checkpoint()

    def close(self) -> None:
        """Let go of the file and of its lock; a second call does nothing."""
        if self._readers is not None:
            self._readers.close()
        self._writer.close()
