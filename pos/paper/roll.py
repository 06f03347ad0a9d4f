"""A paper as the bytes of ESC/POS, and what a printer makes of such bytes.

The paper goes to the printer as a raster picture (``GS v 0``), the one thing that printers of all
makes understand alike; then it is cut. The commands are written by ``printer``, which needs an
extra and is loaded when something is printed.

``seen`` reads the bytes as a printer would and gives the picture that comes out: the paper roll of
a demo without a printer, and the proof that what is sent is what was drawn.
"""

from __future__ import annotations

import struct
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Final

from PIL import Image

from ledger.kit.terminal import installing
from ledger.protocol.errors.service import ExtraMissing
from pos.paper.picture import Paper

_INSTALLED = find_spec("escpos") is not None

PLAIN_PRINTER: Final = "default"

_RASTER: Final = b"\x1dv0"
_RASTER_HEAD: Final = struct.Struct("<3sBHH")


def is_installed() -> bool:
    """Tell whether the extra is there, so that papers can be printed."""
    return _INSTALLED


def width_of(printer: str) -> int:
    """Tell how many pixels wide a printer's paper is; 512 where its profile does not say.

    ``printer`` is the name of a profile such as ``TM-T88III``. Raises ``ExtraMissing``, and
    ``ValueError`` for a printer that nobody knows.
    """
    width: int = _printer().width_of(printer)
    return width


def commands(paper: Paper, printer: str = PLAIN_PRINTER) -> bytes:
    """Give the bytes that print a picture and cut the paper.

    Raises ``ExtraMissing``, and ``ValueError`` for a picture that is wider than the paper.
    """
    sent: bytes = _printer().commands(paper, printer)
    return sent


def seen(sent: bytes) -> Paper:
    """Give the picture that a printer puts on its paper; ``ValueError`` if there is none."""
    parts = []
    at = sent.find(_RASTER)
    while at >= 0:
        _, _, row_bytes, rows = _RASTER_HEAD.unpack_from(sent, at)
        begins = at + _RASTER_HEAD.size
        ends = begins + row_bytes * rows
        # A printer burns where a bit is 1; in a picture of one bit a point, 1 is white.
        burnt = bytes(byte ^ 0xFF for byte in sent[begins:ends])
        parts.append(Image.frombytes("1", (row_bytes * 8, rows), burnt))
        at = sent.find(_RASTER, ends)
    if not parts:
        raise ValueError("no picture was sent")
    paper = Image.new("1", (max(part.width for part in parts), sum(part.height for part in parts)))
    top = 0
    for part in parts:
        paper.paste(part, (0, top))
        top += part.height
    return paper


def _printer() -> ModuleType:
    """Load what writes for printers, when it is needed."""
    if not _INSTALLED:
        raise ExtraMissing(f"printing needs python-escpos: {installing('print')}")
    return import_module("pos.paper.printer")
