"""``qrpay ledger fees`` and ``payout-return`` as an operator uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli import Exit, main
from ledger.kit.clock import SharedClock
from ledger.ops.audit import audit
from ledger.store import open_store
from tests.core.demo_world import NOON, SHOP, World
from tests.core.settlement.shop_days import FIRST_DAY, ONE_DAY, ShopDays
from tests.stores.databases import Databases


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The books of a shop in Berlin that pays 60 basis points; it is noon there, and a little."""
    path = tmp_path / "books.db"
    world = World(open_store(path))
    world.agree_fee(60)
    ShopDays(world)
    world.close()
    monkeypatch.setattr(SharedClock, "now", lambda _: NOON + 1)
    yield path
    store = open_store(path)
    assert audit(store) == []
    store.close()


def qrpay(place: str | Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["ledger", *words, "--books", str(place)])


def table(place: str | Path) -> list[tuple[str, int, int, int | None]]:
    rows = json.loads(qrpay(place, "fees", SHOP, "--json").stdout)
    return [tuple(row.values()) for row in rows]


def test_the_fee_table_is_shown_with_the_row_that_is_in_force(books: Path) -> None:
    qrpay(books, "fees", SHOP, "45", "--minimum", "0.05", "--maximum", "5.00")
    assert qrpay(books, "fees", SHOP).stdout.splitlines() == [
        "2026-11-22T12:00:00.000Z     60 basis points  in force",
        "2026-11-22T23:00:00.000Z     45 basis points, at least 0.05 EUR, at most 5.00 EUR",
        "2 rows",
    ]


def test_a_new_row_begins_with_a_business_day_of_the_shop(books: Path) -> None:
    assert qrpay(books, "fees", SHOP, "38", "--from", "2027-07-01").exit_code == Exit.OK
    assert qrpay(books, "fees", SHOP, "45").exit_code == Exit.OK
    assert table(books)[1:] == [
        ("2026-11-22T23:00:00.000Z", 45, 0, None),
        ("2027-06-30T22:00:00.000Z", 38, 0, None),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("45", "--from", "2026-11-22"), "FEE_TERMS_BACKDATED"),
        (("45", "--from", "tomorrow"), "BILL_DATE_FORMAT"),
        (("10001",), "FIELD_FORMAT"),
        (("45", "--minimum", "0.055"), "AMOUNT_SCALE"),
        (("45", "--minimum", "2.00", "--maximum", "1.00"), "FIELD_FORMAT"),
        (("--minimum", "0.05"), "needs its basis points"),
    ],
)
def test_a_row_that_is_wrong_is_refused_by_name(
    books: Path, words: tuple[str, ...], said: str
) -> None:
    refused = qrpay(books, "fees", SHOP, *words)
    assert refused.exit_code in (Exit.FAILED, Exit.USAGE)
    assert said in refused.stderr
    assert len(table(books)) == 1


def test_a_row_that_was_agreed_is_not_replaced(books: Path) -> None:
    qrpay(books, "fees", SHOP, "45")
    assert "FEE_TERMS_FINAL" in qrpay(books, "fees", SHOP, "46").stderr
    assert qrpay(books, "fees", SHOP, "45").exit_code == Exit.OK


def test_nobody_has_a_fee_table_who_is_no_merchant(books: Path) -> None:
    assert "MERCHANT_NOT_FOUND" in qrpay(books, "fees", "M1").stderr
    assert "MERCHANT_NOT_FOUND" in qrpay(books, "fees", "M1", "45").stderr


def test_a_payout_that_came_back_is_booked_once_and_paid_with_the_next_batch(
    tmp_path: Path,
) -> None:
    path = tmp_path / "settled.db"
    days = ShopDays(World(open_store(path)))
    days.world.paid(700, "anna")
    sent = days.pay_out(days.close(FIRST_DAY))
    days.world.close()
    words = ("payout-return", sent.batch_id, "--reason", "account closed")
    told = qrpay(path, *words)
    assert (told.exit_code, told.stdout) == (
        Exit.OK,
        f"7.00 EUR of {SHOP} came back (account closed); the next batch pays it\n",
    )
    assert qrpay(path, *words).stdout == told.stdout
    store = open_store(path)
    days.world.store = store
    assert days.balance("suspense:EUR") == 700
    days.pay_out(days.close(FIRST_DAY + ONE_DAY))
    assert (days.balance("suspense:EUR"), days.balance("nostro:EUR")) == (0, 700)
    assert audit(store) == []
    store.close()


@pytest.mark.parametrize(
    ("batch", "reason", "said"),
    [
        ("bat_00000000000000000000000A", "closed", "BATCH_NOT_FOUND"),
        ("2026-11-22", "closed", "IDENTIFIER_FORMAT"),
    ],
)
def test_a_payout_nobody_made_does_not_come_back(
    books: Path, batch: str, reason: str, said: str
) -> None:
    refused = qrpay(books, "payout-return", batch, "--reason", reason)
    assert (refused.exit_code, said in refused.stderr) == (Exit.FAILED, True)


def test_in_postgresql_fees_are_agreed_beside_a_ledger_at_work(databases: Databases) -> None:
    with databases.brief_world() as world:
        ShopDays(world)
        place = databases.url(databases.name_of(world))
        assert qrpay(place, "fees", SHOP, "45", "--from", "2099-01-01").exit_code == Exit.OK
        assert table(place) == [("2098-12-31T23:00:00.000Z", 45, 0, None)]
        with world.store.reading() as books:
            assert len(books.directory.fee_table(SHOP)) == 1


def test_a_file_that_a_ledger_keeps_is_looked_at_and_not_written(books: Path) -> None:
    running = open_store(books)
    assert "STORE_IN_USE" in qrpay(books, "fees", SHOP, "45").stderr
    refused = qrpay(
        books, "payout-return", "bat_00000000000000000000000A", "--reason", "account closed"
    )
    assert "STORE_IN_USE" in refused.stderr
    assert len(table(books)) == 1
    running.close()
