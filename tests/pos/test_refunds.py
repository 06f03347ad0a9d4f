"""Refunds: once each, never more than was paid."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kit.clock import SettableClock
from ledger.protocol.errors import checkout
from ledger.protocol.errors.checkout import (
    IdempotencyKeyReused,
    OrderNotPaid,
    RefundExceedsCaptured,
    SaleNotFound,
)
from ledger.protocol.errors.content import AmountOutOfRange, CurrencyMismatch
from ledger.protocol.instants import SECOND
from ledger.protocol.lifecycle import RefundState
from ledger.protocol.money import Money, currency
from pos.counter import collecting, refunds
from pos.counter.desk import Desk
from pos.counter.resolver import Resolver
from pos.till import Sale, SaleState
from tests.pos.provider import MiniProvider, lose_answers, work
from tests.pos.shop import EUR, PAYMENT_CODE, START, let_pass, new_desk, new_provider, open_sale

TOTAL = Money(1000, EUR)


def euro(minor_units: int) -> Money:
    return Money(minor_units, EUR)


@pytest.fixture
def sale(desk: Desk) -> Sale:
    return collecting.read_code(desk, open_sale(desk, TOTAL).sale_id, PAYMENT_CODE)


def state_of(desk: Desk, sale: Sale) -> SaleState:
    return desk.store.sales.get(sale.sale_id).state


def test_a_part_is_given_back_and_the_sale_stays_paid(desk: Desk, sale: Sale) -> None:
    refund = refunds.give_back(desk, sale.sale_id, euro(300))
    assert (refund.state, refund.amount) == (RefundState.SUCCEEDED, euro(300))
    assert state_of(desk, sale) is SaleState.PAID
    assert len(desk.store.evidence.receipts(sale.sale_id)) == 2


def test_without_an_amount_all_that_is_left_is_given_back(desk: Desk, sale: Sale) -> None:
    refunds.give_back(desk, sale.sale_id, euro(300))
    assert refunds.give_back(desk, sale.sale_id, None).amount == euro(700)
    assert state_of(desk, sale) is SaleState.REFUNDED


def test_more_than_what_is_left_is_refused_and_asked_of_nobody(
    desk: Desk, sale: Sale, provider: MiniProvider
) -> None:
    refunds.give_back(desk, sale.sale_id, euro(300))
    with pytest.raises(RefundExceedsCaptured):
        refunds.give_back(desk, sale.sale_id, euro(701))
    assert provider.calls.count("refund") == 1


def test_after_all_is_given_back_nothing_more_is(desk: Desk, sale: Sale) -> None:
    refunds.give_back(desk, sale.sale_id, None)
    with pytest.raises(checkout.SaleState, match="REFUNDED"):
        refunds.give_back(desk, sale.sale_id, None)


@pytest.mark.parametrize("minor_units", [0, -1, 10**11 + 1])
def test_an_amount_that_is_none_is_refused(desk: Desk, sale: Sale, minor_units: int) -> None:
    with pytest.raises(AmountOutOfRange):
        refunds.give_back(desk, sale.sale_id, euro(minor_units))


def test_another_currency_is_refused(desk: Desk, sale: Sale) -> None:
    with pytest.raises(CurrencyMismatch):
        refunds.give_back(desk, sale.sale_id, Money(1, currency("CNY")))


def test_an_unpaid_sale_has_nothing_to_give_back(desk: Desk) -> None:
    opened = open_sale(desk)
    with pytest.raises(OrderNotPaid):
        refunds.give_back(desk, opened.sale_id, None)
    with pytest.raises(SaleNotFound):
        refunds.give_back(desk, "sal_unknown", None)


def test_a_repeated_wish_is_the_same_refund(desk: Desk, sale: Sale) -> None:
    first = refunds.give_back(desk, sale.sale_id, euro(300), asked_key="click-1")
    assert refunds.give_back(desk, sale.sale_id, euro(300), asked_key="click-1") == first
    with pytest.raises(IdempotencyKeyReused):
        refunds.give_back(desk, sale.sale_id, euro(301), asked_key="click-1")
    assert len(desk.store.refunds.of_sale(sale.sale_id)) == 1


def test_a_lost_answer_is_asked_for_under_the_same_number(
    desk: Desk, sale: Sale, provider: MiniProvider, clock: SettableClock
) -> None:
    provider.network = lose_answers
    refund = refunds.give_back(desk, sale.sale_id, euro(300))
    assert refund.state is RefundState.PROCESSING
    provider.network = work
    clock.advance(2 * SECOND)
    Resolver(desk).take_round()
    known = desk.store.refunds.find(refund.merchant_refund_no)
    assert known is not None
    assert known.state is RefundState.SUCCEEDED
    assert provider.refunds.keys() == {refund.merchant_refund_no}


def test_what_may_still_happen_counts_as_given_back(
    desk: Desk, sale: Sale, provider: MiniProvider
) -> None:
    provider.network = lose_answers
    refunds.give_back(desk, sale.sale_id, euro(600))
    with pytest.raises(RefundExceedsCaptured):
        refunds.give_back(desk, sale.sale_id, euro(401))


def test_a_refused_refund_says_why_and_counts_for_nothing(
    desk: Desk, sale: Sale, provider: MiniProvider
) -> None:
    payment_id = desk.store.attempts.of_sale(sale.sale_id)[0].payment_id
    payment = provider.payments[payment_id]
    provider.payments[payment_id] = replace(payment, refunded_minor=900)
    refund = refunds.give_back(desk, sale.sale_id, euro(300))
    assert (refund.state, refund.reason) == (RefundState.FAILED, "REFUND_EXCEEDS_CAPTURED")
    assert state_of(desk, sale) is SaleState.PAID
    provider.payments[payment_id] = payment
    assert refunds.give_back(desk, sale.sale_id, None).amount == TOTAL


Wish = tuple[int, bool]


@given(st.lists(st.tuples(st.integers(1, 1200), st.booleans()), min_size=1, max_size=12))
def test_whatever_is_wished_and_lost_no_more_goes_back_than_was_paid(wishes: list[Wish]) -> None:
    clock = SettableClock(START)
    provider = new_provider(clock)
    desk = new_desk(provider)
    sale_id = collecting.read_code(desk, open_sale(desk, TOTAL).sale_id, PAYMENT_CODE).sale_id
    for amount, is_lost in wishes:
        provider.network = lose_answers if is_lost else work
        with suppress(RefundExceedsCaptured, checkout.SaleState):
            refunds.give_back(desk, sale_id, euro(amount))
    provider.network = work
    let_pass(desk, clock, 10 * SECOND)
    given_back = refunds.refunded(desk.store.refunds.of_sale(sale_id), TOTAL)
    (payment,) = provider.payments.values()
    assert given_back.minor_units == payment.refunded_minor <= TOTAL.minor_units
    assert (given_back == TOTAL) == (desk.store.sales.get(sale_id).state is SaleState.REFUNDED)
    desk.store.close()
