"""A merchant's own coupon lowers what the merchant gets; nobody pays it, no cent of it is lost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.books import funding
from ledger.core.records.payments import Payment
from ledger.protocol import messages
from ledger.protocol.errors.content import CurrencyMismatch, FieldFormat, RefundTooSmall
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Funded, FundingSource, Notification
from tests.core.demo_world import KIOSK, SHOP, World
from tests.core.seen import receipts_of
from tests.core.state import refused

OWN, COUPON, POINTS = FundingSource.MERCHANT_COUPON, FundingSource.COUPON, FundingSource.POINTS


def balance(world: World, account_id: str) -> int:
    with world.store.reading() as books:
        account = books.journal.account(account_id)
    return account.balance_minor if account else 0


def owed(world: World) -> int:
    return balance(world, f"merchant:{SHOP}:EUR")


def give(world: World, name: str, amount_minor: int, merchant_id: str = SHOP) -> None:
    world.grant(name, amount_minor, OWN, merchant_id=merchant_id)


def told(world: World, payment: Payment) -> list[tuple[Funded, ...]]:
    """What each notification of a payment says of coupons and points."""
    with world.store.reading() as books:
        rows = books.outbox.of_payment(payment.payment_id)
    return [messages.decode(Notification, row.notification.text).funding for row in rows]


# --- Paying ---------------------------------------------------------------------------------------


def test_the_merchant_gets_the_price_without_its_coupon_and_the_fee_of_that(world: World) -> None:
    world.agree_fee(60)
    give(world, "anna", 200)
    before = world.balance("anna")
    payment = world.request(1295)
    offer = world.claim(payment, "anna")
    assert (offer.payer_amount.minor_units, offer.funding) == (1095, (Funded(OWN, 200),))
    paid = world.authorise(payment, "anna").payment
    assert before - world.balance("anna") == 1095
    fee = 7  # 6.57 of 10.95; of 12.95 it would be 8
    assert (owed(world), balance(world, "fees:EUR")) == (1095 - fee, fee)
    assert [balance(world, account) for account in ("coupons:EUR", "points:EUR")] == [0, 0]
    assert (paid.amount.minor_units, paid.discount_minor, paid.fee_minor) == (1295, 200, fee)


def test_consent_receipt_and_notification_say_it(world: World) -> None:
    give(world, "anna", 200)
    payment = world.request(1295)
    world.claim(payment, "anna")
    assert world.authorisation(payment, "anna").funding == (Funded(OWN, 200),)
    world.authorise(payment, "anna")
    world.refund(payment, 590, "R1")
    paid, refund = receipts_of(world, payment)
    assert (paid.amount.minor_units, paid.payer_amount.minor_units) == (1295, 1095)
    assert paid.funding == (Funded(OWN, 200),)
    assert refund.funding == (Funded(OWN, 92),)
    assert told(world, payment) == [paid.funding, refund.funding]


def test_it_stands_before_the_providers_coupon_and_points(world: World) -> None:
    world.grant("anna", 150)
    world.grant("anna", 50, POINTS)
    give(world, "anna", 200)
    payment = world.paid(1295, "anna")
    (receipt,) = receipts_of(world, payment)
    assert receipt.funding == (Funded(OWN, 200), Funded(COUPON, 150), Funded(POINTS, 50))
    assert owed(world) == 1095
    assert (balance(world, "coupons:EUR"), balance(world, "points:EUR")) == (-150, -50)


def test_it_is_taken_off_before_the_exchange(world: World) -> None:
    give(world, "li-wei", 200)
    payment = world.request(1295)
    assert world.claim(payment, "li-wei").payer_amount.minor_units == -(-1095 * 125 // 16)
    world.authorise(payment, "li-wei")
    assert (balance(world, "fx:EUR"), owed(world)) == (-1095, 1095)


def test_a_merchant_always_gets_something(world: World) -> None:
    give(world, "anna", 1295)
    assert world.claim(world.request(1295), "anna").funding == ()
    world.paid(1296, "anna")
    assert owed(world) == 1


def test_a_least_fee_is_never_more_than_what_is_settled(world: World) -> None:
    world.agree_fee(60, minimum_minor=50)
    give(world, "anna", 1290)
    world.paid(1295, "anna")
    assert (owed(world), balance(world, "fees:EUR")) == (0, 5)


def test_a_coupon_of_one_merchant_takes_nothing_off_at_another(world: World) -> None:
    give(world, "anna", 200, KIOSK)
    assert world.claim(world.request(1295), "anna").funding == ()
    elsewhere = world.request(1295, merchant_id=KIOSK)
    assert world.claim(elsewhere, "anna").funding == (Funded(OWN, 200),)


def test_it_is_used_once(world: World) -> None:
    give(world, "anna", 200)
    world.refund(world.paid(1295, "anna"), 1295, "R1")
    assert world.claim(world.request(1295), "anna").funding == ()


# --- Back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["anna", "li-wei"])
def test_however_it_is_cut_everybody_gets_back_exactly_what_they_paid(
    world: World, name: str
) -> None:
    world.agree_fee(60)
    before = world.balance(name)
    give(world, name, 200)
    world.grant(name, 150)
    world.grant(name, 50, POINTS)
    payment = world.paid(1295, name)
    for number, part in enumerate((2, 2, 2, 333, 333, 331, 292)):
        state = world.refund(payment, part, f"R{number}").payment.state
    assert state is PaymentState.FULLY_REFUNDED
    assert world.balance(name) == before
    ours = ("coupons:EUR", "points:EUR", "fees:EUR", "fx:EUR", "fx-rounding:CNY")
    assert [owed(world), *(balance(world, account) for account in ours)] == [0] * 6


def test_the_merchant_gives_back_what_it_got_of_the_part(world: World) -> None:
    world.agree_fee(60)
    give(world, "anna", 200)
    payment, wallet, shop = world.paid(1295, "anna"), world.balance("anna"), owed(world)
    refund = world.refund(payment, 590, "R1").refund
    assert (refund.amount.minor_units, refund.discount_minor, refund.fee_minor) == (590, 92, 3)
    assert world.balance("anna") - wallet == 590 - 92
    assert shop - owed(world) == 590 - 92 - 3


def test_a_reversal_gives_all_of_it_back_and_the_coupon_too(world: World) -> None:
    before = world.balance("anna")
    give(world, "anna", 200)
    payment = world.paid(1295, "anna")
    world.reverse(payment.payment_id, payment.merchant_order_no)
    assert (world.balance("anna"), owed(world)) == (before, 0)
    assert told(world, payment) == [(Funded(OWN, 200),), (Funded(OWN, 200),)]
    assert world.claim(world.request(1295), "anna").funding == (Funded(OWN, 200),)


def test_what_is_reversed_before_anybody_paid_returns_no_funding(world: World) -> None:
    give(world, "anna", 200)
    payment = world.request(1295)
    world.claim(payment, "anna")
    world.reverse(payment.payment_id, payment.merchant_order_no)
    assert told(world, payment) == [()]


def test_a_refund_that_falls_on_the_coupon_alone_is_none(world: World) -> None:
    give(world, "anna", 200)
    payment = world.paid(1295, "anna")
    with refused(world, RefundTooSmall):
        world.refund(payment, 1, "R1")
    world.refund(payment, 6, "R1")
    with refused(world, RefundTooSmall):
        world.refund(payment, 1, "R2")
    world.refund(payment, 2, "R2")


@given(st.integers(1, 400), st.integers(1, 400), st.lists(st.integers(1, 40), max_size=12))
def test_the_last_cent_of_a_price_is_never_one_that_nobody_gets_back(
    own: int, off: int, cuts: Sequence[int]
) -> None:
    whole = own + off
    refunded = 0
    for cut in cuts:
        refunded = min(refunded + cut, whole - 1)
    left = funding.given_back(refunded, parts=(own, off))
    assert left[0] < own


# --- Giving ---------------------------------------------------------------------------------------


def test_a_merchants_coupon_says_whose_it_is_and_is_in_its_currency(world: World) -> None:
    with refused(world, FieldFormat):
        world.grant("anna", 100, OWN)
    with refused(world, CurrencyMismatch):
        world.grant("anna", 100, OWN, merchant_id=SHOP, code="CNY")
