"""How long a form of the campaign is played, and the figures it ends with.

Without ``--campaign`` each test plays a short form, chosen by ``--seed``. From ``--campaign 120``
on it plays the whole, and for every 60 one seed: ``--campaign 180`` is the whole with three seeds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

SHORT = 60
_figures = pytest.StashKey[list[str]]()


@dataclass(frozen=True)
class Campaign:
    """Which form is played, and with which seeds."""

    is_long: bool
    seeds: tuple[int, ...]
    told: list[str]

    def tell(self, figure: str) -> None:
        """Have a figure shown at the end of the run."""
        self.told.append(figure)


@pytest.fixture(scope="session")
def campaign(pytestconfig: pytest.Config) -> Campaign:
    """What the command line asks for."""
    chosen, seed = pytestconfig.getoption("--campaign"), pytestconfig.getoption("--seed")
    seeds = tuple(range(1, max(1, chosen // SHORT) + 1)) if seed is None else (int(seed),)
    told = pytestconfig.stash.setdefault(_figures, [])
    return Campaign(chosen > SHORT, seeds, told)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Show the figures."""
    for figure in config.stash.get(_figures, []):
        terminalreporter.write_line(f"durability: {figure}")


@pytest.fixture
def memory() -> Iterator[Path]:
    """An empty folder, in memory where that is possible: thousands of files pass through it."""
    shared = Path("/dev/shm")  # noqa: S108 (a folder of its own is made in it)
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)
