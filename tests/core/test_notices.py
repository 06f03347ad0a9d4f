"""What parties are told: in the same step as the money, signed, and until the till has taken it."""

from __future__ import annotations

from itertools import accumulate

import pytest

from ledger.core.notices import attempts, notifications
from ledger.core.notices.attempts import LEASE_MS
from ledger.core.notices.notifications import RETRY_AFTER_MS
from ledger.core.parties import keys, pairwise
from ledger.core.records.notices import DeliveryState, OutboxRow
from ledger.core.records.parties import payer_audience
from ledger.protocol import messages
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.instants import HOUR, MINUTE, SECOND, Instant, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Notification, NotificationEvent, Presented
from ledger.protocol.native_wire import TAKEN
from ledger.protocol.signing import merchant_owner
from tests.core.demo_world import KIOSK, SHOP, World
from tests.core.state import refused


def lease(world: World, limit: int = 100) -> list[OutboxRow]:
    with world.store.transaction() as books:
        return notifications.lease_due(books, now=world.now, limit=limit)


def fail(world: World, row: OutboxRow, answer: str = "503") -> OutboxRow:
    with world.store.transaction() as books:
        return notifications.failed(
            books, notification_id=row.notification_id, answer=answer, now=world.now
        )


def deliver(world: World, row: OutboxRow) -> OutboxRow:
    with world.store.transaction() as books:
        notifications.delivered(books, notification_ids=[row.notification_id])
        kept = books.outbox.find(row.notification_id)
    assert kept is not None
    return kept


def opened(world: World, row: OutboxRow) -> Notification:
    with world.store.reading() as books:
        return messages.open_(
            row.notification,
            Notification,
            keys.directory(books),
            at=world.now,
            owner="ledger",
        )


def test_a_paid_payment_is_told_with_its_receipt(world: World) -> None:
    payment = world.paid(1295)
    (row,) = lease(world)
    told = opened(world, row)
    assert told.event is NotificationEvent.PAYMENT_PAID
    assert (told.payment_id, told.merchant_order_no, told.state, told.amount) == (
        payment.payment_id,
        payment.merchant_order_no,
        PaymentState.PAID,
        payment.amount,
    )
    with world.store.reading() as books:
        assert row.receipt_id is not None
        receipt = books.receipts.find(row.receipt_id)
    assert receipt is not None
    assert receipt.payment_id == payment.payment_id


def test_a_refund_is_told_with_its_amount(world: World) -> None:
    payment = world.paid(1295)
    refund = world.refund(payment, 95, "R1").refund
    told = opened(world, lease(world)[1])
    assert (told.event, told.refund_id) == (
        NotificationEvent.REFUND_SUCCEEDED,
        refund.refund_id,
    )
    assert told.refund_amount == refund.amount


def test_a_lease_keeps_other_notifiers_away_until_it_runs_out(world: World) -> None:
    world.paid(1295)
    (row,) = lease(world)
    assert lease(world) == []
    world.wait(LEASE_MS)
    (again,) = lease(world)
    assert (again.notification_id, again.attempts) == (row.notification_id, 2)


def test_what_was_delivered_is_not_sent_again(world: World) -> None:
    world.paid(1295)
    (row,) = lease(world)
    assert deliver(world, row).state is DeliveryState.DELIVERED
    world.wait(48 * HOUR)
    assert lease(world) == []


def test_a_till_that_is_down_for_a_day_is_tried_by_the_table_and_then_given_up(
    world: World,
) -> None:
    world.paid(1295)
    begin, sent_at = world.now, []
    for _ in range(len(RETRY_AFTER_MS) + 1):
        (row,) = lease(world)
        sent_at.append(world.now - begin)
        row = fail(world, row)
        if row.state is DeliveryState.PENDING:
            world.wait(row.due_at - world.now - 1)
            assert lease(world) == []
            world.wait(1)
    expected = [0]
    for delay in RETRY_AFTER_MS:
        expected.append(expected[-1] + delay)
    assert sent_at == expected
    assert row.state is DeliveryState.DEAD
    world.wait(48 * HOUR)
    assert lease(world) == []


def test_a_till_that_comes_back_after_23_hours_is_still_told(world: World) -> None:
    world.paid(1295)
    up_at = later(world.now, 23 * HOUR)
    while world.now < up_at:
        (row,) = lease(world)
        world.now = Instant(fail(world, row).due_at)
    (row,) = lease(world)
    assert deliver(world, row).state is DeliveryState.DELIVERED


