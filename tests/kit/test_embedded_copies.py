"""A store becomes what a copy of it is, while others read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.kit.embedded import MEMORY, EmbeddedStore, Reader, open_reader, open_store
from ledger.protocol.errors.service import InvariantBroken, StoreDamaged

SCHEMA = "CREATE TABLE sale (sale_id TEXT PRIMARY KEY) STRICT;"


def sales(store: Reader) -> int:
    return store.value(int, "SELECT count(*) FROM sale")


def add(store: EmbeddedStore, sale_id: str) -> None:
    store.execute("INSERT INTO sale VALUES (?)", (sale_id,))


@pytest.fixture
def package(make_package: Callable[..., str]) -> str:
    return make_package("copied_store", SCHEMA)


def test_readers_see_the_copy_at_once_and_those_at_it_end_on_what_they_saw(
    tmp_path: Path, package: str
) -> None:
    store = open_store(tmp_path / "sales.db", package=package)
    add(store, "s1")
    store.copy_to(tmp_path / "copy.db")
    add(store, "s2")
    reader = open_reader(tmp_path / "sales.db")
    with reader.snapshot():
        assert sales(reader) == 2
        store.restore(tmp_path / "copy.db")
        assert sales(reader) == 2
    assert (sales(reader), sales(store)) == (1, 1)
    assert store.facts()["journal_mode"] == "wal"
    add(store, "s3")
    store.close()
    again = open_store(tmp_path / "sales.db", package=package)
    assert sales(again) == 2
    again.close()
    reader.close()


def test_a_store_in_memory_too(tmp_path: Path, package: str) -> None:
    store = open_store(MEMORY, package=package)
    store.copy_to(tmp_path / "copy.db")
    add(store, "s1")
    for _ in "12":
        store.restore(tmp_path / "copy.db")
        assert sales(store) == 0
        add(store, "s2")
    store.close()


def test_what_is_no_copy_changes_nothing_nor_does_one_in_a_transaction(
    tmp_path: Path, package: str
) -> None:
    store = open_store(MEMORY, package=package)
    add(store, "s1")
    (tmp_path / "copy.db").write_text("no store at all" * 100)
    with pytest.raises(StoreDamaged):
        store.restore(tmp_path / "copy.db")
    with store.transaction(), pytest.raises(InvariantBroken):
        store.restore(tmp_path / "copy.db")
    assert sales(store) == 1
    store.close()
