"""Money: a whole number of minor units and a currency; never a float, never a bare number.

A minor unit is the smallest unit of the currency as ISO 4217 counts decimals: a cent (EUR, two),
a yen (JPY, none), a fils (BHD, three). Amounts of different currencies can't be combined; splitting
is exact; there is no division.

Decimal strings exist only at the edges. Python's own number parsers are too friendly for money
(``int('１２３')`` is 123, ``int('1_0')`` is 10, ``Decimal('1E+3')`` is 1000), so each spelling has
one strict reader here:

* ``parse_minor``: a JSON integer of minor units (native API);
* ``parse_decimal`` / ``to_decimal``: ``12.95`` with exactly the currency's decimals (Alipay);
* ``parse_emvco`` / ``to_emvco``: field 54 of a code, decimals optional (EMVCo MPM v1.1, 4.7.4);
* ``parse_fen`` / ``to_fen``: an integer of hundredths (WeChat Pay);
* ``parse_iso8583`` / ``to_iso8583``: twelve digits (ISO 8583, data element 4).

    >>> price = parse_decimal("12.95", currency("EUR"))
    >>> price
    Money(1295, 'EUR')
    >>> [to_decimal(part) for part in price.allocate([1, 1, 1])]
    ['4.32', '4.32', '4.31']
    >>> price + parse_minor(100, "JPY")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.content.CurrencyMismatch: EUR and JPY
    >>> parse_minor(True, "EUR")
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.content.AmountFormat: an amount is an integer of minor units, not bool
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ledger.protocol.errors.content import (
    AmountFormat,
    AmountOutOfRange,
    AmountScale,
    CurrencyMismatch,
    CurrencyUnsupported,
)
from ledger.protocol.records import record

LEAST_MINOR_UNITS = 1
_SIGNED_DIGITS = 18
MOST_MINOR_UNITS = 10**11
"""Leaves room for ten million such postings in a 64-bit sum."""


@record(frozen=True, slots=True)
class Currency:
    """A currency of ISO 4217: alphabetic code, numeric code, number of decimals."""

    code: str
    numeric: str
    exponent: int


_CURRENCIES = {
    row.code: row
    for row in (
        Currency("AED", "784", 2),
        Currency("AUD", "036", 2),
        Currency("BHD", "048", 3),
        Currency("BRL", "986", 2),
        Currency("CAD", "124", 2),
        Currency("CHF", "756", 2),
        Currency("CNY", "156", 2),
        Currency("CZK", "203", 2),
        Currency("DKK", "208", 2),
        Currency("EUR", "978", 2),
        Currency("GBP", "826", 2),
        Currency("HKD", "344", 2),
        Currency("HUF", "348", 2),
        Currency("IDR", "360", 2),
        Currency("INR", "356", 2),
        Currency("JOD", "400", 3),
        Currency("JPY", "392", 0),
        Currency("KHR", "116", 2),
        Currency("KRW", "410", 0),
        Currency("KWD", "414", 3),
        Currency("MOP", "446", 2),
        Currency("MYR", "458", 2),
        Currency("NOK", "578", 2),
        Currency("NZD", "554", 2),
        Currency("PHP", "608", 2),
        Currency("PLN", "985", 2),
        Currency("SEK", "752", 2),
        Currency("SGD", "702", 2),
        Currency("THB", "764", 2),
        Currency("TND", "788", 3),
        Currency("TRY", "949", 2),
        Currency("TWD", "901", 2),
        Currency("USD", "840", 2),
        Currency("VND", "704", 0),
    )
}
"""ISO 4217 list one: the currencies money can be held in here, and those of codes read in tests."""

_BY_NUMERIC = {row.numeric: row for row in _CURRENCIES.values()}


def currency(code: str) -> Currency:
    """Look a currency up by its three letters; an unknown one raises ``CurrencyUnsupported``."""
    found = _CURRENCIES.get(code)
    if found is None:
        raise CurrencyUnsupported(f"unknown currency {code[:8]!r}")
    return found


def currency_by_numeric(numeric: str) -> Currency:
    """Look a currency up by its three digits, as codes carry it (EMVCo field 53)."""
    found = _BY_NUMERIC.get(numeric)
    if found is None:
        raise CurrencyUnsupported(f"unknown currency number {numeric[:8]!r}")
    return found


def _same_currency(one: Money, other: Money) -> None:
    if one.currency != other.currency:
        raise CurrencyMismatch(f"{one.currency.code} and {other.currency.code}")


@record(frozen=True, slots=True, repr=False)
class Money:
    """An amount in minor units of one currency; may be zero or negative inside the books."""

    minor_units: int
    currency: Currency

    def __repr__(self) -> str:
        return f"Money({self.minor_units}, {self.currency.code!r})"

    def __str__(self) -> str:
        return f"{to_decimal(self)} {self.currency.code}"

    def __add__(self, other: Money) -> Money:
        _same_currency(self, other)
        return Money(self.minor_units + other.minor_units, self.currency)

    def __sub__(self, other: Money) -> Money:
        _same_currency(self, other)
        return Money(self.minor_units - other.minor_units, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor_units, self.currency)

    def __lt__(self, other: Money) -> bool:
        _same_currency(self, other)
        return self.minor_units < other.minor_units

    def __le__(self, other: Money) -> bool:
        _same_currency(self, other)
        return self.minor_units <= other.minor_units

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split by weights so that the parts add up to the whole again.

        Each part is rounded down; what is left goes out one minor unit each, to the parts that
        lost most by rounding, the earlier part first among equals (largest remainder method).
        Weights are non-negative and not all zero, else ``ValueError``.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must be non-negative and not all zero")
        sign = -1 if self.minor_units < 0 else 1
        shares = [divmod(abs(self.minor_units) * weight, total) for weight in weights]
        parts = [whole for whole, _ in shares]
        by_loss = sorted(range(len(shares)), key=lambda index: -shares[index][1])
        for index in by_loss[: abs(self.minor_units) - sum(parts)]:
            parts[index] += 1
        return [Money(sign * part, self.currency) for part in parts]


def payable(money: Money) -> Money:
    """Give back an amount that may be paid; outside of 1 to 10^11: ``AmountOutOfRange``."""
    if not LEAST_MINOR_UNITS <= money.minor_units <= MOST_MINOR_UNITS:
        raise AmountOutOfRange(f"{money.minor_units} minor units")
    return money


def parse_minor(value: object, currency_code: str) -> Money:
    """Read a JSON integer of minor units; anything but ``int`` itself raises ``AmountFormat``."""
    if type(value) is not int:
        kind = type(value).__name__
        raise AmountFormat(f"an amount is an integer of minor units, not {kind}")
    return payable(Money(value, currency(currency_code)))


def to_decimal(money: Money) -> str:
    """Spell with exactly the currency's decimals: ``12.95``, ``1295`` (JPY), ``-0.005`` (BHD)."""
    sign = "-" if money.minor_units < 0 else ""
    digits = str(abs(money.minor_units)).rjust(money.currency.exponent + 1, "0")
    if money.currency.exponent == 0:
        return sign + digits
    return f"{sign}{digits[: -money.currency.exponent]}.{digits[-money.currency.exponent :]}"


