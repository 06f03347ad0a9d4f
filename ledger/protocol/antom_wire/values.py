"""Amounts, times, prices and numbers as Antom writes them.

An amount is ``{"currency": "EUR", "value": "1299"}``, in minor units, without a sign. Times are ISO
8601 with an offset. The price of a quote is how much of the second currency of its pair, in its own
unit, one of the first is worth.

    >>> from ledger.protocol.money import currency
    >>> amount({"currency": "EUR", "value": "1299"})
    Money(1299, 'EUR')
    >>> spell(Money(1299, currency("EUR")))
    {'currency': 'EUR', 'value': '1299'}
    >>> time_text(Instant(1795300180123))
    '2026-11-21T22:29:40+00:00'
    >>> time_of("2026-11-22T06:29:40+08:00")
    1795300180000
    >>> price(125, 16, currency("EUR"), currency("CNY"))
    '7.8125'
    >>> price(13, 8, currency("EUR"), currency("JPY"))
    '162.5'
    >>> payment_id(Instant(1795300180123), bytes(12))
    '2026112119400108000000000000000000'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from ledger.protocol.errors.content import AmountFormat, FieldFormat
from ledger.protocol.instants import SECOND, Instant, to_seconds
from ledger.protocol.money import Currency, Money, parse_minor

PRICE_DIGITS = 8
ID_BYTES = 12
_DIGITS = re.compile(r"[0-9]{1,16}", re.ASCII)
_PAYMENT = "19400108"
_ID_LENGTH = 34


def amount(said: Mapping[str, str]) -> Money:
    """Read an amount; raises ``AmountFormat``, ``AmountOutOfRange``, ``CurrencyUnsupported``."""
    value = said["value"]
    if not _DIGITS.fullmatch(value):
        raise AmountFormat("a value is minor units in digits")
    return parse_minor(int(value), said["currency"])


def spell(money: Money) -> dict[str, str]:
    """Spell an amount."""
    return {"currency": money.currency.code, "value": str(money.minor_units)}


def time_text(instant: Instant) -> str:
    """Spell an instant, to the second, in UTC."""
    return datetime.fromtimestamp(to_seconds(instant), UTC).isoformat()


def time_of(text: str) -> Instant:
    """Read a time with its offset; anything else raises ``FieldFormat``."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise FieldFormat("a time is like 2026-11-21T23:29:40+00:00") from error
    if read.tzinfo is None:
        raise FieldFormat("a time says its offset")
    return Instant((read - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1))


def price(numerator: int, denominator: int, of: Currency, to: Currency) -> str:
    """Spell a rate between minor units as one between whole units, with at most eight decimals."""
    whole = Decimal(numerator) / Decimal(denominator)
    shifted = whole.scaleb(of.exponent - to.exponent)
    return f"{round(shifted, PRICE_DIGITS).normalize():f}"


def payment_id(now: Instant, drawn: bytes) -> str:
    """Make a number of 34 digits that begins with the day, from 12 random bytes."""
    day = datetime.fromtimestamp(now // SECOND, UTC).strftime("%Y%m%d")
    head = day + _PAYMENT
    tail = _ID_LENGTH - len(head)
    return f"{head}{int.from_bytes(drawn, 'big') % 10**tail:0{tail}d}"
