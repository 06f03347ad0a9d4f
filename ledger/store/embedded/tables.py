"""Rows in and rows out: the little that all sub-books need of SQLite.

A *row* is a frozen dataclass whose fields are the columns of its table, in numbers and text. Where
the core's record has money or secrets in it, the row has a pair ``of(record)`` / ``record()``.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

import apsw

from ledger.kit.embedded import EmbeddedStore, Reader, SqlValue
from ledger.protocol.errors.checkout import InvariantBroken

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row")


class Tables:
    """Reads and writes rows; where a constraint of the schema speaks, ``InvariantBroken``."""

    def __init__(self, reader: Reader, writer: EmbeddedStore | None) -> None:
        self._reader = reader
        self._writer = writer

    def rows(self, row: type[Row], sql: str, *params: SqlValue) -> list[Row]:
        """Give all rows of the answer."""
        return self._reader.query(row, sql, params)

    def row(self, row: type[Row], sql: str, *params: SqlValue) -> Row | None:
        """Give the only row of the answer, or None."""
        return self._reader.one(row, sql, params)

    def number(self, sql: str, *params: SqlValue) -> int:
        """Give the one number of the answer."""
        return self._reader.value(int, sql, params)

    def write(self, sql: str, *params: SqlValue) -> int:
        """Run a statement; how many rows it changed."""
        try:
            return self._for_writing().execute(sql, params)
        except apsw.ConstraintError as error:
            raise InvariantBroken(f"the store refused: {error}") from error

    def insert(self, table: str, row: DataclassInstance) -> None:
        """Add a row."""
        self.write(_insertion(table, type(row)), *_values(type(row))(row))

    def write_one(self, sql: str, *params: SqlValue) -> None:
        """Run a statement that must change exactly one row."""
        changed = self.write(sql, *params)
        if changed != 1:
            raise InvariantBroken(f"one row was to be changed, not {changed}")

    def savepoint(self) -> AbstractContextManager[None]:
        """Begin a part of the transaction that can fail on its own."""
        return self._for_writing().savepoint()

    def _for_writing(self) -> EmbeddedStore:
        if self._writer is None:
            raise InvariantBroken("these books are open for reading only")
        return self._writer


@cache
def _values(row: type[DataclassInstance]) -> attrgetter[tuple[SqlValue, ...]]:
    return attrgetter(*(field.name for field in fields(row)))


@cache
def _insertion(table: str, row: type[DataclassInstance]) -> str:
    names = [field.name for field in fields(row)]
    marks = ", ".join("?" for _ in names)
    # Table and columns are names of this package; values are always bound.
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
