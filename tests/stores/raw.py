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

_DROP_GUARDS = """
DO $$
DECLARE
    guard record;
BEGIN
    FOR guard IN SELECT tgname AS name, tgrelid::regclass AS of_table FROM pg_trigger
                 WHERE NOT tgisinternal LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', guard.name, guard.of_table);
    END LOOP;
    FOR guard IN SELECT conname AS name, conrelid::regclass AS of_table FROM pg_constraint
                 WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', guard.of_table, guard.name);
    END LOOP;
END
$$
"""

_ONCE_SQLITE = "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'one_%'"
_ONCE_POSTGRES = "SELECT indexname::text FROM pg_indexes WHERE indexname LIKE 'one_%'"


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


def change(store: BooksStore, statement: str) -> int:
    """Run a statement and keep what it did; how many rows it changed."""
    if isinstance(store, BooksFile):
        return store._writer.execute(statement)
    assert isinstance(store, BooksDatabase)
    with store._pool.lent("BEGIN") as connection:
        changed = connection.execute(statement.encode()).rowcount
        connection.execute(b"COMMIT")
        return changed


def drop_guards(store: BooksStore) -> None:
    """Take away whatever would refuse a wrong row: the books are then as good as their audit."""
    if isinstance(store, BooksFile):
        triggers = ask(store, "SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ask(store, *(f'DROP TRIGGER "{name}"' for (name,) in triggers))
        ask(store, "PRAGMA foreign_keys = OFF", "PRAGMA ignore_check_constraints = ON")
    else:
        ask(store, _DROP_GUARDS)
    once = _ONCE_SQLITE if isinstance(store, BooksFile) else _ONCE_POSTGRES
    ask(store, *(f'DROP INDEX "{name}"' for (name,) in ask(store, once)))


def table_names(store: BooksStore) -> list[str]:
    """The names of all tables, in order."""
    names = _NAMES_SQLITE if isinstance(store, BooksFile) else _NAMES_POSTGRES
    return [str(row[0]) for row in ask(store, names)]
