"""On which days banks in mainland China pay.

The State Council moves weekends around its holidays, and says in November how it will do so next
year (General Office notices of 12 November 2024 and of 4 November 2025). So there is a table of the
years that are published. Of a year to come only the rules are known: weekends, and the statutory
holidays with a day in return for each that falls on a weekend (Regulation on public holidays,
articles 2 and 6, as of 2025). Which weekends will be worked in return for a longer holiday nobody
knows then, so none is; a payout that is promised for such a year may come a day off.

Three of the holidays, and the day before the first of them, go by the moon, and Qingming by the sun
(GB/T 33661-2017). Their dates are a table too; past its end the holidays of fixed date are left.

    >>> [is_working_day(date(2027, 2, day)) for day in (4, 5, 8, 9, 10, 11)]  # Spring Festival
    [True, False, False, False, False, True]
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Final

SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Tell whether banks pay on a day."""
    if day in _MADE_UP:
        return True
    closed = _CLOSED if day.year in _PUBLISHED else _statutory(day.year)
    return day.weekday() < SATURDAY and day not in closed


def _days(*spans: tuple[int, int, int, int]) -> frozenset[date]:
    """Spell out days: year, month, first and last day of each span."""
    return frozenset(
        date(year, month, day)
        for year, month, first, last in spans
        for day in range(first, last + 1)
    )


_CLOSED = _days(
    (2025, 1, 1, 1),
    (2025, 1, 28, 31),  # Spring Festival, to 4 February
    (2025, 2, 1, 4),
    (2025, 4, 4, 6),  # Qingming
    (2025, 5, 1, 5),
    (2025, 5, 31, 31),  # Dragon Boat Festival, to 2 June
    (2025, 6, 1, 2),
    (2025, 10, 1, 8),  # National Day and Mid-Autumn
    (2026, 1, 1, 3),
    (2026, 2, 15, 23),
    (2026, 4, 4, 6),
    (2026, 5, 1, 5),
    (2026, 6, 19, 21),
    (2026, 9, 25, 27),  # Mid-Autumn
    (2026, 10, 1, 7),
)

_MADE_UP = _days(
    (2025, 1, 26, 26),
    (2025, 2, 8, 8),
    (2025, 4, 27, 27),
    (2025, 9, 28, 28),
    (2025, 10, 11, 11),
    (2026, 1, 4, 4),
    (2026, 2, 14, 14),
    (2026, 2, 28, 28),
    (2026, 5, 9, 9),
    (2026, 9, 20, 20),
    (2026, 10, 10, 10),
)
"""Days of a weekend on which China works, in return for a longer holiday."""

_PUBLISHED: Final = {day.year for day in _CLOSED}


@cache
def _statutory(year: int) -> frozenset[date]:
    """Give the holidays of a year by the Regulation, and the days in return for those at weekends.

    Every day of a year is asked for one by one, so what was reckoned is kept.
    """
    holidays = sorted(_holidays(year))
    closed = set(holidays)
    for holiday in holidays:  # two on one day are two
        if holiday.weekday() >= SATURDAY:
            in_return = holiday
            while in_return.weekday() >= SATURDAY or in_return in closed:
                in_return += _ONE_DAY
            closed.add(in_return)
    return frozenset(closed)


def _holidays(year: int) -> Iterator[date]:
    for month, day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)):
        yield date(year, month, day)
    if year in _BY_SKY:
        spring, *others = (date(year, month, day) for month, day in _BY_SKY[year])
        yield from (spring + number * _ONE_DAY for number in range(-1, 3))
        yield from others


_BY_SKY: Final = {
    # year: Spring Festival, Qingming, Dragon Boat Festival, Mid-Autumn, as month and day
    2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 13), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 3), (4, 5), (6, 5), (9, 12)),
    2031: ((1, 23), (4, 5), (6, 24), (10, 1)),
    2032: ((2, 11), (4, 4), (6, 12), (9, 19)),
    2033: ((1, 31), (4, 4), (6, 1), (9, 8)),
    2034: ((2, 19), (4, 5), (6, 20), (9, 27)),
    2035: ((2, 8), (4, 5), (6, 10), (9, 16)),
    2036: ((1, 28), (4, 4), (5, 30), (10, 4)),
    2037: ((2, 15), (4, 4), (6, 18), (9, 24)),
    2038: ((2, 4), (4, 5), (6, 7), (9, 13)),
    2039: ((1, 24), (4, 5), (5, 27), (10, 2)),
    2040: ((2, 12), (4, 4), (6, 14), (9, 20)),
    2041: ((2, 1), (4, 4), (6, 3), (9, 10)),
    2042: ((1, 22), (4, 4), (6, 22), (9, 28)),
    2043: ((2, 10), (4, 5), (6, 11), (9, 17)),
    2044: ((1, 30), (4, 4), (5, 31), (10, 5)),
    2045: ((2, 17), (4, 4), (6, 19), (9, 25)),
    2046: ((2, 6), (4, 4), (6, 8), (9, 15)),
    2047: ((1, 26), (4, 5), (5, 29), (10, 4)),
    2048: ((2, 14), (4, 4), (6, 15), (9, 22)),
    2049: ((2, 2), (4, 4), (6, 4), (9, 11)),
    2050: ((1, 23), (4, 4), (6, 23), (9, 30)),
}
