"""What a payer may spend in a day and in a month, in the payer's own currency."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core import limits, spending
from ledger.core.parties import register, standing
from ledger.core.records.parties import PartyStatus
from ledger.core.records.spending import DecisionKind, OwnLimits
from ledger.ops.audit import audit
from ledger.protocol.errors.checkout import (
    DailyLimit,
    MerchantBlocked,
    MonthlyLimit,
    PayerBlocked,
    PayerNotFound,
)
from ledger.protocol.errors.content import AmountOutOfRange, FieldMissing
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import DAY, HOUR, Instant, from_text, to_text
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from tests.core.demo_world import SHOP, World
from tests.core.state import refused

MONTH_END = from_text("2026-11-30T23:59:59.999Z")


@pytest.fixture
def world(world: World) -> World:
    """A world with somebody who has money enough and may spend 100.00 a day and 250.00 a month."""
    world.wallets["rich"] = world.add_payer("rich", "EUR", 200_000)
    limit(world, "rich", 10_000, 25_000)
    return world


def limit(world: World, name: str, daily_minor: int | None, monthly_minor: int | None) -> None:
    with world.store.transaction() as books:
        own = OwnLimits(world.payer_id(name), daily_minor, monthly_minor)
        standing.set_limits(books, limits=own, reason="as agreed", now=world.now)


def block(world: World, party: str, status: PartyStatus = PartyStatus.BLOCKED) -> None:
    with world.store.transaction() as books:
        standing.set_status(books, party=party, status=status, reason="fraud", now=world.now)


def test_a_day_takes_exactly_its_limit_and_not_a_cent_more(world: World) -> None:
    world.paid(6_000, "rich")
    payment = world.request(4_001)
    with refused(world, DailyLimit):
        world.claim(payment, "rich")
    assert world.paid(4_000, "rich").state is PaymentState.PAID
    with refused(world, DailyLimit):
        world.claim(payment, "rich")


def test_the_next_day_begins_anew_at_midnight_utc(world: World) -> None:
    world.paid(10_000, "rich")
    world.wait(12 * HOUR - 1)
    payment = world.request(1)
    with refused(world, DailyLimit):
        world.claim(payment, "rich")
    world.wait(1)
    assert world.now % DAY == 0
    assert world.paid(10_000, "rich").state is PaymentState.PAID


def test_a_month_takes_exactly_its_limit_and_the_next_begins_on_the_first(world: World) -> None:
    for _ in range(2):
        world.paid(10_000, "rich")
        world.wait(DAY)
    payment = world.request(5_001)
    with refused(world, MonthlyLimit):
        world.claim(payment, "rich")
    world.paid(5_000, "rich")
    world.now = MONTH_END
    payment = world.request(1)
    with refused(world, MonthlyLimit):
        world.claim(payment, "rich")
    world.wait(1)
    assert world.paid(10_000, "rich").state is PaymentState.PAID


def test_what_counts_is_what_leaves_the_account_in_the_payers_currency(world: World) -> None:
    limit(world, "li-wei", 10_118, None)
    payment = world.request(1_296)
    with refused(world, DailyLimit):
        world.claim(payment, "li-wei")
    assert world.paid(1_295, "li-wei").payer_amount is not None
    with world.store.reading() as books:
        today, _ = limits.spent(books, payer=world.wallets["li-wei"].payer, now=world.now)
    assert str(today) == "101.18 CNY"


@pytest.mark.parametrize("presented", list(Presented))
def test_every_way_to_pay_counts(world: World, presented: Presented) -> None:
    limit(world, "rich", 5_000, None)
    if presented is Presented.MERCHANT:
        world.paid(5_000, "rich")
    elif presented is Presented.CONSUMER:
        world.collect(5_000, "rich")
    else:
        world.authorise(world.claim_sticker("rich", 5_000).payment, "rich")
    request, code = world.new_request(1, presented=Presented.CONSUMER), world.shown_code("rich")
    with refused(world, DailyLimit):
        world.pay_with_code(request, code)
    with refused(world, DailyLimit):
        world.claim_sticker("rich", 1)
    assert audit(world.store) == []


def test_offers_open_side_by_side_do_not_get_around_a_limit(world: World) -> None:
    first, second = world.request(6_000), world.request(6_000)
    for payment in (first, second):
        world.claim(payment, "rich")
    world.authorise(first, "rich")
    with refused(world, DailyLimit):
        world.authorise(second, "rich")


def test_a_refund_gives_no_allowance_back(world: World) -> None:
    payment = world.paid(10_000, "rich")
    world.refund(payment, 10_000, "R1")
    again = world.request(1)
    with refused(world, DailyLimit):
        world.claim(again, "rich")


def test_a_reversal_gives_the_allowance_of_its_day_back(world: World) -> None:
    payment = world.paid(10_000, "rich")
    world.wait(DAY)
    other = world.paid(10_000, "rich")
    world.reverse(payment.payment_id, payment.merchant_order_no)
    blocked = world.request(1)
    with refused(world, DailyLimit):
        world.claim(blocked, "rich")
    world.reverse(other.payment_id, other.merchant_order_no)
    assert world.paid(10_000, "rich").state is PaymentState.PAID
    assert audit(world.store) == []


def test_reversing_what_was_never_paid_gives_nothing_back(world: World) -> None:
    world.paid(10_000, "rich")
    unpaid = world.request(500)
    world.reverse(unpaid.payment_id, unpaid.merchant_order_no)
    payment = world.request(1)
    with refused(world, DailyLimit):
        world.claim(payment, "rich")


def test_a_reversal_brings_back_what_goes_without_pin_and_on_stickers(world: World) -> None:
    limit(world, "rich", None, None)
    policy = world.policy
    world.policy = replace(policy, without_pin_daily={"EUR": 5_000}, sticker_daily={"EUR": 300})
    by_code = world.collect(5_000, "rich").payment
    by_sticker = world.authorise(world.claim_sticker("rich", 300).payment, "rich").payment
    assert world.collect(1, "rich").payment.state is PaymentState.AUTHORISING
    for payment in (by_code, by_sticker):
        world.reverse(payment.payment_id, payment.merchant_order_no)
    assert world.collect(5_000, "rich").payment.state is PaymentState.PAID
    assert world.claim_sticker("rich", 300).payment.state is PaymentState.AUTHORISING
    assert audit(world.store) == []


def test_a_payer_without_limits_of_their_own_has_those_of_the_policy(world: World) -> None:
    limit(world, "rich", None, None)
    payment = world.request(world.policy.daily["EUR"] + 1)
    with refused(world, DailyLimit):
        world.claim(payment, "rich")
    assert world.paid(world.policy.daily["EUR"], "rich").state is PaymentState.PAID


def test_one_limit_can_be_set_and_the_other_left_to_the_policy(world: World) -> None:
    limit(world, "rich", None, 500)
    with world.store.reading() as books:
        allowed = limits.allowed(books, payer=world.wallets["rich"].payer, policy=world.policy)
    assert [amount.minor_units for amount in allowed] == [world.policy.daily["EUR"], 500]


def test_a_limit_of_nothing_lets_nothing_through(world: World) -> None:
    limit(world, "rich", 0, None)
    payment = world.request(1)
    with refused(world, DailyLimit):
        world.claim(payment, "rich")


def test_a_currency_without_a_limit_is_allowed_nothing(world: World) -> None:
    policy = world.policy
    payment = world.request(1)
    world.policy = replace(policy, daily={})
    with refused(world, DailyLimit):
        world.claim(payment, "anna")
    world.policy = replace(policy, monthly={})
    with refused(world, MonthlyLimit):
        world.claim(payment, "anna")


@pytest.mark.parametrize("minor_units", [-1, 10**11 + 1])
def test_a_limit_that_is_no_amount_is_refused(world: World, minor_units: int) -> None:
    with refused(world, AmountOutOfRange):
        limit(world, "rich", minor_units, None)


def test_a_decision_needs_a_party_and_a_reason(world: World) -> None:
    nobody = OwnLimits(PayerId("pyr_01KAK9Q3ZV7T2M5X8B4C6D0E"), 1, 1)
    with refused(world, PayerNotFound), world.store.transaction() as books:
        standing.set_limits(books, limits=nobody, reason="x", now=world.now)
    with refused(world, FieldMissing), world.store.transaction() as books:
        standing.set_status(
            books, party=SHOP, status=PartyStatus.BLOCKED, reason=" ", now=world.now
        )


def test_what_was_decided_about_a_party_stays_in_writing(world: World) -> None:
    rich = world.payer_id("rich")
    block(world, rich)
    block(world, rich, PartyStatus.ACTIVE)
    with world.store.reading() as books:
        told = standing.decisions(books, party=rich)
        assert standing.party_status(books, party=rich) is PartyStatus.ACTIVE
        assert standing.party_status(books, party=SHOP) is PartyStatus.ACTIVE
        assert standing.decisions(books, party=SHOP) == []
    assert [decision.kind for decision in told] == [
        DecisionKind.SET_LIMITS,
        DecisionKind.BLOCK,
        DecisionKind.UNBLOCK,
    ]
    assert told[0].detail == "daily 10000, monthly 25000"
    assert {decision.reason for decision in told} == {"as agreed", "fraud"}


def test_days_are_forgotten_after_any_month_that_is_still_added_up(world: World) -> None:
    world.paid(10_000, "rich")
    world.wait(spending.KEPT_MS + DAY)
    late = world.paid(10_000, "rich")
    with world.store.transaction() as books:
        assert books.spending.prune(Instant(world.now - spending.KEPT_MS)) == 1
    assert audit(world.store) == []
    world.reverse(late.payment_id, late.merchant_order_no)
    assert audit(world.store) == []


def test_a_reversal_of_a_forgotten_day_takes_nothing_from_another(world: World) -> None:
    old = world.paid(10_000, "rich")
    world.wait(spending.KEPT_MS + DAY)
    with world.store.transaction() as books:
        books.spending.prune(world.now)
    world.paid(10_000, "rich")
    world.reverse(old.payment_id, old.merchant_order_no)
    payment = world.request(1)
    with refused(world, DailyLimit):
        world.claim(payment, "rich")
    assert audit(world.store) == []


@given(st.integers(0, 4_102_444_800_000))
def test_a_month_begins_at_its_first_midnight(moment: int) -> None:
    now = Instant(moment)
    assert to_text(spending.month_of(now)) == to_text(now)[:7] + "-01T00:00:00.000Z"
    assert spending.month_of(now) <= spending.day_of(now) <= now < spending.day_of(now) + DAY


# --- Who is blocked -----------------------------------------------------------------------------


def test_a_blocked_merchant_can_still_give_back(world: World) -> None:
    part, whole, waiting = world.paid(1_000, "rich"), world.paid(500, "rich"), world.request(1)
    block(world, SHOP)
    assert world.refund(part, 400, "R1").payment.refunded.minor_units == 400
    undone = world.reverse(whole.payment_id, whole.merchant_order_no).payment
    assert undone.state is PaymentState.REVERSED
    assert world.close_payment(waiting).state is PaymentState.CLOSED
    with pytest.raises(MerchantBlocked):
        world.request(1)
    assert audit(world.store) == []


def test_money_goes_back_to_a_blocked_payer_who_can_still_say_no(world: World) -> None:
    part, whole, asked = world.paid(1_000, "rich"), world.paid(500, "rich"), world.request(1)
    world.claim(asked, "rich")
    block(world, world.payer_id("rich"))
    before = world.balance("rich")
    world.refund(part, 400, "R1")
    world.reverse(whole.payment_id, whole.merchant_order_no)
    assert world.balance("rich") == before + 900
    with refused(world, PayerBlocked):
        world.authorise(asked, "rich")
    assert world.decline(asked, "rich").state is PaymentState.DECLINED


def test_a_party_that_is_let_go_on_pays_and_sells_again(world: World) -> None:
    for party in (SHOP, world.payer_id("rich")):
        block(world, party)
        block(world, party, PartyStatus.ACTIVE)
    assert world.paid(100, "rich").state is PaymentState.PAID
    with world.store.reading() as books:
        assert register.require_merchant(books, SHOP).status is PartyStatus.ACTIVE


def test_what_was_agreed_to_on_the_phone_does_not_count_as_without_asking(world: World) -> None:
    limit(world, "rich", None, None)
    world.authorise(world.collect(6_000, "rich").payment, "rich")
    states = [world.collect(5_000, "rich").payment.state for _ in range(4)]
    assert states == [PaymentState.PAID] * 3 + [PaymentState.AUTHORISING]
