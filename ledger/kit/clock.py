"""The only reader of the time of day; everything else is told what time it is.

Two kinds of time, and they are not interchangeable. ``now()`` is the time of day: it is shown,
signed and compared with other people's, and it may jump, also backwards, when somebody corrects the
clock. ``monotonic()`` only moves forward and means nothing to anybody else: it is for time-outs.

A sandbox's time can be led away from everybody else's, and programs that call it keep their own
clock. So there is a third reading, ``outside()``: the time of day as these programs tell it. By it
goes what is stamped on a wire to show that it is fresh, and nothing else: dates, ends and bodies go
by ``now()``. A stamp that somebody else made may be fresh by either (``require_fresh``), for who
shares the sandbox's clock and for who does not.

    >>> clock = SettableClock(Instant(1795300180123))
    >>> clock.advance(90 * SECOND)
    >>> clock.now(), clock.monotonic()
    (1795300270123, 90.0)
    >>> clock.set(Instant(1795300180123))
    >>> clock.now(), clock.monotonic()
    (1795300180123, 90.0)
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ledger.kit.course import Course
from ledger.protocol.errors.service import FileDamaged
from ledger.protocol.errors.trust import TimestampSkew
from ledger.protocol.instants import SECOND, Instant

_NANOSECONDS_PER_MS = 1_000_000
_REST_LEAST_S = 0.05
_LOOK_EVERY_S = 0.005
_NO_FILE = 0


def pause(seconds: float) -> None:
    """Let so many seconds of the machine's pass, whatever a clock below says meanwhile."""
    time.sleep(seconds)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> Instant:
        """Give the time of day."""

    def outside(self) -> Instant:
        """Give the time of day on the clock of programs that don't share this one."""

    def monotonic(self) -> float:
        """Give seconds since an arbitrary moment; never goes back."""


def require_fresh(clock: Clock, check: Callable[[Instant], None]) -> None:
    """Check a stamp by this clock or, where that is too far from it, by the one outside.

    ``check`` takes the time of day and raises ``TimestampSkew`` where the stamp is not fresh by it;
    what it raises by the second clock is raised.
    """
    try:
        check(clock.now())
    except TimestampSkew:
        check(clock.outside())


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """Give the time of day."""
        return Instant(time.time_ns() // _NANOSECONDS_PER_MS)

    def outside(self) -> Instant:
        """Give the same: everybody has this clock."""
        return self.now()

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

    def outside(self) -> Instant:
        """Give the same: where a test moves this clock, it moves everybody's."""
        return self.now()

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


class LedClock(SystemClock):
    """The machine's clock, led elsewhere: ahead of it, standing still, or faster (``Course``).

    ``monotonic()`` is the machine's: a request takes as long as it takes.

    >>> clock = LedClock.standing_at(Instant(1795300180123))
    >>> clock.advance(90 * SECOND)
    >>> clock.now(), clock.speed
    (1795300270123, 0)
    """

    def __init__(self, course: Course | None = None) -> None:
        self._course = course or Course()
        self._leading = threading.Lock()

    @classmethod
    def standing_at(cls, now: Instant) -> LedClock:
        """Make one that stands still until it is moved."""
        return cls(Course(0, now, 0))

    def now(self) -> Instant:
        """Give the sandbox's time of day."""
        return self.course.at(super().now())

    def outside(self) -> Instant:
        """Give the machine's time of day, which programs with a clock of their own go by."""
        return super().now()

    @property
    def course(self) -> Course:
        """How this time goes, measured by the machine's."""
        return self._course

    @property
    def speed(self) -> int:
        """How many of its seconds pass in one of the machine's; 0 while it stands still."""
        return self.course.speed

    def ahead_ms(self) -> int:
        """Tell how far the sandbox is ahead of the machine, in milliseconds."""
        machine = super().now()
        return self.course.at(machine) - machine

    def advance(self, milliseconds: int) -> None:
        """Let time pass for everybody who shares this clock; back is not a way that time goes."""
        if milliseconds < 0:
            raise ValueError("time does not pass backwards")
        self._lead(lambda course, machine: course.advanced(milliseconds, machine))

    def go(self, speed: int) -> None:
        """Let time go on from here at this speed, 0 to stand still; ``ValueError`` for others."""
        self._lead(lambda course, machine: course.going(speed, machine))

    def take_up(self, course: Course) -> None:
        """Go on by a course that was kept, whatever time it makes it."""
        self._lead(lambda *_: course)

    def _lead(self, led: Callable[[Course, Instant], Course]) -> None:
        with self._leading:
            self._course = led(self.course, super().now())


class SharedClock(LedClock):
    """A clock whose course stands in a file (none: the machine's own).

    All parties of a sandbox go by the same file, so a day can pass for all of them at once, or
    their time stand still. A busy party asks thousands of times a second what time it is, so each
    looks at the file once in five milliseconds, and whoever leads the clock waits that long: when
    the call has returned, everybody has seen it.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._version = _NO_FILE
        self._looks_again_at_s = 0.0

    @property
    def course(self) -> Course:
        """How this time goes; a file that holds anything but a course raises ``FileDamaged``."""
        moment_s = time.monotonic()
        if moment_s >= self._looks_again_at_s:
            self._look()
            self._looks_again_at_s = moment_s + _LOOK_EVERY_S
        return self._course

    def _look(self) -> None:
        try:
            version = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            version = _NO_FILE
        if self._version != version:
            self._course = Course() if version == _NO_FILE else self._written()
            self._version = version

    def _lead(self, led: Callable[[Course, Instant], Course]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            # Whoever moves the clock goes by where it is: two at once would move it once.
            fcntl.flock(folder, fcntl.LOCK_EX)
            self._look()
            course = led(self._course, SystemClock.now(self))
            # A new file in place of the old: who reads meanwhile sees one of the two, and no half.
            written = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            written.write_text(f"{course.to_text()}\n", "utf-8")
            version = max(time.time_ns(), self._version + 1)  # finer than what the kernel notes
            os.utime(written, ns=(version, version))
            written.replace(self._path)
            self._look()
        finally:
            os.close(folder)
        pause(_LOOK_EVERY_S)

    def _written(self) -> Course:
        try:
            return Course.from_text(self._path.read_text("utf-8"))
        except ValueError as error:  # letters that are none, too
            advice = "without it, time goes by this machine's clock"
            raise FileDamaged(f"{self._path}: {error}; {advice}") from error


def clock_at(shared: Path | None) -> SystemClock:
    """Give the clock that a party goes by: the shared one of a sandbox, or the machine's."""
    return SystemClock() if shared is None else SharedClock(shared)


def speed_of(clock: object) -> int:
    """Tell how many of a clock's seconds pass in one of the machine's: 1 for all that are not led.

    Who waits for a time of day on such a clock looks that much more often (``between_looks_s``).
    """
    return clock.speed if isinstance(clock, LedClock) else 1


def between_looks_s(clock: Clock, seconds: float) -> float:
    """Tell how long to rest, by the machine's clock, where one looks every so many seconds."""
    return max(min(seconds, _REST_LEAST_S), seconds / max(1, speed_of(clock)))
