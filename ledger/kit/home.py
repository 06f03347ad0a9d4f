"""Where the services of this machine keep their files, and which of them run.

    HOME/ledger/ HOME/pos/ HOME/wallet/    each party's store and keys, nobody else's business
    HOME/lan/                              the authority of ``qrpay up --lan`` and its certificates
    HOME/logs/                             what each service said
    HOME/clock                             how far the sandbox's clock is ahead, once it was moved
    HOME/running.json                      which processes `qrpay up` started, while they run

A process is known by its id and its start time, because the system gives ids away again: nothing
is ever stopped that ``qrpay up`` did not start.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ledger.kit.settings import Variables, home_folder
from ledger.protocol.errors.service import FileDamaged

STOP_WITHIN_S = 10.0


class RunningService(msgspec.Struct, frozen=True):
    """One service that was started: its party, where it answers, its process.

    ``authority`` is the file of the certificate that its https is believed by, empty for http.
    """

    name: str
    url: str
    pid: int
    started: str
    authority: str = ""

    def is_alive(self) -> bool:
        """Tell whether this very process still runs."""
        return start_mark(self.pid) == self.started

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the service's process group; one that has ended is left alone."""
        if self.is_alive():
            os.killpg(self.pid, number)


class Home:
    """A data folder and the record of what runs on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._record = folder / "running.json"

    @property
    def is_new(self) -> bool:
        """Tell whether no till has come to this provider yet: its own start may have failed."""
        return not (self.folder / "pos").exists()

    @property
    def clock(self) -> Path:
        """Name the file of the clock that the three parties share."""
        return self.folder / "clock"

    def part(self, name: str) -> Path:
        """Give a sub-folder, made if it is missing, for its owner's eyes only."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def recorded(self) -> list[RunningService]:
        """List the services on record; raises ``FileDamaged``."""
        try:
            return msgspec.json.decode(self._record.read_bytes(), type=list[RunningService])
        except FileNotFoundError:
            return []
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            advice = "once none of its services runs, remove it"
            raise FileDamaged(f"{self._record}: {error}; {advice}") from error

    def running(self) -> list[RunningService]:
        """List the services on record that are alive."""
        return [service for service in self.recorded() if service.is_alive()]

    def url_of(self, party: str) -> str:
        """Tell where one of the services on record answers; empty when it does not run."""
        return next((each.url for each in self.running() if each.name == party), "")

    def record(self, services: list[RunningService]) -> None:
        """Remember what was started; who reads meanwhile finds what was there before, whole."""
        fresh = self._record.with_suffix(f".{os.getpid()}.new")
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(services)) + b"\n")
        fresh.replace(self._record)

    def forget(self) -> None:
        """Remember that nothing runs."""
        self._record.unlink(missing_ok=True)


def service_url(read: Variables, party: str, otherwise: str, settings: Iterable[str]) -> str:
    """Tell where a service of this machine answers, for a command that wants to speak to it.

    ``otherwise`` is what the ``settings`` say that a party reads, or where they lead when nobody
    has set them; in that case the service that `qrpay up` keeps running goes before.
    """
    if any(read.text(name, "") for name in settings):
        return otherwise
    return Home(home_folder(read.environ)).url_of(party) or otherwise


def start_mark(pid: int) -> str:
    """Say when a process started, in the system's own count; empty when there is no such process.

    Linux tells it in field 22 of ``/proc/PID/stat`` (proc(5)); elsewhere being there has to do. A
    process that has ended and was not waited for yet (state Z) is gone.
    """
    stat = Path(f"/proc/{pid}/stat")
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "" if Path("/proc/self/stat").exists() else _mark_without_proc(pid)
    return "" if fields[0] == "Z" else fields[19]


def _mark_without_proc(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return ""
    return "alive"
