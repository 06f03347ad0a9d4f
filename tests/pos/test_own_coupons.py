"""A coupon of the shop's own at the till: taken as it is, on paper, in the day and its statement.

The provider of these tests takes 2.00 euro off each sale, which the shop bears.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.kit.clock import SettableClock
from ledger.protocol.errors.checkout import ReceiptDiffers
from ledger.protocol.instants import DAY, HOUR
from ledger.protocol.lifecycle import RefundState
from ledger.protocol.messages import Funded, FundingSource, Receipt, decode
from ledger.protocol.money import Money
from pos.acquirers.port import Reply
from pos.closing.business_day import bounds
from pos.closing.day_report import DayReport
from pos.closing.differences import DifferenceKind
from pos.counter import collecting, refunds, review, sales
from pos.counter.day_end.close import close_day
from pos.counter.day_end.statements import reconcile_with_provider
from pos.counter.desk import Desk
from pos.counter.resolver import Resolver
from pos.counter.review import Verdict
from pos.goods import catalogue
from pos.goods.basket import Basket
from pos.goods.catalogue import Language
from pos.till import Sale, SaleEvent, SaleState
from pos.web import views
from tests.pos.booked import settle, tell
from tests.pos.papers import printed
from tests.pos.provider import MiniProvider
from tests.pos.scene import Scene
from tests.pos.shop import BERLIN, EUR, IDENTITY, PAYMENT_CODE

OWN = FundingSource.MERCHANT_COUPON
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _noon_and_coupons(clock: SettableClock, provider: MiniProvider) -> None:
    clock.advance(bounds(TODAY, BERLIN)[0] + 12 * HOUR - clock.now())
    provider.own_coupon_minor = 2_00


def goods() -> Basket:
    """Shampoo for 5.90 at 19 % VAT, tea for 1.89 at 7 %."""
    shop = catalogue.load()
    return Basket.of_goods([(shop.product("shampoo-300ml"), 2), (shop.product("herbal-tea-20"), 1)])


def sell(desk: Desk) -> Sale:
    rung_up = sales.ring_up(desk, goods())
    return collecting.read_code(desk, rung_up.sale_id, PAYMENT_CODE)


def give_back(desk: Desk, sale: Sale, amount_minor: int | None = None) -> None:
    amount = None if amount_minor is None else Money(amount_minor, EUR)
    made = refunds.give_back(desk, sale.sale_id, amount)
    assert made.state is RefundState.SUCCEEDED


def kept(desk: Desk, sale: Sale) -> list[Receipt]:
    return [decode(Receipt, each.text) for each in desk.store.evidence.receipts(sale.sale_id)]


def alarms(desk: Desk) -> list[str]:
    return [each.code for each in desk.store.evidence.alarms()]


# --- While selling --------------------------------------------------------------------------------


def test_a_sale_that_the_shops_coupon_made_cheaper_is_paid_without_an_alarm(desk: Desk) -> None:
    sale = sell(desk)
    (receipt,) = kept(desk, sale)
    assert (sale.state, alarms(desk)) == (SaleState.PAID, [])
    assert (receipt.amount, receipt.funding) == (sale.total, (Funded(OWN, 2_00),))
    shown = views.receipt(receipt, desk.store.evidence.receipts(sale.sale_id)[0])
    assert (shown.amount_minor, shown.settled_minor) == (7_79, 5_79)


def test_an_answer_that_takes_off_what_its_receipt_does_not_raises_an_alarm(
    desk: Desk, provider: MiniProvider
) -> None:
    def cheat(_: str, call: Callable[[], Reply]) -> Reply:
        return replace(call(), discount=Money(3_00, EUR))

    provider.network = cheat
    sale = sell(desk)
    assert (kept(desk, sale), alarms(desk)) == ([], [ReceiptDiffers.code])


def test_a_notification_says_the_same_of_the_coupon_as_its_receipt(scene: Scene) -> None:
    told, receipt = scene.pay()
    with pytest.raises(ReceiptDiffers):
        scene.receive(replace(told, funding=()), receipt)
    assert told.funding == (Funded(OWN, 2_00),)
    scene.receive(told, receipt)
    assert (scene.state, scene.alarms) == (SaleState.PAID, [])


def test_the_paper_states_the_coupon_and_the_vat_of_what_is_left(desk: Desk) -> None:
    sale = sell(desk)
    paper = printed(sale, kept(desk, sale), IDENTITY, Language.EN)
    rows = [" ".join(line.split()) for line in paper.splitlines()]
    assert "Total €7.79" in rows
    assert "Coupon of the shop -€2.00" in rows
    assert "VAT 19 % (net €3.69) €0.70" in rows  # 5.90 less 1.51 is 4.39
    assert "VAT 7 % (net €1.31) €0.09" in rows  # 1.89 less 0.49 is 1.40
    assert "of it by the shop's coupon €2.00" in rows
    assert "From wallet €5.79" in rows


# --- At the end of the day ------------------------------------------------------------------------


def vat_of(report: DayReport) -> int:
    return sum(row.gross_minor for row in report.vat)


def test_the_day_counts_what_the_coupon_left(desk: Desk) -> None:
    first = sell(desk)
    sell(desk)
    give_back(desk, first, 3_00)
    report = close_day(desk, TODAY)
    assert (report.sales.amount_minor, report.refunds.amount_minor) == (15_58, 3_00)
    assert report.discounts_minor == 4_00 - 77  # 0.77 of the 3.00 fall on the coupon
    assert report.total_minor == vat_of(report) == 15_58 - 3_00 - 3_23


def test_what_goes_back_on_later_days_takes_the_rest_of_the_sale(
    desk: Desk, clock: SettableClock
) -> None:
    sale = sell(desk)
    give_back(desk, sale, 1_00)
    reports = [close_day(desk, TODAY)]
    for number, part in enumerate((3_00, None), start=1):
        clock.advance(DAY)
        give_back(desk, sale, part)
        reports.append(close_day(desk, TODAY + timedelta(days=number)))
    assert [each.total_minor for each in reports] == [vat_of(each) for each in reports]
    assert sum(each.total_minor for each in reports) == 0
    for rate in (19, 7):
        rows = [row for each in reports for row in each.vat if row.vat_percent == rate]
        assert sum(row.vat_minor or 0 for row in rows) == 0


def test_a_sale_that_a_person_gave_back_later_takes_its_coupon_with_it(
    desk: Desk, clock: SettableClock
) -> None:
    sale = sell(desk)
    close_day(desk, TODAY)
    clock.advance(DAY)
    with desk.store.transaction():
        desk.store.sales.put(sale.advance(SaleEvent.CONTRADICT))
    review.decide(desk, sale.sale_id, Verdict.GIVE_BACK, "wrong goods")
    Resolver(desk).take_round()
    report = close_day(desk, TODAY + timedelta(days=1))
    assert (report.reversals.amount_minor, report.discounts_minor) == (7_79, -2_00)
    assert report.total_minor == vat_of(report) == -5_79


# --- Compared with the provider -------------------------------------------------------------------


def test_sales_and_refunds_with_coupons_agree_with_the_statement(
    desk: Desk, provider: MiniProvider
) -> None:
    give_back(desk, sell(desk), 3_00)
    settle(provider, TODAY)
    found = reconcile_with_provider(desk, TODAY)
    assert (found.differences, found.matched) == ((), 2)
    assert (found.till_total.minor_units, found.discount.minor_units) == (4_79, 1_23)
    assert found.net.minor_units == 3_56


def test_the_fee_that_was_agreed_is_that_of_what_the_shop_gets(
    desk: Desk, provider: MiniProvider
) -> None:
    give_back(desk, sell(desk), 3_00)
    paid, back = settle(provider, TODAY).lines
    fees = Money(3, EUR), Money(-1, EUR)  # of 5.79, and what is more than that of 3.56
    booked = [
        replace(line, fee=fee, net=line.net - fee)
        for line, fee in zip((paid, back), fees, strict=True)
    ]
    tell(provider, TODAY, booked)
    agreed = replace(desk, fee_bps=60)
    assert reconcile_with_provider(agreed, TODAY).differences == ()


def test_a_coupon_that_the_receipt_does_not_have_is_named(
    desk: Desk, provider: MiniProvider
) -> None:
    provider.own_coupon_minor = 0
    sale = sell(desk)
    (line,) = settle(provider, TODAY).lines
    off = Money(2_00, EUR)
    tell(provider, TODAY, [replace(line, discount=off, net=line.net - off)])
    (difference,) = reconcile_with_provider(desk, TODAY).differences
    assert (difference.kind, difference.sale_id) == (DifferenceKind.DISCOUNT, sale.sale_id)
    assert difference.found == "the receipt has 0.00 EUR, the statement 2.00 EUR"
