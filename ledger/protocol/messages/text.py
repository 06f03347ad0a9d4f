r"""The one spelling of a signed message: lines of ``name=value``, in a fixed order.

    type=receipt/v1
    receipt_id=rcp_01M803NG4V00000000000000
    ...

Why not JSON? A signature is over bytes, and a JSON object has many spellings (order, blanks,
escapes, ``1.0``), so signing JSON needs rules for writing it canonically (RFC 8785) and a parser
that follows them. Here nothing needs canonicalising: every message type has a fixed list of lines,
each ending in one line feed; values are free of line breaks; numbers and instants have one spelling
each. Any language can write and read it with string functions.

What is read must be what would be written: its lines are matched as a whole (``Layout``), and then
a message is written again and compared. So a missing, additional, repeated or moved line, a leading
zero or a blank is refused, whatever the reader of a field overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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


class Layout:
    """The lines of a kind of message: their names in their sequence.

    ``last`` is the name of one more at the end, which is only there where there is something to
    say. What follows from names alone is put together once, since a payment is seven messages.
    """

    def __init__(self, domain: Domain, *names: str, last: str = "") -> None:
        self._head = f"type={domain}/v1"
        self._names = (*names, last) if last else names
        self._count = len(names)
        self._template = f"{self._head}\n" + "".join(f"{name}=%s\n" for name in names)
        lines = "".join(f"{name}=([^\n]*)\n" for name in names)
        end = f"(?:{last}=([^\n]*)\n)?" if last else ""
        self._pattern = re.compile(f"{self._head}\n{lines}{end}")

    def write(self, values: tuple[str, ...], last: str = "") -> str:
        """Spell a message with these values; one with a line break raises ``MessageFormat``."""
        text = self._template % values
        if last:
            text += f"{self._names[-1]}={last}\n"
        if text.count("\n") != self._count + 1 + bool(last):
            broken = (
                name
                for name, value in zip(self._names, (*values, last), strict=False)
                if "\n" in value
            )
            raise MessageFormat(f"{next(broken)} has a line break")
        return text

    def read(self, text: str) -> Fields:
        """Take a message apart; a line too many, missing or misplaced: ``MessageFormat``."""
        found = self._pattern.fullmatch(text)
        if found is None:
            raise self._other(text)
        return Fields(dict(zip(self._names, found.groups(""), strict=True)))

    def _other(self, text: str) -> MessageFormat:
        """Say why a text has not these lines."""
        head, *lines = text.split("\n")
        if head != self._head:
            return MessageFormat(f"it begins with {head[:40]!r}, not with {self._head}")
        there = {line.partition("=")[0] for line in lines}
        for name in self._names[: self._count]:
            if name not in there:
                return MessageFormat(f"it has no line {name}")
        return MessageFormat("a line is too many, repeated, or in another place")


class Fields:
    """The values of a message by name; each asked for in its type, else ``MessageFormat``."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str) -> str:
        """Give a value as it stands; empty for a last line that is not there."""
        return self._values[name]

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
