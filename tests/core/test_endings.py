"""How payments end: declined, closed, expired, finished; one way only, and the till is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger.core.checkout import endings
from ledger.core.records.payments import Payment
from ledger.protocol.errors.checkout import (
    OrderAlreadyPaid,
    OrderNotFound,
    OrderNotPaid,
    OrderState,
)
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.instants import DAY, MINUTE
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import NotificationEvent
from tests.core.demo_world import KIOSK, World
from tests.core.state import refused, state_of


def decline(world: World, payment: Payment) -> Payment:
    return world.decline(payment, "li-wei")


def close(world: World, payment: Payment) -> Payment:
    return world.close_payment(payment)


def finish(world: World) -> list[Payment]:
    with world.store.transaction() as books:
        return endings.finish_due(
            books,
            now=world.now,
            limit=100,
            policy=world.policy,
            ids=world.ids,
            key=world.key,
        )


def told(world: World, payment: Payment) -> list[NotificationEvent]:
    with world.store.reading() as books:
        return [row.event for row in books.outbox.of_payment(payment.payment_id)]


def claimed(world: World) -> Payment:
    return world.claim(world.request(1295), "li-wei").payment


def test_a_payer_says_no_and_the_till_is_told(world: World) -> None:
    payment = claimed(world)
    assert decline(world, payment).state is PaymentState.DECLINED
    assert told(world, payment) == [NotificationEvent.PAYMENT_DECLINED]
    assert world.balance("li-wei") == 500_000


def test_a_merchant_closes_a_payment_nobody_has_scanned(world: World) -> None:
    payment = world.request(1295)
    code = world.code(payment)
    assert close(world, payment).state is PaymentState.CLOSED
    assert told(world, payment) == [NotificationEvent.PAYMENT_CLOSED]
    with refused(world, OrderState):
        world.claim(payment, "li-wei", code)


def test_a_merchant_closes_a_payment_somebody_is_looking_at(world: World) -> None:
    payment = claimed(world)
    consent = world.consent(world.authorisation(payment, "li-wei"), "li-wei")
    close(world, payment)
    with refused(world, OrderState):
        world.decide(consent)


@pytest.mark.parametrize("end", [decline, close])
def test_ending_it_the_same_way_again_is_the_same_answer(
    world: World, end: Callable[[World, Payment], Payment]
) -> None:
    payment = claimed(world)
    ended = end(world, payment)
    before = state_of(world.store)
    assert end(world, payment) == ended
    assert state_of(world.store) == before


def test_what_has_ended_one_way_can_not_end_another_way(world: World) -> None:
    declined, closed = claimed(world), claimed(world)
    decline(world, declined)
    close(world, closed)
    with refused(world, OrderState):
        close(world, declined)
    with refused(world, OrderState):
        decline(world, closed)


def test_what_was_paid_can_be_neither_declined_nor_closed(world: World) -> None:
    payment = world.paid(1295)
    with refused(world, OrderAlreadyPaid):
        decline(world, payment)
    with refused(world, OrderAlreadyPaid):
        close(world, payment)


def test_nobody_ends_somebody_elses_payment(world: World) -> None:
    payment = claimed(world)
    with refused(world, OrderNotFound):
        world.decline(payment, "anna")
    with refused(world, OrderNotFound):
        close(world, replace(payment, merchant_id=KIOSK))


def test_time_ends_what_nobody_pays(world: World) -> None:
    waiting, scanned, paid = world.request(100), claimed(world), world.paid(100)
    world.wait(3 * MINUTE - 1)
    assert world.expire() == []
    world.wait(1)
    assert {payment.payment_id for payment in world.expire()} == {
        waiting.payment_id,
        scanned.payment_id,
    }
    assert world.payment(waiting).state is PaymentState.CLOSED
    assert world.payment(paid).state is PaymentState.PAID
    assert told(world, scanned) == [NotificationEvent.PAYMENT_CLOSED]
    assert world.expire() == []


def test_a_code_that_expired_gets_the_same_answer_before_and_after_the_sweep(
    world: World,
) -> None:
    payment = world.request(1295)
    code = world.code(payment)
    world.wait(3 * MINUTE)
    with refused(world, QrExpired):
        world.claim(payment, "li-wei", code)
    world.expire()
    with refused(world, QrExpired):
        world.claim(payment, "li-wei", code)


def test_a_sweep_takes_the_longest_overdue_first_and_only_so_many(world: World) -> None:
    payments = []
    for _ in range(3):
        payments.append(world.request(100))
        world.wait(MINUTE)
    world.wait(3 * MINUTE)
    assert [payment.payment_id for payment in world.expire(limit=2)] == [
        payment.payment_id for payment in payments[:2]
    ]


def test_after_a_year_a_payment_is_finished_and_no_longer_refunded(world: World) -> None:
    payment = world.paid(1295)
    world.wait(365 * DAY)
    assert finish(world) == []
    world.wait(1)
    assert [ended.state for ended in finish(world)] == [PaymentState.FINISHED]
    assert told(world, payment) == [
        NotificationEvent.PAYMENT_PAID,
        NotificationEvent.PAYMENT_FINISHED,
    ]
    with refused(world, OrderNotPaid):
        world.refund(payment, 1, "R1")
