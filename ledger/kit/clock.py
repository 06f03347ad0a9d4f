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

import os
import re
import threading
import time
from pathlib import Path
from typing import Protocol

from ledger.protocol.instants import SECOND, Instant

_NANOSECONDS_PER_MS = 1_000_000
_OFFSET = re.compile(r"-?[0-9]{1,15}", re.ASCII)


def pause(seconds: float) -> None:
    """Let so many seconds of the machine's pass, whatever a clock below says meanwhile."""
    time.sleep(seconds)


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


class SharedClock(SystemClock):
    """The machine's clock, ahead of it by as many milliseconds as a file says (none: by nothing).

    All parties of a sandbox read the same file each time they are asked, so a day can pass for all
    of them at once. ``monotonic()`` is the machine's: a request takes as long as it takes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[tuple[int, int] | None, int] = (None, 0)

    def now(self) -> Instant:
        """Give the sandbox's time of day."""
        return Instant(super().now() + self.ahead_ms())

    def ahead_ms(self) -> int:
        """Tell how far the sandbox is ahead of the machine, in milliseconds.

        A file that holds anything but a whole number raises ``ValueError``.
        """
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return 0
        version = (found.st_ino, found.st_mtime_ns)
        if self._read[0] != version:
            text = self._path.read_text("utf-8").strip()
            if not _OFFSET.fullmatch(text):
                raise ValueError(f"{self._path} must hold a whole number of milliseconds: {text!r}")
            self._read = (version, int(text))
        return self._read[1]

    def advance(self, milliseconds: int) -> None:
        """Let time pass for everybody who shares this clock; back is not a way that time goes."""
        if milliseconds < 0:
            raise ValueError("time does not pass backwards")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # A new file in place of the old: who reads meanwhile sees one of the two, and no half.
        written = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        written.write_text(f"{self.ahead_ms() + milliseconds}\n", "utf-8")
        written.replace(self._path)


def clock_at(shared: Path | None) -> SystemClock:
    """Give the clock that a party goes by: the shared one of a sandbox, or the machine's."""
    return SystemClock() if shared is None else SharedClock(shared)
