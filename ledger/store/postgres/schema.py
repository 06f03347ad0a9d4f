"""The books' tables in a database: made and migrated by one process at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Final

from ledger.kit import migrations
from ledger.kit.migrations import Applied
from ledger.store.postgres.connections import Connection, connect
from ledger.store.postgres.errors import our_errors
from ledger.store.postgres.tables import numbered, records

_LOCK: Final = 0x7172706179  # "qrpay"


def migrate(url: str) -> None:
    """Bring the tables up to date; a process that does so already is waited for.

    Raises ``StoreSchemaMismatch``, ``StoreUnfit``, ``ServiceUnavailable``.
    """
    with closing(connect(url)) as connection:
        with our_errors():
            connection.execute(b"SELECT pg_advisory_lock($1)", (_LOCK,))
            connection.execute(b"SET statement_timeout = 0")
        migrations.apply(_Schema(connection), migrations.read(__package__))


class _Schema:
    """``ledger.kit.migrations.Store`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with our_errors(), self._connection.transaction():
            yield

    def query(self, record: type[Applied], sql: str, /) -> list[Applied]:
        with our_errors():
            return records(record, self._connection.execute(numbered(sql)))

    def execute(self, sql: str, params: Sequence[int | str] = (), /) -> int:
        # Without values psycopg sends the text as it is, of any number of statements.
        with our_errors():
            if not params:
                return self._connection.execute(sql.encode()).rowcount
            return self._connection.execute(numbered(sql), params).rowcount
