r"""The one spelling of a signed message: lines of ``name=value``, in a fixed order.

    type=receipt/v1
    receipt_id=rcp_01M803NG4V00000000000000
    ...

Why not JSON? A signature is over bytes, and a JSON object has many spellings (order, blanks,
escapes, ``1.0``), so signing JSON needs rules for writing it canonically (RFC 8785) and a parser
that follows them. Here nothing needs canonicalising: every message type has a fixed list of lines,
each ending in one line feed; values are free of line breaks; numbers and instants have one spelling
each. Any language can write and read it with string functions.

What is read must be what would be written: a message is read, written again and compared. So a
missing, additional, repeated or moved line, a leading zero or a blank is refused, whatever the
reader overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TypeVar

from ledger.protocol import instants
from ledger.protocol.errors.content import MessageFormat
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Domain

Line = tuple[str, str]

Choice = TypeVar("Choice", bound=StrEnum)

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


def write(kind: str, lines: Iterable[Line]) -> str:
    """Spell a message of a kind; a value with a line break raises ``MessageFormat``."""
    spelled = [f"type={kind}/v1", *[f"{name}={value}" for name, value in lines]]
    text = "\n".join(spelled) + "\n"
    if text.count("\n") != len(spelled):
        broken = next(line for line in spelled if "\n" in line)
        raise MessageFormat(f"{broken.partition('=')[0]} has a line break")
    return text


def money_lines(amount: str, currency_name: str, money: Money) -> Iterator[Line]:
    """Spell an amount as two lines: whole minor units, and the currency."""
    yield amount, str(money.minor_units)
    yield currency_name, money.currency.code


class Fields:
    """The values of a message by name; each asked for in its type, else ``MessageFormat``."""

    def __init__(self, domain: Domain, text: str) -> None:
        kind, *lines = text.split("\n")
        if kind != f"type={domain}/v1":
            raise MessageFormat(f"it begins with {kind[:40]!r}, not with type={domain}/v1")
        self._values = {name: value for name, _, value in (line.partition("=") for line in lines)}

    def text(self, name: str) -> str:
        """Give a value as it stands."""
        value = self._values.get(name)
        if value is None:
            raise MessageFormat(f"it has no line {name}")
        return value

    def optional(self, name: str) -> str:
        """Give the value of a line that is only there where there is something to say, or empty."""
        return self._values.get(name, "")

    def number(self, name: str) -> int:
        """Give a whole number of at most 18 digits."""
        text = self.text(name)
        if not _NUMBER.fullmatch(text):
            raise MessageFormat(f"{name} is not a whole number: {text[:40]!r}")
        return int(text)

    def money(self, amount: str, currency_name: str) -> Money:
        """Give an amount that was spelled by ``money_lines``."""
        return Money(self.number(amount), currency(self.text(currency_name)))

    def instant(self, name: str) -> Instant:
        """Give a point in time."""
        return instants.from_text(self.text(name))

    def optional_instant(self, name: str) -> Instant | None:
        """Give a point in time, or None where the value is empty."""
        return self.instant(name) if self.text(name) else None

    def choice(self, name: str, of: type[Choice]) -> Choice:
        """Give one of an enumeration's values."""
        text = self.text(name)
        try:
            return of(text)
        except ValueError as error:
            raise MessageFormat(f"{name} can't be {text[:40]!r}") from error
