"""``qrpay ledger settle``, ``statement`` and ``trial-balance`` as an operator uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli import main
from ledger.cli.accounting import settle as settle_command
from ledger.kit.clock import SharedClock
from ledger.ops.audit import audit
from ledger.store import open_store
from tests.core.demo_world import NOON, SHOP, World
from tests.core.settlement.shop_days import FIRST_DAY, ShopDays


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Books with one sold day, and a machine on which that day is over."""
    path = tmp_path / "books.db"
    world = World(open_store(path))
    ShopDays(world)
    world.refund(world.paid(1_295, "anna"), 295, "R1")
    world.close()
    monkeypatch.setattr(SharedClock, "now", lambda _: NOON + 24 * 3_600_000)
    yield path
    store = open_store(path)
    assert audit(store) == []
    store.close()


def qrpay(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["ledger", *map(str, words)])


def test_settle_closes_and_pays_what_is_due_and_then_nothing(books: Path) -> None:
    first = qrpay("settle", "--books", books)
    assert first.exit_code == 0, first.output
    assert first.output.splitlines()[-1] == "2 steps done"
    assert "10.00 EUR on 2026-11-23" in first.output
    assert qrpay("settle", "--books", books).output == "0 steps done\n"


def test_settle_waits_for_a_ledger_that_keeps_the_books(
    books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle_command, "WAIT_FOR_THE_LEDGER_S", 0.0)
    running = open_store(books)
    try:
        late = qrpay("settle", "--books", books)
        assert (late.exit_code, SHOP in late.output) == (4, True)
    finally:
        running.close()
    assert qrpay("settle", "--books", books).exit_code == 0
    running = open_store(books)
    try:
        assert "has settled all" in qrpay("settle", "--books", books).output
    finally:
        running.close()


def test_settle_fails_for_a_day_that_is_not_over(books: Path) -> None:
    refused = qrpay("settle", "--day", "2026-11-23", "--books", books)
    assert (refused.exit_code, "BILL_NOT_READY" in refused.output) == (1, True)


def test_a_statement_comes_in_four_forms(books: Path) -> None:
    qrpay("settle", "--books", books)
    words = ("statement", SHOP, FIRST_DAY.isoformat(), "--books", books, "--format")
    assert "carried out" in qrpay(*words, "text").output
    assert qrpay(*words, "csv").output.splitlines()[-1] == ",total,,,,,,,,10.00,0.00,0.00,10.00,,,"
    assert "camt.053.001.08" in qrpay(*words, "camt").output
    assert json.loads(qrpay(*words, "json").output)["paid_out_minor"] == 1_000


def test_a_statement_is_written_as_a_file(books: Path, tmp_path: Path) -> None:
    qrpay("settle", "--books", books)
    file = tmp_path / "day.xml"
    words = ("statement", SHOP, FIRST_DAY.isoformat(), "--books", books, "--format", "camt")
    printed = qrpay(*words).output
    assert qrpay(*words, "--output", file).output == ""
    assert file.read_text("utf-8") == printed


@pytest.mark.parametrize("day", ["2026-11-31", "../../etc/passwd"])
def test_a_day_that_is_none_is_refused(books: Path, day: str) -> None:
    refused = qrpay("statement", SHOP, day, "--books", books)
    assert (refused.exit_code, "BILL_DATE_FORMAT" in refused.output) == (1, True)


def test_the_trial_balance_has_the_same_sum_on_both_sides(books: Path) -> None:
    qrpay("settle", "--books", books)
    told = json.loads(qrpay("trial-balance", "--json", "--books", books).output)
    assert {each["currency"] for each in told} == {"BHD", "CNY", "EUR", "JPY"}
    assert [each["difference_minor"] for each in told] == [0, 0, 0, 0]
    by_id = {row["account_id"]: row for each in told for row in each["accounts"]}
    assert by_id["nostro:EUR"]["credit_minor"] == 1_000
    assert by_id["issuance:EUR"]["debit_minor"] == 20_000
    table = qrpay("trial-balance", "--books", books).output
    assert "debit" in table
    sums = [line.split() for line in table.splitlines() if line.startswith("sum")]
    assert all(debit == credit for _, debit, credit in sums)
