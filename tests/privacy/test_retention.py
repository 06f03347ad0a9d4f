"""What is kept for a while is gone afterwards, down to the bytes, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.core.checkout.consents import Consent
from ledger.core.notices import notifications
from ledger.core.ports import Books, Store
from ledger.core.privacy.purge import purge
from ledger.core.privacy.retention import BATCH, RETENTION
from ledger.ops.audit import audit
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid
from ledger.protocol.errors.privacy import NotificationForgotten
from ledger.protocol.instants import DAY, HOUR, MINUTE
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from tests.core.demo_world import World
from tests.core.state import refused, state_of
from tests.privacy.filed_world import FiledWorld, deliver

PRESENTED = Presented.CONSUMER
REASON = "canary: Frau Muster brought the hair dye back"
KEPT = {rule.what: rule for rule in RETENTION}


def period(what: str) -> int:
    """How long something is kept, in milliseconds."""
    kept_ms = KEPT[what].kept_ms
    assert kept_ms is not None
    return kept_ms


def everything_once(world: World) -> Consent:
    """Let each thing happen that leaves something to forget; a consent that was given."""
    payment = world.request(1295)
    world.claim(payment, "anna")
    consent = world.consent(world.authorisation(payment, "anna"), "anna")
    paid = world.decide(consent).payment
    world.refund(paid, 95, "R1", REASON)
    world.collect(450, "anna")
    unpaid = world.request(700)
    world.claim(unpaid, "anna")
    world.decline(unpaid, "anna")
    with world.store.transaction() as books:
        books.codes.add_miss("M2088DEMO000001", "0123456789", world.now)
        books.nonces.remember(key_id="k1", nonce="n1", expires_at=world.now)
    deliver(world)
    return consent


def test_each_row_of_the_table_gives_its_reason() -> None:
    assert len(KEPT) == len(RETENTION)
    for rule in RETENTION:
        assert rule.because
        assert (rule.kept_ms is None) == (rule.forget is None) == (rule.since == "")


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ("nonces", "nonce"),
        ("used payment codes", "code_handle WHERE state = 'USED'"),
        ("wrong payment codes", "code_miss"),
        ("live events", "live_event"),
        ("used invitations", "invitation WHERE key_id IS NOT NULL"),
        ("texts of notifications", "outbox WHERE text <> ''"),
        (
            "the payer of a payment that was never paid",
            "payment WHERE paid_at IS NULL AND payer_id IS NOT NULL",
        ),
        ("reasons of refunds", "refund WHERE reason <> ''"),
        ("signed consents", "authorisation WHERE text <> ''"),
    ],
)
def test_it_is_kept_as_long_as_the_table_says_and_no_longer(
    world: FiledWorld, what: str, left: str
) -> None:
    everything_once(world)
    before = world.rows(left)
    assert before > 0
    world.wait(period(what))
    assert what not in world.purge()
    assert world.rows(left) == before
    world.wait(DAY)
    assert world.purge()[what] == before
    assert world.rows(left) == 0


def test_attempts_go_with_the_text_of_their_notification_and_others_stay(
    world: FiledWorld,
) -> None:
    answer = "500 b'canary'"
    for wait_ms in (0, period("texts of notifications") + MINUTE):
        world.wait(wait_ms)
        world.paid(1295)
        with world.store.transaction() as books:
            for row in notifications.lease_due(books, now=world.now, limit=1):
                named = row.notification_id
                notifications.failed(books, notification_id=named, answer=answer, now=world.now)
        world.wait(notifications.RETRY_AFTER_MS[0])
        deliver(world)
    assert (world.rows("attempt"), world.found(answer)) == (2, [answer])
    assert world.purge()["texts of notifications"] == 1
    assert (world.rows("attempt"), world.rows("outbox")) == (1, 2)
    world.wait(period("texts of notifications") + MINUTE)
    world.purge()
    assert (world.rows("attempt"), world.found(answer)) == (0, [])


def test_entries_receipts_and_payments_stay_and_the_audit_finds_nothing(world: FiledWorld) -> None:
    everything_once(world)
    kept = ("entry", "posting", "receipt WHERE text <> ''", "payment", "state_change", "refund")
    before = {table: world.rows(table) for table in (*kept, "outbox")}
    world.wait(5 * 365 * DAY)
    world.purge()
    assert {table: world.rows(table) for table in before} == before
    assert audit(world.store) == []


def test_what_was_forgotten_is_in_no_byte_of_any_file(world: FiledWorld) -> None:
    consent = everything_once(world)
    secrets = (REASON, consent.signed.signature, "notification_id=")
    assert world.found(*secrets) == list(secrets)
    world.wait(400 * DAY)
    world.purge()
    assert world.found(*secrets) == []


def test_a_second_purge_does_nothing(world: FiledWorld) -> None:
    everything_once(world)
    world.wait(400 * DAY)
    assert world.purge()
    before = state_of(world.store)
    assert world.purge() == {}
    assert state_of(world.store) == before


class Killed(BaseException):
    """The process ends here."""


class MortalStore:
    """A store whose process is killed in the n-th unit of work, just before it is kept."""

    def __init__(self, store: Store, lives: int) -> None:
        self._store, self.lives = store, lives
        self.reading, self.checkpoint, self.close = store.reading, store.checkpoint, store.close

    @contextmanager
    def transaction(self) -> Iterator[Books]:
        """Keep what is done inside, or die."""
        with self._store.transaction() as books:
            yield books
            self.lives -= 1
            if self.lives < 0:
                raise Killed


def test_a_purge_killed_at_any_point_is_finished_by_the_next_one(tmp_path: Path) -> None:
    ends = set()
    for lives in range(len(RETENTION)):
        folder = tmp_path / str(lives)
        world = FiledWorld(folder)
        everything_once(world)
        world.wait(400 * DAY)
        with pytest.raises(Killed):
            purge(MortalStore(world.store, lives if lives < 11 else 10), now=world.now)
        assert audit(world.store) == []
        world.purge()
        ends.add(state_of(world.store))
        world.store.close()
    assert len(ends) == 1


def test_more_than_a_batch_is_forgotten_in_several_units_of_work(world: FiledWorld) -> None:
    paid = world.paid(BATCH + 10, "anna")
    for number in range(BATCH + 1):
        world.refund(paid, 1, f"R{number}", REASON)
    world.wait(181 * DAY)
    units: list[object] = []

    class Counted(MortalStore):
        @contextmanager
        def transaction(self) -> Iterator[Books]:
            with super().transaction() as books:
                before = books.personal
                yield books
                units.append(before)

    assert purge(Counted(world.store, 100), now=world.now)["reasons of refunds"] == BATCH + 1
    rules_with_work = sum(rule.forget is not None for rule in RETENTION)
    assert len(units) > rules_with_work


def test_a_used_code_is_refused_just_the_same_after_it_was_forgotten(world: FiledWorld) -> None:
    code = world.shown_code("anna")
    world.pay_with_code(world.new_request(450, presented=PRESENTED), code)
    world.wait(10 * MINUTE + HOUR)
    assert world.purge()["used payment codes"] == 1
    with refused(world, PaymentAuthCodeInvalid):
        world.pay_with_code(world.new_request(450, presented=PRESENTED), code)


def test_a_refund_whose_reason_is_forgotten_is_still_the_same_refund(world: FiledWorld) -> None:
    paid = world.paid(1295, "anna")
    first = world.refund(paid, 95, "R1", REASON)
    world.wait(181 * DAY)
    world.purge()
    again = world.refund(paid, 95, "R1", REASON)
    assert (again.refund.refund_id, again.receipt) == (first.refund.refund_id, first.receipt)
    assert again.payment.refunded.minor_units == 95


def test_a_forgotten_notification_is_not_sent_again(world: FiledWorld) -> None:
    paid = world.paid(1295, "anna")
    deliver(world)
    world.wait(36 * DAY)
    world.purge()
    with world.store.reading() as books:
        (row,) = books.outbox.of_payment(paid.payment_id)
    with refused(world, NotificationForgotten), world.store.transaction() as books:
        notifications.resend(books, notification_id=row.notification_id, now=world.now)


def test_a_notification_that_nobody_has_taken_keeps_its_text(world: FiledWorld) -> None:
    world.paid(1295, "anna")
    world.wait(36 * DAY)
    assert "texts of notifications" not in world.purge()


def test_a_deposit_that_went_back_keeps_its_payer_as_its_entries_do(world: FiledWorld) -> None:
    held = world.held(5_000, "anna")
    world.wait(400 * DAY)
    world.end_holds()
    deliver(world)
    world.wait(400 * DAY)
    world.purge()
    with world.store.reading() as books:
        found = books.payments.find(held.payment_id)
    assert found is not None
    assert found.payer_id == world.payer_id("anna")


def test_a_payment_that_is_still_open_keeps_its_payer(world: FiledWorld) -> None:
    payment = world.request(1295)
    claimed = world.claim(payment, "anna").payment
    world.wait(181 * DAY)
    world.purge()
    with world.store.reading() as books:
        found = books.payments.find(payment.payment_id)
    assert found is not None
    assert (found.state, found.payer_id) == (PaymentState.AUTHORISING, claimed.payer_id)
