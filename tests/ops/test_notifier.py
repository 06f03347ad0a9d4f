"""The till is told, at least once, whatever happens on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from threading import Event, Thread

import pytest

from ledger.core.notices import attempts, notifications
from ledger.core.notices.attempts import LEASE_MS
from ledger.core.notices.notifications import RETRY_AFTER_MS
from ledger.core.ports import Books
from ledger.core.records.notices import DeliveryState, OutboxRow
from ledger.kit.transport import Response
from ledger.ops import notifier, seed
from ledger.ops.audit import audit
from ledger.protocol import messages
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.messages import Notification, open_receipt
from ledger.protocol.native_wire import NOTIFICATIONS_MOST
from tests.faces.native.http_world import HttpWorld
from tests.kit.answered import Json
from tests.ops.fake_till import FakeTill, answered, success

PATIENCE_S = 60.0


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
        answered("success\n"),
        answered("SUCCESS"),
        answered("SIGNATURE_INVALID"),
        answered(),
        answered("success", "success"),
        Response(200, {}, b"success"),
        Response(200, {}, b""),
        Response(200, {}, b"\xff"),
        Response(200, {}, b'{"answers":"success"}'),
        Response(201, {}, answered("success").body),
        Response(204, {}, b""),
        Response(302, {"location": "http://127.0.0.1:1/"}, answered("success").body),
        Response(500, {}, answered("success").body),
        AnswerLost("reset"),
        ServiceUnavailable("refused"),
        UnicodeError("an address that can't even be spelled"),
    ],
    ids=repr,
)
def test_anything_but_success_is_tried_again(
    world: HttpWorld, till: FakeTill, answer: Response | Exception
) -> None:
    def answering(number: int) -> Response | str:
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
    till.answering = lambda _: "SIGNATURE_INVALID"
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


def test_each_attempt_is_told_with_its_answer_and_only_those_that_were_not_taken_at_once_are_kept(
    world: HttpWorld, till: FakeTill
) -> None:
    till.answering = lambda number: "NOTIFICATION_DIFFERS" if number == 2 else "success"
    payments = closed_payments(world, 2)
    began = world.clock.now()
    world.ledger.notifier.deliver_due()
    world.clock.advance(RETRY_AFTER_MS[0])
    world.ledger.notifier.deliver_due()
    logs, kept = [], []
    with world.store.reading() as books:
        for payment in payments:
            for row in books.outbox.of_payment(PaymentId(payment["payment_id"])):
                made = attempts.log_of(books, row)
                logs.append([(one.number, one.made_at - began, one.answer) for one in made])
                kept.append(len(books.outbox.attempts(row.notification_id)))
    assert sorted(logs) == [
        [(1, 0, "NOTIFICATION_DIFFERS"), (2, RETRY_AFTER_MS[0], "success")],
        [(1, 0, "success")],
    ]
    assert sorted(kept) == [0, 2]


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
    def answering(number: int) -> Response | str:
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


def closed_payments(world: HttpWorld, count: int) -> list[Json]:
    payments = [world.shop.ask(100) for _ in range(count)]
    for payment in payments:
        world.shop.post(f"/v1/payments/{payment['payment_id']}/close", {})
    return payments


def states(world: HttpWorld, payments: list[Json]) -> Counter[DeliveryState]:
    return Counter(row.state for payment in payments for row in outbox(world, payment))


def test_what_is_due_at_once_goes_together_up_to_the_most(world: HttpWorld, till: FakeTill) -> None:
    payments = closed_payments(world, NOTIFICATIONS_MOST + 5)
    assert world.ledger.notifier.deliver_due()
    assert sorted(till.posts) == [5, NOTIFICATIONS_MOST]
    assert states(world, payments) == {DeliveryState.DELIVERED: len(payments)}
    assert not world.ledger.notifier.deliver_due()


def test_a_refusal_of_one_does_not_hold_up_the_others(world: HttpWorld, till: FakeTill) -> None:
    till.answering = lambda number: "NOTIFICATION_DIFFERS" if number == 2 else "success"
    payments = closed_payments(world, 5)
    assert world.ledger.notifier.deliver_due()
    assert till.posts == [5]
    rows = [row for payment in payments for row in outbox(world, payment)]
    refused = [row for row in rows if row.state is DeliveryState.PENDING]
    assert [row.answer for row in refused] == ["NOTIFICATION_DIFFERS"]
    assert [row.due_at - world.clock.now() for row in refused] == [RETRY_AFTER_MS[0]]
    assert states(world, payments)[DeliveryState.DELIVERED] == 4
    world.clock.advance(RETRY_AFTER_MS[0])
    assert world.ledger.notifier.deliver_due()
    assert till.posts == [5, 1]
    assert states(world, payments) == {DeliveryState.DELIVERED: 5}


def test_when_nothing_is_answered_all_that_went_together_is_tried_again(
    world: HttpWorld, till: FakeTill
) -> None:
    till.answering = lambda number: answered("success") if number == 1 else "success"
    payments = closed_payments(world, 3)
    world.ledger.notifier.deliver_due()
    assert states(world, payments) == {DeliveryState.PENDING: 3}
    world.clock.advance(RETRY_AFTER_MS[0])
    world.ledger.notifier.deliver_due()
    assert states(world, payments) == {DeliveryState.DELIVERED: 3}


def test_a_delivery_is_for_one_merchant(
    tmp_path: Path, till: FakeTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = "http://127.0.0.1:8499/notify"
    monkeypatch.setattr(seed, "KIOSK", replace(seed.KIOSK, notify_url=elsewhere))
    world = HttpWorld(tmp_path, transport=till)
    for till_of_shop in (world.shop, world.kiosk, world.shop):
        payment = till_of_shop.ask(100)
        till_of_shop.post(f"/v1/payments/{payment['payment_id']}/close", {})
    world.ledger.notifier.deliver_due()
    assert sorted(zip(till.urls, till.posts, strict=True)) == [
        ("http://127.0.0.1:8401/notify", 2),
        (elsewhere, 1),
    ]
    world.close()


def test_what_does_not_fit_in_one_round_keeps_its_turn_and_its_attempts(world: HttpWorld) -> None:
    payments = closed_payments(world, 4)
    with world.store.transaction() as books:
        together = notifications.lease_together(books, now=world.clock.now(), most=3, deliveries=1)
    assert [len(each.rows) for each in together] == [3]
    waiting = [row for payment in payments for row in outbox(world, payment) if not row.attempts]
    assert len(waiting) == 1
    assert world.ledger.notifier.deliver_due()


def test_an_idle_notifier_writes_nothing(world: HttpWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    begin = world.store.transaction

    def counted() -> AbstractContextManager[Books]:
        begun.append("a transaction")
        return begin()

    monkeypatch.setattr(world.store, "transaction", counted)
    assert not world.ledger.notifier.deliver_due()
    assert begun == []
    world.paid(100)
    begun.clear()
    assert world.ledger.notifier.deliver_due()
    assert len(begun) == 2


def test_what_a_notifier_notes_wakes_nobody(world: HttpWorld) -> None:
    world.paid(100)
    woken = []
    world.ledger.store.listeners.append(lambda: woken.append("somebody"))
    assert world.ledger.notifier.deliver_due()
    assert woken == []


def test_who_comes_during_an_attempt_finds_it_noted(world: HttpWorld, till: FakeTill) -> None:
    begun, may_end, come, ended = Event(), Event(), Event(), Event()

    def slow(number: int) -> str:
        begun.set()
        assert may_end.wait(PATIENCE_S)
        return success(number)

    def come_too() -> None:
        come.set()
        assert not world.ledger.notifier.deliver_due()
        ended.set()

    till.answering = slow
    payment = world.paid(1295)
    first = Thread(target=world.ledger.notifier.deliver_due)
    first.start()
    assert begun.wait(PATIENCE_S)
    world.clock.advance(LEASE_MS)
    second = Thread(target=come_too)
    second.start()
    assert come.wait(PATIENCE_S)
    second.join(0.05)  # a notifier that did not wait would claim what seems to be due again
    may_end.set()
    first.join(PATIENCE_S)
    second.join(PATIENCE_S)
    assert ended.is_set()
    assert len(till.told) == 1
    assert [row.state for row in outbox(world, payment)] == [DeliveryState.DELIVERED]


def test_a_batch_is_done_before_its_lease_runs_out() -> None:
    slowest_s = notifier.CONNECT_TIMEOUT_S + notifier.ANSWER_TIMEOUT_S
    rounds = notifier.DELIVERIES / notifier.SENDERS
    assert rounds * slowest_s * 1000 < LEASE_MS
