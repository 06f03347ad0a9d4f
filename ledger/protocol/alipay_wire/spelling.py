"""Amounts, times and time limits as Alipay writes them.

Amounts are texts of yuan with two decimals; callers may also send JSON numbers, ``12`` or ``12.5``.
Times are Beijing's, UTC+8 without summer time, whatever the zone of who asks. A time limit is a
whole number and a unit, ``1m`` to ``15d``, or ``1c``: until the day ends in Beijing.

    >>> from ledger.protocol.money import currency
    >>> amount(12, currency("CNY")), amount("12.5", currency("CNY"))
    (Money(1200, 'CNY'), Money(1250, 'CNY'))
    >>> to_beijing(Instant(1795300180123))
    '2026-11-22 06:29:40'
    >>> from_beijing('2026-11-22 06:29:40')
    1795300180000
    >>> [until(limit, now=Instant(1795300180000)) - 1795300180000 for limit in ("90m", "1c")]
    [5400000, 63020000]
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from urllib.parse import urlsplit

from ledger.protocol.errors.content import AmountFormat, FieldFormat
from ledger.protocol.instants import DAY, HOUR, MINUTE, SECOND, Instant, later
from ledger.protocol.money import Currency, Money, parse_decimal
from ledger.protocol.strict_json import JsonNumberText

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)
_LIMIT = re.compile(r"([1-9][0-9]{0,4})([mhd])", re.ASCII)
_UNITS_MS = {"m": MINUTE, "h": HOUR, "d": DAY}
LONGEST_LIMIT_MS = 15 * DAY
UNTIL_MIDNIGHT = "1c"


def amount(value: object, of: Currency) -> Money:
    """Read an amount, text or JSON number; raises what ``parse_decimal`` raises."""
    if isinstance(value, JsonNumberText):
        return parse_decimal(value.text, of)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise AmountFormat(f"an amount is a text like 88.88, not {type(value).__name__}")
    return parse_decimal(str(value), of)


def web_address(text: str) -> str:
    """Give back an address that a browser may be led to; another one raises ``FieldFormat``."""
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError as error:
        raise FieldFormat(f"no address: {error}") from error
    if not is_web or not text.isascii() or not text.isprintable() or " " in text:
        raise FieldFormat("an address is like https://shop.example/back")
    return text


def to_beijing(instant: Instant) -> str:
    """Spell a time: ``yyyy-MM-dd HH:mm:ss`` in Beijing, to the second below."""
    return _spelled(instant // SECOND)


@lru_cache(1024)  # a busy service writes the same few seconds over and over
def _spelled(second: int) -> str:
    moment = _EPOCH + timedelta(seconds=second)
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


@lru_cache(1024)
def from_beijing(text: str) -> Instant:
    """Read what ``to_beijing`` writes; anything else raises ``FieldFormat``."""
    if not _TIME.fullmatch(text):
        raise FieldFormat(f"a time is yyyy-MM-dd HH:mm:ss, not {text[:24]!r}")
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=BEIJING)
    except ValueError as error:
        raise FieldFormat(f"no such time: {text!r}") from error
    return Instant((moment - _EPOCH) // timedelta(milliseconds=1))


def until(limit: str, *, now: Instant) -> Instant:
    """Tell when a time limit that runs from now is over; a bad one raises ``FieldFormat``."""
    if limit == UNTIL_MIDNIGHT:
        tomorrow = (_EPOCH + timedelta(milliseconds=now)).astimezone(BEIJING).date() + timedelta(1)
        return from_beijing(f"{tomorrow} 00:00:00")
    match = _LIMIT.fullmatch(limit)
    if match is None:
        raise FieldFormat(f"a time limit is like 90m, 2h, 15d or 1c, not {limit[:12]!r}")
    length = int(match[1]) * _UNITS_MS[match[2]]
    if length > LONGEST_LIMIT_MS:
        raise FieldFormat(f"a time limit is 15d at most, not {limit}")
    return later(now, length)
