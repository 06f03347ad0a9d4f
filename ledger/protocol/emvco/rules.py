"""What each field of a merchant-presented code must look like: EMVCo MPM, chapter 4.

``validate`` lists all broken rules of a code, each with the field's path, a sentence and the
section; ``check`` raises ``QrField`` when there is one. The structure (IDs, lengths, CRC) is taken
as checked.

    >>> from ledger.protocol.emvco.merchant_presented import assemble, decode
    >>> promptpay = decode(assemble({
    ...     "00": "01", "01": "12", "29.00": "A000000677010111", "29.01": "0066812345678",
    ...     "53": "764", "54": "100.00", "58": "TH"}))
    >>> for broken in validate(promptpay):
    ...     print(broken)
    52 Merchant Category Code is missing (4.7.12)
    59 Merchant Name is missing (4.7.14)
    60 Merchant City is missing (4.7.15)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from unicodedata import is_normalized

from ledger.protocol.emvco.fields import (
    ACCOUNTS,
    IDENTIFIERS,
    ROOT,
    TEMPLATES,
    Format,
    Table,
    field_at,
)
from ledger.protocol.emvco.structure import MerchantPresented
from ledger.protocol.errors.codes import QrField
from ledger.protocol.errors.content import CurrencyUnsupported
from ledger.protocol.money import currency_by_numeric
from ledger.protocol.records import record

_SHAPES_KEPT = 256
"""All codes of a till have the same paths, so what follows from these alone is looked up once."""

STATIC = "11"
DYNAMIC = "12"
ASK_PAYER = "***"
"""In 62.01 to 62.08: the wallet is to ask the payer for this value (4.8.1.2)."""

TIP = "01"
FIXED_FEE = "02"
PERCENT_FEE = "03"


@record(frozen=True, slots=True)
class BrokenRule:
    """A rule that a code breaks: the field's path, the section of EMVCo MPM, and what is wrong."""

    path: str
    section: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path} {self.sentence} ({self.section})"


def validate(code: MerchantPresented) -> list[BrokenRule]:
    """List every rule about fields that a code breaks; none means the code is EMVCo-clean."""
    return [broken for rule in _RULES for broken in rule(code)]


def check(code: MerchantPresented) -> None:
    """Raise ``QrField`` with every broken rule in its text, if there is one."""
    broken = validate(code)
    if broken:
        raise QrField("; ".join(map(str, broken)))


def _presence(code: MerchantPresented) -> Iterable[BrokenRule]:
    return _missing(tuple(code.by_path))


@lru_cache(_SHAPES_KEPT)
def _missing(paths: tuple[str, ...]) -> tuple[BrokenRule, ...]:
    """List what ought to stand beside what is there."""
    missing = [*_missing_in("", ROOT, paths)]
    if ACCOUNTS.isdisjoint(paths):
        sentence = "no Merchant Account Information is present"
        missing.append(BrokenRule("02-51", "4.7.9.1", sentence))
    for path in paths:
        if path in TEMPLATES:
            missing += _missing_in(f"{path}.", TEMPLATES[path], paths)
    return tuple(missing)


def _missing_in(prefix: str, table: Table, paths: Collection[str]) -> Iterator[BrokenRule]:
    for field in table.mandatory:
        if prefix + field.first not in paths:
            yield BrokenRule(prefix + field.first, field.section, f"{field.name} is missing")


_DIGITS = re.compile(r"[0-9]+")
_COMMON_CHARACTER_SET = re.compile(r"[ -~]+")


def _formats(code: MerchantPresented) -> Iterator[BrokenRule]:
    paths = tuple(code.by_path)
    for path, value, is_plain in zip(paths, code.by_path.values(), _plain(paths), strict=True):
        if not is_plain(value):
            yield from _format(path, value)


@lru_cache(_SHAPES_KEPT)
def _plain(paths: tuple[str, ...]) -> tuple[Callable[[str], object], ...]:
    """Give for each path what matches the values that need no closer look."""
    return tuple([field_at(path).plain.fullmatch for path in paths])


