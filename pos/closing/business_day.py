"""Business days: which day of the shop an instant belongs to.

A business day runs from midnight to midnight where the shop is, so it has 23 or 25 hours twice a
year. Days are written as in ISO 8601, ``2026-11-21``.

    >>> berlin = time_zone("Europe/Berlin")
    >>> day_of(Instant(1795300180123), berlin)        # 22:29:40 in UTC, 23:29:40 in Berlin
    datetime.date(2026, 11, 21)
    >>> begins, ends = bounds(parse_day("2026-10-25"), berlin)
    >>> (ends - begins) // 3_600_000
    25
    >>> parse_day("2026-11-31")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.checkout.BillDateFormat: '2026-11-31'
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.protocol.errors.checkout import BillDateFormat
from ledger.protocol.instants import Instant

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def time_zone(name: str) -> ZoneInfo:
    """Find a time zone by its IANA name; an unknown one raises ``ValueError``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, IsADirectoryError) as error:
        raise ValueError(f"there is no time zone {name[:60]!r}") from error


def day_of(instant: Instant, zone: ZoneInfo) -> date:
    """Give the business day of an instant."""
    return (_EPOCH + instant * _MILLISECOND).astimezone(zone).date()


def bounds(day: date, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """Give the first instant of a day and the first one after it."""
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def parse_day(text: str) -> date:
    """Read ``2026-11-21``; any other spelling raises ``BillDateFormat``."""
    if not _DAY.fullmatch(text):
        raise BillDateFormat(repr(text[:40]))
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BillDateFormat(repr(text)) from error


def _midnight(day: date, zone: ZoneInfo) -> Instant:
    begins = datetime(day.year, day.month, day.day, tzinfo=zone)
    return Instant((begins.astimezone(UTC) - _EPOCH) // _MILLISECOND)
