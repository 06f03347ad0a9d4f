"""Till, wallet and ledger as processes with a trap in each, which a test sets and waits for."""

from __future__ import annotations

import json
import signal
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

import apsw
import psycopg

from ledger.kit.clock import SharedClock
from ledger.kit.network.ports import free_port
from ledger.kit.transport import HttpTransport
from ledger.ops.audit import audit
from ledger.protocol.errors import QrpayError
from ledger.store import is_database, open_reader
from tests.durability.sites import UNTOLD, Kept, Site
from tests.processes.services import PARTIES, PATIENCE_S, Services, wait_for

TRAPS = Path(__file__).with_name("killing")
FILES = {"ledger": "books.db", "pos": "till.db", "wallet": "wallet.db"}
POLL_S = 0.01


@dataclass
class Fleet(Services):
    """Three services on one data folder and one clock; ``books`` is a URL, or empty for a file."""

    books: str = ""

    @property
    def name(self) -> str:
        """The store, for people."""
        return "PostgreSQL" if self.books else "SQLite"

    @property
    def place(self) -> str | Path:
        """Where the books are."""
        return self.books or self.data / "ledger" / FILES["ledger"]

    @property
    def clock(self) -> SharedClock:
        """The clock of all three."""
        return SharedClock(self.data / "clock")

    def trap(self, party: str) -> Path:
        """The folder of a party's trap."""
        folder = self.data / "traps" / party
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def settings_of(self, party: str) -> dict[str, str]:
        """Those of every service or command, the shared clock, and a trap."""
        places = super().settings_of(party) if party in PARTIES else {"QRPAY_HOME": str(self.data)}
        return places | {
            "QRPAY_CLOCK": str(self.data / "clock"),
            "QRPAY_LEDGER_STORE": "" if party in ("pos", "wallet") else self.books,
            "QRPAY_KILL": str(self.trap(party)),
            "PYTHONPATH": str(TRAPS),
        }

    def begin(self) -> None:
        """Start all three for the first time."""
        self.data.mkdir(parents=True)
        self.urls = {party: f"http://127.0.0.1:{free_port()}" for party in PARTIES}
        for party in PARTIES:
            self.revive(party)

    def answers(self, party: str) -> bool:
        """Whether a service is up."""
        try:
            return (
                HttpTransport().request("GET", self.urls[party] + "/health", {}, b"").status == 200
            )
        except QrpayError:
            return False

    def revive(self, *parties: str) -> None:
        """Start services that have died, and wait until they answer; those that live stay."""
        for party in parties:
            if party not in self._restarted:
                self.restart(party)
        for party in parties:
            wait_for(f"{party} answers", partial(self.answers, party))

    def tell_all(self) -> None:
        """Let all notifications come due, and wait until each was taken.

        A ledger that died while it told the till tells it again, 30 s later by its clock: then
        another scene would be played, whose traps and counts are about notifications of its own.
        """
        wait_for("all is told", self._is_all_told)

    def _is_all_told(self) -> bool:
        if self.number("ledger", UNTOLD) == 0:
            return True
        last = self.number("ledger", "SELECT max(due_at) FROM outbox WHERE state = 'PENDING'")
        self.clock.advance(max(0, last - self.clock.now()))
        return False

    def end(self) -> None:
        """Kill all three."""
        for party in list(self._restarted):
            self.kill(party)

    def arm(self, site: Site, *, write: int = 1) -> None:
        """Set a trap; a note of an earlier death is thrown away."""
        folder = self.trap(site.party)
        (folder / "died").unlink(missing_ok=True)
        wanted = {"site": site.id, "moment": site.moment, "what": site.what, "write": write}
        wanted |= {"within": site.within, "by": site.by, "nth": site.nth}
        (folder / "armed.part").write_text(json.dumps(wanted))
        (folder / "armed.part").rename(folder / "armed")

    def await_death(self, site: Site, nudge: Callable[[], object] = lambda: None) -> None:
        """Wait until the process has died of its trap, and there; ``nudge`` is done meanwhile."""
        folder, deadline = self.trap(site.party), time.monotonic() + PATIENCE_S
        while not (folder / "died").exists():
            if time.monotonic() > deadline:
                (folder / "armed").unlink(missing_ok=True)
                raise AssertionError(f"{site.party} never came to {site}")
            nudge()
            time.sleep(POLL_S)
        assert json.loads((folder / "died").read_text())["site"] == site.id
        if site.party in self._restarted:
            assert self._restarted.pop(site.party).wait(PATIENCE_S) == -signal.SIGKILL
            self.await_end(site.party)

    def rows(self, party: str, sql: str) -> list[tuple[object, ...]]:
        """Ask the store of a party, dead or alive; its files stay as they are."""
        if party == "ledger" and is_database(self.books):
            with psycopg.connect(self.books, autocommit=True) as connection:
                return connection.execute(sql.encode()).fetchall()
        path = self.data / party / FILES[party]
        reader = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        with closing(reader):
            return [tuple(row) for row in reader.execute(sql)]

    def number(self, party: str, sql: str) -> int:
        """Ask the store of a party for one number."""
        ((found,),) = self.rows(party, sql)
        assert found is None or isinstance(found, (int, Decimal))
        return int(found or 0)

    def count(self, site: Site) -> int:
        """Count what a site is about in the store of its party."""
        return self.number(site.party, site.of)

    def findings(self) -> list[str]:
        """What the audit finds in the books, beside the ledger at work."""
        with closing(open_reader(self.place)) as reader:
            return [str(finding) for finding in audit(reader)]

    def answers_by_key(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """Every answer "done" that a party ever got to a call with a key: by key and call."""
        told = defaultdict(list)
        for party in PARTIES:
            path = self.trap(party) / "answers"
            for line in path.read_text().splitlines() if path.exists() else ():
                each = json.loads(line)
                if each["status"].startswith("2"):
                    told[each["key"], each["call"]].append((each["status"], each["body"]))
        return told


def require_kept(site: Site, before: int, after: int) -> None:
    """What lies in the store of the dead is what the site says."""
    allowed = {
        Kept.NOTHING: after == before,
        Kept.ALL: after > before,
        Kept.EITHER: before <= after <= before + 1,
    }
    assert allowed[site.kept], (
        f"{site.id}: {site.kept} must be kept: {before} before, {after} after"
    )
