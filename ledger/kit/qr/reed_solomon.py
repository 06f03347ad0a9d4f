"""Error correction codewords of a symbol, and the sequence in which all codewords are placed.

A remainder is one integer, its first coefficient in the lowest byte. Each byte of a block adds to
it whatever stands in the other places, so a table for each place gives all of a block by look-ups:

    >>> data = bytes.fromhex("10200c5661 80ec11ec11ec11ec11ec11")
    >>> with_error_correction(data, 1, Level.M)[16:].hex(" ")
    'a5 24 d4 c1 ed 36 c7 87 2c 55'

(ISO/IEC 18004:2015, annex I.2.) Field, polynomials and blocks come from ``qrcode``. That library
fails on a block of zeros alone, since zero has no logarithm; its remainder is zero, and is so here.

Source: ISO/IEC 18004:2015, 7.5 and 7.6.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from itertools import accumulate
from operator import getitem, xor
from typing import NamedTuple

from qrcode.base import Polynomial, gexp, glog, rs_blocks

from ledger.kit.qr.levels import Level


def with_error_correction(data: bytes, version: int, level: Level) -> bytes:
    """Cut data codewords into blocks, and give all codewords in the sequence of the symbol."""
    cuts = _cuts(version, level)
    blocks = [data[cut.begin : cut.end] for cut in cuts]
    return _interleaved(blocks) + _interleaved(
        [remainder(block, cut) for block, cut in zip(blocks, cuts, strict=True)]
    )


class _Cut(NamedTuple):
    """Where a block lies, and for each place in it what a byte there adds to the remainder."""

    begin: int
    end: int
    tables: list[list[int]]
    degree: int


def remainder(block: bytes, cut: _Cut) -> bytes:
    """Divide a block, followed by as many zeros as the generator's degree, by the generator."""
    return reduce(xor, map(getitem, cut.tables, block)).to_bytes(cut.degree, "little")


@lru_cache(maxsize=16)
def _cuts(version: int, level: Level) -> list[_Cut]:
    """Learn the blocks of a version; their tables take some 14 kB a place, so not all are kept."""
    layout = rs_blocks(version, level.value)
    degree = layout[-1].total_count - layout[-1].data_count
    tables = _contributions(degree, layout[-1].data_count)
    ends = list(accumulate(block.data_count for block in layout))
    return [
        _Cut(end - block.data_count, end, tables[-block.data_count :], degree)
        for block, end in zip(layout, ends, strict=True)
    ]


def _contributions(degree: int, places: int) -> list[list[int]]:
    """Give for each place of a block, the longest, what each byte there adds to the remainder.

    One place further from the end it is what it was, times x: shifted out at the low end, divided.
    """
    multiples = _multiples(degree)
    tables = [multiples]
    for _ in range(places - 1):
        tables.append([rest >> 8 ^ multiples[rest & 0xFF] for rest in tables[-1]])
    return tables[::-1]


def _multiples(degree: int) -> list[int]:
    """Give the generator polynomial, without its leading 1, times each element of the field."""
    generator = Polynomial([1], 0)
    for power in range(degree):
        generator *= Polynomial([1, gexp(power)], 0)
    logarithms = [glog(coefficient) for coefficient in generator.num[1:]]
    return [0] + [
        int.from_bytes(bytes(gexp(glog(factor) + power) for power in logarithms), "little")
        for factor in range(1, 256)
    ]


def _interleaved(blocks: list[bytes]) -> bytes:
    """Take the first codeword of each block, then the second; the longer blocks come last."""
    shortest = len(blocks[0])
    together = bytearray(shortest * len(blocks))
    for place, block in enumerate(blocks):
        together[place :: len(blocks)] = block[:shortest]
    return bytes(together) + b"".join(block[shortest:] for block in blocks)
