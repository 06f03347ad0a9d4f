"""``ledger.store.tables.Tables`` on SQLite.

One writer at a time has all of the store, so there is nothing to lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import apsw

from ledger.kit.embedded import EmbeddedStore, Reader
from ledger.protocol.errors.checkout import InvariantBroken
from ledger.store.tables.rows import Row, SqlValue, Tables, insertion

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class EmbeddedTables(Tables):
    """Rows of one SQLite connection; without a ``writer``, to look at only."""

    each = "json_each(?)"
    each_name = each

    def __init__(self, reader: Reader, writer: EmbeddedStore | None = None) -> None:
        self._reader = reader
        self._writer = writer

    def rows(self, row: type[Row], sql: str, *params: SqlValue) -> list[Row]:
        """Give all rows of the answer."""
        return self._reader.query(row, sql, params)

    def row(self, row: type[Row], sql: str, *params: SqlValue) -> Row | None:
        """Give the only row of the answer, or None."""
        return self._reader.one(row, sql, params)

    def hold(self, *name: SqlValue) -> None:
        """Do nothing: the writer holds everything."""

    def number(self, sql: str, *params: SqlValue) -> int:
        """Give the one number of the answer."""
        return self._reader.value(int, sql, params)

    def write(self, sql: str, *params: SqlValue) -> int:
        """Run a statement; how many rows it changed."""
        try:
            return self._for_writing().execute(sql, params)
        except apsw.ConstraintError as error:
            raise InvariantBroken(f"the store refused: {error}") from error

    def insert_values(
        self, table: str, row: type[DataclassInstance], values: Iterable[tuple[SqlValue, ...]]
    ) -> None:
        """Add rows of a kind that nobody needs as objects: the values of each, by its columns."""
        try:
            self._for_writing().executemany(insertion(table, row), values)
        except apsw.ConstraintError as error:
            raise InvariantBroken(f"the store refused: {error}") from error

    def replace_values(
        self, table: str, key: str, column: str, changes: Sequence[tuple[str, int, int]]
    ) -> int:
        """Give a column new values in the rows that have the old ones; how many had them."""
        # Names of the store's own; what is compared and written is bound.
        sql = f"UPDATE {table} SET {column} = ?3 WHERE {key} = ?1 AND {column} = ?2"  # noqa: S608
        try:
            return self._for_writing().executemany(sql, changes)
        except apsw.ConstraintError as error:
            raise InvariantBroken(f"the store refused: {error}") from error

    def savepoint(self) -> AbstractContextManager[None]:
        """Begin a part of the transaction that can fail on its own."""
        return self._for_writing().savepoint()

    def _for_writing(self) -> EmbeddedStore:
        if self._writer is None:
            raise InvariantBroken("these books are open for reading only")
        return self._writer
