"""When checkouts begin.

*Closed loop*: each shopper begins the next checkout when the last one is done. That finds out how
many there can be in a second. *Open loop*: checkouts begin at fixed moments, whether or not earlier
ones are done, as people arrive at tills; each one's time counts from the moment it was due, so a
service that falls behind is not flattered by a driver that waits for it ("coordinated omission",
Gil Tene, 2013).

All times are seconds since the start.

    >>> crowd = OpenLoop(seconds=2.0, rate=2.0)
    >>> [crowd.take(at_s) for at_s in (0.0, 0.1, 0.6, 0.6, 9.0, 9.0, 9.0)]
    [0.0, None, 0.5, None, 1.0, 1.5, None]
"""

from __future__ import annotations

from typing import Protocol

_PATIENCE_S = 10.0
"""How long after the end a checkout that was due may still begin."""


class Arrivals(Protocol):
    """What begins when."""

    def take(self, at_s: float) -> float | None:
        """Take the next checkout that is due; since when it is, or None."""

    def wait_s(self, at_s: float) -> float:
        """Say for how long none will become due."""

    def are_over(self, at_s: float) -> bool:
        """Say whether none will ever be due again."""

    def left(self) -> int:
        """Count what was due and never taken."""


class ClosedLoop:
    """A checkout is due whenever somebody is free to begin one."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def take(self, at_s: float) -> float | None:
        """Take the next checkout that is due; since when it is, or None."""
        return None if self.are_over(at_s) else at_s

    def wait_s(self, at_s: float) -> float:
        """Say for how long none will become due: somebody has to be done first."""
        del at_s
        return 1.0

    def are_over(self, at_s: float) -> bool:
        """Say whether none will ever be due again."""
        return at_s >= self._seconds

    def left(self) -> int:
        """Count what was due and never taken."""
        return 0


class OpenLoop:
    """Checkout number n is due at n / ``rate``."""

    def __init__(self, seconds: float, rate: float) -> None:
        self._seconds = seconds
        self._rate = rate
        self._all = int(seconds * rate)
        self._taken = 0

    def take(self, at_s: float) -> float | None:
        """Take the next checkout that is due; since when it is, or None."""
        due = self._taken / self._rate
        if self.are_over(at_s) or due > at_s:
            return None
        self._taken += 1
        return due

    def wait_s(self, at_s: float) -> float:
        """Say for how long none will become due."""
        return max(0.0, self._taken / self._rate - at_s)

    def are_over(self, at_s: float) -> bool:
        """Say whether none will ever be due again."""
        return self._taken == self._all or at_s > self._seconds + _PATIENCE_S

    def left(self) -> int:
        """Count what was due and never taken."""
        return self._all - self._taken


class Once:
    """So many checkouts are due at once, and none after them."""

    def __init__(self, count: int) -> None:
        self._left = count

    def take(self, at_s: float) -> float | None:
        """Take the next checkout that is due; since when it is, or None."""
        if not self._left:
            return None
        self._left -= 1
        return at_s

    def wait_s(self, at_s: float) -> float:
        """Say for how long none will become due."""
        del at_s
        return 1.0

    def are_over(self, at_s: float) -> bool:
        """Say whether none will ever be due again."""
        del at_s
        return not self._left

    def left(self) -> int:
        """Count what was due and never taken."""
        return self._left
