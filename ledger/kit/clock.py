"""The only reader of the time of day; everything else is told what time it is.

Two kinds of time, and they are not interchangeable. ``now()`` is the time of day: it is shown,
signed and compared with other people's, and it may jump, also backwards, when somebody corrects the
clock. ``monotonic()`` only moves forward and means nothing to anybody else: it is for time-outs.

    >>> clock = SettableClock(Instant(1795300180123))
    >>> clock.advance(90 * SECOND)
    >>> clock.now(), clock.monotonic()
    (1795300270123, 90.0)
    >>> clock.set(Instant(1795300180123))
    >>> clock.now(), clock.monotonic()
    (1795300180123, 90.0)
"""

from __future__ import annotations

import threading
import time
from typing import Protocol

from ledger.protocol.instants import SECOND, Instant

_NANOSECONDS_PER_MS = 1_000_000


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> Instant:
        """Give the time of day."""

    def monotonic(self) -> float:
        """Give seconds since an arbitrary moment; never goes back."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """Give the time of day."""
        return Instant(time.time_ns() // _NANOSECONDS_PER_MS)

    def monotonic(self) -> float:
        """Give seconds since the machine started, or so."""
        return time.monotonic()


class SettableClock:
    """A clock that stands still until it is moved, for tests and for a sandbox's time travel."""

    def __init__(self, now: Instant) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._monotonic = 0.0

    def now(self) -> Instant:
        """Give the time of day."""
        return self._now

    def monotonic(self) -> float:
        """Give the seconds that have been let pass."""
        return self._monotonic

    def advance(self, milliseconds: int) -> None:
        """Let time pass, for both kinds of time."""
        if milliseconds < 0:
            raise ValueError("time does not pass backwards; set() moves the time of day")
        with self._lock:
            self._now = Instant(self._now + milliseconds)
            self._monotonic += milliseconds / SECOND

    def set(self, now: Instant) -> None:
        """Correct the time of day, forwards or backwards, without any time passing."""
        with self._lock:
            self._now = now
