"""What a scanned code with its consent costs the ledger, by how many come at once.

    python -m bench.scans
    python -m bench.scans --store postgres

Each is a whole payment that its code opens: two signatures checked (the shop's, the device's), two
made (receipt, notification), history, double entry, limits, evidence, outbox, live events, audited
at the end. Every payer is another, the shop is one. Microseconds a payment; *processor* is that of
this process, so that of a database server is not in it. Nothing goes over HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import click

from bench.place import fresh_place
from ledger.cli.bench.machine import this_machine
from ledger.core.checkout.scans import agreements, consents
from ledger.core.checkout.scans.consents import ScannedConsent
from ledger.core.ports import Books
from ledger.ops.audit import audit
from ledger.protocol.messages import Signed
from ledger.store import open_store
from tests.core.demo_world import World
from tests.core.scanning import consent_to, shown

SIZES = (1, 16, 64, 256)
PAYMENTS = 512
PAYERS = 256
FUNDS_MINOR = 100_000
PRICE_MINOR = 100

Raw = Sequence[tuple[str, Signed]]


@dataclass
class Taken:
    """Microseconds, summed up over payments."""

    checked: int = 0
    decided: int = 0
    wall: int = 0
    payments: int = 0

    def row(self, name: str) -> str:
        """Give the means as a line of a table."""
        each = (taken / self.payments / 1000 for taken in (self.checked, self.decided, self.wall))
        return f"| {name} | " + " | ".join(f"{taken:,.0f}" for taken in each) + " |"


def brought(world: World, count: int) -> Raw:
    """Codes that tills show and payers agree to."""
    codes = [shown(world, PRICE_MINOR) for _ in range(count)]
    return [
        (code.text, consent_to(world, code, f"payer {number % PAYERS}"))
        for number, code in enumerate(codes)
    ]


def decide(world: World, books: Books, items: Sequence[ScannedConsent], *, alone: bool) -> None:
    """Decide on all at once, or on each by the tables."""
    decided = partial(
        agreements.agree_one,
        rates=world.rates,
        policy=world.policy,
        now=world.now,
        ids=world.ids,
        key=world.key,
    )
    if not alone:
        agreements.agree(books, scanned=items, **decided.keywords)
        return
    for item in items:
        with books.savepoint():
            decided(books, scanned=item)


def play(world: World, raw: Raw, size: int, taken: Taken, *, alone: bool = False) -> None:
    """Bring what tills and payers made, ``size`` at once."""
    for first in range(0, len(raw), size):
        part = raw[first : first + size]
        begun = time.process_time_ns()
        with world.store.reading() as books:
            opened = consents.open_all(books, part, now=world.now)
        items = [item for item in opened if isinstance(item, ScannedConsent)]
        checked, wall = time.process_time_ns(), time.perf_counter_ns()
        with world.store.transaction() as books:
            decide(world, books, items, alone=alone)
        taken.decided += time.process_time_ns() - checked
        taken.wall += time.perf_counter_ns() - wall
        taken.checked += checked - begun
        taken.payments += len(items)


@click.command()
@click.option("--store", type=click.Choice(["file", "postgres"]), default="file", show_default=True)
def main(store: str) -> None:
    """Measure on fresh books, audit them, print the table."""
    with fresh_place(store) as place:
        world = World(open_store(place))
        for number in range(PAYERS):
            name = f"payer {number}"
            world.wallets[name] = world.add_payer(name, "EUR", FUNDS_MINOR)
        world.agree_fee(60)
        play(world, brought(world, 64), 64, Taken())  # the first ones fill caches
        rows = []
        for size in SIZES:
            taken = Taken()
            play(world, brought(world, min(PAYMENTS, 64 * size)), size, taken)
            rows.append(taken.row(f"{size}"))
        taken = Taken()
        play(world, brought(world, PAYMENTS // 4), 64, taken, alone=True)
        rows.append(taken.row("64, each by the tables"))
        found = audit(world.store)
        world.close()
    if found:
        raise SystemExit(f"the books don't hold: {found}")
    print(this_machine("apsw", "psycopg", "cryptography", "pynacl"))
    print("\n| at once | checked, µs of processor | decided, µs of processor | decided, µs |")
    print("|---|---:|---:|---:|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
