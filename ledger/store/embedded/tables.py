"""``ledger.store.tables.Tables`` on SQLite.

One writer at a time has all of the store, so there is nothing to lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import apsw

from ledger.kit.embedded import EmbeddedStore, Reader
from ledger.protocol.errors.service import InvariantBroken
from ledger.store.tables.journal import (
    EntryRow,
    PostingRow,
    UnlinkedRow,
    values_of_entries,
    values_of_postings,
)
from ledger.store.tables.rows import Move, Row, SqlValue, Tables, insertion

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from ledger.core.records.journal import JournalEntry

_MOVE = "UPDATE account SET balance_minor = ?3 WHERE account_id = ?1 AND balance_minor = ?2"


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

    def post(self, entries: Sequence[JournalEntry], moves: Sequence[Move]) -> None:
        """Write entries with postings, that they wait for a link, and accounts' balances."""
        try:
            moved = self._for_writing().executemany(_MOVE, moves)
        except apsw.ConstraintError as error:
            raise InvariantBroken(f"the store refused: {error}") from error
        if moved != len(moves):
            raise InvariantBroken("an account is not where its first posting found it")
        self.insert_values("entry", EntryRow, values_of_entries(entries))
        self.insert_values("posting", PostingRow, values_of_postings(entries))
        self.insert_values("unlinked", UnlinkedRow, ((entry.entry_id,) for entry in entries))

    def savepoint(self) -> AbstractContextManager[None]:
        """Begin a part of the transaction that can fail on its own."""
        return self._for_writing().savepoint()

    def _for_writing(self) -> EmbeddedStore:
        if self._writer is None:
            raise InvariantBroken("these books are open for reading only")
        return self._writer
