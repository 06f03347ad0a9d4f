"""Contestants measured turn by turn, so that their ratios are honest on a machine with other work.

One after the other would let a busy second fall on one of them alone. Here each has its turn in
every round, and the order turns by one from round to round, so that nobody always runs in the cache
that the same neighbour has left. Times are nanoseconds for one call, by the wall clock unless told
otherwise: what only computes is better measured by ``PROCESSOR``, which stops while others work.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Contestants = Mapping[str, Callable[[], object]]
"""What each contestant does in its turn, by name."""

Clock = Callable[[], int]
WALL: Clock = time.perf_counter_ns
PROCESSOR: Clock = time.process_time_ns


def interleaved(
    contestants: Contestants,
    rounds: int,
    *,
    calls: Mapping[str, int] | None = None,
    clock: Clock = WALL,
) -> dict[str, list[float]]:
    """Measure every contestant once a round: how long one call took, round by round.

    ``calls`` says how many calls make a turn, 1 where nothing is said; a quick contestant needs
    several for the clock to see it. The first turn of each, with its imports and caches, is not
    counted.
    """
    for act in contestants.values():
        act()
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            taken[name].append(_one_call(contestants[name], (calls or {}).get(name, 1), clock))
    return taken


def _one_call(act: Callable[[], object], calls: int, clock: Clock) -> float:
    begin = clock()
    for _ in range(calls):
        act()
    return (clock() - begin) / calls


def median(taken: list[float]) -> float:
    """Give the middle of a contestant's rounds, in nanoseconds: a stumble does not move it."""
    return statistics.median(taken)
