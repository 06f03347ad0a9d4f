"""Every data object that a merchant-presented code may hold, as tables.

Each row names a range of IDs, what it holds, its format and length in characters, whether it must
be there, and the section of EMVCo MPM version 1.1 that says so. ``ROOT`` is table 3.6, ``ACCOUNT``
table 4.2, ``ADDITIONAL_DATA`` tables 3.7 and 4.3, ``SYSTEM_SPECIFIC`` table 4.4, ``LANGUAGE`` table
3.8 and ``UNRESERVED`` table 4.5. Each table has a row for every ID from 00 to 99.

Where tables 3.6 ("ans") and 4.2 ("S") disagree about what is inside an account template, the wider
one is taken, so that no code is blamed for it.

    >>> amount = field_at("54")
    >>> amount.name, amount.format.value, amount.most
    ('Transaction Amount', 'ans', 13)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache

from ledger.protocol.records import record


class Format(Enum):
    """The three formats of values (EMVCo MPM 4.5)."""

    NUMERIC = "N"
    """Digits 0 to 9."""
    ALPHANUMERIC_SPECIAL = "ans"
    """The common character set of EMV 4.3 Book 4, Annex B: printable ASCII and the space."""
    STRING = "S"
    """Any Unicode text in composed form."""


N, ANS, S = Format

_CHARACTERS = {N: "[0-9]", ANS: "[ -~]", S: "[\\0-\x7f]"}
"""Whichever characters are right whatever stands beside them."""


@dataclass(frozen=True, slots=True)
class Field:
    """A range of IDs in one table; lengths in characters; ``inside`` makes it a template."""

    first: str
    last: str
    name: str
    format: Format
    least: int
    most: int
    section: str
    mandatory: bool = False
    reserved: bool = False
    """Kept by EMVCo for later: tolerated when read, never written."""
    inside: Table | None = None
    plain: re.Pattern[str] = field(init=False, repr=False, compare=False)
    """Matches values of the right format and length, all but those that leave ASCII."""

    def __post_init__(self) -> None:
        pattern = f"{_CHARACTERS[self.format]}{{{self.least},{self.most}}}"
        object.__setattr__(self, "plain", re.compile(pattern))


@record(frozen=True, slots=True)
class Table:
    """The data objects that may stand in one place: at the root, or in one kind of template."""

    by_id: Mapping[str, Field]
    mandatory: tuple[Field, ...]


def _table(*rows: Field) -> Table:
    by_id = {
        f"{number:02d}": row for row in rows for number in range(int(row.first), int(row.last) + 1)
    }
    return Table(by_id, tuple(row for row in rows if row.mandatory))


def _one(
    identifier: str,
    name: str,
    format_: Format,
    lengths: tuple[int, int],
    section: str,
    *,
    mandatory: bool = False,
    inside: Table | None = None,
) -> Field:
    least, most = lengths
    return Field(
        identifier, identifier, name, format_, least, most, section, mandatory, inside=inside
    )


def _reserved(first: str, last: str, section: str, format_: Format = S) -> Field:
    return Field(first, last, "Reserved by EMVCo", format_, 1, 99, section, reserved=True)


IDENTIFIER_NAME = "Globally Unique Identifier"


def _with_identifier(section: str, rest: str) -> Table:
    return _table(
        _one("00", IDENTIFIER_NAME, ANS, (1, 32), section, mandatory=True),
        Field("01", "99", rest, S, 1, 99, section),
    )


ACCOUNT = _with_identifier("4.7.11", "Payment network specific")
SYSTEM_SPECIFIC = _with_identifier("4.8.1.5", "Payment system specific")
UNRESERVED = _with_identifier("4.11", "Context specific data")

ADDITIONAL_DATA = _table(
    _reserved("00", "00", "4.8"),
    _one("01", "Bill Number", ANS, (1, 25), "4.8"),
    _one("02", "Mobile Number", ANS, (1, 25), "4.8"),
    _one("03", "Store Label", ANS, (1, 25), "4.8"),
    _one("04", "Loyalty Number", ANS, (1, 25), "4.8"),
    _one("05", "Reference Label", ANS, (1, 25), "4.8"),
    _one("06", "Customer Label", ANS, (1, 25), "4.8"),
    _one("07", "Terminal Label", ANS, (1, 25), "4.8"),
    _one("08", "Purpose of Transaction", ANS, (1, 25), "4.8"),
    _one("09", "Additional Consumer Data Request", ANS, (1, 3), "4.8.1.3"),
    _reserved("10", "49", "4.8.1.4"),
    Field("50", "99", "Payment System Specific Template", S, 1, 99, "4.8", inside=SYSTEM_SPECIFIC),
)

LANGUAGE = _table(
    _one("00", "Language Preference", ANS, (2, 2), "4.9.2", mandatory=True),
    _one("01", "Merchant Name - Alternate Language", S, (1, 25), "4.9.3", mandatory=True),
    _one("02", "Merchant City - Alternate Language", S, (1, 15), "4.9.4"),
    _reserved("03", "99", "4.9"),
)


def _account(first: str, last: str, network: str) -> Field:
    return Field(first, last, f"Merchant Account Information ({network})", ANS, 1, 99, "4.7.10")


ROOT = _table(
    _one("00", "Payload Format Indicator", N, (2, 2), "4.7.1", mandatory=True),
    _one("01", "Point of Initiation Method", N, (2, 2), "4.7.2"),
    _account("02", "03", "Visa"),
    _account("04", "05", "Mastercard"),
    _reserved("06", "08", "4.7.10", ANS),
    _account("09", "10", "Discover"),
    _account("11", "12", "American Express"),
    _account("13", "14", "JCB"),
    _account("15", "16", "UnionPay"),
    _reserved("17", "25", "4.7.10", ANS),
    Field("26", "51", "Merchant Account Information", S, 1, 99, "4.7.11", inside=ACCOUNT),
    _one("52", "Merchant Category Code", N, (4, 4), "4.7.12", mandatory=True),
    _one("53", "Transaction Currency", N, (3, 3), "4.7.5", mandatory=True),
    _one("54", "Transaction Amount", ANS, (1, 13), "4.7.4"),
    _one("55", "Tip or Convenience Indicator", N, (2, 2), "4.7.6"),
    _one("56", "Value of Convenience Fee Fixed", ANS, (1, 13), "4.7.7"),
    _one("57", "Value of Convenience Fee Percentage", ANS, (1, 5), "4.7.8"),
    _one("58", "Country Code", ANS, (2, 2), "4.7.13", mandatory=True),
    _one("59", "Merchant Name", ANS, (1, 25), "4.7.14", mandatory=True),
    _one("60", "Merchant City", ANS, (1, 15), "4.7.15", mandatory=True),
    _one("61", "Postal Code", ANS, (1, 10), "4.7.16"),
    _one("62", "Additional Data Field Template", S, (1, 99), "4.8", inside=ADDITIONAL_DATA),
    _one("63", "CRC", ANS, (4, 4), "4.7.3", mandatory=True),
    _one("64", "Merchant Information - Language Template", S, (1, 99), "4.9", inside=LANGUAGE),
    _reserved("65", "79", "4.10"),
    Field("80", "99", "Unreserved Template", S, 1, 99, "4.11", inside=UNRESERVED),
)

TEMPLATES: Mapping[str, Table] = {
    path: field.inside
    for prefix, table in (("", ROOT), ("62.", ADDITIONAL_DATA))
    for identifier, field in table.by_id.items()
    if field.inside is not None and (path := prefix + identifier)
}
"""What stands inside of each template, by the template's path."""

IDENTIFIERS = frozenset(
    f"{path}.00" for path, table in TEMPLATES.items() if table.by_id["00"].name == IDENTIFIER_NAME
)
"""The paths at which a template says whose it is."""


@cache
def field_at(path: str) -> Field:
    """Look up what may stand at a path: ``"54"`` at the root, ``"62.05"`` inside a template."""
    template, _, identifier = path.rpartition(".")
    return (TEMPLATES[template] if template else ROOT).by_id[identifier]


ACCOUNTS = frozenset(f"{number:02d}" for number in range(2, 52))
"""At least one ID of this range must be present (EMVCo MPM 4.7.9.1)."""
