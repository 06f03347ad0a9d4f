"""The till is told, at least once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest

from ledger.core.notices import notifications
from ledger.core.notices.notifications import LEASE_MS, RETRY_AFTER_MS
from ledger.core.records.notices import DeliveryState, OutboxRow
from ledger.kit.transport import Response
from ledger.ops import notifier
from ledger.ops.audit import audit
from ledger.protocol import messages
from ledger.protocol.errors.checkout import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.messages import Notification, open_receipt
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.wire import Json
from tests.ops.fake_till import FakeTill, success


@pytest.fixture
def till() -> FakeTill:
    return FakeTill()


@pytest.fixture
def world(tmp_path: Path, till: FakeTill) -> Iterator[HttpWorld]:
    made = HttpWorld(tmp_path, transport=till)
    yield made
    assert audit(made.store) == []
    made.close()


def outbox(world: HttpWorld, payment: Json) -> list[OutboxRow]:
    """The notifications about a payment, as they stand."""
    with world.store.reading() as books:
        return books.outbox.of_payment(PaymentId(payment["payment_id"]))


def opened(world: HttpWorld, till: FakeTill) -> list[Notification]:
    """What the till was told, each with the ledger's signature checked."""
    return [
        messages.open_(
            told.notification.sealed,
            Notification,
            world.line.directory,
            at=world.clock.now(),
            owner="ledger",
        )
        for told in till.told
    ]


def test_a_till_is_told_that_it_was_paid_and_gets_the_receipt(
    world: HttpWorld, till: FakeTill
) -> None:
    payment = world.paid(1295)
    assert world.ledger.notifier.deliver_due()
    (notification,) = opened(world, till)
    assert (notification.event, notification.state) == ("payment.paid", "PAID")
    assert notification.merchant_order_no == payment["merchant_order_no"]
    assert notification.amount.minor_units == 1295
    receipt = till.told[0].receipt
    assert receipt is not None
    assert open_receipt(receipt.sealed, world.line.directory).payment_id == payment["payment_id"]
    assert till.urls == ["http://127.0.0.1:8401/notify"]
    assert [row.state for row in outbox(world, payment)] == [DeliveryState.DELIVERED]
    assert not world.ledger.notifier.deliver_due()


def test_each_event_is_told_by_itself(world: HttpWorld, till: FakeTill) -> None:
    payment = world.paid(1295)
    world.shop.refund(payment, 295, "R1")
    closed = world.shop.ask(100)
    world.shop.post(f"/v1/payments/{closed['payment_id']}/close", {})
    world.ledger.notifier.deliver_due()
    events = {(told.event, told.payment_id) for told in opened(world, till)}
    assert events == {
        ("payment.paid", payment["payment_id"]),
        ("refund.succeeded", payment["payment_id"]),
        ("payment.closed", closed["payment_id"]),
    }
    by_event = {
        str(told.event): delivery
        for told, delivery in zip(opened(world, till), till.told, strict=True)
    }
    assert by_event["payment.closed"].receipt is None
    assert by_event["refund.succeeded"].receipt is not None


@pytest.mark.parametrize(
    "answer",
    [
        Response(200, {}, b"success\n"),
        Response(200, {}, b"SUCCESS"),
        Response(200, {}, b"fail"),
        Response(200, {}, b""),
        Response(201, {}, b"success"),
        Response(204, {}, b""),
        Response(302, {"location": "http://127.0.0.1:1/"}, b"success"),
        Response(500, {}, b"success"),
        AnswerLost("reset"),
        ServiceUnavailable("refused"),
        UnicodeError("an address that can't even be spelled"),
    ],
    ids=repr,
)
def test_anything_but_success_is_tried_again(
    world: HttpWorld, till: FakeTill, answer: Response | Exception
) -> None:
    def answering(number: int) -> Response:
        if number > 1:
            return success(number)
        if isinstance(answer, Exception):
            raise answer
        return answer

    till.answering = answering
    payment = world.paid(100)
    world.ledger.notifier.deliver_due()
    (row,) = outbox(world, payment)
    assert (row.state, row.attempts) == (DeliveryState.PENDING, 1)
    assert row.answer
    world.clock.advance(RETRY_AFTER_MS[0])
    world.ledger.notifier.deliver_due()
    (row,) = outbox(world, payment)
    assert (row.state, row.attempts) == (DeliveryState.DELIVERED, 2)
    assert len({told.notification for told in till.told}) == 1