def test_a_notification_given_up_can_be_sent_again_by_hand(world: World) -> None:
    world.paid(1295)
    (row,) = lease(world)
    for _ in RETRY_AFTER_MS:
        fail(world, row)
        world.wait(6 * HOUR)
        (row,) = lease(world)
    assert fail(world, row).state is DeliveryState.DEAD
    with world.store.transaction() as books:
        notifications.resend(books, notification_id=row.notification_id, now=world.now)
    (again,) = lease(world)
    assert (again.attempts, again.notification) == (1, row.notification)


def log(world: World, row: OutboxRow) -> list[tuple[int, int, str]]:
    """The attempts of a notification: number, milliseconds after its event, answer."""
    with world.store.reading() as books:
        now_at = books.outbox.find(row.notification_id)
        assert now_at is not None
        made = attempts.log_of(books, now_at)
    return [(each.number, each.made_at - row.created_at, each.answer) for each in made]


def take(world: World, row: OutboxRow) -> None:
    again = [row.notification_id]
    with world.store.transaction() as books:
        notifications.delivered(books, notification_ids=again, tried_before=again)


def resend(world: World, row: OutboxRow) -> None:
    with world.store.transaction() as books:
        notifications.resend(books, notification_id=row.notification_id, now=world.now)


def test_of_one_that_was_taken_at_once_the_outbox_says_it_all(world: World) -> None:
    world.paid(1295)
    world.wait(SECOND)
    (row,) = lease(world)
    assert log(world, row) == []
    deliver(world, row)
    assert log(world, row) == [(1, SECOND, TAKEN)]
    with world.store.reading() as books:
        assert books.outbox.attempts(row.notification_id) == []


def test_every_failed_or_later_attempt_is_kept_with_its_time_and_its_answer(world: World) -> None:
    world.paid(1295)
    (row,) = lease(world)
    world.wait(3 * SECOND)
    fail(world, row, "AnswerLost")
    world.wait(RETRY_AFTER_MS[0])
    (row,) = lease(world)
    fail(world, row, "500 b'no'")
    assert log(world, row) == [(1, 0, "AnswerLost"), (2, 18 * SECOND, "500 b'no'")]
    world.wait(RETRY_AFTER_MS[1])
    (row,) = lease(world)
    take(world, row)
    assert log(world, row)[2:] == [(3, 33 * SECOND, TAKEN)]


def test_who_is_tried_to_the_end_has_every_attempt_once_in_the_log(world: World) -> None:
    world.paid(1295)
    for _ in range(len(RETRY_AFTER_MS) + 1):
        (row,) = lease(world)
        row = fail(world, row)
        world.wait(row.due_at - world.now)
    assert row.state is DeliveryState.DEAD
    told_at = [0, *accumulate(RETRY_AFTER_MS)]
    assert log(world, row) == [(number, at, "503") for number, at in enumerate(told_at, 1)]


def test_what_is_sent_again_by_hand_keeps_the_attempts_from_before(world: World) -> None:
    world.paid(1295)
    (row,) = lease(world)
    deliver(world, row)
    for _ in range(2):
        world.wait(HOUR)
        resend(world, row)
        lease(world)
        deliver(world, row)
    assert log(world, row) == [(1, 0, TAKEN), (1, HOUR, TAKEN), (1, 2 * HOUR, TAKEN)]


def test_an_attempt_cut_short_is_missing_in_the_log_and_counted(world: World) -> None:
    world.paid(1295)
    lease(world)
    world.wait(LEASE_MS)
    (row,) = lease(world)
    fail(world, row)
    assert log(world, row) == [(2, LEASE_MS, "503")]


def test_what_was_begun_again_during_an_attempt_stays_due_when_that_fails(world: World) -> None:
    world.paid(1295)
    (row,) = lease(world)
    resend(world, row)
    fail(world, row)
    (again,) = lease(world)
    assert (again.attempts, log(world, row)) == (1, [])
    resend(world, row)
    take(world, row)
    assert log(world, row) == []


def test_an_answer_is_kept_only_so_long(world: World) -> None:
    world.paid(1295)
    (row,) = lease(world)
    assert fail(world, row, "x" * 10_000).answer == "x" * 200


def test_the_longest_waiting_go_first_and_only_so_many(world: World) -> None:
    for _ in range(3):
        world.paid(100)
        world.wait(SECOND)
    rows = lease(world, limit=2)
    assert [row.created_at for row in rows] == sorted(row.created_at for row in rows)
    assert len(rows) == 2
    assert len(lease(world)) == 1