def _format(path: str, value: str) -> Iterator[BrokenRule]:
    field = field_at(path)
    if not field.least <= len(value) <= field.most:
        lengths = f"{field.least} to {field.most}" if field.least < field.most else field.most
        sentence = f"{field.name} has {lengths} characters, not {len(value)}"
        yield BrokenRule(path, field.section, sentence)
    match field.format:
        case Format.NUMERIC if not _DIGITS.fullmatch(value):
            yield BrokenRule(path, "4.5.1.1", "must contain the digits 0 to 9 only")
        case Format.ALPHANUMERIC_SPECIAL if not _COMMON_CHARACTER_SET.fullmatch(value):
            yield BrokenRule(path, "4.5.2.1", "must stay in the common character set")
        case Format.STRING if path not in TEMPLATES and not is_normalized("NFC", value):
            yield BrokenRule(path, "4.5.3.1", "must be in composed form (Unicode NFC)")


_AMOUNT = re.compile(r"[0-9]+(?:\.([0-9]*))?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2}")
_CONSUMER_DATA = re.compile(r"(?!.*(.).*\1)[AME]+")
_LEAST_PERCENTAGE, _MOST_PERCENTAGE = Decimal("0.01"), Decimal("99.99")


def _is_amount(value: str) -> bool:
    return _AMOUNT.fullmatch(value) is not None and any(digit in "123456789" for digit in value)


def _is_percentage(value: str) -> bool:
    return (
        _AMOUNT.fullmatch(value) is not None
        and _LEAST_PERCENTAGE <= Decimal(value) <= _MOST_PERCENTAGE
    )


_VALUES: tuple[tuple[str, str, str, Callable[[str], object]], ...] = (
    ("01", "4.7.2.1", "must be 11 (static) or 12 (dynamic)", {STATIC, DYNAMIC}.__contains__),
    ("54", "4.7.4.1", "must be digits with at most one '.', and not zero", _is_amount),
    ("55", "4.7.6.1", "must be 01, 02 or 03", {TIP, FIXED_FEE, PERCENT_FEE}.__contains__),
    ("56", "4.7.7.2", "must be digits with at most one '.', and not zero", _is_amount),
    ("57", "4.7.8.1", "must be a number from 0.01 to 99.99", _is_percentage),
    ("58", "4.7.13.1", "must be two capital letters (ISO 3166-1 alpha-2)", _COUNTRY.fullmatch),
    ("62.09", "4.8.1.3", "must be A, M and E, each at most once", _CONSUMER_DATA.fullmatch),
    ("64.00", "4.9.2.1", "must be two letters (ISO 639)", _LANGUAGE.fullmatch),
)


def _meanings(code: MerchantPresented) -> Iterator[BrokenRule]:
    for path, section, sentence, holds in _VALUES:
        value = code.by_path.get(path)
        if value is not None and not holds(value):
            yield BrokenRule(path, section, f"{sentence}, not {value!r}")


def _decimals(code: MerchantPresented) -> Iterator[BrokenRule]:
    """Amounts have no more decimals than the currency, where it is one that is known here."""
    try:
        currency = currency_by_numeric(code.by_path.get("53") or "")
    except CurrencyUnsupported:
        return
    for path, section in (("54", "4.7.4.1"), ("56", "4.7.7.3")):
        match = _AMOUNT.fullmatch(code.by_path.get(path) or "")
        if match is not None and len(match[1] or "") > currency.exponent:
            sentence = f"has more decimals than {currency.code}, which has {currency.exponent}"
            yield BrokenRule(path, section, sentence)


def _fees(code: MerchantPresented) -> Iterator[BrokenRule]:
    """56 stands with 55 = 02 and only then, 57 with 55 = 03 and only then."""
    indicator = code.by_path.get("55")
    for path, section, wanted_by in (("56", "4.7.7.1", FIXED_FEE), ("57", "4.7.8.1", PERCENT_FEE)):
        if (code.by_path.get(path) is not None) != (indicator == wanted_by):
            yield BrokenRule(path, section, f"must be present exactly when 55 is {wanted_by}")


_IDENTIFIER = re.compile(
    r"(?:[0-9A-Fa-f]{2}){5,16}"  # an AID (5 to 16 bytes, ISO 7816-4) or a UUID without hyphens
    r"|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"  # a reverse domain name
)


def _identifiers(code: MerchantPresented) -> Iterator[BrokenRule]:
    for path, value in code.by_path.items():
        if path in IDENTIFIERS and not _IDENTIFIER.fullmatch(value):
            sentence = f"must be an AID, a UUID or a reverse domain name, not {value!r}"
            yield BrokenRule(path, field_at(path).section, sentence)


_RULES: tuple[Callable[[MerchantPresented], Iterable[BrokenRule]], ...] = (
    _presence,
    _formats,
    _meanings,
    _decimals,
    _fees,
    _identifiers,
)
