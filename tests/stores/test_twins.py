"""Both engines keep the same tables: each migration of the one has its twin in the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store import MEMORY, BooksStore, open_store
from tests.stores.databases import Databases
from tests.stores.raw import ask, table_names

STORE = Path(__file__).resolve().parents[2] / "ledger" / "store"
RECIPE = """
Each file in ledger/store/embedded/migrations has its twin of the same name in
ledger/store/postgres/migrations, with the same tables, columns, keys and triggers:

    BIGINT                                             for INTEGER
    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY    for INTEGER PRIMARY KEY [AUTOINCREMENT]
    nothing                                            for STRICT, WITHOUT ROWID
    amount::numeric * rate                             for products that may leave 64 bits
    CREATE TRIGGER name BEFORE UPDATE ON table         for BEGIN SELECT RAISE(ABORT, '...'); END
        FOR EACH ROW EXECUTE FUNCTION refuse('...');

and where rows must stay, a trigger name_is_kept BEFORE TRUNCATE ... FOR EACH STATEMENT besides.
"""

TYPES = {"TEXT": "text", "INTEGER": "bigint", "integer": "bigint"}
Facts = set[tuple[object, ...]]

GUARDED_BY_THE_POSTING: Facts = {
    ("entry", "payment", "payment_id"),
    ("posting", "account", "account_id"),
    ("posting", "entry", "entry_id"),
    ("unlinked", "entry", "entry_id"),
}
"""References that PostgreSQL does not check row by row (``ledger.store.postgres.posting``)."""

COLUMNS_POSTGRES = """
SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO'
FROM information_schema.columns WHERE table_schema = 'public'
"""
# Rows without a value are never the same, so leaving them out of an index leaves out no rule.
UNIQUE_POSTGRES = """
SELECT indrelid::regclass::text,
       indpred IS NOT NULL
           AND pg_get_expr(indpred, indrelid) <> format('(%s IS NOT NULL)',
               (SELECT attname FROM pg_attribute WHERE attrelid = indrelid AND attnum = indkey[0])),
       (SELECT string_agg(attname::text, ',' ORDER BY place)
        FROM unnest(indkey) WITH ORDINALITY AS key (number, place)
        JOIN pg_attribute ON attrelid = indrelid AND attnum = key.number)
FROM pg_index
JOIN pg_class ON pg_class.oid = indexrelid
WHERE indisunique AND relnamespace = 'public'::regnamespace
"""
REFERENCES_POSTGRES = """
SELECT conrelid::regclass::text, confrelid::regclass::text, attname::text
FROM pg_constraint
JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
TRIGGERS_POSTGRES = """
SELECT tgrelid::regclass::text, tgname::text FROM pg_trigger
WHERE NOT tgisinternal AND tgname NOT LIKE '%\\_is\\_kept'
"""


@pytest.fixture(scope="module")
def file() -> Iterator[BooksStore]:
    store = open_store(MEMORY)
    yield store
    store.close()


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[BooksStore]:
    with databases.copy() as name:
        store = open_store(databases.url(name))
        yield store
        store.close()


def pragma(store: BooksStore, name: str, of: str) -> list[tuple[object, ...]]:
    return list(ask(store, f"SELECT * FROM pragma_{name}('{of}')"))  # noqa: S608 - names of ours


def columns(store: BooksStore) -> Facts:
    return {
        (table, name, TYPES[str(kind)], bool(not_null or place_in_key))
        for table in table_names(store)
        for _, name, kind, not_null, _, place_in_key in pragma(store, "table_info", table)
    }


def unique_keys(store: BooksStore) -> Facts:
    found: Facts = set()
    for table in table_names(store):
        key = [(row[5], row[1]) for row in pragma(store, "table_info", table) if row[5]]
        found.add((table, False, ",".join(str(name) for _, name in sorted(key))))
        for _, index, unique, _, partial in pragma(store, "index_list", table):
            if unique:
                names = [str(row[2]) for row in pragma(store, "index_info", str(index))]
                found.add((table, bool(partial), ",".join(names)))
    return found


def references(store: BooksStore) -> Facts:
    return {
        (table, row[2], row[3])
        for table in table_names(store)
        for row in pragma(store, "foreign_key_list", table)
    }


def triggers(store: BooksStore) -> Facts:
    return set(ask(store, "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"))


def files(engine: str) -> Facts:
    return {(file.name,) for file in (STORE / engine / "migrations").glob("*.sql")}


def same(what: str, file: Facts, database: Facts) -> None:
    __tracebackhide__ = True
    missing, extra = sorted(map(str, file - database)), sorted(map(str, database - file))
    if missing or extra:
        found = [f"only in SQLite: {one}" for one in missing]
        found += [f"only in PostgreSQL: {one}" for one in extra]
        pytest.fail(f"the {what} differ.\n" + "\n".join(found) + "\n" + RECIPE, pytrace=False)


def test_each_migration_has_its_twin() -> None:
    same("migrations", files("embedded"), files("postgres"))


def test_the_columns_are_the_same(file: BooksStore, database: BooksStore) -> None:
    found: Facts = {
        (table, name, TYPES.get(str(kind), kind), not_null)
        for table, name, kind, not_null in ask(database, COLUMNS_POSTGRES)
    }
    same("columns (table, column, type, never null)", columns(file), found)


def test_what_is_unique_is_the_same(file: BooksStore, database: BooksStore) -> None:
    same(
        "unique keys (table, of some rows only, columns)",
        unique_keys(file),
        set(ask(database, UNIQUE_POSTGRES)),
    )


def test_what_refers_to_what_is_the_same(file: BooksStore, database: BooksStore) -> None:
    same(
        "references (table, to table, column)",
        references(file) - GUARDED_BY_THE_POSTING,
        set(ask(database, REFERENCES_POSTGRES)),
    )


def test_what_is_guarded_by_triggers_is_the_same(file: BooksStore, database: BooksStore) -> None:
    same("triggers (table, name)", triggers(file), set(ask(database, TRIGGERS_POSTGRES)))
