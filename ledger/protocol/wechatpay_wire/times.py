"""Times as WeChat Pay writes them: RFC 3339 to the second, in China's time, eight hours ahead.

Go's SDK reads them as ``time.Time``, so there is an offset and no fraction. A caller may send any
offset (``Z`` too) and a fraction.

    >>> to_text(Instant(1554208460123))
    '2019-04-02T20:34:20+08:00'
    >>> from_text("2019-04-02T12:34:20Z") == from_text("2019-04-02T20:34:20+08:00")
    True
    >>> china_date(Instant(1554208460123))
    datetime.date(2019, 4, 2)
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from ledger.protocol.errors.wechatpay import TimeFormat
from ledger.protocol.instants import SECOND, Instant

CHINA = timezone(timedelta(hours=8))

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


def to_text(instant: Instant) -> str:
    """Spell an instant, rounded down to the second."""
    return in_china(instant).isoformat()


def in_china(instant: Instant) -> datetime:
    """Give the wall clock of China at an instant, whole seconds."""
    return (_EPOCH + timedelta(seconds=instant // SECOND)).astimezone(CHINA)


def china_date(instant: Instant) -> date:
    """Give the day in China on which an instant lies."""
    return in_china(instant).date()


def from_text(text: str) -> Instant:
    """Read a time with its offset; raises ``TimeFormat``."""
    if not _RFC_3339.fullmatch(text):
        raise TimeFormat(f"not a time with an offset: {text[:40]!r}")
    try:
        return Instant((datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1))
    except (ValueError, OverflowError) as error:
        raise TimeFormat(f"no such time: {text[:40]!r}") from error
