"""The command itself: open the fair, let people check out, close, prove, tell."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from itertools import cycle
from pathlib import Path

import click

from ledger.cli import books_place
from ledger.cli.bench import report
from ledger.cli.bench.checkout import fair as fairs
from ledger.cli.bench.checkout import limits, memory, proof
from ledger.cli.bench.checkout.driver.arrivals import Arrivals, ClosedLoop, Once, OpenLoop
from ledger.cli.bench.checkout.driver.play import Played, Shopper, play
from ledger.cli.bench.checkout.driver.shoppers import AtOnce, Reviewed
from ledger.cli.bench.checkout.driver.wire import Connection
from ledger.cli.bench.checkout.fair import Fair
from ledger.cli.bench.checkout.figures import Measured, figures, tables
from ledger.cli.bench.checkout.processor import processor_s
from ledger.cli.bench.machine import this_machine
from ledger.cli.books_place import store_option
from ledger.kit.home import Home
from ledger.protocol.errors.service import InvariantBroken

LIMITS_S = 0.5
PRICES_MINOR = range(100, 4_999, 37)
"""Below what needs a PIN, which takes a tenth of a second by design."""

Flow = type[AtOnce] | type[Reviewed]
FLOWS: Mapping[str, Flow] = {"at-once": AtOnce, "offer": Reviewed}


@click.command()
@click.option("--connections", type=click.IntRange(min=1), default=32, show_default=True)
@click.option("--seconds", type=click.FloatRange(min=0.1), default=10.0, show_default=True)
@click.option(
    "--rate", type=click.FloatRange(min=0.1), help="Begin so many a second, come what may."
)
@click.option("--merchants", type=click.IntRange(1, 100), default=1, show_default=True)
@click.option("--payers", type=click.IntRange(1, 999), default=32, show_default=True)
@click.option(
    "--flow",
    type=click.Choice(list(FLOWS)),
    default="at-once",
    show_default=True,
    help="Two requests of the shopper's, or four with an offer to look at.",
)
@click.option(
    "--soak",
    type=click.FloatRange(min=0.01),
    help="Go on for so many minutes, and tell what memory each party holds over time.",
)
@store_option
@report.json_option
def checkout(
    *,
    connections: int,
    seconds: float,
    rate: float | None,
    merchants: int,
    payers: int,
    flow: str,
    soak: float | None,
    store: str,
    as_json: bool,
) -> None:
    """Play whole checkouts over HTTP: till, wallet and provider as processes, on new books.

    Each connection is a shopper who checks out again and again; with --rate they come at fixed
    moments instead. Ends with exit code 1 when the books hold anything but what was acknowledged.
    """
    seconds = soak * 60 if soak else seconds
    with (
        tempfile.TemporaryDirectory(prefix="qrpay-bench-") as folder,
        books_place.opened(home := Home(Path(folder)), store) as place,
    ):
        bound = limits.measure(Path(folder), LIMITS_S)
        with fairs.opened(home, shops=merchants, payers=payers, store=place) as fair:
            arrivals = OpenLoop(seconds, rate) if rate else ClosedLoop(seconds)
            held = memory.Soak(seconds)
            with held.watching(lambda: _held_mib(fair)) if soak else nullcontext():
                warmed, played, taken_s = _play(fair, FLOWS[flow], connections, arrivals)
            untold = proof.wait_until_told(fair)
        known = [*warmed.acknowledged, *played.acknowledged]
        proved = proof.prove(place or home.part("ledger") / "books.db", known, untold)
    measured = Measured(
        asked={
            "connections": connections,
            "seconds": seconds,
            "rate": rate,
            "merchants": merchants,
            "payers": payers,
            "flow": flow,
        },
        played=played,
        acknowledged=len(known),
        taken_s={**taken_s, "driver": played.processor_s},
        bound=bound,
        cores=os.cpu_count() or 1,
        proved=proved,
        soaked=held if soak else None,
    )
    _tell(measured, as_json=as_json)


def _tell(measured: Measured, *, as_json: bool) -> None:
    machine = this_machine("apsw", "cryptography", "granian", "msgspec")
    report.tell(machine, tables(measured), figures(measured), as_json=as_json)
    if broken := measured.proved.broken():
        raise InvariantBroken("; ".join(broken))


def _play(
    fair: Fair, flow: Flow, connections: int, arrivals: Arrivals
) -> tuple[Played, Played, dict[str, float]]:
    """Let every wallet pay once, so that nothing is done for the first time; then measure."""
    with _shoppers(fair, flow, len(fair.wallets)) as crowd:
        warmed = play(crowd, Once(len(crowd)))
    with _shoppers(fair, flow, connections) as crowd:
        before_s = _taken_s(fair)
        played = play(crowd, arrivals)
        taken_s = {party: after - before_s[party] for party, after in _taken_s(fair).items()}
    return warmed, played, taken_s


def _taken_s(fair: Fair) -> dict[str, float]:
    return {
        party: sum(processor_s(each.pid) for each in processes)
        for party, processes in fair.processes().items()
    }


def _held_mib(fair: Fair) -> dict[str, float]:
    return {
        party: sum(memory.resident_mib(each.pid) for each in processes)
        for party, processes in fair.processes().items()
    }


@contextmanager
def _shoppers(fair: Fair, flow: Flow, count: int) -> Iterator[Sequence[Shopper]]:
    """Give so many shoppers, each with connections of their own; wallets and tills take turns."""
    prices = cycle(PRICES_MINOR)
    with ExitStack() as stack:

        def connect(url: str) -> Connection:
            connection = Connection(url)
            stack.callback(connection.close)
            return connection

        yield [
            flow(
                till=connect(fair.tills[number % len(fair.tills)].url),
                wallet=connect(fair.wallet.url),
                name=fair.wallets[number % len(fair.wallets)],
                shop=fair.shops[number % len(fair.tills)],
                price=lambda: next(prices),
            )
            for number in range(count)
        ]
