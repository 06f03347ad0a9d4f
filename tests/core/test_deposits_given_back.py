"""A deposit goes back whole where nothing is captured, and whatever its end, it ends once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.core.checkout.deposits import releases
from ledger.core.records.payments import Payment
from ledger.protocol import messages
from ledger.protocol.errors.checkout import HoldExpired, OrderState, PaymentNotHeld
from ledger.protocol.instants import DAY, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Receipt
from ledger.protocol.money import Money
from tests.core.demo_world import EUR, World
from tests.core.seen import held_of, receipts_of, told
from tests.core.state import refused


def test_a_released_deposit_goes_back_whole(world: World) -> None:
    payment = world.held(3000, "li-wei")
    released = world.give_back(payment)
    assert (released.state, released.captured) == (PaymentState.CLOSED, None)
    assert (world.balance("li-wei"), held_of(world, "li-wei")) == (500_000, 0)
    assert told(world, payment) == ["payment.held", "payment.released"]
    assert receipts_of(world, payment) == []
    assert world.give_back(payment) == released
    with refused(world, PaymentNotHeld):
        world.capture(payment, 350)


def test_a_deposit_is_given_back_when_its_time_is_over_and_not_before(world: World) -> None:
    payment = world.held(3000, "li-wei", hold_until=later(world.now, DAY))
    world.wait(DAY - 1)
    assert world.end_holds() == []
    world.wait(1)
    assert [ended.payment_id for ended in world.end_holds()] == [payment.payment_id]
    assert world.payment(payment).state is PaymentState.CLOSED
    assert (world.balance("li-wei"), held_of(world, "li-wei")) == (500_000, 0)
    assert world.end_holds() == []


def test_at_the_end_of_its_time_it_is_too_late_whether_or_not_it_was_swept(world: World) -> None:
    payment = world.held(3000, "anna", hold_until=later(world.now, DAY))
    world.wait(DAY)
    with refused(world, HoldExpired):
        world.capture(payment, 350)
    world.end_holds()
    with refused(world, HoldExpired):
        world.capture(payment, 350)
    assert world.give_back(payment).state is PaymentState.CLOSED


def test_an_operator_can_end_a_hold_now(world: World) -> None:
    payment = world.held(3000, "anna")
    for _ in range(2):
        with world.store.transaction() as books:
            ended = releases.expire(
                books, payment_id=payment.payment_id, now=world.now, ids=world.ids, key=world.key
            )
        assert ended.state is PaymentState.CLOSED
    assert world.balance("anna") == 20_000
    with refused(world, HoldExpired):
        world.capture(payment, 350)


def test_holds_are_ended_in_batches_the_earliest_first(world: World) -> None:
    second = world.held(100, "anna", hold_until=later(world.now, 2 * DAY))
    first = world.held(100, "anna", hold_until=later(world.now, DAY))
    world.wait(3 * DAY)
    assert [ended.payment_id for ended in world.end_holds(limit=1)] == [first.payment_id]
    assert [ended.payment_id for ended in world.end_holds(limit=1)] == [second.payment_id]


def test_reversing_a_held_deposit_gives_it_back_without_a_receipt(world: World) -> None:
    payment = world.held(3000, "li-wei")
    reversal = world.reverse(payment.payment_id, payment.merchant_order_no)
    assert (reversal.payment.state, reversal.receipt) == (PaymentState.REVERSED, None)
    assert (world.balance("li-wei"), held_of(world, "li-wei")) == (500_000, 0)
    with refused(world, PaymentNotHeld):
        world.capture(payment, 350)


def test_a_new_consent_to_what_was_given_back_is_refused(world: World) -> None:
    payment = world.held(3000, "anna")
    world.give_back(payment)
    with refused(world, OrderState):
        world.agree_to_hold(payment, "anna")


def test_reversing_a_captured_deposit_gives_back_what_was_captured(world: World) -> None:
    payment = world.held(3000, "li-wei")
    world.capture(payment, 350)
    reversal = world.reverse(payment.payment_id, payment.merchant_order_no)
    assert reversal.receipt is not None
    receipt = messages.decode(Receipt, reversal.receipt.text)
    assert (receipt.amount, receipt.payer_amount.minor_units) == (Money(350, EUR), 2735)
    assert world.balance("li-wei") == 500_000


ENDS: dict[str, Callable[[World, Payment], object]] = {
    "capture": lambda world, payment: world.capture(payment, 350),
    "release": lambda world, payment: world.give_back(payment),
    "reverse": lambda world, payment: world.reverse(payment.payment_id, payment.merchant_order_no),
}


@pytest.mark.parametrize("second", ENDS)
@pytest.mark.parametrize("first", ENDS)
def test_of_two_ends_the_first_one_counts(world: World, first: str, second: str) -> None:
    if (first, second) == ("capture", "reverse"):
        return  # a reversal undoes a capture: tested above
    payment = world.held(3000, "anna")
    ENDS[first](world, payment)
    stands = world.payment(payment)
    if first == second:
        ENDS[second](world, payment)
    else:
        with pytest.raises(OrderState):
            ENDS[second](world, payment)
    assert world.payment(payment) == stands
