"""Connections to the database: each set up so that the promises hold, lent to one caller at a time.

``synchronous_commit=on`` is said to the server, whatever its own default is: a commit that was
acknowledged survives power loss (PostgreSQL manual, section 28.3 "Asynchronous Commit"). The
timeouts, in milliseconds, turn a wait for somebody who never ends into ``ServiceUnavailable``.
``random_page_cost`` says that a page out of turn costs hardly more than the next one, as in memory
or on a solid-state disk; by its default, meant for disks that turn, the server would rather read
a table of some thousand accounts from end to end than look a few of them up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import Final

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from psycopg.types.numeric import Int8BinaryDumper

from ledger.protocol.errors.service import InvariantBroken, ServiceUnavailable, StoreUnfit
from ledger.store.postgres.errors import our_errors

Connection = psycopg.Connection[TupleRow]
Answer = psycopg.Cursor[TupleRow]

_SERVER_MIN: Final = 140000
_CONNECT_WITHIN_S: Final = 5
_LENT_WITHIN_S: Final = 30.0
_SETTINGS: Final = {
    "synchronous_commit": "on",
    "lock_timeout": "10000",
    "statement_timeout": "30000",
    "idle_in_transaction_session_timeout": "60000",
    "random_page_cost": "1.1",
}

_SET: Final = b"""
SELECT set_config(setting.name, setting.value, false)
FROM unnest($1::text[], $2::text[]) AS setting (name, value)
"""
# SQLite sorts text by its bytes, and pages of ids rely on it.
_SORT: Final = b"SELECT array_to_string(array(SELECT unnest($1::text[]) AS c ORDER BY c), '')"


def connect(url: str) -> Connection:
    """Open a connection; ``ServiceUnavailable`` if nobody answers, ``StoreUnfit`` if not fit."""
    with our_errors():
        connection = psycopg.Connection[TupleRow].connect(
            url,
            autocommit=True,  # begin and commit are said aloud
            connect_timeout=_CONNECT_WITHIN_S,
            application_name="qrpay",
            cursor_factory=psycopg.RawCursor,  # marks are $1, and % means itself
        )
    try:
        with our_errors():
            _keep_plans(connection)
            connection.execute(_SET, (list(_SETTINGS), list(_SETTINGS.values())))
            _require_fit(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _keep_plans(connection: Connection) -> None:
    """Let the server plan each statement a few times and then never again.

    The driver keeps a hundred prepared statements, fewer than there are; it tells them apart by the
    types of their values, and 7 and 70,000 would be of two; and it drops them all at a ROLLBACK or
    ROLLBACK TO that it does not know yet.
    """
    connection.prepared_max = None
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    for statement in (b"BEGIN", b"SAVEPOINT part", b"ROLLBACK TO part", b"ROLLBACK"):
        connection.execute(statement)


def _require_fit(connection: Connection) -> None:
    version = connection.info.server_version
    if version < _SERVER_MIN:
        raise StoreUnfit(f"PostgreSQL {version // 10000} is older than {_SERVER_MIN // 10000}")
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise StoreUnfit("the database is not in UTF8; make it with ENCODING 'UTF8'")
    if connection.execute(_SORT, (list("aB_-ä"),)).fetchone() != ("-B_aä",):
        raise StoreUnfit("the database does not sort by bytes; make it with LOCALE 'C'")


class Pool:
    """At most ``most`` connections, made when they are needed and used again; for all threads."""

    def __init__(self, open_one: Callable[[], Connection], most: int) -> None:
        self._open_one = open_one
        self._free = threading.BoundedSemaphore(most)
        self._idle: LifoQueue[Connection] = LifoQueue()
        self._closed = False

    @contextmanager
    def lent(self, begin: str) -> Iterator[Connection]:
        """Lend a connection in a transaction begun by the statement ``begin``.

        The block ends the transaction; a connection given back within one is thrown away. Raises
        ``ServiceUnavailable`` when all are in use for too long, or the database does not answer.
        """
        if not self._free.acquire(timeout=_LENT_WITHIN_S):
            raise ServiceUnavailable("all connections to the database are in use")
        try:
            connection = self._begun(begin)
            try:
                yield connection
            finally:
                self._take_back(connection)
        finally:
            self._free.release()

    def _begun(self, begin: str) -> Connection:
        # One that lay idle may have died with its server; then the next one is tried.
        while not self._closed:
            try:
                idle = self._idle.get_nowait()
            except Empty:
                fresh = self._open_one()
                with our_errors():
                    fresh.execute(begin.encode())
                return fresh
            try:
                idle.execute(begin.encode())
            except psycopg.OperationalError:
                idle.close()
            else:
                return idle
        raise InvariantBroken("the store is closed")

    def _take_back(self, connection: Connection) -> None:
        if self._closed or connection.info.transaction_status != TransactionStatus.IDLE:
            connection.close()
        else:
            self._idle.put(connection)

    def close(self) -> None:
        """Close the idle connections, and each of the others when it is given back."""
        self._closed = True
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return
