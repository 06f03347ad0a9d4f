"""``ledger.store.tables.Tables`` on PostgreSQL: many write at once, so deciders lock first.

``locking`` keeps the rows that a query finds. ``held`` keeps the place of a row that is not there
yet, too: of two who look for the same thing and find nothing, the second waits for the first, and
then finds what that one made.

The row lock is FOR NO KEY UPDATE. It conflicts with itself, and lets others write rows that only
refer to this one (PostgreSQL manual, section 13.3.2 "Row-Level Locks").
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache, lru_cache
from itertools import count
from typing import TYPE_CHECKING, Final

import msgspec

from ledger.kit.embedded.rows import read_rows
from ledger.protocol.errors.service import InvariantBroken
from ledger.store.postgres import posting
from ledger.store.postgres.connections import Answer, Connection
from ledger.store.postgres.errors import our_errors
from ledger.store.tables.rows import Move, Row, SqlValue, Tables, columns

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from ledger.core.records.journal import JournalEntry

_MARK_OR_TEXT: Final = re.compile(r"\?|'[^']*'")


class PostgresTables(Tables):
    """Rows of one connection in a transaction; not ``writing``, to look at only."""

    each = "json_array_elements(?::json)"
    each_name = "json_array_elements_text(?::json)"

    def __init__(self, connection: Connection, *, writing: bool) -> None:
        self._connection = connection
        self._writing = writing
        self._holding = False
        if writing:
            self.locking = " FOR NO KEY UPDATE"
            self.skipping = " FOR NO KEY UPDATE SKIP LOCKED"

    def rows(self, row: type[Row], sql: str, *params: SqlValue) -> list[Row]:
        """Give all rows of the answer."""
        with our_errors():
            return records(row, self._connection.execute(numbered(sql), params))

    def row(self, row: type[Row], sql: str, *params: SqlValue) -> Row | None:
        """Give the only row of the answer, or None."""
        rows = self.rows(row, sql, *params)
        if len(rows) > 1:
            raise InvariantBroken(f"one row was expected, {len(rows)} were found")
        return rows[0] if rows else None

    def held(self, row: type[Row], sql: str, *params: SqlValue) -> Row | None:
        """Give the only row of the answer, or None, and keep it or its place."""
        found = self.row(row, sql + self.locking, *params)
        if found is None and self._writing:
            self.hold(sql, *params)
            found = self.row(row, sql + self.locking, *params)
        return found

    def hold(self, *name: SqlValue) -> None:
        """Keep a name until ``let_go``; whoever asks for it meanwhile waits."""
        if self._writing:
            self._holding = True
            with our_errors():
                self._connection.execute(b"SELECT pg_advisory_lock($1)", (_number_of(name),))

    def let_go(self) -> None:
        """Give back what was held, after the end of the transaction.

        The server would give back a transaction's own advisory locks by itself, but those taken
        inside a savepoint as soon as that is undone, and what is decided there may be counted
        outside of it (a wrong proof at a payment code).
        """
        if self._holding and not self._connection.closed:
            with our_errors():
                self._connection.execute(b"SELECT pg_advisory_unlock_all()")

    def take_your_time(self) -> None:
        """Let what is asked in this transaction go on for as long as it takes."""
        self._run(b"SET LOCAL statement_timeout = 0")

    def number(self, sql: str, *params: SqlValue) -> int:
        """Give the one number of the answer."""
        with our_errors():
            values = self._connection.execute(numbered(sql), params).fetchall()
        if len(values) != 1 or len(values[0]) != 1:
            raise InvariantBroken(f"one number was expected, {len(values)} rows were found")
        return int(values[0][0])  # a sum of BIGINT is NUMERIC

    def write(self, sql: str, *params: SqlValue) -> int:
        """Run a statement; how many rows it changed."""
        self._require_writing()
        with our_errors():
            return self._connection.execute(numbered(sql), params).rowcount

    def insert_all(self, table: str, rows: Sequence[DataclassInstance]) -> None:
        """Add rows of one kind, however many: they travel as one value, which the server reads."""
        if rows:
            self.write(_insertion_of_all(table, type(rows[0])), msgspec.json.encode(rows).decode())

    def insert_values(
        self, table: str, row: type[DataclassInstance], values: Iterable[tuple[SqlValue, ...]]
    ) -> None:
        """Add rows of a kind, however many: they travel as one value, which the server reads."""
        names = columns(row)
        rows = [dict(zip(names, each, strict=True)) for each in values]
        if rows:
            self.write(_insertion_of_all(table, row), msgspec.json.encode(rows).decode())

    def post(self, entries: Sequence[JournalEntry], moves: Sequence[Move]) -> None:
        """Write entries with postings, that they wait for a link, and accounts' balances."""
        self._require_writing()
        with our_errors():
            done = self._connection.execute(posting.POST, posting.values(entries, moves)).fetchone()
        posting.require_whole(done, entries, moves)

    def savepoint(self) -> AbstractContextManager[None]:
        """Begin a part of the transaction that can fail on its own."""
        self._require_writing()
        return self._savepoint()

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        # One name is enough: within another part, it means the inner one.
        self._run(b"SAVEPOINT part")
        try:
            yield
        except BaseException:
            if not self._connection.closed:
                self._run(b"ROLLBACK TO part")
                self._run(b"RELEASE part")
            raise
        self._run(b"RELEASE part")

    def _run(self, statement: bytes) -> None:
        with our_errors():
            self._connection.execute(statement)

    def _require_writing(self) -> None:
        if not self._writing:
            raise InvariantBroken("these books are open for reading only")


def records(record: type[Row], answer: Answer) -> list[Row]:
    """Give the rows of an answer, each as a ``record`` (matched by column name)."""
    names = tuple(column.name for column in answer.description or ())
    return read_rows(record, names, answer.fetchall())


@lru_cache(maxsize=1024)
def numbered(sql: str) -> bytes:
    """Spell the marks of the shared statements as PostgreSQL does; texts in quotes stay.

    >>> numbered("SELECT a FROM b WHERE c = ? AND d <> '?' AND e = ?")
    b"SELECT a FROM b WHERE c = $1 AND d <> '?' AND e = $2"
    """
    numbers = count(1)
    return _MARK_OR_TEXT.sub(
        lambda found: f"${next(numbers)}" if found[0] == "?" else found[0], sql
    ).encode()


@cache
def _insertion_of_all(table: str, row: type[DataclassInstance]) -> str:
    names = ", ".join(columns(row))
    # Table and columns are names of this package; values are always bound.
    return (
        f"INSERT INTO {table} ({names})"  # noqa: S608
        f" SELECT {names} FROM json_populate_recordset(NULL::{table}, ?::json)"
    )


def _number_of(name: tuple[SqlValue, ...]) -> int:
    """Give a name's 64 bits; two names that share them by chance wait for each other, no more."""
    digest = hashlib.blake2b(repr(name).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
