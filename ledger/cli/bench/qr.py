"""``qrpay bench qr``: what drawing a code costs, beside the other encoders for Python.

Everybody draws the same text at the same level in their default way: the smallest version, the mask
of the lowest penalty. PNG and SVG are each library's own, four pixels a module, with quiet zone.
Times are of the processor, so that other work on the machine counts little.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from importlib.util import find_spec

import click

from ledger.cli.bench import report
from ledger.cli.bench.machine import this_machine
from ledger.cli.bench.rounds import PROCESSOR, interleaved, median

TEXT = (
    "00020101021226330010test.qrpay0115M2088DEMO000001520459125303978540512.955802DE5913DEMO "
    "DROGERIE6006BERLIN61051011562590109K3-0004170305S0421052401KAK9Q3ZV7T2M5X8B4C6D0E0705POS03"
    "80800010test.qrpay01021E0208k7f3a9c103101795300000041017953001800516AAECAwQFBgcICQoL8198001"
    "0test.qrpay0180v$G)Gr}{n0pyEi9l!arNR?^-j-|uq%W%4U2);L@5()1GGv_%8FLWWZ1VhY(wb}nZ88EFWM#P*jw"
    "=>rrB6304A0C4"
)
"""A signed code of profile S, version 15 at level M in byte mode."""

MODULE_PX = 4
PRODUCTS = ("matrix", "png", "svg")
Draw = Callable[[], object]


@click.command()
@click.option("--rounds", type=click.IntRange(min=1), default=15, show_default=True)
@report.json_option
def qr(rounds: int, *, as_json: bool) -> None:
    """Draw a signed code with every encoder there is, turn by turn, and compare."""
    encoders = {"qrcode": _qrcode()}
    if find_spec("segno"):
        encoders["segno"] = _segno()
    else:
        click.echo("segno is absent; `pip install 'qrpay[bench]'` measures it, too.", err=True)
    taken = {
        product: interleaved(
            {name: draw[product] for name, draw in encoders.items()}, rounds, clock=PROCESSOR
        )
        for product in PRODUCTS
    }
    figures = {
        f"{product}_{name}_ms": median(times) / 1e6
        for product, by_name in taken.items()
        for name, times in by_name.items()
    }
    rows = [
        (product, *(f"{figures[f'{product}_{name}_ms']:.2f}" for name in encoders))
        for product in PRODUCTS
    ]
    shown = report.table(("ms of processor time", *encoders), rows)
    machine = this_machine("qrcode", "segno", "pillow")
    report.tell(machine, [shown], {"rounds": rounds, **figures}, as_json=as_json)


def _qrcode() -> Mapping[str, Draw]:
    # Imported here, like segno: `qrpay --help` needs no encoder.
    import qrcode  # noqa: PLC0415
    from qrcode.image.pil import PilImage  # noqa: PLC0415
    from qrcode.image.pure import PyPNGImage  # noqa: PLC0415
    from qrcode.image.svg import SvgPathImage  # noqa: PLC0415
    from qrcode.util import QRData  # noqa: PLC0415

    def made() -> qrcode.QRCode[PilImage | PyPNGImage]:
        code = qrcode.QRCode(box_size=MODULE_PX)
        code.add_data(QRData(TEXT.encode(), mode=4), optimize=0)
        return code

    def png() -> None:
        made().make_image().save(io.BytesIO())

    def svg() -> None:
        made().make_image(SvgPathImage).save(io.BytesIO())

    return {"matrix": lambda: made().get_matrix(), "png": png, "svg": svg}


def _segno() -> Mapping[str, Draw]:
    import segno  # noqa: PLC0415 (as above)

    def made() -> segno.QRCode:
        return segno.make(TEXT.encode(), mode="byte", error="m", boost_error=False, micro=False)

    def png() -> None:
        made().save(io.BytesIO(), kind="png", scale=MODULE_PX)

    def svg() -> None:
        made().save(io.BytesIO(), kind="svg")

    return {"matrix": made, "png": png, "svg": svg}
