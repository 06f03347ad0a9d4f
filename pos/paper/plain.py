"""A paper as plain text, as wide as a receipt printer writes.

>>> print(text([Centred("DEMO"), Row("合计", "€7.79"), Rule()]))
                   DEMO
合计                                 €7.79
------------------------------------------
<BLANKLINE>
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from pos.paper.content import Centred, Gap, Line, Row, Rule

COLUMNS: Final = 42
"""How much fits on 80 mm of paper in font A."""


def text(lines: Iterable[Line]) -> str:
    """Write a paper, 42 columns wide."""
    return "\n".join(part for line in lines for part in _written(line)) + "\n"


def width(marks: str) -> int:
    """Count columns; East Asian wide and full-width characters take two (UAX #11)."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in marks)


def _written(line: Line) -> Iterator[str]:
    match line:
        case Centred(text=marks):
            yield " " * ((COLUMNS - width(marks)) // 2) + marks
        case Row(label=label, value=value):
            yield from _row(label, value)
        case Rule():
            yield "-" * COLUMNS
        case Gap():
            yield ""


def _row(label: str, value: str) -> Iterator[str]:
    """Set a label left and a value right, on two lines if they don't fit on one."""
    gap = COLUMNS - width(label) - width(value)
    if not value:
        yield label
    elif gap > 0:
        yield label + " " * gap + value
    else:
        yield label
        yield " " * max(0, COLUMNS - width(value)) + value
