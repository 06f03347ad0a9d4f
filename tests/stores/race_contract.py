"""What happens at the same instant: one wins, the others are told why, and money is right.

A test module derives from ``RaceContract`` and gives it a ``world`` in the store under test. How
many rounds: ``--campaign`` (1000 for the full one).
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from ledger.core.checkout.capture import Captured
from ledger.core.checkout.scans.consents import ScannedConsent
from ledger.core.parties import standing
from ledger.core.records.parties import PartyStatus
from ledger.core.records.payments import Payment
from ledger.core.records.settlement import Calendar
from ledger.core.records.spending import OwnLimits
from ledger.core.settlement.business_days import closes_at
from ledger.kit.clock import SettableClock
from ledger.ops.audit import audit
from ledger.ops.settlement.settler import Settler
from ledger.protocol import payment_code
from ledger.protocol.errors import CallerError
from ledger.protocol.errors.checkout import (
    DailyLimit,
    OrderAlreadyPaid,
    OrderState,
    PayerBlocked,
    RefundExceedsCaptured,
    RefundNumberReused,
    StaticQrDailyLimit,
)
from ledger.protocol.instants import DAY, MINUTE, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import FundingSource, Presented
from tests.core.demo_world import KIOSK, SHOP, World
from tests.core.scanning import bring, scanned, shown
from tests.core.settlement.shop_days import BERLIN_T1, FIRST_DAY, ONE_DAY, ShopDays
from tests.core.test_deposit_parts import take
from tests.core.vendors.vendor_shop import VendorShop
from tests.stores.at_once import at_once

FUNDS = 200_000
AT_ONCE = replace(BERLIN_T1, calendar=Calendar.EVERY_DAY, delay_days=0)
CAME_BACK = 0.3


class RaceContract:
    """The suite; every world is audited in the end."""

    @pytest.fixture
    def rich(self, world: World) -> World:
        world.wallets["rich"] = world.add_payer("rich", "EUR", FUNDS)
        return world

    def test_a_payment_that_is_closed_and_paid_at_once_has_one_winner_each_time(
        self, rich: World, request: pytest.FixtureRequest
    ) -> None:
        paid = 0
        for _ in range(request.config.getoption("--campaign")):
            payment = rich.claim(rich.request(1), "rich").payment
            consent = rich.consent(rich.authorisation(payment, "rich"), "rich")
            actions: list[Callable[[], Payment]] = [
                partial(rich.close_payment, payment),
                lambda consent=consent: rich.decide(consent).payment,  # type: ignore[misc]
            ]
            outcomes = at_once(2, lambda number, actions=actions: actions[number]().state)  # type: ignore[misc]
            won = rich.payment(payment).state
            lost = OrderState if won is PaymentState.CLOSED else OrderAlreadyPaid
            assert outcomes == {won: 1, lost.code: 1}
            paid += won is PaymentState.PAID
        assert rich.balance("rich") == FUNDS - paid
        assert audit(rich.store) == []

    def test_one_refund_number_a_hundred_times_at_once_is_one_refund(self, rich: World) -> None:
        payment = rich.paid(700, "rich")
        outcomes = at_once(100, lambda _: rich.refund(payment, 70, "R1").receipt.text)
        assert list(outcomes.values()) == [100]
        assert rich.balance("rich") == FUNDS - 630
        assert audit(rich.store) == []

    def test_one_refund_number_for_different_amounts_at_once_is_one_of_them(
        self, rich: World
    ) -> None:
        payment = rich.paid(700, "rich")
        outcomes = at_once(20, lambda number: rich.refund(payment, number + 1, "R1").refund.state)
        assert outcomes == {"SUCCEEDED": 1, RefundNumberReused.code: 19}
        assert audit(rich.store) == []

    def test_a_reversal_and_a_refund_at_once_give_back_no_more_than_was_paid(
        self, rich: World
    ) -> None:
        for number in range(10):
            payment = rich.paid(700, "rich")
            before = rich.balance("rich")
            actions: list[Callable[[], object]] = [
                partial(rich.reverse, payment.payment_id, payment.merchant_order_no),
                partial(rich.refund, payment, 70, f"R{number}"),
            ]
            at_once(2, lambda number, actions=actions: str(actions[number]() is None))  # type: ignore[misc]
            back = rich.balance("rich") - before
            assert back == (700 if rich.payment(payment).state is PaymentState.REVERSED else 70)
        assert audit(rich.store) == []

    def test_shops_that_take_shares_back_from_each_other_at_once_both_refund(
        self, rich: World
    ) -> None:
        sold = {SHOP: rich.paid(700, "rich"), KIOSK: rich.paid(700, "anna", merchant_id=KIOSK)}
        for payment, receiver_id in zip(sold.values(), reversed(sold), strict=True):
            rich.share(payment, "S1", (receiver_id, 300))
        both_have_refunded = threading.Barrier(2)

        def wait_for_the_other() -> None:
            # In vain where one holds back the other, as it should: then it goes on alone.
            with suppress(threading.BrokenBarrierError):
                both_have_refunded.wait(0.5)

        def refund(number: int) -> str:
            merchant_id, receiver_id = [*sold][number], [*sold][1 - number]
            back = (receiver_id, 300)
            given = rich.refund_shared(
                sold[merchant_id], 700, "R1", back, meanwhile=wait_for_the_other
            )
            return given.refund.state

        assert at_once(2, refund) == {"SUCCEEDED": 2}
        assert audit(rich.store) == []

    @pytest.mark.parametrize("seed", range(3))
    def test_nobody_of_a_crowd_that_does_everything_at_once_waits_for_ever(
        self, rich: World, seed: int
    ) -> None:
        payers, shops = ("rich", "anna", "li-wei"), (SHOP, KIOSK)
        rich.agree_fee(60)
        days = [ShopDays(rich, replace(AT_ONCE, merchant_id=shop)) for shop in shops]
        for payer in payers:
            for source in FundingSource:
                shop = SHOP if source is FundingSource.MERCHANT_COUPON else ""
                rich.grant(payer, 200, source, merchant_id=shop)
        sold = [rich.paid(100, payer, shop) for payer in payers for shop in shops for _ in range(4)]
        for payment in sold[::2]:
            receiver_id = KIOSK if payment.merchant_id == SHOP else SHOP
            rich.share(payment, "S0", (receiver_id, 30))

        def act(dice: random.Random, number: str) -> None:
            payment, minor = dice.choice(sold), dice.randint(1, 20)
            scanning = dice.choices(("rich", "anna"), k=3)
            merchant_id, order_no = payment.merchant_id, payment.merchant_order_no
            other = KIOSK if merchant_id == SHOP else SHOP
            actions: list[Callable[[], object]] = [
                lambda: rich.paid(minor, dice.choice(payers), merchant_id),
                lambda: rich.refund(payment, minor, number),
                lambda: rich.refund_shared(payment, minor, number, (other, 1)),
                lambda: rich.share(payment, number, (other, minor)),
                lambda: rich.reverse(payment.payment_id, order_no, merchant_id),
                lambda: _held_and_captured(rich, dice.choice(payers), minor),
                lambda: rich.held(minor, dice.choice(payers)),
                lambda: rich.end_holds_at(later(rich.now, 30 * DAY)),
                lambda: bring(rich, *(_scanned_by(rich, payer, dice) for payer in scanning)),
                lambda: _settled(dice.choice(days), dice),
            ]
            dice.choices(actions, weights=(3, 3, 3, 3, 1, 2, 3, 1, 2, 3))[0]()

        def run(day: int, thread: int) -> str:
            dice = random.Random(f"{seed}/{day}/{thread}")  # noqa: S311 (chance of a test)
            for turn in range(4):
                try:
                    act(dice, f"N{day}-{thread}-{turn}")
                except CallerError:
                    continue  # by then another had done what makes it wrong
            return "done"

        for day in range(3):
            rich.now = later(closes_at(AT_ONCE, FIRST_DAY + day * ONE_DAY), -MINUTE)
            assert at_once(8, partial(run, day)) == {"done": 8}
        assert audit(rich.store) == []

    def test_a_day_s_limit_holds_for_payments_at_the_same_instant(self, rich: World) -> None:
        own = OwnLimits(rich.payer_id("rich"), 5_000, None)
        with rich.store.transaction() as books:
            standing.set_limits(books, limits=own, reason="as agreed", now=rich.now)
        claimed = [rich.claim(rich.request(1_000), "rich").payment for _ in range(20)]
        consents = [rich.consent(rich.authorisation(each, "rich"), "rich") for each in claimed]
        outcomes = at_once(20, lambda number: rich.decide(consents[number]).payment.state)
        assert outcomes == {PaymentState.PAID: 5, DailyLimit.code: 15}
        assert rich.balance("rich") == FUNDS - 5_000
        assert audit(rich.store) == []

    def test_what_goes_on_stickers_in_a_day_holds_at_the_same_instant(self, rich: World) -> None:
        rich.policy = replace(rich.policy, sticker_daily={"EUR": 5_000})
        claimed = [rich.claim_sticker("rich", 1_000).payment for _ in range(10)]
        consents = [rich.consent(rich.authorisation(each, "rich"), "rich") for each in claimed]
        outcomes = at_once(10, lambda number: rich.decide(consents[number]).payment.state)
        assert outcomes == {PaymentState.PAID: 5, StaticQrDailyLimit.code: 5}
        assert audit(rich.store) == []

    def test_what_goes_without_asking_in_a_day_holds_at_the_same_instant(self, rich: World) -> None:
        handles = rich.handles("rich")
        codes = [rich.code_of("rich", handle) for handle in handles[:10]]
        requests = [rich.new_request(5_000, presented=Presented.CONSUMER) for _ in codes]
        outcomes = at_once(
            10, lambda number: rich.pay_with_code(requests[number], codes[number]).payment.state
        )
        assert outcomes == {PaymentState.PAID: 3, PaymentState.AUTHORISING: 7}
        assert audit(rich.store) == []

    def test_a_day_s_ten_password_free_codes_are_ten_at_the_same_instant(self, rich: World) -> None:
        shop = VendorShop(rich.store, rich.wallets)
        opened = [shop.at_wechat(number) for number in range(14)]
        codes = [
            payment_code.make(handle, rich.wallets["rich"].device.code_secret, shop.now, "13").text
            for handle in [*shop.handles("rich")][: len(opened)]
        ]
        policy = shop.wechat_limits(opened[0].payment)
        outcomes = at_once(
            len(codes),
            lambda number: shop.present(opened[number], codes[number], policy).payment.state,
        )
        assert outcomes == {PaymentState.PAID: 10, PaymentState.AUTHORISING: 4}
        assert audit(rich.store) == []

    def test_who_is_blocked_while_paying_has_paid_or_has_not(self, rich: World) -> None:
        for _ in range(10):
            payment = rich.claim(rich.request(100), "rich").payment
            consent = rich.consent(rich.authorisation(payment, "rich"), "rich")
            before = rich.balance("rich")
            actions: list[Callable[[], str]] = [
                partial(_set_status, rich, PartyStatus.BLOCKED),
                lambda consent=consent: rich.decide(consent).payment.state,  # type: ignore[misc]
            ]
            outcomes = at_once(2, lambda number, actions=actions: actions[number]())  # type: ignore[misc]
            paid = outcomes[PaymentState.PAID]
            assert paid + outcomes[PayerBlocked.code] == 1
            assert rich.balance("rich") == before - 100 * paid
            _set_status(rich, PartyStatus.ACTIVE)
        assert audit(rich.store) == []

    def test_refunds_at_once_of_what_is_left_after_some(self, rich: World) -> None:
        payment = rich.paid(701, "rich")
        rich.refund(payment, 1, "first")
        outcomes = at_once(30, lambda number: rich.refund(payment, 70, f"R{number}").refund.state)
        assert outcomes == {"SUCCEEDED": 10, RefundExceedsCaptured.code: 20}
        assert audit(rich.store) == []

    def test_the_same_scans_brought_at_once_by_many_are_paid_once(self, rich: World) -> None:
        for _ in range(3):
            items = [scanned(rich, shown(rich, 7), name) for name in ("rich", "anna") * 4]
            crossing = [items, items[::-1], [*items[4:], *items[:4]]]
            outcomes = at_once(3, partial(_bring, rich, crossing))
            assert outcomes == {"8 PAID": 3}
            assert audit(rich.store) == []
        assert rich.balance("rich") == FUNDS - 3 * 4 * 7

    def test_scans_of_one_payer_at_once_never_spend_more_than_they_have(self, rich: World) -> None:
        rich.wallets["poor"] = rich.add_payer("poor", "EUR", 100)
        lists = [[scanned(rich, shown(rich, 30), "poor") for _ in range(2)] for _ in range(3)]
        outcomes = at_once(3, partial(_bring, rich, lists))
        paid = sum(int(outcome.partition(" ")[0]) * count for outcome, count in outcomes.items())
        assert (paid, rich.balance("poor")) == (3, 10)
        assert audit(rich.store) == []


def _held_and_captured(world: World, payer: str, amount_minor: int) -> None:
    held = world.held(amount_minor + 2, payer)
    rest = take(world, held, amount_minor).rest
    assert rest is not None
    world.capture(rest, 1)


def _settled(days: ShopDays, dice: random.Random) -> None:
    """Close the day that ends just now, pay it out; the bank sends some back."""
    settler = Settler(days.world.store, SettableClock(days.world.now), days.world.ids)
    for batch in settler._of_merchant(days.terms, later(days.world.now, 2 * MINUTE)):
        if batch.payout_entry_id and dice.random() < CAME_BACK:
            days.come_back(batch)


def _scanned_by(world: World, payer: str, dice: random.Random) -> ScannedConsent:
    merchant_id = dice.choice((SHOP, KIOSK))
    return scanned(world, shown(world, dice.randint(1, 20), merchant_id=merchant_id), payer)


def _set_status(world: World, status: PartyStatus) -> str:
    with world.store.transaction() as books:
        standing.set_status(
            books, party=world.payer_id("rich"), status=status, reason="race", now=world.now
        )
    return status


def _bring(world: World, lists: Sequence[Sequence[ScannedConsent]], number: int) -> str:
    results = bring(world, *lists[number])
    return f"{sum(isinstance(result, Captured) for result in results)} PAID"
