"""Coupons and points: they pay their part of a price, once, and get back exactly what they paid."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.books import funding
from ledger.core.records.payments import Payment
from ledger.protocol.errors.checkout import MerchantNotFound, ScaMismatch
from ledger.protocol.errors.content import AmountOutOfRange, FieldFormat
from ledger.protocol.instants import DAY, MINUTE
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Funded, FundingSource, Intent, Presented
from tests.core.demo_world import KIOSK, SHOP, World
from tests.core.seen import receipts_of
from tests.core.state import refused

COUPON, POINTS = FundingSource.COUPON, FundingSource.POINTS


def balance(world: World, account_id: str) -> int:
    with world.store.reading() as books:
        account = books.journal.account(account_id)
    return account.balance_minor if account else 0


def left(world: World, name: str) -> list[int]:
    """What is left of each grant of a payer, in the order they were given."""
    with world.store.reading() as books:
        return [grant.left_minor for grant in books.funding.grants(world.payer_id(name))]


def funded(world: World, payment: Payment) -> tuple[Funded, ...]:
    with world.store.reading() as books:
        return funding.paid(books.funding.lines(payment.payment_id))


# --- Paying ---------------------------------------------------------------------------------------


def test_coupon_and_points_pay_a_part_and_the_merchant_gets_the_whole_price(world: World) -> None:
    world.agree_fee(60)
    world.grant("anna", 150)
    world.grant("anna", 50, POINTS)
    before = world.balance("anna")
    payment = world.request(1295)
    offer = world.claim(payment, "anna")
    assert offer.payer_amount.minor_units == 1095
    assert offer.funding == (Funded(COUPON, 150), Funded(POINTS, 50))
    paid = world.authorise(payment, "anna").payment
    assert before - world.balance("anna") == 1095
    assert balance(world, f"merchant:{SHOP}:EUR") == 1295 - 8
    assert (balance(world, "coupons:EUR"), balance(world, "points:EUR")) == (-150, -50)
    assert paid.captured == payment.amount
    (receipt,) = receipts_of(world, paid)
    assert receipt.funding == offer.funding
    assert (receipt.amount.minor_units, receipt.payer_amount.minor_units) == (1295, 1095)


def test_what_is_funded_is_taken_off_before_the_exchange(world: World) -> None:
    world.grant("li-wei", 200)
    payment = world.request(1295)
    assert world.claim(payment, "li-wei").payer_amount.minor_units == -(-1095 * 125 // 16)
    world.authorise(payment, "li-wei")
    assert balance(world, "fx:EUR") == -1095
    assert balance(world, f"merchant:{SHOP}:EUR") == 1295


def test_a_part_may_be_as_small_as_one_minor_unit_and_leave_as_little_to_the_payer(
    world: World,
) -> None:
    world.grant("anna", 98)
    world.grant("anna", 1, POINTS)
    offer = world.claim(world.request(100), "anna")
    assert offer.funding == (Funded(COUPON, 98), Funded(POINTS, 1))
    world.grant("li-wei", 99)
    assert world.claim(world.request(100), "li-wei").funding == (Funded(COUPON, 99),)


def test_points_pay_what_the_coupon_leaves_and_the_lines_are_numbered_from_one(
    world: World,
) -> None:
    world.grant("anna", 60)
    world.grant("anna", 500, POINTS)
    payment = world.request(100)
    assert world.claim(payment, "anna").payer_amount.minor_units == 1
    with world.store.reading() as books:
        lines = books.funding.lines(payment.payment_id)
    assert [(line.number, line.amount_minor) for line in lines] == [(1, 60), (2, 39)]


def test_a_payment_code_uses_coupons_too(world: World) -> None:
    world.grant("anna", 150)
    before = world.balance("anna")
    world.collect(1000, "anna")
    assert before - world.balance("anna") == 850


def test_the_coupon_worth_most_is_used_alone_and_only_once(world: World) -> None:
    for worth in (100, 300, 200):
        world.grant("anna", worth)
    assert funded(world, world.paid(1000, "anna")) == (Funded(COUPON, 300),)
    assert left(world, "anna") == [100, 0, 200]
    assert funded(world, world.paid(1000, "anna")) == (Funded(COUPON, 200),)


def test_of_equal_coupons_the_one_that_ends_first_is_used(world: World) -> None:
    world.grant("anna", 100, days=9)
    world.grant("anna", 100, days=2)
    world.paid(1000, "anna")
    assert left(world, "anna") == [100, 0]


def test_points_are_used_little_by_little_those_that_end_first_before_the_others(
    world: World,
) -> None:
    world.grant("anna", 500, POINTS, days=9)
    world.grant("anna", 30, POINTS, days=2)
    world.paid(101, "anna")
    assert left(world, "anna") == [430, 0]


def test_at_least_one_minor_unit_stays_with_the_payer(world: World) -> None:
    world.grant("anna", 100)
    world.grant("anna", 500, POINTS)
    assert world.claim(world.request(100), "anna").payer_amount.minor_units == 1
    assert left(world, "anna") == [100, 401]
    assert world.claim(world.request(1), "anna").funding == ()


def test_a_grant_for_one_merchant_pays_nowhere_else(world: World) -> None:
    world.grant("anna", 100, merchant_id=KIOSK)
    assert funded(world, world.paid(1000, "anna", SHOP)) == ()
    assert funded(world, world.paid(1000, "anna", KIOSK)) == (Funded(COUPON, 100),)


def test_a_grant_in_another_currency_or_over_pays_nothing(world: World) -> None:
    world.grant("anna", 100, code="CNY")
    world.grant("anna", 100, days=1)
    world.grant("yuki", 100)
    world.wait(DAY)
    assert funded(world, world.paid(1000, "anna")) == ()


def test_a_deposit_is_funded_by_the_payer_alone(world: World) -> None:
    world.grant("anna", 100)
    held = world.held(3000, "anna")
    assert (held.intent, funded(world, held)) == (Intent.DEPOSIT, ())
    assert left(world, "anna") == [100]


def test_a_consent_to_other_funding_is_refused(world: World) -> None:
    world.grant("li-wei", 100)
    world.grant("li-wei", 100, POINTS)
    payment = world.request(1000)
    world.claim(payment, "li-wei")
    agreed = world.authorisation(payment, "li-wei")
    other = replace(agreed, funding=(Funded(COUPON, 200),))
    with refused(world, ScaMismatch):
        world.decide(world.consent(other, "li-wei"))


# --- Locked, and let go ---------------------------------------------------------------------------


def test_a_coupon_is_locked_to_the_payment_that_is_under_way(world: World) -> None:
    world.grant("anna", 100)
    first, second = world.request(1000), world.request(1000)
    assert world.claim(first, "anna").funding == (Funded(COUPON, 100),)
    assert world.claim(second, "anna").funding == ()


@pytest.mark.parametrize("how", ["release", "decline", "close", "expire", "reverse"])
def test_a_payment_that_ends_unpaid_gives_its_grants_back(world: World, how: str) -> None:
    world.grant("anna", 100)
    payment = world.request(1000)
    world.claim(payment, "anna")
    assert left(world, "anna") == [0]
    if how == "release":
        world.release(payment, "anna")
    elif how == "decline":
        world.decline(payment, "anna")
    elif how == "close":
        world.close_payment(payment)
    elif how == "expire":
        world.wait(3 * MINUTE)
        world.expire()
    else:
        world.reverse(payment.payment_id, payment.merchant_order_no)
    assert left(world, "anna") == [100]


def test_whoever_scans_after_a_claim_ran_out_pays_with_their_own_coupons(world: World) -> None:
    world.grant("anna", 100)
    world.grant("yuki", 200)
    payment = world.send(world.new_request(1000, lifetime_ms=4 * MINUTE))
    code = world.code(payment)
    world.claim(payment, "anna", code)
    world.wait(2 * MINUTE)
    assert world.claim(payment, "yuki", code).funding == (Funded(COUPON, 200),)
    assert (left(world, "anna"), left(world, "yuki")) == ([100], [0])


# --- Back -----------------------------------------------------------------------------------------


def test_a_refund_comes_from_each_part_in_proportion(world: World) -> None:
    world.grant("anna", 200)
    world.grant("anna", 95, POINTS)
    payment, before = world.paid(1295, "anna"), world.balance("anna")
    world.refund(payment, 590, "R1")
    receipt = receipts_of(world, payment)[-1]
    assert receipt.funding == (Funded(COUPON, 91), Funded(POINTS, 44))
    assert world.balance("anna") - before == receipt.payer_amount.minor_units == 455
    assert (balance(world, "coupons:EUR"), balance(world, "points:EUR")) == (-109, -51)


def test_points_can_be_used_again_after_a_refund_and_a_coupon_cannot(world: World) -> None:
    world.grant("anna", 200)
    world.grant("anna", 95, POINTS)
    world.refund(world.paid(1295, "anna"), 1295, "R1")
    assert left(world, "anna") == [0, 95]


@pytest.mark.parametrize("name", ["anna", "li-wei"])
def test_however_it_is_cut_each_source_gets_back_exactly_what_it_paid(
    world: World, name: str
) -> None:
    before = world.balance(name)
    world.grant(name, 150)
    world.grant(name, 50, POINTS)
    payment = world.paid(1295, name)
    for number, part in enumerate((1, 1, 1, 333, 333, 331, 295)):
        state = world.refund(payment, part, f"R{number}").payment.state
    assert state is PaymentState.FULLY_REFUNDED
    assert world.balance(name) == before
    ours = ("coupons:EUR", "points:EUR", "fx:EUR", "fx-rounding:CNY", f"merchant:{SHOP}:EUR")
    assert [balance(world, account) for account in ours] == [0] * 5


@pytest.mark.parametrize("name", ["anna", "li-wei"])
def test_a_reversal_gives_everything_back_the_grants_too(world: World, name: str) -> None:
    before = world.balance(name)
    world.grant(name, 150)
    world.grant(name, 50, POINTS)
    payment = world.paid(1295, name)
    world.reverse(payment.payment_id, payment.merchant_order_no)
    assert world.balance(name) == before
    assert (balance(world, "coupons:EUR"), balance(world, "points:EUR")) == (0, 0)
    assert left(world, name) == [150, 50]


@given(
    st.integers(1, 10_000),
    st.lists(st.integers(1, 3_000), max_size=4),
    st.lists(st.integers(0, 20_000), max_size=12),
)
def test_any_cuts_give_each_part_no_less_than_before_and_in_the_end_all(
    own: int, lines: list[int], cuts: list[int]
) -> None:
    parts = (own, *lines)
    whole = sum(parts)
    steps = sorted({0, whole, *(cut for cut in cuts if cut < whole)})
    shares = [funding.given_back(step, parts=parts) for step in steps]
    assert [sum(share) for share in shares] == steps
    assert all(
        now >= then
        for before, after in pairwise(shares)
        for then, now in zip(before, after, strict=True)
    )
    assert (shares[0], shares[-1]) == ((0,) * len(parts), parts)


# --- Giving ---------------------------------------------------------------------------------------


def test_a_grant_that_makes_no_sense_is_refused(world: World) -> None:
    with refused(world, FieldFormat):
        world.grant("anna", 100, days=0)
    with refused(world, AmountOutOfRange):
        world.grant("anna", 0)
    with refused(world, MerchantNotFound):
        world.grant("anna", 100, merchant_id="M2088NOBODY")


def test_a_payment_that_consumers_present_is_a_sale_like_any_other(world: World) -> None:
    world.grant("anna", 95, POINTS)
    paid = world.collect(1000, "anna").payment
    assert (paid.presented, funded(world, paid)) == (Presented.CONSUMER, (Funded(POINTS, 95),))
