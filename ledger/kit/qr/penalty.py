"""Which of the eight masks makes a symbol easiest to read: the one with the fewest penalty points.

A symbol is one long integer here, row after row, each row ``stride`` bits; so a shift by 1 lays
each module on its right neighbour, a shift by ``stride`` on the one below, and a few operations
look at all modules at once. What depends on a mask alone is worked out beforehand: neighbours are
alike under a mask if they were alike without it and the mask treats them alike, or neither.

The points are those of ``qrcode`` to the last one, which counts as the standard says, with the
modules of format and version information still light. The first of several best masks wins.

Source: ISO/IEC 18004:2015, 7.8.3 (table 11 has the weights 3, 3, 40 and 10).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Grid:
    """The places of a symbol: all modules, those with a left neighbour, those with an upper one."""

    side: int
    stride: int
    inside: int
    across: int
    down: int

    @classmethod
    def of(cls, inside: int, side: int, stride: int) -> Grid:
        """Find the neighbours of a square of modules."""
        return cls(side, stride, inside, inside & inside >> 1, inside & inside >> stride)


@dataclass(frozen=True, slots=True)
class Mask:
    """What a mask inverts, function modules included, and which neighbours it treats alike."""

    modules: int
    alike_across: int
    alike_down: int

    @classmethod
    def of(cls, modules: int, grid: Grid) -> Mask:
        """Compare the modules of a mask with their neighbours."""
        across = ~(modules ^ modules >> 1) & grid.across
        return cls(modules, across, ~(modules ^ modules >> grid.stride) & grid.down)


class Scored(NamedTuple):
    """The points of a symbol under the mask of a number; the fewest points come first."""

    points: int
    number: int


def best_mask(unmasked: int, masks: Sequence[Mask], grid: Grid) -> Scored:
    """Find the mask under which the symbol has the fewest points.

    Runs and blocks are counted for every mask. What else there is can only add to them, so it is
    counted for the most promising mask first, and no more for masks that have lost already.
    """
    best = Scored(sys.maxsize, 0)
    for points, number, across, down in sorted(_begun(unmasked, masks, grid)):
        if points > best.points:
            break
        dark = unmasked ^ masks[number].modules
        light = dark ^ grid.inside
        counted = points + _imbalance(dark, grid) + _finders(dark, light, across, grid.across, 1)
        if counted <= best.points:
            counted += _finders(dark, light, down, grid.down, grid.stride)
            best = min(best, Scored(counted, number))
    return best


_Alike = tuple[int, int]
"""Modules with the colour of their neighbour, and those from which on, two places further, three
such follow each other.
"""


def _begun(
    unmasked: int, masks: Sequence[Mask], grid: Grid
) -> Iterator[tuple[int, int, _Alike, _Alike]]:
    """Count runs and blocks: the points so far of the mask of a number, and what they are from."""
    unlike_across = (unmasked ^ unmasked >> 1) & grid.across
    unlike_down = (unmasked ^ unmasked >> grid.stride) & grid.down
    for number, mask in enumerate(masks):
        across, down = unlike_across ^ mask.alike_across, unlike_down ^ mask.alike_down
        blocks = across & across >> grid.stride & down
        points_across, three_across = _runs(across, 1)
        points_down, three_down = _runs(down, grid.stride)
        points = points_across + points_down + 3 * blocks.bit_count()
        yield points, number, (across, three_across), (down, three_down)


def _runs(alike: int, step: int) -> tuple[int, int]:
    """Count the points for runs of n >= 5 modules of one colour, n - 2 each.

    They lie in rows (``step`` 1) or in columns (``step`` one row). A run has n - 4 places where
    five begin, and one fewer where two such places meet: three times those less twice these.
    """
    three = alike & alike >> step
    three_on = three >> 2 * step
    five = three & three_on
    return 3 * five.bit_count() - 2 * (five & five >> step).bit_count(), three_on


def _finders(dark: int, light: int, like: _Alike, pairs: int, step: int) -> int:
    """Count the points for the pattern of a finder, dark 1:1:3:1:1: 40 a side with four light."""
    alike, three_on = like
    edge = alike ^ pairs
    single = edge & edge >> step
    finder = dark & single & three_on & single >> 4 * step
    two_light = light & alike
    four_light = two_light & two_light >> 2 * step
    after, before = finder & four_light >> 7 * step, four_light & finder >> 4 * step
    return 40 * (after.bit_count() + before.bit_count())


def _imbalance(dark: int, grid: Grid) -> int:
    """Count ten points for every whole 5 % away from an even share, in floats like ``qrcode``."""
    return 10 * int(abs(dark.bit_count() / grid.side**2 * 100 - 50) / 5)
