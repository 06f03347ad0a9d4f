"""Lets time pass from one thing that is due to the next, with everybody at work at each.

A clock that jumps a day finds fifteen retries due at once and delivers one. Here it stands still at
each moment at which something is due (a notification to be tried, a payment to expire), the work of
that moment is done, and only then goes on: the gaps are those of the schedule, to the millisecond.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from ledger.core.ports import Store
from ledger.kit.clock import LedClock, speed_of
from ledger.protocol.errors.sandbox import TimeGoesOn
from ledger.protocol.instants import DAY, Instant, later

Job = Callable[[], bool]
"""A bounded amount of background work; True when there may be more."""

_FOR_EVER: Final = 1000 * DAY
_ROUNDS_MAX: Final = 10_000
_MANY: Final = 100_000


class MovableClock(Protocol):
    """A clock that time can be let pass on."""

    def now(self) -> Instant:
        """Give the time of day."""

    def advance(self, milliseconds: int) -> None:
        """Let time pass."""


class Timekeeper:
    """The time of one ledger; one caller at a time moves it."""

    def __init__(self, clock: MovableClock, store: Store, jobs: Sequence[Job]) -> None:
        self._clock = clock
        self._store = store
        self._jobs = jobs
        self._lock = threading.RLock()

    def catch_up(self) -> bool:
        """Do all that is due at this moment; False, for nothing is left (a ``Job`` itself)."""
        with self._lock:
            for _ in range(_ROUNDS_MAX):
                more = [job() for job in self._jobs]
                if not any(more):
                    break
        return False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Have nothing done here that is due, until the block ends."""
        with self._lock:
            yield

    @property
    def speed(self) -> int:
        """How many of its seconds pass in one of the machine's; 0 while time stands still."""
        return speed_of(self._clock)

    def go(self, speed: int) -> Instant:
        """Let time go on at this speed, 0 for not at all; gives the time.

        Raises ``TimeGoesOn`` for a speed that can't be.
        """
        if not isinstance(self._clock, LedClock):
            raise TimeGoesOn("this clock is moved by hand alone")
        try:
            self._clock.go(speed)
        except ValueError as error:
            raise TimeGoesOn(str(error)) from error
        self.catch_up()
        return self._clock.now()

    def keep_up(self, slowest: int = 1) -> bool:
        """Do what is due where time goes by itself at this speed or a higher one (a ``Job``)."""
        return self.speed >= slowest and self.catch_up()

    def advance(self, milliseconds: int) -> Instant:
        """Let time pass and everything due on the way happen; gives the time then.

        Raises ``TimeGoesOn`` for less than nothing.
        """
        if milliseconds < 0:
            raise TimeGoesOn(f"{milliseconds} ms")
        with self._lock:
            self.catch_up()
            left = milliseconds
            while (step := self._step(left)) is not None:
                self._clock.advance(step)
                left -= step
                self.catch_up()
            self._clock.advance(left)
            self.catch_up()
            return self._clock.now()

    def _step(self, most: int) -> int | None:
        """Tell how far the next thing that is due is away; None where there is none so near."""
        due = self._next_due(later(self._clock.now(), most))
        return None if due is None else min(most, max(0, due - self._clock.now()))

    def _next_due(self, end: Instant) -> Instant | None:
        """Tell when something is due next, after now and not after ``end``."""
        now = self._clock.now()
        with self._store.reading() as books:
            times = [row.due_at for row in books.outbox.due(end, _MANY)]
            times += [payment.expires_at for payment in books.payments.unpaid_past(end, _MANY)]
        return min((each for each in times if each > now), default=None)
