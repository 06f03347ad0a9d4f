"""The books in a PostgreSQL database: many write at once, and readers wait for nobody.

* A transaction runs under READ COMMITTED and locks what it decides by, so that it sees the newest
  state of what it holds; ``docs/decisions`` (0008) says why not SERIALIZABLE.
* Reading is one REPEATABLE READ snapshot that the server refuses to write in.
* A commit that was acknowledged survives power loss (``connections``).
* Where the connection breaks during a commit, nobody can tell what became of it:
  ``CommitUnknown``. The same request with the same Idempotency-Key finds out.

Several ledgers may work on one database at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

import psycopg
from psycopg.pq import TransactionStatus

from ledger.core.ports import Books
from ledger.protocol.errors.service import CommitUnknown, InvariantBroken
from ledger.store.audit import Breach, Rule
from ledger.store.postgres import schema
from ledger.store.postgres.connections import Connection, Pool, connect
from ledger.store.postgres.errors import our_errors
from ledger.store.postgres.events import PostgresBooks
from ledger.store.postgres.tables import PostgresTables

__all__ = ["BooksDatabase", "BooksDatabaseReader", "open_database", "open_database_reader"]

CONNECTIONS_MAX: Final = 16
_WRITE: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_OUTSIDE: Final = "SELECT 1"
"""Begins no transaction, which VACUUM could not run in."""
_DELETED_FROM: Final = (
    *("payer", "device", "invitation", "code_handle", "code_miss", "nonce"),
    *("payment", "claim", "quote", "refund", "receipt", "authorisation"),
    *("outbox", "attempt", "live_event", "reply", "spent_key", "entry", "link"),
)


class BooksDatabaseReader:
    """The books of a database that others may be writing: to look at, not to change."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @contextmanager
    def reading(self) -> Iterator[Books]:
        """Look at one consistent state."""
        with self._looking() as tables:
            yield PostgresBooks(tables)

    def breaches(self, rule: Rule) -> list[Breach]:
        """List what breaks a rule of ``ledger.store.audit``."""
        with self._looking() as tables:
            tables.take_your_time()
            return tables.rows(Breach, rule.sql)

    def facts(self) -> dict[str, str | int]:
        """Tell how the store keeps its promises; ``/health`` shows it."""
        with self._pool.lent(_WRITE) as connection, _ended(connection):
            return {
                "postgresql": _setting(connection, "server_version"),
                "isolation": _setting(connection, "transaction_isolation"),
                "synchronous_commit": _setting(connection, "synchronous_commit"),
                "fsync": _setting(connection, "fsync"),
            }

    def close(self) -> None:
        """Let go of the connections; a second call does nothing."""
        self._pool.close()

    @contextmanager
    def _looking(self) -> Iterator[PostgresTables]:
        with self._pool.lent(_READ) as connection, _ended(connection):
            yield PostgresTables(connection, writing=False)


class BooksDatabase(BooksDatabaseReader):
    """``ledger.core.ports.Store`` on a PostgreSQL database."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self._thread = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[Books]:
        """Keep everything done inside when the block ends, or nothing of it if it raises.

        Transactions do not nest (``InvariantBroken``): use ``savepoint()``. Raises
        ``CommitUnknown``, and ``ServiceUnavailable`` when nothing was kept and trying again helps.
        """
        if getattr(self._thread, "writing", False):
            raise InvariantBroken("a transaction is already open in this thread")
        self._thread.writing = True
        try:
            with self._pool.lent(_WRITE) as connection, _tables(connection) as tables:
                books = PostgresBooks(tables)
                yield books
                books.events.write()
                _commit(connection)
        finally:
            self._thread.writing = False

    def checkpoint(self) -> None:
        """Give the room of deleted rows free, so that the next rows overwrite them.

        The server copies its log by itself. An archive of it, and backups, are the operator's.
        """
        with self._pool.lent(_OUTSIDE) as connection, our_errors():
            for table in _DELETED_FROM:
                connection.execute(f"VACUUM {table}".encode())


def open_database(url: str) -> BooksDatabase:
    """Open the books in a database for writing, made and migrated where needed.

    ``url`` is a connection URI (PostgreSQL manual, section 32.1.1.2). Raises
    ``StoreSchemaMismatch``, ``StoreUnfit``, ``ServiceUnavailable``.
    """
    schema.migrate(url)
    return BooksDatabase(Pool(partial(connect, url), CONNECTIONS_MAX))


def open_database_reader(url: str) -> BooksDatabaseReader:
    """Open the books in a database that others may be writing, for reading only."""
    return BooksDatabaseReader(Pool(partial(connect, url), CONNECTIONS_MAX))


@contextmanager
def _tables(connection: Connection) -> Iterator[PostgresTables]:
    tables = PostgresTables(connection, writing=True)
    try:
        with _ended(connection):
            yield tables
    finally:
        tables.let_go()


@contextmanager
def _ended(connection: Connection) -> Iterator[None]:
    """Undo what the block did not commit itself."""
    try:
        yield
    finally:
        if not connection.closed and connection.info.transaction_status != TransactionStatus.IDLE:
            # Where this fails, the connection is gone, and the transaction with it.
            with suppress(psycopg.Error):
                connection.execute(b"ROLLBACK")


def _commit(connection: Connection) -> None:
    try:
        with our_errors():
            outcome = connection.execute(b"COMMIT").statusmessage
    except Exception as error:
        if connection.closed:
            raise CommitUnknown("the connection broke during the commit") from error
        raise
    if outcome != "COMMIT":  # the server's way to say that an earlier error had undone it all
        raise InvariantBroken("the transaction was already undone by an earlier error in it")


def _setting(connection: Connection, name: str) -> str:
    with our_errors():
        row = connection.execute(b"SELECT current_setting($1)", (name,)).fetchone()
    if row is None:
        raise InvariantBroken(f"the server tells no {name}")
    return str(row[0]).partition(" ")[0] if name == "server_version" else str(row[0])
