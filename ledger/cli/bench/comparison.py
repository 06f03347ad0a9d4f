"""A table of contestants, of whom the first is held against each of the others.

A ratio is the median of the ratios within a round, since a round hits all contestants alike; the
ratio of two medians would mix a quiet moment of one with a busy moment of another.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.cli.bench.report import table
from ledger.cli.bench.rounds import PROCESSOR, Contestants, interleaved, median


class Comparison:
    """Measures, and keeps the figures by name (milliseconds of processor time, ratios)."""

    def __init__(self, names: Sequence[str], rounds: int, quick_calls: int = 20) -> None:
        """Let ``quick_calls`` of the first make a turn, for the clock to see them."""
        self.figures: dict[str, float] = {}
        self._names, self._rounds, self._quick_calls = names, rounds, quick_calls
        self._rows: list[Sequence[str]] = []

    def measure(self, what: str, contestants: Contestants) -> None:
        """Give everybody a turn in each round; the figures are named ``<what>_<name>_ms``."""
        first, *others = self._names
        taken = interleaved(
            contestants, self._rounds, calls={first: self._quick_calls}, clock=PROCESSOR
        )
        times = {name: median(taken[name]) / 1e6 for name in self._names}
        ratios = {
            name: median(
                [theirs / own for theirs, own in zip(taken[name], taken[first], strict=True)]
            )
            for name in others
        }
        self.figures |= {f"{what}_{name}_ms": round(time, 4) for name, time in times.items()}
        self.figures |= {f"{what}_speedup_vs_{name}": round(r, 1) for name, r in ratios.items()}
        cells = [f"{time:.3f}" for time in times.values()]
        self._rows.append((what, *cells, *(f"{ratio:.1f}" for ratio in ratios.values())))

    def table(self, title: str) -> str:
        """Show all that was measured, a line each: times, and how many times ours the others'."""
        first, *others = self._names
        return table((title, *self._names, *(f"{name}/{first}" for name in others)), self._rows)
