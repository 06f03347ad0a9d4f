"""How long a form of the campaign is played, and the figures it ends with.

Without ``--campaign`` each test plays a short form, chosen by ``--seed``. From ``--campaign 120``
on it plays the whole, and for every 60 one seed: ``--campaign 180`` is the whole with three seeds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

SHORT = 60
_figures = pytest.StashKey[list[str]]()
_counts = pytest.StashKey[Counter[str]]()


@dataclass(frozen=True)
class Campaign:
    """Which form is played, and with which seeds."""

    is_long: bool
    seeds: tuple[int, ...]
    told: list[str]
    counted: Counter[str]

    def tell(self, figure: str) -> None:
        """Have a figure shown at the end of the run."""
        self.told.append(figure)

    def count(self, what: str) -> None:
        """Have something counted, and the count shown at the end of the run."""
        self.counted[what] += 1


@pytest.fixture(scope="session")
def campaign(pytestconfig: pytest.Config) -> Campaign:
    """What the command line asks for."""
    chosen, seed = pytestconfig.getoption("--campaign"), pytestconfig.getoption("--seed")
    seeds = tuple(range(1, max(1, chosen // SHORT) + 1)) if seed is None else (int(seed),)
    told = pytestconfig.stash.setdefault(_figures, [])
    counted = pytestconfig.stash.setdefault(_counts, Counter())
    return Campaign(chosen > SHORT, seeds, told, counted)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Show the figures."""
    counts = config.stash.get(_counts, Counter())
    counted = [f"{what}: {count}" for what, count in counts.items()]
    for figure in config.stash.get(_figures, []) + counted:
        terminalreporter.write_line(f"durability: {figure}")


@pytest.fixture
def memory() -> Iterator[Path]:
    """An empty folder, in memory where that is possible: thousands of files pass through it."""
    shared = Path("/dev/shm")  # noqa: S108 (a folder of its own is made in it)
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)
