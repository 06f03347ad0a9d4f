"""Money that goes back: never more than was paid, exactly what was paid, and each number once."""

from __future__ import annotations

import pytest

from ledger.core.books import fx
from ledger.core.parties import keys
from ledger.core.records.payments import Payment
from ledger.core.returns import refunds
from ledger.core.returns.reversals import Reversal
from ledger.protocol import messages
from ledger.protocol.errors.checkout import (
    MerchantNotFound,
    OrderNotFound,
    OrderNotPaid,
    OrderNumberReused,
    OrderState,
    RefundExceedsCaptured,
    RefundNumberReused,
)
from ledger.protocol.errors.content import (
    AmountOutOfRange,
    CurrencyMismatch,
    IdentifierFormat,
    TextCharacter,
)
from ledger.protocol.identifiers import PaymentId, payment_id_of
from ledger.protocol.lifecycle import PaymentState, RefundState
from ledger.protocol.messages import NotificationEvent, Receipt, ReceiptKind, Signed
from ledger.protocol.money import Money, currency
from tests.core.demo_world import KIOSK, SHOP, World
from tests.core.state import refused, state_of

UNKNOWN = PaymentId("pay_01KAK9Q3ZV7T2M5X8B4C6D0E")


def opened(world: World, receipt: Signed) -> Receipt:
    with world.store.reading() as books:
        return messages.open_receipt(receipt, keys.directory(books))


# --- Refunds --------------------------------------------------------------------------------------


def test_a_part_goes_back_and_both_sides_have_it_in_writing(world: World) -> None:
    payment = world.paid(1295, "li-wei")
    result = world.refund(payment, 295, "R1", "broken")
    assert result.refund.state is RefundState.SUCCEEDED
    assert result.payment.state is PaymentState.PAID
    assert result.payment.refunded == Money(295, currency("EUR"))
    receipt = opened(world, result.receipt)
    assert (receipt.kind, receipt.refund_id) == (ReceiptKind.REFUND, result.refund.refund_id)
    assert (receipt.amount.minor_units, receipt.payer_amount.minor_units) == (295, 2304)
    assert world.balance("li-wei") == 500_000 - 10_118 + 2_304


def test_what_tells_the_till_that_money_went_back_carries_the_receipt(world: World) -> None:
    refunded, reversed_ = world.paid(1295), world.paid(700)
    given = world.refund(refunded, 295, "R1").receipt
    undone = reverse(world, reversed_).receipt
    with world.store.reading() as books:
        for payment, receipt in ((refunded, given), (reversed_, undone)):
            *_, told = books.outbox.of_payment(payment.payment_id)
            kept = books.receipts.find(told.receipt_id or "")
            assert kept is not None
            assert kept.signed == receipt


def test_all_of_it_goes_back_exactly_however_it_is_cut(world: World) -> None:
    payment = world.paid(1295, "li-wei")
    for number, part in enumerate((1, 333, 333, 333, 295)):
        state = world.refund(payment, part, f"R{number}").payment.state
    assert state is PaymentState.FULLY_REFUNDED
    assert world.balance("li-wei") == 500_000


def test_a_part_worth_less_than_the_payers_smallest_coin_gives_the_payer_nothing_yet(
    world: World,
) -> None:
    world.rates = fx.RateTable({"EUR": (1, 1), "JPY": (16, 1)}, "test")
    payment = world.paid(1000, "yuki")
    shares = [
        world.refund(payment, 1, f"R{number}").refund.payer_amount.minor_units
        for number in range(7)
    ]
    assert shares == [0, 0, 0, 0, 0, 0, 1]


def test_the_same_refund_again_is_the_same_answer(world: World) -> None:
    payment = world.paid(1295)
    first = world.refund(payment, 100, "R1", "broken")
    before = state_of(world.store)
    assert world.refund(payment, 100, "R1", "broken") == first
    assert state_of(world.store) == before


def test_the_same_refund_again_may_name_a_reason_that_is_not_kept_any_more(world: World) -> None:
    payment = world.paid(1295)
    kept = world.refund(payment, 100, "R1", "")
    assert world.refund(payment, 100, "R1", "broken") == kept


def test_a_refund_number_can_not_stand_for_another_refund(world: World) -> None:
    payment, other = world.paid(1295), world.paid(1295)
    world.refund(payment, 100, "R1", "broken")
    for target, amount_minor, reason in (
        (payment, 101, "broken"),
        (payment, 100, "wrong size"),
        (other, 100, "broken"),
    ):
        with refused(world, RefundNumberReused):
            world.refund(target, amount_minor, "R1", reason)


def test_never_more_goes_back_than_was_paid(world: World) -> None:
    payment = world.paid(700)
    world.refund(payment, 400, "R1")
    with refused(world, RefundExceedsCaptured):
        world.refund(payment, 301, "R2")
    world.refund(payment, 300, "R3")
    with refused(world, RefundExceedsCaptured):
        world.refund(payment, 1, "R4")


def test_what_was_not_paid_can_not_be_refunded(world: World) -> None:
    waiting, scanned = world.request(100), world.claim(world.request(100), "anna").payment
    for payment in (waiting, scanned):
        with refused(world, OrderNotPaid):
            world.refund(payment, 100, "R1")


def test_another_merchants_payment_is_told_like_none(world: World) -> None:
    payment = world.paid(700)
    for merchant_id, payment_id in ((KIOSK, payment.payment_id), (SHOP, UNKNOWN)):
        with refused(world, OrderNotFound), world.store.transaction() as books:
            refunds.refund(
                books,
                merchant_id=merchant_id,
                payment_id=payment_id,
                merchant_refund_no="R1",
                amount=Money(1, currency("EUR")),
                reason="",
                now=world.now,
                ids=world.ids,
                key=world.key,
            )


