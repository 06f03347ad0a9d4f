"""On which days banks pay: TARGET2 for the euro, mainland China, or every day.

* TARGET2 (ECB, "TARGET closing days", unchanged since 2002): closed on Saturdays, Sundays, 1
  January, Good Friday, Easter Monday, 1 May, 25 and 26 December. All of it can be computed.
* China: what the State Council has published, and before that the holidays themselves (``china``).

    >>> [day.isoformat() for day in (easter_sunday(2026), easter_sunday(2038))]
    ['2026-04-05', '2038-04-25']
    >>> payout_day(Calendar.TARGET2, date(2026, 4, 2), 1).isoformat()  # before Good Friday
    '2026-04-07'
"""

from __future__ import annotations

from datetime import date, timedelta

from ledger.core.records.settlement import Calendar
from ledger.core.settlement.calendars import china

SATURDAY = 5
_ONE_DAY = timedelta(days=1)


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Tell whether banks pay on a day."""
    match calendar:
        case Calendar.TARGET2:
            return day.weekday() < SATURDAY and not _closes_target(day)
        case Calendar.CHINA:
            return china.is_working_day(day)
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
