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

from collections.abc import Sequence
from dataclasses import dataclass


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


def best_mask(unmasked: int, masks: Sequence[Mask], grid: Grid) -> int:
    """Give the number of the mask under which the symbol has the fewest points."""
    points = all_points(unmasked, masks, grid)
    return points.index(min(points))


def all_points(unmasked: int, masks: Sequence[Mask], grid: Grid) -> list[int]:
    """Count the points of the symbol under each mask."""
    unlike_across = (unmasked ^ unmasked >> 1) & grid.across
    unlike_down = (unmasked ^ unmasked >> grid.stride) & grid.down
    return [
        _points(
            unmasked ^ mask.modules,
            unlike_across ^ mask.alike_across,
            unlike_down ^ mask.alike_down,
            grid,
        )
        for mask in masks
    ]


def _points(dark: int, alike_across: int, alike_down: int, grid: Grid) -> int:
    """Add the four features; ``alike`` marks a module that has the colour of its neighbour."""
    light = dark ^ grid.inside
    blocks = alike_across & alike_across >> grid.stride & alike_down
    return (
        _along(dark, light, alike_across, grid.across, 1)
        + _along(dark, light, alike_down, grid.down, grid.stride)
        + 3 * blocks.bit_count()
        + _imbalance(dark.bit_count() / grid.side**2)
    )


def _along(dark: int, light: int, alike: int, pairs: int, step: int) -> int:
    """Count what lies in rows (``step`` 1) or in columns (``step`` one row).

    A run of n >= 5 modules of one colour costs n - 2. It has n - 4 places where five begin, and one
    fewer where two such places meet, so that is three times the former less twice the latter.
    The pattern of a finder, dark 1:1:3:1:1, costs 40 for each side with four light modules.
    """
    three = alike & alike >> step
    three_on = three >> 2 * step
    five = three & three_on
    runs = 3 * five.bit_count() - 2 * (five & five >> step).bit_count()
    edge = alike ^ pairs
    single = edge & edge >> step
    finder = dark & single & three_on & single >> 4 * step
    two_light = light & alike
    four_light = two_light & two_light >> 2 * step
    after, before = finder & four_light >> 7 * step, four_light & finder >> 4 * step
    return runs + 40 * (after.bit_count() + before.bit_count())


def _imbalance(share_dark: float) -> int:
    """Ten points for every whole 5 % away from an even share; in floats, as ``qrcode`` counts."""
    return 10 * int(abs(share_dark * 100 - 50) / 5)
