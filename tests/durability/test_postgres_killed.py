"""``kill -9`` of the PostgreSQL server and all its helpers at full trade: nothing told is lost.

A killed process loses what it held in memory, not what it gave to the system: this is a crash of
the server, not of the machine. A server that acknowledges before it writes is caught all the same,
since what it would write lies in its memory; that is the control.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ledger.kit.entropy import SeededEntropy
from ledger.ops.audit import audit
from ledger.ops.databases.laptop import LaptopPostgres
from ledger.protocol.errors.service import CommitUnknown, ServiceUnavailable
from ledger.protocol.identifiers import IdSource
from ledger.store import open_store
from ledger.store.postgres import connections
from tests.core.demo_world import World
from tests.core.ground import Wallet
from tests.durability.conftest import Campaign
from tests.durability.trade import PAYERS, Morning, lost
from tests.processes.services import wait_for

TOLD_BEFORE_THE_KILL = 40
WRITES_LATE = ("wal_writer_delay=10s", "wal_writer_flush_after=1GB")
"""The writer of the log sleeps: whoever did not wait for it has nothing on the disk."""


@pytest.fixture
def server() -> Iterator[LaptopPostgres]:
    """A server of this test's own, which waits for its disk as it does everywhere."""
    folder = Path(tempfile.mkdtemp(prefix="qrpay-test-"))
    folder.chmod(0o711)  # the account that root lends the server has to get through
    made = LaptopPostgres(folder / "postgres")
    try:
        made.start(*WRITES_LATE)
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


def _processes(server: LaptopPostgres) -> list[int]:
    """The server, then its helpers."""
    record = server.folder / "data" / "postmaster.pid"
    first = int(record.read_text().splitlines()[0])
    helpers = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            if folder.name.isdigit():
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                helpers += [int(folder.name)] * (parent == first)
    return [first, *helpers]


def _kill(server: LaptopPostgres) -> None:
    processes = _processes(server)
    os.kill(processes[0], signal.SIGSTOP)  # it would send its helpers home
    for each in reversed(processes):
        os.kill(each, signal.SIGKILL)
    wait_for("all are gone", lambda: not any(Path(f"/proc/{each}").exists() for each in processes))


def _trade_until_killed(server: LaptopPostgres, world: World) -> list[Morning]:
    """Three payers pay at once, until the server is gone; what each was told."""
    mornings = [Morning(world, payers=(name,)) for name in PAYERS]

    def shop(morning: Morning) -> None:
        with suppress(ServiceUnavailable, CommitUnknown):
            for act in morning.acts(10_000):
                act()

    shoppers = [threading.Thread(target=shop, args=(each,)) for each in mornings]
    for each in shoppers:
        each.start()
    wait_for(
        "enough was told",
        lambda: sum(len(each.paid) for each in mornings) >= TOLD_BEFORE_THE_KILL,
    )
    _kill(server)
    for each in shoppers:
        each.join()
    world.close()
    return mornings


def _killed(
    server: LaptopPostgres, wallets: dict[str, Wallet], seed: int = 1
) -> tuple[int, list[str]]:
    """Trade, kill, start again; how much was told, and what of it is lost."""
    first = World(open_store(server.url), wallets)
    first.ids = IdSource(SeededEntropy(f"ids of round {seed}"))
    mornings = _trade_until_killed(server, first)
    server.start(*WRITES_LATE)
    world = World(open_store(server.url), wallets)
    world.ids = IdSource(SeededEntropy(f"ids after round {seed}"))
    assert audit(world.store) == []
    missing = [each for morning in mornings for each in lost(world.store, morning)]
    world.paid(1_00, "anna")
    world.close()
    return sum(len(each.paid) + len(each.refunded) for each in mornings), missing


def test_a_database_server_killed_at_full_trade_has_lost_nothing_that_was_told(
    server: LaptopPostgres, campaign: Campaign
) -> None:
    first = World(open_store(server.url))
    first.close()
    for seed in campaign.seeds:
        told, missing = _killed(server, first.wallets, seed)
        assert missing == []
        campaign.tell(f"PostgreSQL killed: {told} acknowledged, 0 lost")


def test_a_ledger_that_does_not_wait_for_the_database_is_caught_losing(
    server: LaptopPostgres, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = World(open_store(server.url))
    first.close()
    hurried = {**connections._SETTINGS, "synchronous_commit": "off"}
    monkeypatch.setattr(connections, "_SETTINGS", hurried)
    told, missing = _killed(server, first.wallets)
    campaign.tell(
        f"PostgreSQL killed, control: synchronous_commit=off: {told}, {len(missing)} lost"
    )
    assert missing != []