def test_a_notification_that_does_not_exist_is_our_own_mistake(world: World) -> None:
    with refused(world, InvariantBroken), world.store.transaction() as books:
        notifications.delivered(books, notification_ids=["ntf_unknown"])


def test_many_are_noted_as_delivered_at_once_or_none_of_them(world: World) -> None:
    for _ in range(3):
        world.paid(100)
    rows = lease(world)
    ids = [row.notification_id for row in rows]
    with refused(world, InvariantBroken), world.store.transaction() as books:
        notifications.delivered(books, notification_ids=[*ids, "ntf_unknown"])
    with world.store.transaction() as books:
        notifications.delivered(books, notification_ids=ids[:2])
        found = [books.outbox.find(notification_id) for notification_id in ids]
    states = [row.state for row in found if row is not None]
    assert states == [DeliveryState.DELIVERED, DeliveryState.DELIVERED, DeliveryState.PENDING]


# --- Receipts and live events -----------------------------------------------------------------


def test_a_receipt_names_the_payer_only_by_a_pseudonym_for_this_merchant(world: World) -> None:
    at_shop, at_kiosk = world.paid(100, "anna", SHOP), world.paid(100, "anna", KIOSK)
    texts = []
    with world.store.reading() as books:
        for payment in (at_shop, at_kiosk):
            (kept,) = books.receipts.of_payment(payment.payment_id)
            receipt = messages.open_receipt(kept.signed, keys.directory(books))
            anna = world.wallets["anna"].payer
            assert receipt.ppid == pairwise.ppid(anna, payment.merchant_id)
            texts.append(kept.signed.text)
    for text in texts:
        assert world.payer_id("anna") not in text
        assert "anna" not in text
    assert texts[0].split("ppid=")[1][:26] != texts[1].split("ppid=")[1][:26]


def test_merchant_and_payer_each_see_their_own_events_in_order(world: World) -> None:
    payment = world.paid(1295, "anna")
    world.refund(payment, 95, "R1")
    world.paid(100, "yuki", KIOSK)
    with world.store.reading() as books:
        shop = books.events.after(merchant_owner(SHOP), 0, 100)
        anna = books.events.after(payer_audience(world.payer_id("anna")), 0, 100)
    assert [event.name for event in shop] == [
        "payment.awaiting_payer",
        "payment.authorising",
        "payment.paid",
        "payment.paid",
        "refund.succeeded",
    ]
    assert {event.payment_id for event in (*shop, *anna)} == {payment.payment_id}
    assert [event.name for event in anna] == [event.name for event in shop][1:]
    sequences = [event.sequence for event in shop]
    assert sequences == sorted(set(sequences))


def test_a_watcher_goes_on_where_it_stopped(world: World) -> None:
    world.paid(1295, "anna")
    owner = merchant_owner(SHOP)
    with world.store.reading() as books:
        first = books.events.after(owner, 0, 1)
        rest = books.events.after(owner, first[-1].sequence, 100)
        assert books.events.last(owner) == rest[-1].sequence
        assert books.events.last(merchant_owner("M-nobody")) == 0
    assert [event.name for event in rest] == ["payment.authorising", "payment.paid"]


def test_a_payer_who_loses_a_payment_is_told_so(world: World) -> None:
    payment = world.claim(world.request(1295), "anna").payment
    world.wait(2 * MINUTE)
    world.claim(payment, "yuki")
    with world.store.reading() as books:
        anna = books.events.after(payer_audience(world.payer_id("anna")), 0, 100)
    assert [event.name for event in anna] == ["payment.authorising", "payment.awaiting_payer"]


def test_old_events_can_be_forgotten_and_numbers_are_not_used_again(world: World) -> None:
    world.paid(1295)
    owner = merchant_owner(SHOP)
    with world.store.transaction() as books:
        last = books.events.last(owner)
        assert books.events.prune(later(world.now, 1)) > 0
    world.request(100)
    with world.store.reading() as books:
        assert books.events.after(owner, 0, 100)[0].sequence > last


@pytest.mark.parametrize("presented", [Presented.MERCHANT, Presented.CONSUMER])
def test_every_ending_is_told_and_names_how_the_code_was_presented(
    world: World, presented: Presented
) -> None:
    if presented is Presented.MERCHANT:
        payment = world.claim(world.request(9_000), "anna").payment
    else:
        payment = world.collect(9_000, "anna").payment
    world.decline(payment, "anna")
    (row,) = lease(world)
    told = opened(world, row)
    assert (told.event, told.presented) == (NotificationEvent.PAYMENT_DECLINED, presented)
    assert row.receipt_id is None
