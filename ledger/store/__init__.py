"""Where the books are kept: ``ledger.core.ports`` on SQLite or on PostgreSQL.

    store = open_store(home / "books.db")
    store = open_store("postgresql://ledger@db.example/books")
    with store.transaction() as books:
        ...

``tables`` is the books in SQL, ``embedded`` and ``postgres`` are the engines under it. One process
writes a file; ``open_reader`` is for the others, which only look (the inspector, the command line).
A database takes any number of both.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal, Protocol, overload

from ledger.core.ports import Books, Store
from ledger.kit import embedded as sqlite
from ledger.kit.terminal import installing
from ledger.protocol.errors.service import StoreDriverMissing
from ledger.store.audit import Breach, Rule
from ledger.store.embedded import BooksFile, BooksReader

if TYPE_CHECKING:
    from ledger.store.postgres import BooksDatabase, BooksDatabaseReader

MEMORY: Literal[":memory:"] = sqlite.MEMORY

__all__ = [
    "MEMORY",
    "AnyBooksReader",
    "BooksFile",
    "BooksReader",
    "BooksStore",
    "is_database",
    "open_reader",
    "open_store",
]


class BooksStore(Store, Protocol):
    """What every engine gives beyond ``ledger.core.ports.Store``."""

    def breaches(self, rule: Rule) -> list[Breach]:
        """List what breaks a rule of ``ledger.store.audit``."""

    def facts(self) -> dict[str, str | int]:
        """Tell how the store keeps its promises; ``/health`` shows it."""

    def checkpoint(self) -> None:
        """Copy the log into the file and empty it, in idle times, where that is ours to do."""


class AnyBooksReader(Protocol):
    """What every engine gives to whoever only looks."""

    def reading(self) -> AbstractContextManager[Books]:
        """Look at one consistent state."""

    def breaches(self, rule: Rule) -> list[Breach]:
        """List what breaks a rule of ``ledger.store.audit``."""

    def close(self) -> None:
        """Let go of files and connections; a second call does nothing."""


def is_database(place: str | Path) -> bool:
    """Tell whether a place is a PostgreSQL URL, not a file."""
    return str(place).startswith(("postgresql://", "postgres://"))


@overload
def open_store(place: Path | Literal[":memory:"]) -> BooksFile: ...
@overload
def open_store(place: str | Path) -> BooksFile | BooksDatabase: ...
def open_store(place: str | Path) -> BooksFile | BooksDatabase:
    """Open the books for writing, made and migrated where needed.

    ``place`` is a file, ``MEMORY``, or the URL of a PostgreSQL database. Raises ``StoreInUse``,
    ``StoreSchemaMismatch``, ``StoreDamaged``, ``SqliteTooOld``, ``StoreUnfit``,
    ``StoreDriverMissing``, ``ServiceUnavailable``.
    """
    if is_database(place):
        open_database: Callable[[str], BooksDatabase] = _postgres().open_database
        return open_database(str(place))
    writer = sqlite.open_store(place, package="ledger.store.embedded")
    return BooksFile(writer, None if place == MEMORY else Path(place))


@overload
def open_reader(place: Path) -> BooksReader: ...
@overload
def open_reader(place: str | Path) -> BooksReader | BooksDatabaseReader: ...
def open_reader(place: str | Path) -> BooksReader | BooksDatabaseReader:
    """Open books that may be written by another process, for reading only."""
    if is_database(place):
        open_database_reader: Callable[[str], BooksDatabaseReader]
        open_database_reader = _postgres().open_database_reader
        return open_database_reader(str(place))
    return BooksReader(Path(place))


def _postgres() -> ModuleType:
    """Load the engine with its driver, an extra that may be missing, when it is needed."""
    try:
        return import_module("ledger.store.postgres")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "psycopg":
            raise
        raise StoreDriverMissing(f"PostgreSQL needs: {installing('postgres')}") from error
