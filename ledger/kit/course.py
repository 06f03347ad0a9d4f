"""How a sandbox's time goes, measured by the machine's: ahead of it, standing still, or faster.

A course is a straight line: when the machine's clock showed ``machine_ms``, the sandbox's showed
``shown_ms``, and from then on ``speed`` of its seconds pass in one of the machine's. Its text is
one whole number where it runs beside the machine's clock (by how many milliseconds it is ahead), or
the three with spaces between them.

    >>> course = Course().advanced(90_000, machine=Instant(1_000_000))
    >>> course.at(Instant(1_000_500)), course.to_text()
    (1090500, '90000')
    >>> still = course.going(0, machine=Instant(1_000_500))
    >>> still.at(Instant(2_000_000)), still.to_text()
    (1090500, '1000500 1090500 0')
    >>> fast = still.going(60, machine=Instant(2_000_000))
    >>> fast.at(Instant(2_001_000)), Course.from_text(fast.to_text()) == fast
    (1150500, True)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from ledger.protocol.instants import Instant

SPEED_MOST: Final = 300
"""Above, an answer that takes a second would be older than signatures may be: five minutes."""

_TEXT: Final = re.compile(r"(-?[0-9]{1,15})(?: ([0-9]{1,15}) ([0-9]{1,3}))?", re.ASCII)


@dataclass(frozen=True)
class Course:
    """A sandbox's time as a line over the machine's, in milliseconds since 1970."""

    machine_ms: int = 0
    shown_ms: int = 0
    speed: int = 1

    def at(self, machine: Instant) -> Instant:
        """Tell what the sandbox's clock shows when the machine's shows this."""
        return Instant(self.shown_ms + (machine - self.machine_ms) * self.speed)

    def advanced(self, milliseconds: int, machine: Instant) -> Course:
        """Give the course on which so much has passed at once; how fast it goes stays as it is."""
        moved = replace(self, shown_ms=self.shown_ms + milliseconds)
        return moved if self.speed == 1 else Course(machine, moved.at(machine), self.speed)

    def going(self, speed: int, machine: Instant) -> Course:
        """Give the course that goes on from here at another speed, without a jump.

        Raises ``ValueError`` for less than 0 and for more than ``SPEED_MOST``.
        """
        if not 0 <= speed <= SPEED_MOST:
            raise ValueError(f"a sandbox's time goes at a speed from 0 to {SPEED_MOST}: {speed}")
        shown = self.at(machine)
        return Course(0, shown - machine) if speed == 1 else Course(machine, shown, speed)

    def to_text(self) -> str:
        """Spell it as it is kept."""
        if self.speed == 1:
            return f"{self.shown_ms - self.machine_ms}"
        return f"{self.machine_ms} {self.shown_ms} {self.speed}"

    @staticmethod
    def from_text(text: str) -> Course:
        """Read what was kept; raises ``ValueError`` for anything else."""
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text[:40]!r} tells no whole number of milliseconds, nor a course")
        if found[2] is None:
            return Course(0, int(found[1]))
        return Course(int(found[1]), int(found[2]), int(found[3]))