_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,6}))?", re.ASCII)


def parse_decimal(text: str, of: Currency) -> Money:
    """Read ``12.95`` or ``12.9`` or ``12``; more decimals than the currency has: ``AmountScale``.

    No sign, no exponent, no blank, no leading zero, no full-width digit: ``AmountFormat``.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise AmountFormat(f"not a decimal amount such as 12.95: {text[:24]!r}")
    return _from_parts(match[1], match[2] or "", of)


def signed_decimal(text: str, of: Currency, *, decimals: int | None = None) -> Money:
    """Read an amount of a statement, nothing and less included; raises ``AmountFormat``.

    It has exactly the currency's decimals, or ``decimals``, if those that are too many are zeros.

    >>> signed_decimal("-0.08", currency("EUR")), signed_decimal("0.00", currency("EUR"))
    (Money(-8, 'EUR'), Money(0, 'EUR'))
    >>> signed_decimal("0.08000", currency("EUR"), decimals=5)
    Money(8, 'EUR')
    """
    whole, _, part = text.removeprefix("-").partition(".")
    kept, rest = part[: of.exponent], part[of.exponent :]
    wanted = of.exponent if decimals is None else max(decimals, of.exponent)
    digits = f"{whole}{kept}"
    is_number = bool(whole) and digits.isascii() and digits.isdigit()
    if len(part) != wanted or rest.strip("0") or len(digits) > _SIGNED_DIGITS or not is_number:
        raise AmountFormat(f"{text[:24]!r} is no amount of {of.code}")
    minor_units = int(digits)
    return Money(-minor_units if text.startswith("-") else minor_units, of)


def _from_parts(whole: str, decimals: str, of: Currency) -> Money:
    if len(decimals) > of.exponent:
        raise AmountScale(f"{of.code} has {of.exponent} decimals, not {len(decimals)}")
    return payable(Money(int(whole + decimals.ljust(of.exponent, "0")), of))


EMVCO_LENGTH = 13
_EMVCO = re.compile(r"([0-9]+)(?:\.([0-9]*))?", re.ASCII)


def parse_emvco(text: str, of: Currency) -> Money:
    """Read field 54 or 56 of a code: digits and at most one dot, which may come last.

    EMVCo MPM v1.1, 4.7.4 allows ``98.73``, ``98`` and ``98.`` and does not forbid leading zeros.
    """
    match = _EMVCO.fullmatch(text)
    if match is None or len(text) > EMVCO_LENGTH:
        raise AmountFormat(f"not an EMVCo amount: {text[:24]!r}")
    return _from_parts(match[1], match[2] or "", of)


def to_emvco(money: Money) -> str:
    """Spell as field 54 of a code, at most 13 characters."""
    return to_decimal(payable(money))


FEN_EXPONENT = 2


def parse_fen(value: object, of: Currency) -> Money:
    """Read WeChat Pay's integer of hundredths; a currency without hundredths: ``AmountScale``."""
    _has_fen(of)
    return parse_minor(value, of.code)


def to_fen(money: Money) -> int:
    """Spell as WeChat Pay's integer of hundredths."""
    _has_fen(money.currency)
    return money.minor_units


def _has_fen(of: Currency) -> None:
    if of.exponent != FEN_EXPONENT:
        raise AmountScale(f"{of.code} has {of.exponent} decimals and can't be told in fen")


_TWELVE_DIGITS = re.compile(r"[0-9]{12}", re.ASCII)


def parse_iso8583(text: str, of: Currency) -> Money:
    """Read twelve digits of minor units (ISO 8583, data element 4)."""
    if not _TWELVE_DIGITS.fullmatch(text):
        raise AmountFormat(f"not twelve digits: {text[:24]!r}")
    return payable(Money(int(text), of))


def to_iso8583(money: Money) -> str:
    """Spell as twelve digits of minor units."""
    return f"{payable(money).minor_units:012d}"
