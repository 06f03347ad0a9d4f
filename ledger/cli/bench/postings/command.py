"""The command itself: new books, turns of postings, the disk beside them, and the proof."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ledger.cli import books_place
from ledger.cli.bench import report
from ledger.cli.bench.checkout.limits import synced_per_s
from ledger.cli.bench.machine import this_machine
from ledger.cli.bench.postings import filling, growth
from ledger.cli.bench.postings.ground import SHOPS_MOST, Ground, prepare
from ledger.cli.bench.postings.growth import Contestant
from ledger.cli.bench.postings.sales import post
from ledger.cli.books_place import store_option
from ledger.kit.clock import SystemClock
from ledger.kit.home import Home
from ledger.protocol.errors.service import InvariantBroken
from ledger.store import BooksStore, open_store
from ledger.store.audit import rules

BATCHES = (1, 16, 64, 256, 1_024)
MERCHANTS = 64
PAYERS = 256
MOST_TURNS = 400
SYNC_S = 0.5
PROVED = (
    "currencies_sum_to_zero",
    "entries_balance",
    "balances_equal_postings",
    "floors_hold",
    "entries_are_linked_or_wait",
    "the_journal_refers_to_what_is_there",
)
"""The rules of the audit that postings alone have to keep."""


@dataclass(frozen=True)
class Turn:
    """Payments of one size of batch, posted one batch after the other."""

    merchants: int
    batch: int
    payments: int
    wall_s: float
    processor_s: float
    synced_per_s: float

    @property
    def payments_per_s(self) -> float:
        """Payments that the disk had in a second."""
        return self.payments / self.wall_s

    @property
    def processor_us(self) -> float:
        """Processor time of this process for a payment."""
        return self.processor_s / self.payments * 1e6

    @property
    def share_of_limit(self) -> float:
        """Commits a second, as a share of how often the disk keeps 4 KiB in a second."""
        return self.payments_per_s / self.batch / self.synced_per_s

    def figures(self) -> dict[str, float]:
        """Give the figures by name."""
        return {
            "merchants": self.merchants,
            "batch": self.batch,
            "payments": self.payments,
            "payments_per_s": self.payments_per_s,
            "processor_us": self.processor_us,
            "synced_per_s": self.synced_per_s,
            "share_of_limit": self.share_of_limit,
        }

    def row(self) -> tuple[str, ...]:
        """Give the figures as a line of a table."""
        return (
            f"{self.batch} at once, {self.merchants} shop{'s' * (self.merchants > 1)}",
            f"{self.payments_per_s:,.0f}",
            f"{self.processor_us:,.1f}",
            f"{self.synced_per_s:,.0f}",
            f"{self.share_of_limit:.0%}",
        )


@click.command()
@click.option(
    "--payments",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    help="At most so many for each line of the table.",
)
@click.option(
    "--stored",
    type=click.IntRange(min=1),
    help="Books that hold so many against books that hold 10,000, turn by turn.",
)
@click.option(
    "--merchants",
    type=click.IntRange(1, SHOPS_MOST),
    help="So many shops against fewer, turn by turn.",
)
@store_option
@report.json_option
def ledger(
    *, payments: int, stored: int | None, merchants: int | None, store: str, as_json: bool
) -> None:
    """Post payments into new books, by how many at once, to many shops and to one.

    Only the books: no signatures, no receipts. Each line has the disk's own limit, measured just
    before it. Ends with exit code 1 when the books hold anything but what was acknowledged.
    With --stored or --merchants it measures how the cost grows instead (in files).
    """
    if stored or merchants:
        _tell_growth(stored, merchants, as_json=as_json)
        return
    with (
        tempfile.TemporaryDirectory(prefix="qrpay-bench-") as name,
        books_place.opened(Home(Path(name)), store) as place,
    ):
        opened = open_store(place or Path(name) / "books.db")
        try:
            ground = prepare(opened, merchants=MERCHANTS, payers=PAYERS, now=SystemClock().now())
            turns = list(_turns(ground, Path(name), payments))
            stored = _proved(opened, acknowledged=sum(turn.payments for turn in turns))
        finally:
            opened.close()
    heads = ("posted", "payments/s", "µs of processor", "4 KiB syncs/s", "commits of syncs")
    machine = this_machine("apsw", "psycopg")
    figures = {"turns": [turn.figures() for turn in turns], "stored": stored}
    shown = report.table(heads, (turn.row() for turn in turns))
    report.tell(
        machine, [shown, f"{stored:,} acknowledged, and all stored"], figures, as_json=as_json
    )


def _tell_growth(stored: int | None, merchants: int | None, *, as_json: bool) -> None:
    """Measure how the cost grows, and prove what was posted meanwhile."""
    with tempfile.TemporaryDirectory(prefix="qrpay-bench-") as name, ExitStack() as stack:
        contestants = [
            Contestant(ground, shops, filled)
            for filled, shops in growth.fillings(stored, merchants)
            for ground in [_filled(stack, Path(name), filled, shops)]
        ]
        growth.take_turns(contestants)
        for each in contestants:
            _proved(each.ground.store, acknowledged=each.stored + each.payments)
    first = contestants[0]
    heads = (
        "books",
        "payments/s",
        "µs of processor",
        "rate, of the first",
        "processor, of the first",
    )
    shown = report.table(heads, (each.row(first) for each in contestants))
    figures = {"growth": [each.figures(first) for each in contestants]}
    report.tell(this_machine("apsw"), [shown], figures, as_json=as_json)


def _filled(stack: ExitStack, folder: Path, count: int, merchants: int) -> Ground:
    """Make books of their own that hold so many sales."""
    path = folder / f"books-{count}-{merchants}.db"
    with closing(open_store(path)) as new:
        ground = prepare(new, merchants=merchants, payers=PAYERS, now=SystemClock().now())
    filling.fill(path, ground, count)
    store = open_store(path)
    stack.callback(store.close)
    return replace(ground, store=store)


def _turns(ground: Ground, folder: Path, most: int) -> Iterator[Turn]:
    for merchants in (MERCHANTS, 1):
        for batch in BATCHES:
            count = min(max(most // batch, 1), MOST_TURNS) * batch
            waiting = ground.waiting(count, merchants=merchants)
            limit = synced_per_s(folder / "synced", SYNC_S)
            wall, processor = time.perf_counter(), time.process_time()
            for first in range(0, count, batch):
                post(ground, waiting[first : first + batch])
            taken = time.perf_counter() - wall, time.process_time() - processor
            yield Turn(merchants, batch, count, *taken, limit)


def _proved(store: BooksStore, *, acknowledged: int) -> int:
    """Hold the books against what was acknowledged; how many sales they hold."""
    found = [breach for rule in rules() if rule.name in PROVED for breach in store.breaches(rule)]
    with store.reading() as books:
        stored = books.chain.count_waiting() - PAYERS  # whose play money was booked first
    if found or stored != acknowledged:
        raise InvariantBroken(f"{stored} of {acknowledged} are stored; {found[:3]}")
    return stored
