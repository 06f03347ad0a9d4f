"""Rows in and rows out: the little that all sub-books need of a database.

A *row* is a frozen dataclass whose fields are the columns of its table, in numbers and text. Where
the core's record has money or secrets in it, the row has a pair ``of(record)`` / ``record()``.

``Tables`` is what an engine gives: the sub-books are written once, in the SQL that SQLite and
PostgreSQL both speak. Values are marked by ``?`` in the order they are given.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from datetime import date
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

import msgspec

from ledger.protocol.errors.service import InvariantBroken, StoreDamaged

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from ledger.core.records.journal import JournalEntry

Row = TypeVar("Row")
SqlValue = None | int | str
Move = tuple[str, int, int]
"""An account's id, and its balance (minor units) before and after."""


class Tables(ABC):
    """Reads and writes rows; where a constraint of the schema speaks, ``InvariantBroken``."""

    locking: str = ""
    """What a query ends with so that its rows stay locked until the end of the transaction."""

    skipping: str = ""
    """The same, for work that is there for whoever comes first: rows that others hold are left."""

    each: str = ""
    """What makes rows again of rows spelled by ``as_json``; its column ``value`` is one in JSON."""

    each_name: str = ""
    """What makes rows of names spelled by ``as_json``; its column ``value`` is one as it is."""

    @abstractmethod
    def rows(self, row: type[Row], sql: str, *params: SqlValue) -> list[Row]:
        """Give all rows of the answer."""

    @abstractmethod
    def row(self, row: type[Row], sql: str, *params: SqlValue) -> Row | None:
        """Give the only row of the answer, or None."""

    def held(self, row: type[Row], sql: str, *params: SqlValue) -> Row | None:
        """Give the only row of the answer, or None, for a decision by it.

        Where many write at once, the row stays locked until the end of the transaction; where there
        is none, whoever looks for the same waits, since it may be about to be added.
        """
        return self.row(row, sql, *params)

    @abstractmethod
    def hold(self, *name: SqlValue) -> None:
        """Keep a name to oneself until the end of the transaction, where many write at once.

        Unlike a row, it is kept also when the savepoint is undone in which it was asked for.
        """

    @abstractmethod
    def number(self, sql: str, *params: SqlValue) -> int:
        """Give the one number of the answer."""

    @abstractmethod
    def write(self, sql: str, *params: SqlValue) -> int:
        """Run a statement; how many rows it changed."""

    @abstractmethod
    def savepoint(self) -> AbstractContextManager[None]:
        """Begin a part of the transaction that can fail on its own."""

    def insert(self, table: str, row: DataclassInstance) -> None:
        """Add a row."""
        self.write(insertion(table, type(row)), *values_of(type(row))(row))

    def insert_all(self, table: str, rows: Sequence[DataclassInstance]) -> None:
        """Add rows of one kind, however many, in their sequence."""
        if rows:
            kind = type(rows[0])
            self.insert_values(table, kind, map(values_of(kind), rows))

    @abstractmethod
    def insert_values(
        self, table: str, row: type[DataclassInstance], values: Iterable[tuple[SqlValue, ...]]
    ) -> None:
        """Add rows of a kind that nobody needs as objects: the values of each, by its columns."""

    @abstractmethod
    def post(self, entries: Sequence[JournalEntry], moves: Sequence[Move]) -> None:
        """Write entries with postings, that they wait for a link, and accounts' balances.

        Raises ``InvariantBroken`` where an account is not where its move begins, and where what an
        entry or a posting refers to is not there.
        """

    def write_one(self, sql: str, *params: SqlValue) -> None:
        """Run a statement that must change exactly one row."""
        changed = self.write(sql, *params)
        if changed != 1:
            raise InvariantBroken(f"one row was to be changed, not {changed}")


def as_json(rows: Iterable[Sequence[SqlValue]] | Iterable[str]) -> str:
    """Spell rows as the one value that ``Tables.each`` takes apart again, or names likewise."""
    return msgspec.json.encode([*rows]).decode()


def columns(row: type[DataclassInstance]) -> list[str]:
    """Name the columns of a kind of row, in their sequence."""
    return [field.name for field in fields(row)]


@cache
def values_of(row: type[DataclassInstance]) -> Callable[[DataclassInstance], tuple[SqlValue, ...]]:
    """Give the function that takes the values out of a kind of row."""
    names = columns(row)
    if len(names) == 1:  # of a single name attrgetter gives the bare value
        return lambda one: (getattr(one, names[0]),)
    return attrgetter(*names)


@cache
def insertion(table: str, row: type[DataclassInstance]) -> str:
    """Spell the statement that adds a row of a kind."""
    names = columns(row)
    marks = ", ".join("?" for _ in names)
    # Table and columns are names of this package; values are always bound.
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608


def bytes_of(text: str) -> bytes:
    """Read bytes that are kept as hexadecimal digits; raises ``StoreDamaged``."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise StoreDamaged(f"not hexadecimal: {error}") from error


def day_of(text: str) -> date:
    """Read a day that is kept by ISO 8601; raises ``StoreDamaged``."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise StoreDamaged(f"no day: {text[:10]!r}") from error
