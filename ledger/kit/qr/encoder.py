"""A text as a QR code: segments, error correction, placement, mask.

    >>> raster = encode("01234567", Level.M)
    >>> raster.size  # version 1 with its quiet zone
    (29, 29)

Source: ISO/IEC 18004:2015, 7.1 has the steps.
"""

from __future__ import annotations

from typing import Final

from qrcode.util import QRData, optimal_data_chunks

from ledger.kit.qr import segments
from ledger.kit.qr.levels import Level
from ledger.kit.qr.penalty import best_mask
from ledger.kit.qr.raster import QUIET_ZONE, Raster
from ledger.kit.qr.reed_solomon import with_error_correction
from ledger.kit.qr.template import information, template

__all__ = ["Level", "encode"]

_BYTE_MODE: Final = 4
"""The mode indicator 0100 (table 2)."""

_SEGMENT_MIN: Final = 20
"""From how many characters on a stretch of digits gets a segment of its own: qrcode's default."""


def encode(data: str | bytes, level: Level = Level.M, *, byte_mode: bool = False) -> Raster:
    """Draw the symbol with its quiet zone, in the smallest version and with the best mask.

    Text is written as UTF-8, in whichever modes save room; ``byte_mode`` writes it in one segment
    of that mode. Raises ``QrTooLong`` for more than a symbol of version 40 holds.
    """
    raw = data.encode() if isinstance(data, str) else data
    if byte_mode:
        parts = [QRData(raw, _BYTE_MODE, check_data=False)]
    else:
        parts = list(optimal_data_chunks(raw, minimum=_SEGMENT_MIN))
    version, codewords = segments.encode(parts, level.value)
    return _drawn(with_error_correction(codewords, version, level), version, level)


def _drawn(codewords: bytes, version: int, level: Level) -> Raster:
    layout = template(version)
    unmasked = layout.place(codewords)
    mask = best_mask(unmasked, layout.masks, layout.grid).number
    symbol = unmasked ^ layout.masks[mask].modules | information(version, level)[mask]
    row = layout.grid.stride // 8
    margin = bytes(QUIET_ZONE * row)
    drawn = symbol.to_bytes(layout.grid.side * row)
    return Raster(layout.grid.side + 2 * QUIET_ZONE, margin + drawn + margin)
