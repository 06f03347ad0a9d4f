"""A deposit is held, not paid: a part is captured and the rest goes back, or all of it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.core.checkout.capture import Captured
from ledger.core.checkout.deposits.holds import Held
from ledger.core.limits import spent
from ledger.core.parties import register
from ledger.core.records.journal import EntryKind
from ledger.core.records.parties import PartyStatus
from ledger.protocol import messages
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import (
    CaptureExceedsHeld,
    DailyLimit,
    DepositCaptured,
    HoldTimes,
    MerchantBlocked,
    NotEnoughFunds,
    OrderNotFound,
    OrderState,
    PaymentNotHeld,
    RefundExceedsCaptured,
    ScaMismatch,
)
from ledger.protocol.errors.content import AmountOutOfRange, CurrencyMismatch, MessageFormat
from ledger.protocol.instants import DAY, HOUR, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Intent, Notification, Presented, Receipt, ReceiptKind
from ledger.protocol.money import Money, currency
from tests.core.demo_world import EUR, KIOSK, SHOP, World
from tests.core.seen import account, held_of, receipts_of, told
from tests.core.state import refused

# --- Held -----------------------------------------------------------------------------------------


def test_a_deposit_leaves_the_balance_and_is_nobodys(world: World) -> None:
    payment = world.held(3000, "anna")
    assert (payment.state, payment.captured, payment.paid_at) == (PaymentState.HELD, None, None)
    assert (world.balance("anna"), held_of(world, "anna")) == (17_000, 3000)
    assert account(world, f"merchant:{SHOP}:EUR") == 0
    assert told(world, payment) == ["payment.held"]
    assert receipts_of(world, payment) == []


def test_a_deposit_in_another_currency_is_held_in_the_payers(world: World) -> None:
    world.held(3000, "li-wei")
    assert (world.balance("li-wei"), held_of(world, "li-wei")) == (500_000 - 23_438, 23_438)
    assert account(world, "fx:CNY") == 0


def test_the_same_consent_again_finds_it_held_and_holds_nothing_more(world: World) -> None:
    payment = world.send(world.new_deposit(3000))
    world.claim(payment, "anna")
    consent = world.consent(world.authorisation(payment, "anna"), "anna")
    for _ in range(2):
        with world.store.transaction() as books:
            agreed = world.agree_in(books, consent)
        assert isinstance(agreed, Held)
        assert agreed.payment.state is PaymentState.HELD
    assert held_of(world, "anna") == 3000


def test_without_the_money_nothing_is_held(world: World) -> None:
    payment = world.send(world.new_deposit(3000))
    world.claim(payment, "chen-jing")
    with refused(world, NotEnoughFunds):
        world.agree_to_hold(payment, "chen-jing")


def test_a_consent_to_pay_holds_nothing_and_a_consent_to_hold_pays_nothing(world: World) -> None:
    for asked, agreed in ((Intent.DEPOSIT, Intent.SALE), (Intent.SALE, Intent.DEPOSIT)):
        payment = world.send(replace(world.new_request(3000), intent=asked))
        world.claim(payment, "anna")
        signed = replace(world.authorisation(payment, "anna"), intent=agreed)
        with refused(world, ScaMismatch):
            world.decide(world.consent(signed, "anna"))


def test_a_payment_code_never_takes_a_deposit_without_asking(world: World) -> None:
    request = world.new_deposit(100, presented=Presented.CONSUMER)
    collected = world.pay_with_code(request, world.shown_code("anna"))
    assert collected.payment.state is PaymentState.AUTHORISING
    assert world.agree_to_hold(collected.payment, "anna").state is PaymentState.HELD


def test_a_deposit_is_held_for_thirty_days_unless_the_till_asks_for_less(world: World) -> None:
    request = world.new_deposit(3000)
    assert world.send(request).hold_until == later(world.now, 30 * DAY)
    tomorrow = later(world.now, DAY)
    assert world.send(world.new_deposit(3000, hold_until=tomorrow)).hold_until == tomorrow
    with refused(world, HoldTimes):
        world.send(world.new_deposit(3000, hold_until=later(world.now, 30 * DAY + 1)))


def test_a_till_can_ask_to_hold_neither_a_sale_nor_shorter_than_its_request_lives(
    world: World,
) -> None:
    request = world.new_deposit(3000)
    with pytest.raises(MessageFormat):
        replace(request, hold_until=request.expires_at)
    with pytest.raises(MessageFormat):
        replace(world.new_request(3000), hold_until=later(world.now, DAY))


def test_what_is_held_can_be_neither_declined_nor_closed_nor_scanned_nor_refunded(
    world: World,
) -> None:
    payment = world.held(3000, "anna")
    for attempt in (
        lambda: world.decline(payment, "anna"),
        lambda: world.close_payment(payment),
        lambda: world.claim(payment, "anna"),
        lambda: world.release(payment, "anna"),
    ):
        with refused(world, OrderState):
            attempt()
    with pytest.raises(QrpayError) as refusal:
        world.refund(payment, 100, "R1")
    assert refusal.value.code == "ORDER_NOT_PAID"


def test_all_that_is_held_must_fit_in_what_may_be_spent_today(world: World) -> None:
    world.policy = replace(world.policy, daily={"EUR": 10_000})
    world.paid(4000, "anna")
    world.held(3000, "anna")
    world.held(3000, "anna")
    one_more = world.send(world.new_deposit(1))
    world.claim(one_more, "anna")
    with refused(world, DailyLimit):
        world.agree_to_hold(one_more, "anna")


# --- Captured -------------------------------------------------------------------------------------


def test_a_part_is_captured_and_the_rest_is_back_at_once(world: World) -> None:
    payment = world.held(3000, "anna")
    world.wait(HOUR)
    captured = world.capture(payment, 350)
    after = captured.payment
    assert (after.state, after.captured) == (PaymentState.PAID, Money(350, EUR))
    assert (after.amount, after.payer_amount) == (Money(3000, EUR), Money(350, EUR))
    assert after.paid_at == world.now
    assert (world.balance("anna"), held_of(world, "anna")) == (20_000 - 350, 0)
    assert account(world, f"merchant:{SHOP}:EUR") + account(world, "fees:EUR") == 350
    assert told(world, payment) == ["payment.held", "payment.captured"]


def test_the_receipt_states_what_was_captured(world: World) -> None:
    captured = world.capture(world.held(3000, "li-wei"), 350)
    receipt = messages.decode(Receipt, captured.receipt.text)
    assert (receipt.kind, receipt.amount) == (ReceiptKind.PAYMENT, Money(350, EUR))
    assert (receipt.payer_amount, receipt.rate) == (Money(2735, currency("CNY")), "125/16")


def test_a_part_costs_what_a_sale_of_it_would_have_cost_at_the_locked_rate(world: World) -> None:
    payment = world.held(3000, "li-wei")
    world.capture(payment, 350)
    assert world.balance("li-wei") == 500_000 - 2735
    taken = account(world, "fx:CNY") + account(world, "fx-rounding:CNY")
    assert (held_of(world, "li-wei"), taken) == (0, 2735)
    sold = world.paid(350, "li-wei")
    assert sold.payer_amount == Money(2735, currency("CNY"))


def test_all_of_it_costs_exactly_what_was_held(world: World) -> None:
    captured = world.capture(world.held(3000, "li-wei"), 3000)
    assert captured.payment.payer_amount == Money(23_438, currency("CNY"))
    assert (world.balance("li-wei"), held_of(world, "li-wei")) == (500_000 - 23_438, 0)


@pytest.mark.parametrize("part", [1, 2, 349, 2999, 3000])
@pytest.mark.parametrize("name", ["li-wei", "yuki", "omar"])
def test_whatever_the_part_nothing_stays_in_the_hold_account(
    world: World, name: str, part: int
) -> None:
    before = world.balance(name)
    captured = world.capture(world.held(3000, name), part)
    paid = captured.payment.payer_amount
    assert paid is not None
    assert (world.balance(name), held_of(world, name)) == (before - paid.minor_units, 0)


def test_one_entry_takes_the_part_and_gives_the_rest_back(world: World) -> None:
    payment = world.held(3000, "li-wei")
    world.capture(payment, 350)
    with world.store.reading() as books:
        hold, capture = books.journal.entries_of_payment(payment.payment_id)
    assert (hold.kind, capture.kind) == (EntryKind.HOLD, EntryKind.CAPTURE)
    payer = world.payer_id("li-wei")
    amounts = {line.account_id: line.amount.minor_units for line in capture.postings}
    assert amounts[f"hold:{payer}:CNY"] == -23_438
    assert amounts[f"payer:{payer}:CNY"] == 23_438 - 2735


def test_capturing_the_same_again_gives_the_same_receipt(world: World) -> None:
    payment = world.held(3000, "anna")
    first = world.capture(payment, 350)
    world.wait(40 * DAY)
    assert world.capture(payment, 350) == first
    with refused(world, DepositCaptured):
        world.capture(payment, 351)
    with refused(world, DepositCaptured):
        world.give_back(payment)


def test_no_more_is_captured_than_is_held(world: World) -> None:
    payment = world.held(3000, "anna")
    with refused(world, CaptureExceedsHeld):
        world.capture(payment, 3001)
    with refused(world, AmountOutOfRange):
        world.capture(payment, 0)
    with refused(world, CurrencyMismatch):
        world.capture(payment, 350, code="CNY")


def test_only_what_is_held_can_be_captured_or_given_back(world: World) -> None:
    waiting = world.send(world.new_deposit(3000))
    for payment in (waiting, world.paid(1295), world.request(1295)):
        with refused(world, PaymentNotHeld):
            world.capture(payment, 100)
        with refused(world, PaymentNotHeld):
            world.give_back(payment)


def test_another_merchant_finds_no_such_deposit(world: World) -> None:
    payment = world.held(3000, "anna")
    with refused(world, OrderNotFound):
        world.capture(payment, 350, merchant_id=KIOSK)
    with refused(world, OrderNotFound):
        world.give_back(payment, merchant_id=KIOSK)


def test_what_is_captured_is_spent_on_that_day_and_never_refused_for_it(world: World) -> None:
    payment = world.held(3000, "anna")
    world.wait(DAY)
    world.policy = replace(world.policy, daily={"EUR": 0})
    world.capture(payment, 350)
    with world.store.reading() as books:
        today, _ = spent(books, payer=world.wallets["anna"].payer, now=world.now)
    assert today == Money(350, EUR)


def test_a_blocked_merchant_can_give_back_but_not_take(world: World) -> None:
    payment = world.held(3000, "anna")
    with world.store.transaction() as books:
        register.set_merchant_status(books, merchant_id=SHOP, status=PartyStatus.BLOCKED)
    with refused(world, MerchantBlocked):
        world.capture(payment, 350)
    assert world.give_back(payment).state is PaymentState.CLOSED


def test_the_fee_is_that_of_what_was_captured(world: World) -> None:
    world.agree_fee(60)
    payment = world.held(3000, "anna")
    assert world.payment(payment).fee_minor == 0
    assert world.capture(payment, 350).payment.fee_minor == 2
    assert account(world, f"merchant:{SHOP}:EUR") == 348


def test_refunds_are_limited_by_what_was_captured(world: World) -> None:
    payment = world.held(3000, "li-wei")
    world.capture(payment, 350)
    with refused(world, RefundExceedsCaptured):
        world.refund(payment, 351, "R1")
    world.refund(payment, 100, "R2")
    with refused(world, RefundExceedsCaptured):
        world.refund(payment, 251, "R3")
    last = world.refund(payment, 250, "R4")
    assert last.payment.state is PaymentState.FULLY_REFUNDED
    assert world.balance("li-wei") == 500_000


# --- Told and taken together ----------------------------------------------------------------------


def test_the_notification_names_the_deposit_and_its_state(world: World) -> None:
    payment = world.held(3000, "anna")
    world.capture(payment, 350)
    with world.store.reading() as books:
        rows = books.outbox.due(world.now, 1000)
    said: list[Any] = [messages.decode(Notification, row.notification.text) for row in rows]
    assert [(each.event, each.state, each.amount) for each in said] == [
        ("payment.held", PaymentState.HELD, Money(3000, EUR)),
        ("payment.captured", PaymentState.PAID, Money(3000, EUR)),
    ]
    assert [row.receipt_id is not None for row in rows] == [False, True]


def test_consents_given_together_are_held_and_paid_each_for_itself(world: World) -> None:
    deposit, sale = world.send(world.new_deposit(3000)), world.request(500)
    world.claim(deposit, "anna")
    world.claim(sale, "li-wei")
    consents = [
        world.consent(world.authorisation(payment, name), name)
        for payment, name in ((deposit, "anna"), (sale, "li-wei"))
    ]
    with world.store.transaction() as books:
        agreed = [world.agree_in(books, consent) for consent in consents]
    assert [type(each) for each in agreed] == [Held, Captured]
