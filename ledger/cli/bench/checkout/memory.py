"""The memory that processes hold, as the system counts it, taken down over the time of a run.

Linux tells it for each process in ``/proc/PID/statm``, the second number, in pages (proc(5)): what
is in memory, of its own and shared. Elsewhere nothing is told.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from ledger.cli.bench.checkout.processor import processes_of

_RESIDENT = 1
_MIB = 1024 * 1024
SAMPLES = 20


def resident_mib(group: int) -> float:
    """Sum what the processes of a group hold, in MiB."""
    pages = 0
    for process in processes_of(group):
        with suppress(OSError):  # it has ended meanwhile
            pages += int(Path(f"/proc/{process}/statm").read_text().split()[_RESIDENT])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB


class Soak:
    """What each party held in the course of a run of so many seconds, part by part."""

    def __init__(self, seconds: float) -> None:
        self.part_s = seconds / SAMPLES
        self.held_mib: dict[str, list[float]] = {}

    @contextmanager
    def watching(self, held: Callable[[], Mapping[str, float]]) -> Iterator[None]:
        """Take down what ``held`` tells by party, part after part, while a block runs."""
        is_over = threading.Event()

        def watch() -> None:
            while not is_over.wait(self.part_s):
                for party, mib in held().items():
                    self.held_mib.setdefault(party, []).append(round(mib, 1))

        thread = threading.Thread(target=watch, name="soak", daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Give a line for each part: when, and what each party held then."""
        for number, held in enumerate(zip(*self.held_mib.values(), strict=False), start=1):
            yield f"{number * self.part_s:,.1f} s", *(f"{mib:,.1f}" for mib in held)

    def growth(self) -> dict[str, float]:
        """Tell by party what it held at the end, as a multiple of what it held half-way."""
        return {
            party: round(held[-1] / held[len(held) // 2], 3)
            for party, held in self.held_mib.items()
        }
