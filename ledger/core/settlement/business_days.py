"""Which business day an instant belongs to, by the merchant's clock and cut-off.

A day ends at its cut-off: at midnight, or later in the following night (a bar that closes its day
at 04:00), or, from noon on, already on the day itself (a shop that counts at 18:00). The next day
begins at that instant, so every instant has exactly one business day. Days have 23 or 25 hours when
clocks change: an hour that comes twice counts the first time, a time that is skipped counts as if
the clock had not moved yet (PEP 495, fold 0).

    >>> from ledger.core.records.settlement import Calendar
    >>> from ledger.protocol.instants import from_text, to_text
    >>> terms = SettlementTerms("M1", "Europe/Berlin", 0, Calendar.TARGET2, 1, date(2026, 1, 1))
    >>> day = business_day(terms, from_text("2026-10-24T23:30:00.000Z"))  # 01:30 in Berlin
    >>> day.isoformat(), to_text(opens_at(terms, day)), to_text(closes_at(terms, day))
    ('2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z')
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ledger.core.records.settlement import SettlementTerms
from ledger.protocol.errors.checkout import BillDateFormat
from ledger.protocol.instants import Instant

MINUTES_OF_AN_HOUR = 60
NOON_MINUTE = 12 * MINUTES_OF_AN_HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_ONE_DAY = timedelta(days=1)
_DAY_TEXT_LENGTH = len("2026-11-21")


def closes_at(terms: SettlementTerms, day: date) -> Instant:
    """Give the first instant after a business day."""
    ends_on = day + _ONE_DAY if terms.cut_off_minute < NOON_MINUTE else day
    return _instant(terms, ends_on, time(*divmod(terms.cut_off_minute, MINUTES_OF_AN_HOUR)))


def opens_at(terms: SettlementTerms, day: date) -> Instant:
    """Give the first instant of a business day: the end of the one before."""
    return closes_at(terms, day - _ONE_DAY)


def business_day(terms: SettlementTerms, instant: Instant) -> date:
    """Tell the business day an instant belongs to."""
    local = calendar_day(terms.time_zone, instant)
    for day in (local - _ONE_DAY, local):
        if instant < closes_at(terms, day):
            return day
    return local + _ONE_DAY


def calendar_day(time_zone: str, instant: Instant) -> date:
    """Tell the date on the calendar of a place, whatever the cut-off."""
    moment = _EPOCH + instant * _MILLISECOND
    return moment.astimezone(ZoneInfo(time_zone)).date()


def day_from_text(text: str) -> date:
    """Read a day as in ``2026-11-21``; any other spelling raises ``BillDateFormat``.

    >>> day_from_text("2026-W47-6")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.checkout.BillDateFormat: not a day: '2026-W47-6'
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BillDateFormat(f"not a day: {text[:40]!r}") from error
    if day.isoformat() != text or len(text) != _DAY_TEXT_LENGTH:
        raise BillDateFormat(f"not a day: {text[:40]!r}")
    return day


def _instant(terms: SettlementTerms, day: date, at: time) -> Instant:
    moment = datetime.combine(day, at, tzinfo=ZoneInfo(terms.time_zone))
    return Instant((moment.astimezone(UTC) - _EPOCH) // _MILLISECOND)
