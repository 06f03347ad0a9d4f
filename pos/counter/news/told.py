"""What being told of a payment may do: its one effect, or a sale under review.

Whoever tells has been checked before; here it is held against what the till knows already.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.protocol.errors.checkout import NotificationContradicts, NotificationRefused
from pos.acquirers.intents import Attempt
from pos.acquirers.port import Reply
from pos.collect import Event, Phase
from pos.counter import collecting, late
from pos.counter.desk import Desk
from pos.store.evidence import Alarm
from pos.till import Sale, SaleEvent

IMPOSSIBLE_AFTER: Mapping[Phase, frozenset[Event]] = {
    Phase.PAID: frozenset({Event.DECLINED, Event.CLOSED, Event.REVERSED}),
    Phase.HELD: frozenset({Event.DECLINED}),
    Phase.NOT_PAID: frozenset({Event.RETURNED}),
    Phase.REVERSED: frozenset(),
}
"""What can't be true of a payment once its collection has ended so."""


def require_possible(attempt: Attempt, event: Event) -> None:
    """Refuse what can't be true any more; raises ``NotificationContradicts``."""
    phase = attempt.collection.phase
    if event in IMPOSSIBLE_AFTER.get(phase, frozenset()):
        raise NotificationContradicts(f"it says {event}, the collection is {phase}")


def heed(desk: Desk, attempt: Attempt, event: Event, *, sale: Sale | None = None) -> None:
    """Let it have its effect, in a transaction: none while undoing, and "paid" may be too late."""
    if attempt.collection.phase is Phase.NOT_PAID and event in (Event.PAID, Event.HELD):
        late.take_up(desk, attempt, late.CAME_TOO_LATE)
    elif not attempt.collection.is_undoing:
        collecting.hear(desk, attempt, Reply(event), sale=sale)


def put_under_review(desk: Desk, attempt: Attempt, about: str, error: NotificationRefused) -> None:
    """Ask for a person: it is genuine and does not fit the sale. In a transaction."""
    sale = desk.store.sales.get(attempt.sale_id)
    desk.store.sales.put(sale.advance(SaleEvent.CONTRADICT))
    now = desk.clock.now()
    desk.store.evidence.raise_alarm(Alarm(now, error.code, error.detail, sale.sale_id, about))
