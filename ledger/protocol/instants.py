"""Points in time: whole milliseconds since 1970-01-01T00:00:00Z, as one type.

Every ``..._at`` and every ``now`` of this project is an ``Instant``. Codes carry whole seconds
(EMVCo templates have no room for more), signed messages and JSON carry RFC 3339 text in UTC with
exactly three decimals, so that each point in time has one spelling.

    >>> to_text(Instant(1795300180123))
    '2026-11-21T22:29:40.123Z'
    >>> from_text('2026-11-21T22:29:40.123Z')
    1795300180123
    >>> to_seconds(Instant(1795300180999))
    1795300180
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NewType

from ledger.protocol.errors.content import MessageFormat

Instant = NewType("Instant", int)

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})\.([0-9]{3})Z", re.ASCII
)
_SECONDS_KEPT = 1024
"""A busy service writes and reads the same few seconds over and over: now, and when codes end."""


def to_text(instant: Instant) -> str:
    """Spell an instant as RFC 3339 in UTC with three decimals."""
    return f"{_second_to_text(instant // SECOND)}.{instant % SECOND:03d}Z"


@lru_cache(_SECONDS_KEPT)
def _second_to_text(seconds: int) -> str:
    return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}"


def from_text(text: str) -> Instant:
    """Read the spelling of ``to_text``; any other spelling raises ``MessageFormat``."""
    match = _TEXT.fullmatch(text)
    if match is None:
        raise MessageFormat(f"not a UTC time with three decimals: {text[:40]!r}")
    return Instant(_second_from_text(match[1]) * SECOND + int(match[2]))


@lru_cache(_SECONDS_KEPT)
def _second_from_text(text: str) -> int:
    try:
        moment = datetime.fromisoformat(f"{text}Z")
    except ValueError as error:
        raise MessageFormat(f"no such time: {text!r}") from error
    return (moment - _EPOCH) // timedelta(seconds=1)


def day_of(instant: Instant) -> date:
    """Give the calendar day in UTC on which an instant lies."""
    return (_EPOCH + timedelta(milliseconds=instant)).date()


def day_begins(day: date) -> Instant:
    """Give the first instant of a calendar day in UTC."""
    return Instant((day - _EPOCH.date()).days * DAY)


def to_seconds(instant: Instant) -> int:
    """Whole seconds since the epoch, rounded down, as codes carry them."""
    return instant // SECOND


def from_seconds(seconds: int) -> Instant:
    """Give the instant at which a whole second since the epoch begins."""
    return Instant(seconds * SECOND)


def later(instant: Instant, milliseconds: int) -> Instant:
    """Move an instant by a number of milliseconds; negative goes back."""
    return Instant(instant + milliseconds)
