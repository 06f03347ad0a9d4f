"""Pictures of codes: text in, PNG, SVG or terminal characters out.

A symbol follows ISO/IEC 18004 with error correction level M (about 15 % of it may be unreadable),
the quiet zone of four modules on each side, and *byte mode only*: EMVCo MPM v1.1, 4.12.1.1 forbids
the other modes, which ``qrcode`` would mix in to save modules (its ``optimize``). Text outside of
ASCII is written as UTF-8 without an ECI designator, since ``qrcode`` has none; our codes are ASCII.

A picture depends on the text alone, so it is kept for as long as it is among the last asked for.
Making one takes some 25 ms, so it is made when somebody looks at it, never while a payment waits.

    >>> print(svg("https://example.org/p#token")[:66])
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 37 37" shape-
"""

from __future__ import annotations

import io
from functools import lru_cache
from itertools import groupby
from typing import Final

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import QRData

from ledger.protocol.errors.codes import QrTooLong

QUIET_ZONE_MODULES = 4
BYTE_MODE: Final = 4  # the mode indicator 0100 (ISO/IEC 18004, table 2)
TEXT_LENGTH_MAX = 512
PIXELS_PER_MODULE = 8
_KEPT_PICTURES = 256

Modules = tuple[tuple[bool, ...], ...]
"""Rows of modules with the quiet zone around them; True is dark."""


@lru_cache(maxsize=_KEPT_PICTURES)
def modules(text: str) -> Modules:
    """Encode a text of at most 512 characters, else raise ``QrTooLong``."""
    if len(text) > TEXT_LENGTH_MAX:
        raise QrTooLong(f"{len(text)} characters")
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE_MODULES)
    code.add_data(QRData(text.encode(), mode=BYTE_MODE), optimize=0)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


@lru_cache(maxsize=_KEPT_PICTURES)
def png(text: str) -> bytes:
    """Draw a black and white PNG with eight pixels a module."""
    rows = modules(text)
    small = Image.new("1", (len(rows), len(rows)))
    small.putdata([0 if dark else 255 for row in rows for dark in row])
    side = len(rows) * PIXELS_PER_MODULE
    out = io.BytesIO()
    small.resize((side, side), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


@lru_cache(maxsize=_KEPT_PICTURES)
def svg(text: str) -> str:
    """Draw an SVG of one white square and one path, one unit a module; it scales to any size."""
    rows = modules(text)
    side = len(rows)
    path = "".join(_runs(row, y) for y, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{path}"/></svg>\n'
    )


def _runs(row: tuple[bool, ...], y: int) -> str:
    """Write the dark runs of a row as rectangles of an SVG path."""
    parts: list[str] = []
    x = 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            parts.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return "".join(parts)


_HALF_BLOCKS = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}


def terminal(text: str, *, dark_background: bool = True) -> str:
    """Draw with half blocks, two modules a character; what is drawn are the light modules.

    On a terminal that writes dark on light, ``dark_background=False`` draws the dark ones.
    """
    rows = [[dark == dark_background for dark in row] for row in modules(text)]
    if len(rows) % 2:
        rows.append([True] * len(rows))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "".join(
        "".join(_HALF_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) + "\n"
        for upper, lower in pairs
    )
