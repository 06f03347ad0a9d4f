"""The tables under a store, past everything that guards them; the same for each engine."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.store import BooksFile, BooksStore
from ledger.store.postgres import BooksDatabase

Answer = Sequence[tuple[object, ...]]

_NAMES_SQLITE = """
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name
"""
_NAMES_POSTGRES = """
SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename
"""


def ask(store: BooksStore, *statements: str) -> Answer:
    """Run statements in one session and keep what they did; the answer to the last one."""
    if isinstance(store, BooksFile):
        return [store._writer._connection.execute(each).fetchall() for each in statements][-1]
    assert isinstance(store, BooksDatabase)
    with store._pool.lent("BEGIN") as connection:
        for each in statements:
            cursor = connection.execute(each.encode())
        rows = cursor.fetchall() if cursor.description else []
        connection.execute(b"COMMIT")
        return rows


def table_names(store: BooksStore) -> list[str]:
    """The names of all tables, in order."""
    names = _NAMES_SQLITE if isinstance(store, BooksFile) else _NAMES_POSTGRES
    return [str(row[0]) for row in ask(store, names)]
