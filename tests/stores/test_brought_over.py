"""Books from before shares: what waits for a batch, and what stands in one, comes over whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from ledger.kit import migrations
from ledger.kit.embedded import EmbeddedStore

BEFORE_SHARES = 13
WAITS = ("jnl_1", "M1", "EUR", 5)
LINE = (
    *("bat_1", 1, "jnl_0", "CAPTURE", 1, 1, "pay_1", "K1", "", "", "T01"),
    *(1295, 0, 8, 1287, 10118, "CNY", "125/16"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    steps = migrations.read("ledger.store.embedded")
    made = EmbeddedStore(apsw.Connection(str(tmp_path / "books.db")), None)
    migrations.apply(made, steps[:BEFORE_SHARES])
    made.execute("INSERT INTO clearing VALUES (?, ?, ?, ?)", WAITS)
    marks = ", ".join("?" for _ in LINE)
    made.execute(f"INSERT INTO batch_line VALUES ({marks})", LINE)  # noqa: S608 - marks alone
    migrations.apply(made, steps)
    yield made
    made.close()


def test_what_waits_and_what_stands_in_a_batch_comes_over(store: EmbeddedStore) -> None:
    assert store._connection.execute("SELECT * FROM clearing").fetchall() == [WAITS]
    assert store._connection.execute("SELECT * FROM batch_line").fetchall() == [LINE]


def test_a_line_stays_final_and_an_entry_is_once_in_a_batch(store: EmbeddedStore) -> None:
    for sql in ("DELETE FROM batch_line", "UPDATE batch_line SET number = 2"):
        with pytest.raises(apsw.ConstraintError, match="never"):
            store.execute(sql)
    marks = ", ".join("?" for _ in LINE)
    again = (LINE[0], 2, *LINE[2:])
    with pytest.raises(apsw.ConstraintError, match="UNIQUE"):
        store.execute(f"INSERT INTO batch_line VALUES ({marks})", again)  # noqa: S608


def test_an_entry_waits_once_for_each_merchant(store: EmbeddedStore) -> None:
    store.execute("INSERT INTO clearing VALUES ('jnl_1', 'M2', 'EUR', 5)")
    with pytest.raises(apsw.ConstraintError, match="UNIQUE"):
        store.execute("INSERT INTO clearing VALUES ('jnl_1', 'M2', 'EUR', 5)")
