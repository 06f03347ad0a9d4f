"""A text as data codewords: its modes, the smallest version that holds it, its bits, its padding.

    >>> version, codewords = encode([QRData("01234567")], error_correction=0)
    >>> version, codewords.hex(" ")
    (1, '10 20 0c 56 61 80 ec 11 ec 11 ec 11 ec 11 ec 11')

That is the example of ISO/IEC 18004:2015, annex I.2. The choice of modes is that of ``qrcode``
(``optimal_data_chunks``), and so is the table of what a version holds.

Source: ISO/IEC 18004:2015, 7.4.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from qrcode.util import (
    ALPHA_NUM,
    BIT_LIMIT_TABLE,
    MODE_8BIT_BYTE,
    MODE_ALPHA_NUM,
    MODE_NUMBER,
    NUMBER_LENGTH,
    PAD0,
    PAD1,
    QRData,
    length_in_bits,
)

from ledger.protocol.errors.codes import QrTooLong

_VERSION_MAX: Final = 40
_COUNTS_GROW_AT: Final = (10, 27)
"""The versions from which on a segment's length is written with more bits (table 3)."""

_TERMINATOR_BITS: Final = 4
_MODE_BITS: Final = 4
_PADDING: Final = bytes((PAD0, PAD1)) * 1500
_ALPHANUMERIC: Final = {byte: value for value, byte in enumerate(ALPHA_NUM)}


def encode(segments: Sequence[QRData], error_correction: int) -> tuple[int, bytes]:
    """Give the smallest version that holds the segments, and its data codewords.

    ``error_correction`` is one of the constants of ``qrcode``. Raises ``QrTooLong``.
    """
    payloads = [_payload(segment) for segment in segments]
    version, bits = _fit(segments, sum(length for _, length in payloads), error_correction)
    stream = 0
    for segment, (value, length) in zip(segments, payloads, strict=True):
        count_bits = length_in_bits(segment.mode, version)
        head = segment.mode << count_bits | len(segment)
        stream = (stream << _MODE_BITS + count_bits | head) << length | value
    room = BIT_LIMIT_TABLE[error_correction][version]
    spare = min(_TERMINATOR_BITS, room - bits)
    spare += -(bits + spare) % 8
    written = (stream << spare).to_bytes((bits + spare) // 8)
    return version, written + _PADDING[: room // 8 - len(written)]


def _fit(segments: Sequence[QRData], payload_bits: int, error_correction: int) -> tuple[int, int]:
    """Find the smallest version, and how many bits its segments take with their heads."""
    for smallest, after in zip((1, *_COUNTS_GROW_AT), (*_COUNTS_GROW_AT, 41), strict=True):
        heads = sum(_MODE_BITS + length_in_bits(segment.mode, smallest) for segment in segments)
        bits = heads + payload_bits
        version = bisect_left(BIT_LIMIT_TABLE[error_correction], bits, smallest)
        if version < after:
            return version, bits
    raise QrTooLong(f"{payload_bits // 8} bytes are more than version {_VERSION_MAX} holds")


def _payload(segment: QRData) -> tuple[int, int]:
    """Give the bits of a segment's text as a number, and how many there are."""
    data = segment.data
    if segment.mode == MODE_8BIT_BYTE:
        return int.from_bytes(data), 8 * len(data)
    text = {MODE_NUMBER: _digits, MODE_ALPHA_NUM: _alphanumeric}[segment.mode](data)
    return int(f"0{text}", 2), len(text)


def _digits(data: bytes) -> str:
    """Write three digits as ten bits, two as seven, one as four (7.4.3)."""
    threes = (data[place : place + 3] for place in range(0, len(data), 3))
    return "".join([f"{int(three):0{NUMBER_LENGTH[len(three)]}b}" for three in threes])


def _alphanumeric(data: bytes) -> str:
    """Write two characters as eleven bits, a last one as six (7.4.4)."""
    values = [_ALPHANUMERIC[byte] for byte in data]
    pairs = zip(values[::2], values[1::2], strict=False)
    text = "".join([f"{45 * left + right:011b}" for left, right in pairs])
    return text + (f"{values[-1]:06b}" if len(values) % 2 else "")
