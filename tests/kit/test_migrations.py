"""Each migration runs once, wholly or not at all, and history is not rewritten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from ledger.kit import migrations
from ledger.kit.embedded import open_store
from ledger.protocol.errors.service import InvariantBroken, StoreSchemaMismatch

FIRST = "CREATE TABLE good (name TEXT) STRICT; INSERT INTO good VALUES ('tea');"
SECOND = "ALTER TABLE good ADD COLUMN price INTEGER; UPDATE good SET price = 250;"


def prices(path: Path, package: str) -> list[int]:
    store = open_store(path, package=package)
    found = [store.value(int, "SELECT sum(price) FROM good")]
    found.append(store.value(int, "SELECT count(*) FROM migration"))
    store.close()
    return found


def test_migrations_run_in_order_and_never_again(
    tmp_path: Path, make_package: Callable[..., str]
) -> None:
    package = make_package("goods_store", FIRST, SECOND)
    assert prices(tmp_path / "a.db", package) == [250, 2]
    assert prices(tmp_path / "a.db", package) == [250, 2]


def test_an_older_store_gets_only_what_is_new(
    tmp_path: Path, make_package: Callable[..., str]
) -> None:
    open_store(tmp_path / "a.db", package=make_package("goods_store", FIRST)).close()
    assert prices(tmp_path / "a.db", make_package("goods_store", FIRST, SECOND)) == [250, 2]


def test_a_migration_that_fails_half_way_leaves_nothing_of_itself(
    tmp_path: Path, make_package: Callable[..., str]
) -> None:
    broken = SECOND + "DROP TABLE nowhere;"
    with pytest.raises(apsw.SQLError):
        open_store(tmp_path / "a.db", package=make_package("goods_store", FIRST, broken))
    assert prices(tmp_path / "a.db", make_package("goods_store", FIRST, SECOND)) == [250, 2]


def test_a_migration_that_commits_by_itself_is_refused(
    tmp_path: Path, make_package: Callable[..., str]
) -> None:
    package = make_package("goods_store", FIRST + "COMMIT;")
    with pytest.raises(InvariantBroken):
        open_store(tmp_path / "a.db", package=package)


def test_an_edited_migration_is_refused(tmp_path: Path, make_package: Callable[..., str]) -> None:
    open_store(tmp_path / "a.db", package=make_package("goods_store", FIRST)).close()
    with pytest.raises(StoreSchemaMismatch, match=r"0001_step\.sql"):
        open_store(tmp_path / "a.db", package=make_package("goods_store", FIRST + "-- edited"))


def test_a_store_of_a_newer_program_is_refused_untouched(
    tmp_path: Path, make_package: Callable[..., str]
) -> None:
    path = tmp_path / "a.db"
    newer = make_package("newer_store", FIRST, SECOND)
    open_store(path, package=newer).close()
    before = path.read_bytes()
    with pytest.raises(StoreSchemaMismatch, match=r"0002_step\.sql"):
        open_store(path, package=make_package("older_store", FIRST))
    assert path.read_bytes() == before


def test_a_gap_in_the_numbers_is_refused(tmp_path: Path, make_package: Callable[..., str]) -> None:
    package = make_package("goods_store", FIRST, SECOND)
    (tmp_path / "packages" / package / "migrations" / "0001_step.sql").unlink()
    with pytest.raises(InvariantBroken, match="goods_store"):
        migrations.read(package)
