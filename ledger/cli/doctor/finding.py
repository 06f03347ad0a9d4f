"""What a check found, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

from ledger.kit.clock import Clock
from ledger.kit.home import Home, RunningService
from ledger.kit.network.interfaces import Interface
from ledger.kit.transport import Response


class Level(StrEnum):
    """How bad it is: as it should be, good to know, or something will not work."""

    OK = "ok"
    HINT = "hint"
    PROBLEM = "problem"


class Finding(Struct, frozen=True):
    """One thing that was looked at: what is there, why it matters, what to do."""

    check: str
    level: Level
    what: str
    why: str = ""
    todo: str = ""


@dataclass(frozen=True)
class Surroundings:
    """All that checks look at. ``get`` asks an address within two seconds, or raises.

    ``has`` tells whether a Python module is installed, ``run`` gives what a program prints (None if
    it is not there or takes too long), ``interfaces`` the addresses in local networks, and
    ``locate`` where the network says that a name is.
    """

    home: Home
    clock: Clock
    ports: Sequence[int]
    interfaces: Callable[[], Sequence[Interface]]
    has: Callable[[str], bool]
    run: Callable[[Sequence[str]], str | None]
    get: Callable[[RunningService, str], Response]
    locate: Callable[[str, str], str]
    python: tuple[int, int]
    version: str

    def services(self) -> list[RunningService]:
        """List the services on record that are alive: the parties, then the doors."""
        return self.home.running()


Check = Callable[[Surroundings], Iterator[Finding]]


def ok(check: str, what: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(check, Level.OK, what)
