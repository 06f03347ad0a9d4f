"""The services as a person runs them: ``qrpay up`` and its processes, and clients that try again.

Every process of a ``Services`` has its data folder in the environment, so those that are left over
can be found whoever started them. Nothing but these is ever signalled.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from ledger.kit.network.ports import free_port
from ledger.kit.transport import HttpTransport, Response
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost
from tests.journeys.counter import Phone, Screen, Till
from tests.kit.answered import Answer, Json

QRPAY = str(Path(sys.executable).with_name("qrpay"))
COMMAND_WITHIN_S = 300.0
PATIENCE_S = 120.0
"""For a machine that stands still for a while; where nothing is wrong nobody waits so long."""

POLL_S = 0.05
GONE_WITHIN_S = 20.0
FREE_PORTS = ("--ledger-port", "0", "--pos-port", "0", "--wallet-port", "0")
PARTIES = ("ledger", "pos", "wallet")

Found = TypeVar("Found")


def qrpay(
    *words: object, data: Path | None = None, within_s: float = COMMAND_WITHIN_S
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; ``data`` is QRPAY_HOME, else a folder that does not exist."""
    home = str(data or "/nonexistent/qrpay")
    return subprocess.run(  # noqa: S603 (the product's own command)
        [QRPAY, *map(str, words)],
        env={**os.environ, "QRPAY_HOME": home},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )


def processes_of(data: Path) -> list[int]:
    """List the processes whose environment names this data folder."""
    wanted, found = f"QRPAY_HOME={data}".encode(), []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue  # it has ended meanwhile, or is somebody else's
    return found


@contextmanager
def nothing_left_running(data: Path) -> Iterator[None]:
    """Whatever is started on a data folder inside has ended when the block does."""
    try:
        yield
    finally:
        left = _left_after_a_while(data)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    assert left == [], "left running"


def _left_after_a_while(data: Path) -> list[int]:
    """Who was killed may still be there for a moment; who was forgotten stays."""
    deadline = time.monotonic() + GONE_WITHIN_S
    while (left := processes_of(data)) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    return left


def group_of(leader: int) -> list[int]:
    """List the processes of a group that have not ended; whose end nobody asked for yet has."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            state, _, group, *_ = stat.read_text().rpartition(")")[2].split()
            if int(group) == leader and state not in "ZX":
                found.append(int(stat.parent.name))
    return found


def wait_for(what: str, look: Callable[[], Found]) -> Found:
    """Look again and again until there is something to see."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(POLL_S)
    return found


class PatientTransport(HttpTransport):
    """A client that sends the same request again until somebody gives an answer."""

    def request(self, method: str, url: str, headers: object, body: bytes) -> Response:
        """Send a request as often as it takes."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                response = super().request(method, url, headers, body)  # type: ignore[arg-type]
                if response.status not in (503, 504) or time.monotonic() > deadline:
                    return response
            except (ServiceUnavailable, AnswerLost):
                if time.monotonic() > deadline:
                    raise
            time.sleep(POLL_S)


@dataclass
class Services:
    """Three processes on one data folder."""

    data: Path
    urls: dict[str, str] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    _restarted: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def up(self, *words: str) -> None:
        """Start them with the product's own command."""
        started = qrpay("up", "--detach", "--json", *words, data=self.data)
        assert started.returncode == 0, started.stderr
        told = json.loads(started.stdout)
        self.urls = {party: told[party]["url"] for party in PARTIES}
        self.pids = {party: told[party]["pid"] for party in PARTIES}

    def ports(self) -> tuple[str, ...]:
        """The options that start them at the same addresses again."""
        return tuple(
            word
            for party, url in self.urls.items()
            for word in (f"--{party}-port", url.rpartition(":")[2])
        )

    def kill(self, party: str) -> None:
        """``kill -9`` a service, its whole process group; its port and its files are free then."""
        os.killpg(self.pids[party], signal.SIGKILL)
        restarted = self._restarted.pop(party, None)
        if restarted is not None:
            restarted.wait()
        self.await_end(party)

    def await_end(self, party: str) -> None:
        """Wait until no process of a service is left that was killed."""
        leader = self.pids[party]
        wait_for(f"all of {party} has ended", lambda: not group_of(leader))

    def restart(self, party: str) -> None:
        """Start one service again on its data, at its address, as its supervisor would."""
        process = self._launch(party, self.settings_of(party))
        self.pids[party], self._restarted[party] = process.pid, process

    def settings_of(self, party: str) -> dict[str, str]:
        """The variables that tell a service where its data are, and where the others answer."""
        return {
            "QRPAY_HOME": str(self.data),
            f"QRPAY_{party.upper()}_PORT": self.urls[party].rpartition(":")[2],
            "QRPAY_LEDGER_DEMO_NOTIFY_URL": f"{self.urls['pos']}/notify",
            "QRPAY_POS_LEDGER_URL": self.urls["ledger"],
            "QRPAY_POS_WALLET_URL": self.urls["wallet"],
            "QRPAY_WALLET_LEDGER_URL": self.urls["ledger"],
        }

    @contextmanager
    def another(self, party: str, settings: dict[str, str]) -> Iterator[str]:
        """One more service of a party, on the same data, for the time of a block; its URL."""
        url = f"http://127.0.0.1:{free_port()}"
        port = {"QRPAY_HOME": str(self.data), f"QRPAY_{party.upper()}_PORT": url.split(":")[2]}
        process = self._launch(party, {**port, **settings})
        try:
            PatientTransport().request("GET", f"{url}/health", {}, b"")
            yield url
        finally:
            process.terminate()
            process.wait(COMMAND_WITHIN_S)

    @contextmanager
    def serving(self, party: str, settings: dict[str, str]) -> Iterator[None]:
        """One service with other settings at its own address, for the time of a block."""
        process = self._launch(party, settings)
        try:
            PatientTransport().request("GET", f"{self.urls[party]}/health", {}, b"")
            yield
        finally:
            process.terminate()
            process.wait(COMMAND_WITHIN_S)

    def _launch(self, party: str, settings: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self.data / "restarted.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 (the product's own module)
                [sys.executable, "-m", party, "serve"],
                env={**os.environ, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def down(self) -> None:
        """Stop all of them."""
        for process in self._restarted.values():
            process.terminate()
        for process in self._restarted.values():
            process.wait(COMMAND_WITHIN_S)
        self._restarted.clear()
        qrpay("down", data=self.data)

    @property
    def till(self) -> Till:
        """The cashier's screen, which tries again."""
        return Till(Screen(self.urls["pos"], PatientTransport()))

    def comes_to(self, sale_id: str, state: str) -> None:
        """Wait for the till to know what a payer's wallet may show before it."""
        wait_for(f"the till to know of {state}", lambda: self.till.state(sale_id) == state)

    def give_back(self, sale_id: str, amount_minor: int) -> None:
        """Have the cashier give a part back of what the till knows to be paid."""
        self.comes_to(sale_id, "PAID")
        assert self.till.refund(sale_id, amount_minor).done

    def phone(self, name: str) -> Phone:
        """A payer's screen, which tries again."""
        return Phone(Screen(self.urls["wallet"], PatientTransport()), name)

    def ask(self, party: str, path: str) -> Answer:
        """Ask a service once."""
        response = HttpTransport().request("GET", self.urls[party] + path, {}, b"")
        return Answer(response.status, response.headers, response.body)

    def audit(self) -> Json:
        """Have the books audited by the product's own command, beside the ledger at work."""
        audited = qrpay("ledger", "audit", "--json", data=self.data)
        assert audited.returncode in (0, 1), audited.stderr
        return dict(json.loads(audited.stdout))
