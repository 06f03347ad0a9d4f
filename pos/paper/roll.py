"""A paper as the bytes of ESC/POS, and what a printer makes of such bytes.

The paper goes to the printer as a raster picture (``GS v 0``), the one thing that printers of all
makes understand alike; then it is cut. The commands are written by python-escpos, an extra
(``qrpay[print]``), which knows how wide the paper of each printer is.

``seen`` reads the bytes as a printer would and gives the picture that comes out: the paper roll of
a demo without a printer, and the proof that what is sent is what was drawn.
"""

from __future__ import annotations

import struct
from typing import Final

from PIL import Image

from ledger.kit.terminal import installing
from ledger.protocol.errors.service import ExtraMissing
from pos.paper.picture import WIDTH, Paper

try:
    from escpos.capabilities import NotSupported, get_profile
    from escpos.exceptions import Error
    from escpos.printer import Dummy
except ImportError:
    _INSTALLED = False
else:
    _INSTALLED = True

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
    _require_extra()
    try:
        media = get_profile(printer).profile_data["media"]
    except (KeyError, NotSupported) as error:
        raise ValueError(f"python-escpos knows no printer {printer!r}") from error
    pixels = media.get("width", {}).get("pixels")
    return pixels if isinstance(pixels, int) else WIDTH


def commands(paper: Paper, printer: str = PLAIN_PRINTER) -> bytes:
    """Give the bytes that print a picture and cut the paper.

    Raises ``ExtraMissing``, and ``ValueError`` for a picture that is wider than the paper.
    """
    _require_extra()
    writer = Dummy(profile=printer)
    try:
        writer.hw("INIT")
        writer.image(paper, impl="bitImageRaster")
        writer.cut()
    except Error as error:
        raise ValueError(str(error)) from error
    return bytes(writer.output)


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


def _require_extra() -> None:
    if not _INSTALLED:
        raise ExtraMissing(f"printing needs python-escpos: {installing('print')}")
