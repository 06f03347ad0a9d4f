"""On which days banks pay: TARGET2 for the euro, mainland China, or every day.

* TARGET2 (ECB, "TARGET closing days", unchanged since 2002): closed on Saturdays, Sundays, 1
  January, Good Friday, Easter Monday, 1 May, 25 and 26 December. All of it can be computed.
* China: the State Council moves weekends around its holidays, and says in November how it will do
  so next year (General Office notices of 12 November 2024 and of 4 November 2025). So there is a
  table; in a year that is not in it yet, weekends and the holidays of fixed date are what is known.

    >>> [day.isoformat() for day in (easter_sunday(2026), easter_sunday(2038))]
    ['2026-04-05', '2038-04-25']
    >>> payout_day(Calendar.TARGET2, date(2026, 4, 2), 1).isoformat()  # before Good Friday
    '2026-04-07'
"""

from __future__ import annotations

from datetime import date, timedelta

from ledger.core.records.settlement import Calendar

SATURDAY = 5
_ONE_DAY = timedelta(days=1)


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Tell whether banks pay on a day."""
    match calendar:
        case Calendar.TARGET2:
            return day.weekday() < SATURDAY and not _closes_target(day)
        case Calendar.CHINA:
            return _is_working_day_in_china(day)
        case Calendar.EVERY_DAY:
            return True


def payout_day(calendar: Calendar, business_day: date, delay_days: int) -> date:
    """Give the day that is ``delay_days`` business days after ``business_day`` (T+1, T+2, …).

    T+0 is the day itself, or the next on which banks pay.
    """
    day = business_day
    while not is_business_day(calendar, day) and delay_days == 0:
        day += _ONE_DAY
    for _ in range(delay_days):
        day += _ONE_DAY
        while not is_business_day(calendar, day):
            day += _ONE_DAY
    return day


# --- TARGET2 ------------------------------------------------------------------------------------


def easter_sunday(year: int) -> date:
    """Compute Easter in the Gregorian calendar (the anonymous algorithm; Meeus, 1991, chapter 8).

    The letters are those of the source.
    """
    a = year % 19
    b, c = divmod(year, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _closes_target(day: date) -> bool:
    sunday = easter_sunday(day.year)
    moving = (sunday - 2 * _ONE_DAY, sunday + _ONE_DAY)
    return day in moving or (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)}


# --- China --------------------------------------------------------------------------------------


def _days(*spans: tuple[int, int, int, int]) -> frozenset[date]:
    """Spell out days: year, month, first and last day of each span."""
    return frozenset(
        date(year, month, day)
        for year, month, first, last in spans
        for day in range(first, last + 1)
    )


_CHINA_CLOSED = _days(
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

_CHINA_MADE_UP = _days(
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

_CHINA_YEARS = {day.year for day in _CHINA_CLOSED}
_CHINA_FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
"""Statutory holidays of fixed date (Regulation on public holidays, as of 2025)."""


def _is_working_day_in_china(day: date) -> bool:
    if day in _CHINA_MADE_UP:
        return True
    if day.year not in _CHINA_YEARS:
        return day.weekday() < SATURDAY and (day.month, day.day) not in _CHINA_FIXED
    return day.weekday() < SATURDAY and day not in _CHINA_CLOSED
