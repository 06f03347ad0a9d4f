"""What a till is told without proof: that something has happened to a payment, so it should ask.

The provider's stream of events carries no signature, so nothing is believed: a hint only makes the
till ask sooner than its schedule says, and the answer to the question is signed. What the provider
also notifies of is given a moment first, since the notification mostly comes by itself and then
there is nothing left to ask.
"""

from __future__ import annotations

import threading
from typing import Final, NamedTuple

from ledger.protocol.identifiers import PaymentId
from pos.collect import Event

HINTS_MAX: Final = 1000
"""More than that at once is no till's checkout; the rest is asked for on schedule."""

GRACE_ROUNDS: Final = 2
"""How many rounds of the resolver a notification is waited for."""

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
        self._waiting: dict[PaymentId, tuple[Event, int]] = {}

    def add(self, hint: Hint) -> bool:
        """Keep a hint; whether it should be looked at without delay."""
        is_urgent = hint.event in NOT_NOTIFIED
        with self._lock:
            if len(self._waiting) >= HINTS_MAX:
                return False
            self._waiting[hint.payment_id] = (hint.event, 0 if is_urgent else GRACE_ROUNDS)
        return is_urgent

    def take_due(self) -> list[Hint]:
        """Take those whose time has come; the others are one round nearer to it."""
        with self._lock:
            due = [Hint(each, event) for each, (event, left) in self._waiting.items() if not left]
            self._waiting = {
                each: (event, left - 1) for each, (event, left) in self._waiting.items() if left
            }
            return due
