"""Amounts and times as API v2 writes them: digits.

An amount is a whole number of fen (hundredths), without sign or leading zero. A time is fourteen
digits of China's clock, eight hours ahead of UTC, ``yyyyMMddHHmmss``; a bill's day is eight.

    >>> to_time(Instant(1261699810000))
    '20091225081010'
    >>> from_time("20091225081010")
    1261699810000
    >>> from ledger.protocol.money import currency
    >>> parse_fee("1295", currency("CNY"))
    Money(1295, 'CNY')
    >>> parse_fee("12.95", currency("CNY"))
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.content.AmountFormat: not a whole number of fen: '12.95'
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from ledger.protocol.errors.content import AmountFormat
from ledger.protocol.errors.wechatpay_v2 import TimeDigits
from ledger.protocol.instants import Instant
from ledger.protocol.money import Currency, Money, parse_fen
from ledger.protocol.wechatpay_wire.times import CHINA, in_china

_FEE = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_TIME = re.compile(r"[0-9]{14}", re.ASCII)
_DAY = re.compile(r"[0-9]{8}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_fee(text: str, of: Currency) -> Money:
    """Read an amount; raises ``AmountFormat``, ``AmountOutOfRange`` or ``AmountScale``."""
    if not _FEE.fullmatch(text):
        raise AmountFormat(f"not a whole number of fen: {text[:24]!r}")
    return parse_fen(int(text), of)


def to_time(instant: Instant) -> str:
    """Spell an instant, rounded down to the second."""
    return f"{in_china(instant):%Y%m%d%H%M%S}"


def from_time(text: str) -> Instant:
    """Read fourteen digits; raises ``TimeDigits``."""
    if not _TIME.fullmatch(text):
        raise TimeDigits(f"not fourteen digits of a time: {text[:24]!r}")
    return _moment(text)


def from_day(text: str) -> date:
    """Read the eight digits of a day; raises ``TimeDigits``."""
    if not _DAY.fullmatch(text):
        raise TimeDigits(f"not eight digits of a day: {text[:24]!r}")
    return in_china(_moment(text + "000000")).date()


def _moment(digits: str) -> Instant:
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
        return Instant((moment - _EPOCH) // timedelta(milliseconds=1))
    except (ValueError, OverflowError) as error:
        raise TimeDigits(f"no such time: {digits!r}") from error
