"""Rows become records by the names of their columns, whatever kind of class the record is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from ledger.kit.embedded import EmbeddedStore, open_store
from ledger.kit.embedded.rows import read_rows
from ledger.protocol.errors.service import StoreDamaged
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class Sale:
    sale_id: str
    minor_units: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SaleByName:
    sale_id: str
    minor_units: int
    note: str = ""


class SaleStruct(msgspec.Struct, frozen=True):
    sale_id: str
    minor_units: int
    note: str = ""


Kind = type[Sale] | type[SaleByName] | type[SaleStruct]
KINDS = (Sale, SaleByName, SaleStruct)


@pytest.mark.parametrize("kind", KINDS)
def test_values_are_matched_by_name_and_not_by_place(kind: Kind) -> None:
    in_order = read_rows(kind, ("sale_id", "minor_units", "note"), [("a", 1, "x"), ("b", 2, "y")])
    turned = read_rows(kind, ("note", "minor_units", "sale_id"), [("x", 1, "a"), ("y", 2, "b")])
    assert in_order == turned == [kind(sale_id="a", minor_units=1, note="x"),
                                  kind(sale_id="b", minor_units=2, note="y")]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_too_many_is_left_out_and_one_too_few_has_its_default(kind: Kind) -> None:
    rows = read_rows(kind, ("number", "sale_id", "minor_units"), [(7, "a", 1)])
    assert rows == [kind(sale_id="a", minor_units=1)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("names", [("sale_id", "minor_uni4s"), ("minor_uni4s", "sale_id"), ()])
def test_a_column_that_is_needed_and_not_there_is_named(kind: Kind, names: tuple[str, ...]) -> None:
    with pytest.raises(StoreDamaged, match=f"{kind.__name__}: it has no (minor_units|sale_id)"):
        read_rows(kind, names, [tuple("a" for _ in names)])


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_that_its_field_cannot_have_is_refused(kind: Kind) -> None:
    with pytest.raises(StoreDamaged):
        read_rows(kind, ("sale_id", "minor_units"), [("a", "1")])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", [("a",), ("a", 1, 2)])
def test_a_row_of_another_length_is_refused(kind: Kind, row: tuple[object, ...]) -> None:
    with pytest.raises(StoreDamaged):
        read_rows(kind, ("sale_id", "minor_units"), [row])


def test_no_rows_are_no_records() -> None:
    assert read_rows(Sale, ("sale_id", "minor_units"), []) == []


def test_a_store_with_a_damaged_row_is_told_before_anything_goes_on(
    tmp_path: Path, make_package: Callable[..., str]
) -> None:
    path, package = tmp_path / "sales.db", make_package("damaged_store", "CREATE TABLE sale (id);")
    store = open_store(path, package=package)
    store.execute("UPDATE migration SET sha256 = CAST(sha256 AS BLOB)")  # as one bit can do it
    store.close()
    with pytest.raises(StoreDamaged, match="a row is no Applied: Expected `str`, got `bytes`"):
        open_store(path, package=package)


@pytest.fixture
def store(tmp_path: Path, make_package: Callable[..., str]) -> Iterator[EmbeddedStore]:
    package = make_package("a_store", "CREATE TABLE sale (sale_id TEXT, minor_units INTEGER);")
    with closing(open_store(tmp_path / "sales.db", package=package)) as opened:
        yield opened


def test_a_text_that_is_none_is_damage(store: EmbeddedStore) -> None:
    store.execute("INSERT INTO sale VALUES (CAST(x'61ff' AS TEXT), 5)")
    with pytest.raises(StoreDamaged, match="a text that is none"):
        store.query(Sale, "SELECT * FROM sale")
    with pytest.raises(StoreDamaged, match="a text that is none"):
        store.value(str, "SELECT sale_id FROM sale")


def test_a_text_of_somebody_elses_that_is_none_is_no_damage(store: EmbeddedStore) -> None:
    with pytest.raises(UnicodeDecodeError), store.transaction():
        b"\xff".decode()
