"""What every store must do for notifications: keep what was answered at each attempt."""

from __future__ import annotations

import pytest

from ledger.core.records.notices import KeptAttempt
from ledger.protocol.errors.service import InvariantBroken
from tests.core.demo_world import NOON, World


class NoticeContract:
    """A part of ``StoreContract``."""

    def test_attempts_of_a_notification_come_in_their_sequence(self, world: World) -> None:
        first, second = (_told(world) for _ in range(2))
        made = [KeptAttempt(first, number, NOON, "503") for number in (1, 2, 1)]
        with world.store.transaction() as books:
            books.outbox.keep_attempts(made[:2])
            books.outbox.keep_attempts([KeptAttempt(second, 1, NOON, "404"), made[2]])
        with world.store.reading() as books:
            assert books.outbox.attempts(first) == made
            assert [each.answer for each in books.outbox.attempts(second)] == ["404"]

    def test_an_attempt_is_one_of_a_notification_and_counted(self, world: World) -> None:
        told = _told(world)
        for attempt in (KeptAttempt("ntf_none", 1, NOON, ""), KeptAttempt(told, 0, NOON, "")):
            with pytest.raises(InvariantBroken), world.store.transaction() as books:
                books.outbox.keep_attempts([attempt])


def _told(world: World) -> str:
    payment = world.paid(100)
    with world.store.reading() as books:
        (row,) = books.outbox.of_payment(payment.payment_id)
    return row.notification_id
