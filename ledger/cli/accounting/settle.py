"""``qrpay ledger settle``: close the days that are over, pay out what is due.

A ledger that runs does this by itself, within seconds. The command is for one that is stopped: it
opens the books and does it. While a ledger keeps the books, nobody else may write, so the command
waits until that ledger has done it, and says what there is.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date

import click

from ledger.cli import TimedOut
from ledger.cli.books import books_options, looking_at
from ledger.cli.books_place import require_books
from ledger.cli.books_place.writing import operators_clock
from ledger.core.records.settlement import Batch
from ledger.core.settlement import due, statement
from ledger.core.settlement.business_days import day_from_text
from ledger.kit.clock import Clock
from ledger.kit.entropy import SystemEntropy
from ledger.kit.terminal import tell
from ledger.ops.settlement.settler import Settler
from ledger.protocol.errors.service import StoreInUse
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, to_decimal
from ledger.store import open_store

WAIT_FOR_THE_LEDGER_S = 90.0
LOOK_EVERY_S = 0.5
EVERYTHING = 1_000_000


@click.command()
@click.option("--day", help="Fail unless this business day (2026-11-21) is closed for all shops.")
@books_options
def settle(day: str | None, books: str, *, as_json: bool) -> None:
    """Close the business days that are over, and pay out what is due."""
    wanted = None if day is None else day_from_text(day)
    require_books(books)
    clock = operators_clock()
    done: Sequence[Batch] = ()
    try:
        done = _settle_here(books, clock)
        lines = [*map(told, done), f"{len(done)} steps done"]
    except StoreInUse:
        _wait_for_the_ledger(books, clock.now())
        lines = ["the ledger is at work and has settled all that is due"]
    asked = [] if wanted is None else _batches_of(books, wanted)
    facts = {"done": [*map(_facts, done)], "day": [*map(_facts, asked)]}
    tell(facts, *lines, *map(told, asked), as_json=as_json)


def told(batch: Batch) -> str:
    """Say in one line how a batch stands."""
    paid = to_decimal(Money(batch.paid_out_minor, batch.currency))
    return (
        f"{batch.merchant_id} {batch.business_day} {batch.state:<7} {batch.line_count:>6} lines "
        f"{paid:>14} {batch.currency.code} on {batch.payout_on}"
    )


def _facts(batch: Batch) -> dict[str, object]:
    return {
        "batch_id": batch.batch_id,
        "merchant_id": batch.merchant_id,
        "business_day": batch.business_day.isoformat(),
        "state": batch.state,
        "lines": batch.line_count,
        "paid_out_minor": batch.paid_out_minor,
        "currency": batch.currency.code,
        "payout_on": batch.payout_on.isoformat(),
    }


def _batches_of(books: str, day: date) -> list[Batch]:
    """Give every shop's batch of a day; raises the refusal of a day that is not closed."""
    with looking_at(books) as view:
        return [
            statement.statement(view, merchant_id=terms.merchant_id, business_day=day).batch
            for terms in view.settlement.all_terms()
        ]


def _settle_here(books: str, clock: Clock) -> Sequence[Batch]:
    store = open_store(books)
    try:
        settler = Settler(store, clock, IdSource(SystemEntropy()))
        return list(settler.settle_due(clock.now(), most=EVERYTHING))
    finally:
        store.close()


def _wait_for_the_ledger(books: str, now: Instant) -> None:
    give_up_at_s = time.monotonic() + WAIT_FOR_THE_LEDGER_S
    while True:
        with looking_at(books) as view:
            waiting = [
                terms.merchant_id
                for terms in view.settlement.all_terms()
                if due.day_to_close(view, terms, now) or due.batches_to_pay(view, terms, now)
            ]
        if not waiting:
            return
        if time.monotonic() > give_up_at_s:
            raise TimedOut(f"the running ledger has not settled {', '.join(waiting)}; see its log")
        time.sleep(LOOK_EVERY_S)
