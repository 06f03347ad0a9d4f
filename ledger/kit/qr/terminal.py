"""A symbol in a terminal: half blocks, two modules a character."""

from __future__ import annotations

from ledger.kit.qr.raster import Raster

_HALF_BLOCKS = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}


def terminal(raster: Raster, *, dark_background: bool = True) -> str:
    """Draw the light modules, as a terminal that writes light on dark shows them.

    On a terminal that writes dark on light, ``dark_background=False`` draws the dark ones.
    """
    rows = [[dark == dark_background for dark in row] for row in raster.modules()]
    if len(rows) % 2:
        rows.append([True] * len(rows))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "".join(
        "".join(_HALF_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) + "\n"
        for upper, lower in pairs
    )
