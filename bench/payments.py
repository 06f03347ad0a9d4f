"""What the steps of a payment cost on this machine: microseconds of one core, one after the other.

    python -m bench.payments
    python -m bench.payments --store postgres

The books are a file, or a PostgreSQL run here, with every promise of the store (each commit waits
for the disk), so the steps that book something contain an fsync; *processor* is the time of this
process without waiting, so that of the database server is not in it. Nothing goes over HTTP.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import TypeVar

import click

from bench.place import fresh_place
from ledger.ops.audit import audit
from ledger.protocol.instants import HOUR, later
from ledger.protocol.merchant_qr import profile_s
from ledger.protocol.signing.directory import KeyDirectory, KeyRecord, KeyStatus
from ledger.store import open_store
from tests.core.demo_world import SHOP, World

ROUNDS = 500
Result = TypeVar("Result")


class Stopwatch:
    """Collects how long each step took, on the wall and on the processor."""

    def __init__(self) -> None:
        self.taken: dict[str, list[tuple[int, int]]] = {}

    def measure(self, step: str, action: Callable[[], Result]) -> Result:
        """Do it once and remember how long it took."""
        wall, processor = time.perf_counter_ns(), time.process_time_ns()
        result = action()
        spent = time.perf_counter_ns() - wall, time.process_time_ns() - processor
        self.taken.setdefault(step, []).append(spent)
        return result

    def table(self) -> Iterator[str]:
        """Give the medians line by line, in Markdown."""
        yield "| step | median µs | of it processor | a second, one after the other |"
        yield "|---|---:|---:|---:|"
        for step, spent in self.taken.items():
            wall = statistics.median(wall for wall, _ in spent) / 1000
            processor = statistics.median(processor for _, processor in spent) / 1000
            yield f"| {step} | {wall:,.0f} | {processor:,.0f} | {1_000_000 / wall:,.0f} |"


def one_payment(world: World, watch: Stopwatch, directory: KeyDirectory, number: int) -> None:
    """Play a payment from the till's request to the receipt, every step under the watch."""
    payer = "anna"
    payment = watch.measure(
        "the till's request is signed, checked, booked", lambda: world.request(1)
    )
    code = watch.measure("the till's code is signed", lambda: world.code(payment))
    watch.measure("the wallet checks it", lambda: profile_s.verify(code, directory, now=world.now))
    watch.measure(
        "the ledger checks it and attaches the payer", lambda: world.claim(payment, payer, code)
    )
    consent = watch.measure(
        "the consent is signed and checked",
        lambda: world.consent(world.authorisation(payment, payer), payer),
    )
    watch.measure("the payment is captured, receipt signed", lambda: world.decide(consent))
    watch.measure("a refund of it", lambda: world.refund(payment, 1, f"R{number}"))


@click.command()
@click.option("--store", type=click.Choice(["file", "postgres"]), default="file", show_default=True)
def main(store: str) -> None:
    """Measure on fresh books, audit them, print the table."""
    watch = Stopwatch()
    with fresh_place(store) as place:
        world = World(open_store(place))
        public = world.till_keys[SHOP].public
        record = KeyRecord(
            public.key_id,
            public,
            f"merchant:{SHOP}",
            KeyStatus.ACTIVE,
            world.now,
            later(world.now, HOUR),
        )
        directory = KeyDirectory([record])
        for number in range(ROUNDS):
            one_payment(world, watch, directory, number)
        found = audit(world.store)
        world.close()
    if found:
        raise SystemExit(f"the books don't hold: {found}")
    driver = "apsw" if store == "file" else "psycopg"
    print(f"Python {platform.python_version()} on {platform.machine()}, {driver} {version(driver)}")
    print("\n".join(watch.table()))


if __name__ == "__main__":
    main()
