"""Data objects of a merchant-presented code: two digits of ID, two of length, then the value.

    5303978        ID 53, 3 characters: "978"
    ^^ID
      ^^length, "01" to "99", counted in characters, not in bytes (EMVCo MPM 4.4.1.1)
        ^^^value

A value may itself be a row of data objects; the object is then a *template*. Which ones are is not
written in the code but in the specification: see ``fields``.

    >>> split("0002015303978")
    (DataObject(id='00', value='01'), DataObject(id='53', value='978'))
    >>> spell("59", "最佳运输")
    '5904最佳运输'
    >>> split("53０3978")  # a full-width digit, which Python's int() would take
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.codes.QrSyntax: no ID and length of two ASCII digits each at character 0
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ledger.protocol.errors.codes import QrField, QrSyntax

LONGEST_VALUE = 99

_HEAD = re.compile(r"([0-9]{2})([0-9]{2})")


@dataclass(frozen=True, slots=True)
class DataObject:
    """One data object; ``inner`` holds what a template contains, ``start`` where its ID stands."""

    id: str
    value: str
    inner: tuple[DataObject, ...] = field(default=(), repr=False)
    start: int = field(default=0, compare=False, repr=False)

    @property
    def value_start(self) -> int:
        """Where the value begins in the whole text, counted in characters."""
        return self.start + 4


def utf8(text: str) -> bytes:
    """Spell a text as bytes; one with half a surrogate pair is no text: ``QrSyntax``."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise QrSyntax(f"not a Unicode text: {error.reason}") from error


def split(text: str, start: int = 0) -> tuple[DataObject, ...]:
    """Cut a text into data objects that cover it without a gap, else raise ``QrSyntax``.

    ``start`` is where the text begins within the whole code, so that messages name that place.
    """
    objects: list[DataObject] = []
    position = 0
    while position < len(text):
        head = _HEAD.match(text, position)
        if head is None:
            place = start + position
            raise QrSyntax(f"no ID and length of two ASCII digits each at character {place}")
        length = int(head[2])
        value = text[head.end() : head.end() + length]
        if length == 0 or len(value) < length:
            raise QrSyntax(
                f"ID {head[1]} at character {start + position} has length {head[2]}, "
                f"and {len(value)} characters follow"
            )
        objects.append(DataObject(head[1], value, start=start + position))
        position = head.end() + length
    return tuple(objects)


def spell(identifier: str, value: str) -> str:
    """Write one data object; a value of no or of more than 99 characters raises ``QrField``."""
    if not 1 <= len(value) <= LONGEST_VALUE:
        raise QrField(f"{identifier}: a value has 1 to 99 characters, not {len(value)} (4.4.1.2)")
    return f"{identifier}{len(value):02d}{value}"
