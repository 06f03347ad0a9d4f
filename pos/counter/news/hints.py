"""What a till is told without proof: that something has happened to a payment, so it should ask.

The provider's stream of events carries no signature, so nothing is believed: a hint only makes the
till ask sooner than its schedule says, and the answer to the question is signed. What the provider
also notifies of is given a moment first, since the notification mostly comes by itself and then
there is nothing left to ask.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Final, NamedTuple

from ledger.protocol.identifiers import PaymentId
from pos.collect import Event

HINTS_MAX: Final = 1000
"""More than that at once is no till's checkout; the rest is asked for on schedule."""

GRACE_S: Final = 0.5
"""How many seconds a notification is waited for, by the machine's clock."""

NOT_NOTIFIED: Final = frozenset({Event.AWAITING_PAYER, Event.AUTHORISING})
"""What only the stream tells: somebody has scanned the code, or let go of it again."""


class Hint(NamedTuple):
    """A payment, and what is said to be its state."""

    payment_id: PaymentId
    event: Event


class Hints:
    """Hints that nobody has looked at yet, the latest of each payment; safe to share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[PaymentId, tuple[Event, float]] = {}

    def add(self, hint: Hint, *, now_s: float) -> bool:
        """Keep a hint; whether it should be looked at without delay."""
        is_urgent = hint.event in NOT_NOTIFIED
        with self._lock:
            if len(self._waiting) >= HINTS_MAX:
                return False
            due_at_s = now_s + (0 if is_urgent else GRACE_S)
            self._waiting[hint.payment_id] = (hint.event, due_at_s)
        return is_urgent

    def drop(self, notified: Iterable[Hint]) -> None:
        """Forget what a notification has told meanwhile."""
        with self._lock:
            for payment_id, event in notified:
                said, _ = self._waiting.get(payment_id, (None, 0.0))
                if said is event:
                    del self._waiting[payment_id]

    def take_due(self, *, now_s: float) -> list[Hint]:
        """Take those whose time has come; all times are ``Clock.monotonic``'s."""
        with self._lock:
            due = [
                Hint(each, said) for each, (said, at_s) in self._waiting.items() if at_s <= now_s
            ]
            for hint in due:
                del self._waiting[hint.payment_id]
            return due
