"""How the cost of a posting grows: with what the books hold already, and with how many shops.

Contestants take turns, batch by batch, so a busy second of the machine falls on all of them, and
what counts is the ratio. What the books hold before, ``filling`` has laid there.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.cli.bench.postings.ground import Ground
from ledger.cli.bench.postings.sales import post

BATCH = 64
ROUNDS = 100
SHOPS = 64
STORED_LEAST = 10_000
"""What all other fillings are held against."""


@dataclass
class Contestant:
    """Books with so many sales in them, of which so many shops sell; what postings have taken."""

    ground: Ground
    merchants: int
    stored: int
    wall_s: float = 0.0
    processor_s: float = 0.0
    payments: int = 0

    def post_one_batch(self) -> None:
        """Post a batch, and count what it took."""
        waiting = self.ground.waiting(BATCH, merchants=self.merchants)
        wall, processor = time.perf_counter(), time.process_time()
        post(self.ground, waiting)
        self.processor_s += time.process_time() - processor
        self.wall_s += time.perf_counter() - wall
        self.payments += BATCH

    def figures(self, first: Contestant) -> dict[str, float]:
        """Give the figures by name; ``first`` is whom it is held against."""
        return {
            "stored": self.stored,
            "merchants": self.merchants,
            "payments_per_s": self.payments / self.wall_s,
            "processor_us": self.processor_s / self.payments * 1e6,
            "rate_of_first": first.wall_s / self.wall_s,
            "processor_of_first": self.processor_s / first.processor_s,
        }

    def row(self, first: Contestant) -> Sequence[str]:
        """Give the figures as a line of a table."""
        told = self.figures(first)
        return (
            f"{self.stored:,} stored, {self.merchants:,} shop{'s' * (self.merchants > 1)}",
            f"{told['payments_per_s']:,.0f}",
            f"{told['processor_us']:,.1f}",
            f"{told['rate_of_first']:.0%}",
            f"{told['processor_of_first']:.2f}",
        )


def take_turns(contestants: Sequence[Contestant]) -> None:
    """Let each post a batch in every round; the order turns by one from round to round."""
    for number in range(ROUNDS):
        first = number % len(contestants)
        for contestant in (*contestants[first:], *contestants[:first]):
            contestant.post_one_batch()


def fillings(stored: int | None, merchants: int | None) -> list[tuple[int, int]]:
    """Say how many sales of how many shops each of the books holds, the least first.

    >>> fillings(1_000_000, None)
    [(10000, 64), (1000000, 64)]
    >>> fillings(None, 100)
    [(10000, 1), (10000, 10), (10000, 100)]
    """
    if merchants is None:
        return [(STORED_LEAST, SHOPS), (stored or STORED_LEAST, SHOPS)]
    return [(stored or STORED_LEAST, count) for count in powers_up_to(merchants)]


def powers_up_to(most: int) -> list[int]:
    """Give 1, 10, 100 and so on, and ``most`` at the end.

    >>> powers_up_to(5_000)
    [1, 10, 100, 1000, 5000]
    """
    powers = [1]
    while powers[-1] * 10 < most:
        powers.append(powers[-1] * 10)
    return [*powers, most] if most > 1 else powers
