"""Error correction codewords of a symbol, and the sequence in which all codewords are placed.

A remainder is one integer, its first coefficient in the lowest byte. Each byte of a block adds to
it whatever stands in the other places, so a table for each place gives all of a block by look-ups:

    >>> remainder(bytes.fromhex("10200c5661 80ec11ec11ec11ec11ec11"), 10, 16).hex(" ")
    'a5 24 d4 c1 ed 36 c7 87 2c 55'

(ISO/IEC 18004:2015, annex I.2.) Field, polynomials and blocks come from ``qrcode``. That library
fails on a block of zeros alone, since zero has no logarithm; its remainder is zero, and is so here.

Source: ISO/IEC 18004:2015, 7.5 and 7.6.
"""

from __future__ import annotations

from functools import cache, lru_cache, reduce
from operator import getitem, xor

from qrcode.base import Polynomial, RSBlock, gexp, glog, rs_blocks

from ledger.kit.qr.levels import Level


def with_error_correction(data: bytes, version: int, level: Level) -> bytes:
    """Cut data codewords into blocks, and give all codewords in the sequence of the symbol."""
    blocks: list[bytes] = []
    corrections: list[bytes] = []
    begin = 0
    layout = _blocks(version, level)
    longest = layout[-1].data_count
    for total, length in layout:
        block = data[begin : begin + length]
        blocks.append(block)
        corrections.append(remainder(block, total - length, longest))
        begin += length
    return _interleaved(blocks) + _interleaved(corrections)


def remainder(block: bytes, degree: int, longest: int) -> bytes:
    """Divide a block, followed by ``degree`` zeros, by the generator polynomial of that degree.

    ``longest`` is the length of the longest block for which the same tables serve.
    """
    tables = _contributions(degree, longest)[longest - len(block) :]
    return reduce(xor, map(getitem, tables, block)).to_bytes(degree, "little")


@cache
def _blocks(version: int, level: Level) -> list[RSBlock]:
    return rs_blocks(version, level.value)


@lru_cache(maxsize=16)
def _contributions(degree: int, places: int) -> list[list[int]]:
    """Give for each place of a block what each byte there adds to the remainder.

    One place further from the end it is what it was, times x: shifted out at the low end, divided.
    Some 14 kB a place, so those of the versions last used are kept.
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