@pytest.mark.parametrize("minor_units", [-1, 0, 10**11 + 1])
def test_a_refund_out_of_range_is_refused(world: World, minor_units: int) -> None:
    payment = world.paid(700)
    with refused(world, AmountOutOfRange):
        world.refund(payment, minor_units, "R1")


def test_a_refund_in_another_currency_is_refused(world: World) -> None:
    payment = world.paid(700)
    with refused(world, CurrencyMismatch), world.store.transaction() as books:
        refunds.refund(
            books,
            merchant_id=SHOP,
            payment_id=payment.payment_id,
            merchant_refund_no="R1",
            amount=Money(100, currency("CNY")),
            reason="",
            now=world.now,
            ids=world.ids,
            key=world.key,
        )


def test_bad_numbers_and_reasons_are_refused(world: World) -> None:
    payment = world.paid(700)
    with refused(world, IdentifierFormat):
        world.refund(payment, 1, "R 1")
    with refused(world, TextCharacter):
        world.refund(payment, 1, "R1", "x\u202ey")
    with refused(world, TextCharacter):
        world.refund(payment, 1, "R1", "x" * 81)


# --- Reversals --------------------------------------------------------------------------------


def reverse(
    world: World,
    payment: Payment,
    *,
    merchant_id: str = SHOP,
    order_no: str | None = None,
) -> Reversal:
    return world.reverse(payment.payment_id, order_no or payment.merchant_order_no, merchant_id)


def test_a_waiting_payment_is_reversed_without_a_receipt(world: World) -> None:
    payment = world.claim(world.request(1295), "li-wei").payment
    reversal = reverse(world, payment)
    assert (reversal.payment.state, reversal.receipt) == (PaymentState.REVERSED, None)


def test_a_paid_payment_goes_back_whole(world: World) -> None:
    payment = world.paid(1295, "li-wei")
    reversal = reverse(world, payment)
    assert reversal.payment.state is PaymentState.REVERSED
    assert reversal.receipt is not None
    receipt = opened(world, reversal.receipt)
    assert (receipt.kind, receipt.payer_amount.minor_units) == (ReceiptKind.REVERSAL, 10_118)
    assert world.balance("li-wei") == 500_000
    with world.store.reading() as books:
        told = [row.event for row in books.outbox.of_payment(payment.payment_id)]
    assert told == [NotificationEvent.PAYMENT_PAID, NotificationEvent.PAYMENT_REVERSED]


def test_a_reversal_again_is_the_same_answer(world: World) -> None:
    payment = world.paid(1295, "li-wei")
    reversal = reverse(world, payment)
    before = state_of(world.store)
    assert reverse(world, payment) == reversal
    assert state_of(world.store) == before


def test_a_payment_of_which_a_part_went_back_can_not_be_undone_whole(world: World) -> None:
    payment = world.paid(1295)
    world.refund(payment, 1, "R1")
    with refused(world, OrderState):
        reverse(world, payment)


def test_a_reversed_payment_is_not_refunded_again(world: World) -> None:
    payment = world.paid(1295)
    reverse(world, payment)
    with refused(world, OrderNotPaid):
        world.refund(payment, 1, "R1")


def test_a_request_that_arrives_after_its_reversal_is_refused(world: World) -> None:
    late = world.new_request(1295)
    tombstone = world.reverse(payment_id_of(late.request_id), late.merchant_order_no)
    buried = tombstone.payment
    assert buried.is_tombstone
    assert buried.state is PaymentState.REVERSED
    assert {buried.terminal_id, buried.subject, buried.basket_hash, buried.request_text} == {""}
    with refused(world, OrderState):
        world.send(late)
    assert world.reverse(payment_id_of(late.request_id), late.merchant_order_no) == tombstone


def test_a_late_request_is_refused_by_its_order_number_too(world: World) -> None:
    late = world.new_request(1295, order_no="K-1")
    world.reverse(UNKNOWN, "K-1")
    with refused(world, OrderState):
        world.send(late)


def test_one_merchant_can_not_reverse_anothers_payment(world: World) -> None:
    payment = world.paid(1295)
    with refused(world, OrderNotFound):
        reverse(world, payment, merchant_id=KIOSK)


def test_a_reversal_must_name_the_order_number_of_the_payment(world: World) -> None:
    payment = world.paid(1295)
    with refused(world, OrderNotFound):
        reverse(world, payment, order_no="K-other")


def test_an_order_number_in_use_can_not_be_buried(world: World) -> None:
    payment = world.request(1295)
    with refused(world, OrderNumberReused):
        world.reverse(UNKNOWN, payment.merchant_order_no)


@pytest.mark.parametrize(
    ("payment_id", "order_no"),
    [("pay_short", "K-1"), ("rfd_01KAK9Q3ZV7T2M5X8B4C6D0E", "K-1"), (UNKNOWN, "K 1")],
)
def test_what_can_not_be_an_id_is_not_buried(world: World, payment_id: str, order_no: str) -> None:
    with refused(world, IdentifierFormat):
        world.reverse(PaymentId(payment_id), order_no)


def test_a_merchant_that_does_not_exist_buries_nothing(world: World) -> None:
    with refused(world, MerchantNotFound):
        world.reverse(UNKNOWN, "K-1", "M2088DEMO000009")
