"""A raster as SVG: a white ground and one path, which strokes each run of dark modules.

    >>> print(svg(Raster.of_rows([(False, True, True, False, True)], row_height=2)))
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 2" shape-rendering="crispEdges"><path \
fill="#fff" d="M0 0h5v2H0z"/><path stroke="#000" stroke-width="2" d="M1 1h2m1 0h1"/></svg>

A row is one line through its middle, as wide as the row is high: it goes to the first dark module
(``M``), draws a run (``h``) and jumps over the gap to the next (``m``). A unit is a module, so the
picture scales to any size.

Source: SVG 1.1, 8.3 (path data) and 11.4 (strokes).
"""

from __future__ import annotations

from typing import Final

from ledger.kit.qr.raster import Raster


def svg(raster: Raster) -> str:
    """Draw the raster in units of a module."""
    width, height = raster.size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v{height}H0z"/>'
        f'<path stroke="#000" stroke-width="{raster.row_height}" d="{_path(raster)}"/></svg>'
    )


def _path(raster: Raster) -> str:
    bits = 8 * raster.stride
    lines: list[str] = []
    for place, row in enumerate(raster.rows()):
        modules = f"{int.from_bytes(row):0{bits}b}".rstrip("0")
        dark = modules.lstrip("0")
        if dark:
            middle = (place + 0.5) * raster.row_height
            lines.append(f"M{len(modules) - len(dark)} {middle:g}")
            lines += map(_STEPS.__getitem__, dark.replace("01", "0 1").split())
    return "".join(lines)


class _Steps(dict[str, str]):
    """What a run and the gap behind it are in a path, found out once: ``1110`` is ``h3m1 0``."""

    def __missing__(self, step: str) -> str:
        run = step.count("1")
        gap = len(step) - run
        self[step] = f"h{run}m{gap} 0" if gap else f"h{run}"
        return self[step]


_STEPS: Final = _Steps()
