"""What every payment writes is checked value by value, and by no index made for one row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from ledger.kit import embedded, migrations
from ledger.kit.embedded import EmbeddedStore, SqlValue

WRITTEN_BY_A_SALE = [
    *(("ledger.store.embedded", table) for table in ("payment", "state_change", "claim")),
    *(("ledger.store.embedded", table) for table in ("authorisation", "entry", "posting")),
    *(("ledger.store.embedded", table) for table in ("clearing", "unlinked", "spending")),
    *(("ledger.store.embedded", table) for table in ("receipt", "outbox", "live_event")),
    *(("pos.store", table) for table in ("sale", "attempt", "receipt", "notification")),
    *(("wallet.store", table) for table in ("review", "receipt")),
]
MEANINGLESS = [
    ("ledger.store.embedded", "payment", "state"),
    ("ledger.store.embedded", "payment", "presented"),
    ("ledger.store.embedded", "entry", "kind"),
    ("ledger.store.embedded", "receipt", "kind"),
    ("ledger.store.embedded", "outbox", "state"),
    ("ledger.store.embedded", "spending", "purpose"),
    ("pos.store", "sale", "state"),
    ("pos.store", "attempt", "profile"),
    ("pos.store", "attempt", "mode"),
    ("pos.store", "attempt", "phase"),
]
OF_A_TYPE: dict[str, SqlValue] = {"TEXT": "x", "INTEGER": 1, "BLOB": b""}
FINE: dict[str, SqlValue] = {"presented": "merchant", "profile": "S", "mode": "show"}


@pytest.fixture(scope="module")
def stores() -> Iterator[dict[str, EmbeddedStore]]:
    packages = {package for package, _ in WRITTEN_BY_A_SALE}
    made = {package: embedded.open_store(embedded.MEMORY, package=package) for package in packages}
    yield made
    for store in made.values():
        store.close()


def columns(store: EmbeddedStore, table: str) -> list[str]:
    found = store._connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    return [str(name) for (name,) in found]


@pytest.mark.parametrize(("package", "table"), WRITTEN_BY_A_SALE)
def test_a_row_of_a_sale_is_stored_without_an_index_that_is_thrown_away(
    stores: dict[str, EmbeddedStore], package: str, table: str
) -> None:
    names = columns(stores[package], table)
    marks = ", ".join("?" for _ in names)
    sql = f"EXPLAIN INSERT INTO {table} VALUES ({marks})"  # noqa: S608 - names of ours
    steps = [
        str(step[1]) for step in stores[package]._connection.execute(sql, (None,) * len(names))
    ]
    assert steps
    assert "OpenEphemeral" not in steps


@pytest.mark.parametrize(("package", "table", "column"), MEANINGLESS)
def test_a_value_without_meaning_is_refused_as_before(
    stores: dict[str, EmbeddedStore], package: str, table: str, column: str
) -> None:
    facts = stores[package]._connection.execute(
        "SELECT name, type FROM pragma_table_info(?)", (table,)
    )
    row = {str(name): OF_A_TYPE[str(kind)] for name, kind in facts} | FINE | {column: "SOMETHING"}
    names = columns(stores[package], table)
    values = tuple(row[name] for name in names)
    marks = ", ".join("?" for _ in names)
    with pytest.raises(apsw.ConstraintError, match=f"CHECK constraint failed: {column} = "):
        stores[package].execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608


def test_books_of_before_are_brought_over_with_every_posting(tmp_path: Path) -> None:
    steps = migrations.read("ledger.store.embedded")
    store = EmbeddedStore(apsw.Connection(str(tmp_path / "books.db")), None)
    migrations.apply(store, steps[:9])
    store.execute("INSERT INTO account VALUES ('fees:EUR', 'EUR', NULL, 5)")
    store.execute("INSERT INTO entry VALUES ('jnl_1', 'ISSUANCE', 1, 1, NULL, NULL, '')")
    store.execute("INSERT INTO posting VALUES ('jnl_1', 1, 'fees:EUR', 5, 'EUR', 0, 5)")
    migrations.apply(store, steps)
    assert store._connection.execute("SELECT * FROM posting").fetchall() == [
        ("jnl_1", 1, "fees:EUR", 5, "EUR", 0, 5)
    ]
    with pytest.raises(apsw.ConstraintError, match="UNIQUE"):
        store.execute("INSERT INTO posting VALUES ('jnl_1', 2, 'fees:EUR', 5, 'EUR', 5, 10)")
    with pytest.raises(apsw.ConstraintError, match="never deleted"):
        store.execute("DELETE FROM posting")
    store.close()
