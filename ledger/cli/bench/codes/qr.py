"""``qrpay bench qr``: what drawing and reading a code costs, beside the other encoders for Python.

Times are of the processor, so that other work on the machine counts little.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import click

from ledger.cli.bench import report
from ledger.cli.bench.comparison import Comparison
from ledger.cli.bench.machine import this_machine
from ledger.cli.bench.rounds import PROCESSOR
from ledger.kit.terminal import installing

TEXT = (
    "00020101021226330010test.qrpay0115M2088DEMO000001520459125303978540512.955802DE5913DEMO "
    "DROGERIE6006BERLIN61051011562590109K3-0004170305S0421052401KAK9Q3ZV7T2M5X8B4C6D0E0705POS03"
    "80800010test.qrpay01021E0208k7f3a9c103101795300000041017953001800516AAECAwQFBgcICQoL8198001"
    "0test.qrpay0180v$G)Gr}{n0pyEi9l!arNR?^-j-|uq%W%4U2);L@5()1GGv_%8FLWWZ1VhY(wb}nZ88EFWM#P*jw"
    "=>rrB6304A0C4"
)
"""A signed code of profile S: 372 characters, version 15 at level M."""


@click.command()
@click.option(
    "--rounds", type=click.IntRange(min=1), default=15, show_default=True, help="Turns of each."
)
@report.json_option
def qr(rounds: int, *, as_json: bool) -> None:
    """Draw a signed code with every encoder there is, turn by turn, and read it."""
    # Imported here, since these bring libraries that `qrpay --help` should not wait for.
    from ledger.cli.bench.codes import encoders, readers  # noqa: PLC0415

    machine = this_machine("qrcode", "segno", "pillow", "zxing-cpp")
    first_ms = _took_ms(lambda: encoders.ours().matrix(TEXT))
    contestants = {"qrpay": encoders.ours(), "qrcode": encoders.of_qrcode()}
    if find_spec("segno"):
        contestants["segno"] = encoders.of_segno()
    else:
        click.echo(f"segno is absent; measured, too, after: {installing('bench')}", err=True)

    drawing = Comparison(list(contestants), rounds)
    for product in ("matrix", "png", "svg"):
        acts = {name: encoder.drawing(TEXT)[product] for name, encoder in contestants.items()}
        drawing.measure(product, acts)
    sizes = {
        f"{kind}_{name}_bytes": len(size(TEXT))
        for name, encoder in contestants.items()
        for kind, size in (("png", encoder.png), ("svg", encoder.svg))
    }
    reading = Comparison(list(readers.SETTINGS), rounds)
    frame = readers.frame(contestants["qrpay"].png(TEXT))
    reads = {name: readers.reading(frame, name) for name in readers.SETTINGS}
    reading.measure("read", reads)
    facts = {
        "rounds": rounds,
        "identical": encoders.drawn_alike(TEXT),
        "read_back": all(read() == [TEXT] for read in reads.values()),
        "first_of_a_version_ms": round(first_ms, 1),
    }
    figures = {**facts, **drawing.figures, **sizes, **reading.figures}
    tables = [drawing.table("drawn, ms"), reading.table("read, ms"), _told(facts | sizes)]
    report.tell(machine, tables, figures, as_json=as_json)


def _took_ms(act: Callable[[], object]) -> float:
    begin = PROCESSOR()
    act()
    return (PROCESSOR() - begin) / 1e6


def _told(facts: dict[str, float]) -> str:
    rows = [
        (name.replace("_", " "), str(value) if isinstance(value, bool) else f"{value:,}")
        for name, value in facts.items()
    ]
    return report.table(("", ""), rows)