def test_attempts_follow_the_table_and_then_end(world: HttpWorld, till: FakeTill) -> None:
    till.answering = lambda _: Response(200, {}, b"fail")
    payment = world.paid(100)
    began = world.clock.now()
    told_after_ms = []
    for due_ms in (0, *accumulate(RETRY_AFTER_MS)):
        world.clock.set(type(began)(began + due_ms - 1))
        if due_ms:
            assert not world.ledger.notifier.deliver_due(), "too early"
        world.clock.set(type(began)(began + due_ms))
        assert world.ledger.notifier.deliver_due()
        told_after_ms.append(due_ms)
    assert len(till.told) == 16
    assert told_after_ms[-1] == (24 * 60 + 4) * 60 * 1000
    (row,) = outbox(world, payment)
    assert (row.state, row.attempts) == (DeliveryState.DEAD, 16)
    world.clock.advance(365 * 24 * 3600 * 1000)
    assert not world.ledger.notifier.deliver_due()


def test_a_notifier_that_died_after_its_claim_is_followed_by_another(
    world: HttpWorld, till: FakeTill
) -> None:
    payment = world.paid(100)
    with world.store.transaction() as books:
        notifications.lease_due(books, now=world.clock.now(), limit=10)
    assert not world.ledger.notifier.deliver_due()
    world.clock.advance(LEASE_MS)
    assert world.ledger.notifier.deliver_due()
    assert len(till.told) == 1
    assert outbox(world, payment)[0].state is DeliveryState.DELIVERED


class PowerCut(BaseException):
    """The process ends here."""


def test_a_notifier_that_died_after_sending_sends_again(world: HttpWorld, till: FakeTill) -> None:
    def answering(number: int) -> Response:
        if number == 1:
            raise PowerCut
        return success(number)

    till.answering = answering
    world.paid(100)
    with pytest.raises(PowerCut):
        world.ledger.notifier.deliver_due()
    world.clock.advance(LEASE_MS)
    world.ledger.notifier.deliver_due()
    first, second = till.told
    assert first == second


def test_a_merchant_without_an_address_is_told_nothing_and_the_rows_end(
    world: HttpWorld, till: FakeTill
) -> None:
    kiosk, anna = world.kiosk, world.wallet("anna")
    payment = dict(anna.pay(kiosk, kiosk.ask(100))["payment"])
    for wait_ms in (0, *RETRY_AFTER_MS):
        world.clock.advance(wait_ms)
        world.ledger.notifier.deliver_due()
    assert till.told == []
    (row,) = outbox(world, payment)
    assert (row.state, row.answer) == (DeliveryState.DEAD, "no address is registered")


def test_a_refusal_of_one_does_not_hold_up_the_others(world: HttpWorld, till: FakeTill) -> None:
    till.answering = lambda number: Response(200, {}, b"fail") if number == 1 else success(number)
    payments = [world.shop.ask(100) for _ in range(notifier.BATCH + 5)]
    for payment in payments:
        world.shop.post(f"/v1/payments/{payment['payment_id']}/close", {})
    assert world.ledger.notifier.deliver_due()
    assert len(till.told) == notifier.BATCH
    assert world.ledger.notifier.deliver_due()
    states = [row.state for payment in payments for row in outbox(world, payment)]
    assert states.count(DeliveryState.DELIVERED) == len(payments) - 1
    assert states.count(DeliveryState.PENDING) == 1


def test_an_idle_notifier_writes_nothing(world: HttpWorld) -> None:
    commits = []
    world.ledger.store.listeners.append(lambda: commits.append("commit"))
    assert not world.ledger.notifier.deliver_due()
    assert commits == []


def test_a_batch_is_done_before_its_lease_runs_out() -> None:
    slowest_s = notifier.CONNECT_TIMEOUT_S + notifier.ANSWER_TIMEOUT_S
    rounds = notifier.BATCH / notifier.SENDERS
    assert rounds * slowest_s * 1000 < LEASE_MS
