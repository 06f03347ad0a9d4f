"""A machine for the doctor to look at, of which everything can be made ill."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ledger.cli.doctor.finding import Check, Finding, Level, Surroundings
from ledger.kit.clock import SystemClock
from ledger.kit.home import Home, RunningService, start_mark
from ledger.kit.network.interfaces import Interface
from ledger.kit.transport import Response
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.instants import Instant, to_text

NOW = SystemClock().now()
VERSION = "0.1.0"
PARTIES = ("ledger", "pos", "wallet")


class _StoppedClock(SystemClock):
    def now(self) -> Instant:
        return NOW


@dataclass
class Patient:
    """A healthy machine, until a test says otherwise."""

    folder: Path
    pid: int
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    installed: set[str] = field(default_factory=lambda: {"nacl", "zeroconf", "psycopg", "escpos"})
    addresses: list[Interface] = field(default_factory=lambda: [Interface("wlan0", "192.168.1.20")])
    fonts: str | None = "Noto Sans CJK SC\n"
    located: str = "192.168.1.20"
    ports: tuple[int, ...] = ()
    python: tuple[int, int] = (3, 11)

    def start(self, *names: str, url: str = "http://127.0.0.1:8400", mark: str = "") -> None:
        """Have services on record that are alive and answer."""
        home = Home(self.folder)
        began = mark or start_mark(self.pid)
        home.record([RunningService(name, url, self.pid, began) for name in names])
        for name in names:
            self.answers.setdefault(
                name, {"service": name, "version": VERSION, "clock": to_text(NOW)}
            )

    def surroundings(self) -> Surroundings:
        """Give what the doctor looks at."""
        return Surroundings(
            home=Home(self.folder),
            clock=_StoppedClock(),
            ports=self.ports,
            interfaces=lambda: self.addresses,
            has=self.installed.__contains__,
            run=lambda _: self.fonts,
            get=self._get,
            locate=lambda _, __: self.located,
            python=self.python,
            version=VERSION,
        )

    def shows(self, check: Check) -> list[Finding]:
        """Give what a check finds that is not as it should be."""
        found = list(check(self.surroundings()))
        for each in found:
            assert each.level is Level.OK or (each.why and each.todo), each
        return [each for each in found if each.level is not Level.OK]

    def levels(self, check: Check) -> Sequence[Level]:
        """Give how bad it is."""
        return [each.level for each in self.shows(check)]

    def _get(self, service: RunningService, path: str) -> Response:
        assert path == "/health"
        if service.name not in self.answers:
            raise AnswerLost("hangs")
        return Response(200, {}, json.dumps(self.answers[service.name]).encode())
