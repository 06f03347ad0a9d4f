"""A till compares a day with the files that Antom gives, since it has nobody to ask."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts
from ledger.core.vendors.bills import antom
from ledger.ops import demo_apps
from ledger.protocol.antom_wire import reports
from ledger.protocol.errors.checkout import BillNotReady
from ledger.protocol.errors.content import StatementFormat, StatementInconsistent
from ledger.protocol.instants import DAY, Instant, later
from ledger.protocol.money import Money, currency
from pos.acquirers.antom.reports import statement
from pos.closing.differences import DifferenceKind
from pos.counter import refunds
from pos.counter.day_end.statements import reconcile_with_file, reconcile_with_provider
from tests.pos.vendors.conftest import Shop

EUR = currency("EUR")
TODAY = date(2026, 11, 22)
pytestmark = pytest.mark.parametrize("standing", ["antom"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def content(standing: Shop) -> str:
    """The day's transactions: a sale, a part of it given back, and one that was undone."""
    paid = standing.show(Money(12_95, EUR))
    standing.pay(paid)
    standing.checkout.deliver()
    refunds.give_back(standing.desk, paid.sale_id, Money(2_95, EUR))
    slow = standing.show(Money(4_50, EUR))
    standing.pay(slow)  # and the news of it is slow
    clock = standing.checkout.clock
    clock.advance(slow.collection.give_up_at - clock.now())
    standing.pass_by(20)
    with standing.checkout.world.ledger.store.reading() as books:
        client = demo_apps.antom_client().app_id
        account = accounts.require(books, vendor=Vendor.ANTOM, account_id=client)
        now = later(clock.now(), DAY)
        return antom.transaction_report(books, account=account, day=TODAY, now=now).content


def test_the_transaction_items_agree_with_the_till(standing: Shop, content: str) -> None:
    with pytest.raises(BillNotReady):
        reconcile_with_provider(standing.desk, TODAY)
    found = reconcile_with_file(standing.desk, TODAY, content.encode())
    assert (found.agrees, found.matched) == (True, 4)


def test_what_the_file_has_otherwise_or_not_at_all_is_named(standing: Shop, content: str) -> None:
    more = reconcile_with_file(standing.desk, TODAY, content.replace(",1295,", ",1395,").encode())
    assert [(each.kind, each.effect.minor_units) for each in more.differences] == [
        (DifferenceKind.AMOUNT, 100)
    ]
    lines = [line for line in content.splitlines() if ",REFUND," not in line]
    less = reconcile_with_file(standing.desk, TODAY, "\n".join(lines).encode())
    assert [each.kind for each in less.differences] == [DifferenceKind.MISSING_REFUND]


def test_settlement_items_bring_fee_and_coupon(standing: Shop) -> None:
    del standing
    ids = reports.Ids("2026", "", "T01-01KAK9Q3ZV7T2M5X8B4C6D0E", "", "M1", "S1")
    sold = reports.TransactionRow("PAYMENT", ids, Instant(1_795_348_800_000), Money(12_95, EUR))
    row = reports.SettledRow(sold, sold.amount, Money(8, EUR), Money(50, EUR))
    batch = reports.Batch("1", "1022", Instant(1_795_435_200_000), Money(0, EUR))
    written = reports.items(batch, [row])
    [line] = statement(written.encode(), TODAY, terminal="T01").lines
    assert (line.amount, line.discount, line.fee) == (
        Money(12_95, EUR),
        Money(50, EUR),
        Money(8, EUR),
    )
    assert (line.net, line.payment_id) == (Money(12_37, EUR), "pay_01KAK9Q3ZV7T2M5X8B4C6D0E")
    with pytest.raises(StatementInconsistent, match="line 2"):
        statement(written.replace(",1237,", ",1238,").encode(), TODAY, terminal="T01")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<END>", "", "cut off"),
        ("paymentTime", "payTime", "no transaction items"),
        (",PAYMENT,", ",GIFT,", "line 2"),
        (",EUR", ",CNY", "not in EUR"),
        (",1295,", ",12.95,", "no amount"),
        (",1295,", ",-1295,", "a PAYMENT of"),
        (",1295,", ",1295", "as many cells"),
    ],
)
def test_a_file_that_is_no_such_report_is_refused(
    standing: Shop, content: str, old: str, new: str, said: str
) -> None:
    del standing
    with pytest.raises(StatementFormat, match=said):
        statement(content.replace(old, new, 1).encode(), TODAY, terminal="T01")
