"""A raster as PNG: one bit a pixel, black on white, written with the standard library alone.

A row of modules becomes one line of pixels and, for the rest of its height, lines that say "as
above": the filter Up of a line that is like the one before gives zeros, which take no room. After
that there is nothing to find but runs, so the compressor only looks for these (``Z_RLE``); it is
as quick as its quickest level, and a searching one saves little.

Units: ``module_px`` pixels a module, whole, so that every edge is sharp.

Source: PNG (ISO/IEC 15948:2004): 5 (structure), 9.2 (filter types), 11.2.2 (IHDR).
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from typing import Final

from ledger.kit.qr.raster import Raster

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_AS_IT_STANDS, _LIKE_THE_LINE_ABOVE = b"\0", b"\2"
_GREYSCALE: Final = 0
_MEMORY_LEVEL: Final = 7
"""One less than usual: the allocator then need not ask the system for memory at each picture."""


def png(raster: Raster, module_px: int) -> bytes:
    """Draw the raster with ``module_px`` pixels a module, one or more."""
    width, height = (modules * module_px for modules in raster.size)
    header = struct.pack(">IIBBBBB", width, height, 1, _GREYSCALE, 0, 0, 0)
    compressor = zlib.compressobj(memLevel=_MEMORY_LEVEL, strategy=zlib.Z_RLE)
    pixels = compressor.compress(_lines(raster, module_px)) + compressor.flush()
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _lines(raster: Raster, module_px: int) -> bytes:
    """Give all lines of pixels, each with its filter in front."""
    pixels = bytearray(len(raster.packed) * module_px)
    for place, table in enumerate(_widened(module_px)):
        pixels[place::module_px] = raster.packed.translate(table)
    line = -(-raster.width * module_px // 8)
    again = (_LIKE_THE_LINE_ABOVE + bytes(line)) * (module_px * raster.row_height - 1)
    step = raster.stride * module_px
    rows = [pixels[at : at + line] for at in range(0, len(pixels), step)]
    return _AS_IT_STANDS + (again + _AS_IT_STANDS).join(rows) + again


@lru_cache(maxsize=32)
def _widened(module_px: int) -> list[bytes]:
    """Give ``module_px`` tables: for each byte of a raster the first, second ... byte of pixels.

    Eight modules, each ``module_px`` pixels wide, are so many bytes; a 1 is white there.
    """
    wide = [
        int("".join("01"[bit == "0"] * module_px for bit in f"{byte:08b}"), 2).to_bytes(module_px)
        for byte in range(256)
    ]
    return [bytes(places) for places in zip(*wide, strict=True)]


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))
