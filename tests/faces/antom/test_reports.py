"""Reports: what a client transacted on a day, and what was settled of it, add up with the books."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.cli import Exit, main
from ledger.core.parties import fee_terms
from ledger.core.records.parties import FeeTerms
from ledger.core.records.settlement import Batch
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts
from ledger.core.vendors.bills import antom
from ledger.core.vendors.bills.antom import Report
from ledger.ops import demo_apps
from ledger.ops.audit import audit
from ledger.protocol.antom_wire import reports
from ledger.protocol.errors.vendors import ReportNotMade
from ledger.protocol.instants import DAY, later
from ledger.store import open_store
from tests.core.demo_world import SHOP, World
from tests.core.settlement.shop_days import FIRST_DAY, ShopDays
from tests.faces.antom.antom_shop import BASE, AntomShop

CUSTOMER = antom.customer_id(SHOP)
Rows = list[dict[str, str]]


class Settling:
    """A shop that sold, gave back and cancelled by Antom, and sold at its own till too."""

    def __init__(self) -> None:
        self.shop = AntomShop()
        with self.shop.store.transaction() as books:
            agreed = FeeTerms(SHOP, self.shop.now, 60)
            fee_terms.agree(books, terms=agreed, now=self.shop.now)
        self.days = ShopDays(self.shop)
        paid = self.shop.bought(1295, no="P1")
        self.shop.call("refund", self.shop.refund_of(paid, 295, "R1"))
        self.paid, self.undone = paid, self.shop.bought(450, no="P2")
        self.shop.call("cancel", {"paymentRequestId": "P2"})
        self.shop.paid(700, "anna")
        self.sold_by_another_client(200)
        self.account: VendorAccount = self.shop.account

    def sold_by_another_client(self, minor: int) -> None:
        other = replace(self.shop.account, account_id="5YOTHER")
        with self.shop.store.transaction() as books:
            accounts.register(books, account=other)
        wanted = self.shop.by_code(self.shop.show_code("anna", "alipay-plus"), minor, no="O1")
        answer = self.shop.post(f"{BASE}pay", json.dumps(wanted).encode(), client_id="5YOTHER")
        assert b"SUCCESS" in answer.data

    def transactions(self) -> Report:
        with self.shop.store.reading() as books:
            return antom.transaction_report(
                books, account=self.account, day=FIRST_DAY, now=self.shop.now
            )

    def settled(self) -> list[Report]:
        with self.shop.store.reading() as books:
            return antom.settlement_reports(books, account=self.account, day=FIRST_DAY)


@pytest.fixture(scope="module")
def world() -> Iterator[Settling]:
    made = Settling()
    yield made
    assert audit(made.shop.store) == []


@pytest.fixture(scope="module")
def batch(world: Settling) -> Batch:
    """The day's batch, closed and paid out; nothing of it was reported before."""
    with pytest.raises(ReportNotMade, match="not over"):
        world.transactions()
    with pytest.raises(ReportNotMade, match="not settled"):
        world.settled()
    closed = world.days.close(FIRST_DAY)
    with pytest.raises(ReportNotMade, match="not settled"):
        world.settled()
    world.shop.now = later(world.shop.now, 2 * DAY)
    return world.days.pay_out(closed)


def read(report: Report) -> Rows:
    *lines, end = report.content.splitlines()
    assert end == reports.END
    return list(csv.DictReader(lines))


def test_the_transactions_of_a_day_are_those_of_the_client(world: Settling, batch: Batch) -> None:
    report = world.transactions()
    assert batch.line_count == 6
    assert report.path == f"{CUSTOMER}/20261122/transactionItems_20261122_000.csv"
    rows = read(report)
    assert [
        (row["transactionType"], row["transactionRequestId"], row["transactionAmountValue"])
        for row in rows
    ] == [
        ("PAYMENT", "P1", "1295"),
        ("REFUND", "R1", "-295"),
        ("PAYMENT", "P2", "450"),
        ("CANCEL", "P2", "-450"),
    ]
    number = world.paid["paymentId"]
    assert (rows[0]["transactionId"], rows[0]["originalTransactionId"]) == (number, "")
    assert rows[1]["originalTransactionId"] == number
    assert rows[0]["paymentTime"] == "2026-11-22T20:00:00+08:00"
    assert (rows[0]["referenceStoreId"], rows[0]["transactionCurrency"]) == ("S1", "EUR")


def test_what_is_settled_adds_up_and_leaves_out_the_shops_other_sales(
    world: Settling, batch: Batch
) -> None:
    items, summary = world.settled()
    assert items.path.startswith(f"{CUSTOMER}/{batch.payout_on:%Y%m%d}/settlementItems_EUR_2026112")
    rows, sums = read(items), read(summary)
    for row in rows:
        amount, fee = int(row["transactionAmountValue"]), int(row["feeAmountValue"])
        assert int(row["settlementAmountValue"]) == amount + fee
        assert (fee < 0) == (amount > 0) or fee == 0
    assert [(row["summaryType"], row["count"]) for row in sums] == [
        ("PAYMENT", "2"),
        ("REFUND", "1"),
        ("CANCEL", "1"),
        ("TOTAL", "4"),
    ]
    total = sums[-1]
    assert int(total["settlementAmountValue"]) == sum(
        int(row["settlementAmountValue"]) for row in rows
    )
    assert int(total["feeAmountValue"]) == sum(int(row["feeAmountValue"]) for row in rows)
    assert [row["transactionRequestId"] for row in rows] == ["P1", "R1", "P2", "P2"]
    by_other_ways = batch.net_minor - int(total["settlementAmountValue"])
    assert 890 < by_other_ways < 900  # 7.00 at the till, 2.00 by the other client, less fees
    assert {row["settlementBatchId"] for row in (*rows, *sums)} == {total["settlementBatchId"]}


def test_a_file_without_rows_has_its_names_and_its_end(tmp_path: Path) -> None:
    file = tmp_path / "books.db"
    world = World(open_store(file))
    client = demo_apps.antom_client().app_id
    with world.store.transaction() as books:
        sells = VendorAccount(Vendor.ANTOM, client, SHOP, "T01", world.now, {"public_key": "-"})
        accounts.register(books, account=sells)
    world.close()
    words = ["ledger", "antom-reports", str(tmp_path / "sftp"), "--books", str(file)]
    environment = {"QRPAY_HOME": str(tmp_path)}
    done = CliRunner().invoke(main, [*words, "--date", "2026-01-01"], env=environment)
    assert done.exit_code == Exit.OK, done.output
    assert "no settlement yet" in done.output
    path = f"v1/settlements/{CUSTOMER}/20260101/transactionItems_20260101_000.csv"
    assert (tmp_path / "sftp" / path).read_text() == f"{reports.TRANSACTIONS}\n<END>\n"


def test_the_published_summary_has_its_columns() -> None:
    assert reports.SUMMARY.startswith("settlementBatchId,customerId,acquirer,summaryType,")
    assert len(reports.SUMMARY.split(",")) == 24
