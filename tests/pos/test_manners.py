"""What a till does otherwise when its acquirer issues the codes and signs no receipts."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from ledger.kit.clock import SettableClock
from ledger.protocol.errors.vendors import CodesAreIssued, DepositsNotTaken
from ledger.protocol.instants import HOUR
from ledger.protocol.messages import Intent
from ledger.protocol.money import Money
from ledger.protocol.native_wire import MovementKind
from pos.acquirers.intents import Attempt, Profile
from pos.acquirers.port import Manner
from pos.closing.business_day import bounds
from pos.closing.differences import DifferenceKind
from pos.closing.reconciliation import Reconciliation
from pos.collect import Phase
from pos.counter import collecting, sales, self_contained
from pos.counter.day_end.statements import reconcile_with_provider
from pos.counter.desk import Desk
from pos.goods.basket import Basket
from pos.till import Sale, SaleState
from tests.pos.booked import settle, tell
from tests.pos.provider import MiniProvider, lose_answers
from tests.pos.shop import EUR, PRICE, let_pass, open_sale

TODAY = date(2026, 11, 22)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _issuing(provider: MiniProvider, clock: SettableClock) -> None:
    provider.manner = Manner(
        issues_codes=True, gives_receipts=False, takes_deposits=False, days_in=SHANGHAI
    )
    provider.receipts_with_answers = False
    clock.advance(bounds(TODAY, SHANGHAI)[0] + 12 * HOUR - clock.now())


def show(desk: Desk) -> tuple[Sale, Attempt]:
    sale = open_sale(desk)
    collecting.show_code(desk, sale.sale_id, Profile.SIGNED)
    return sale, desk.store.attempts.of_sale(sale.sale_id)[0]


def undo_after_payment(desk: Desk, provider: MiniProvider, clock: SettableClock) -> Attempt:
    """Let the payer agree at the last moment, and the till reverse before it hears of it."""
    _, attempt = show(desk)
    clock.advance(attempt.collection.give_up_at - clock.now())
    provider.pay(attempt.payment_id)
    let_pass(desk, clock, 1000)
    [ended] = desk.store.attempts.of_sale(attempt.sale_id)
    assert ended.collection.phase is Phase.REVERSED
    return ended


def compare(desk: Desk) -> Reconciliation:
    return reconcile_with_provider(desk, TODAY)


def test_the_code_shown_is_the_one_the_acquirer_issued(desk: Desk) -> None:
    _, attempt = show(desk)
    assert attempt.shown_code == f"code of {attempt.payment_id}"
    assert attempt.profile is Profile.NONE


def test_a_code_that_was_lost_on_the_way_is_asked_for_again(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    provider.network = lose_answers
    _, attempt = show(desk)
    assert (attempt.shown_code, attempt.code) == (None, "")
    provider.network = lambda _, call: call()
    provider.payments.clear()
    let_pass(desk, clock, 5000)
    [asked] = desk.store.attempts.of_sale(attempt.sale_id)
    assert asked.shown_code == f"code of {attempt.payment_id}"


def test_no_code_is_shown_without_asking_the_acquirer(desk: Desk) -> None:
    sale = open_sale(desk)
    with pytest.raises(CodesAreIssued):
        self_contained.show(desk, sale.sale_id)
    with pytest.raises(CodesAreIssued):
        self_contained.sell(desk, Basket.of_amount(PRICE))
    assert desk.store.sales.get(sale.sale_id).state is SaleState.OPEN


def test_a_deposit_is_refused_before_anything_goes_out(desk: Desk, provider: MiniProvider) -> None:
    deposit = sales.ring_up(desk, Basket.of_amount(PRICE), Intent.DEPOSIT)
    with pytest.raises(DepositsNotTaken):
        collecting.show_code(desk, deposit.sale_id, Profile.SIGNED)
    assert provider.calls == []


def test_what_the_till_undid_may_stand_in_the_statement_both_ways(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    undo_after_payment(desk, provider, clock)
    settle(provider, TODAY)
    found = compare(desk)
    assert (found.differences, found.matched, found.till_total) == ((), 2, Money(0, EUR))


def test_what_the_till_undid_and_the_statement_only_takes_is_a_difference(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    undo_after_payment(desk, provider, clock)
    lines = [each for each in settle(provider, TODAY).lines if each.kind is MovementKind.PAYMENT]
    tell(provider, TODAY, lines)
    [found] = compare(desk).differences
    assert (found.kind, found.effect) == (DifferenceKind.STATE, PRICE)


def test_what_was_undone_unpaid_is_in_no_statement_and_that_is_right(
    desk: Desk, provider: MiniProvider
) -> None:
    sale, _ = show(desk)
    sales.abandon(desk, sale.sale_id)
    settle(provider, TODAY)
    assert compare(desk).agrees


def test_days_are_compared_by_the_acquirers_midnight(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    clock.advance(bounds(TODAY, SHANGHAI)[1] + HOUR - clock.now())  # in Berlin it is still today
    _, attempt = show(desk)
    provider.pay(attempt.payment_id)
    let_pass(desk, clock, 4000)
    lines = list(settle(provider, TODAY).lines)
    tell(provider, TODAY, [])
    tell(provider, TODAY + timedelta(days=1), lines)
    found = reconcile_with_provider(desk, TODAY + timedelta(days=1))
    assert (found.matched, found.differences) == (1, ())
    assert compare(desk).agrees
