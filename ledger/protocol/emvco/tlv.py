"""Data objects of a merchant-presented code: two digits of ID, two of length, then the value.

    5303978        ID 53, 3 characters: "978"
    ^^ID
      ^^length, "01" to "99", counted in characters, not in bytes (EMVCo MPM 4.4.1.1)
        ^^^value

A value may itself be a row of data objects; the object is then a *template*. Which ones are is not
written in the code but in the specification: see ``fields``.

    >>> split("0002015303978")
    [('00', '01', 4), ('53', '978', 10)]
    >>> spell("59", "最佳运输")
    '5904最佳运输'
    >>> split("53０3978")  # a full-width digit, which Python's int() would take
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.codes.QrSyntax: no ID and length of two ASCII digits each at character 0
"""

from __future__ import annotations

from ledger.protocol.errors.codes import QrField, QrSyntax

DataObject = tuple[str, str, int]
"""ID, value, and where in the whole text the value begins, counted in characters."""

LONGEST_VALUE = 99
ID_LENGTH = 2
HEAD_LENGTH = 4

_IDS = frozenset(f"{number:02d}" for number in range(100))
_LENGTHS = {f"{length:02d}": length for length in range(1, LONGEST_VALUE + 1)}
_SPELLED_LENGTHS = {length: spelled for spelled, length in _LENGTHS.items()}


def utf8(text: str) -> bytes:
    """Spell a text as bytes; one with half a surrogate pair is no text: ``QrSyntax``."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise QrSyntax(f"not a Unicode text: {error.reason}") from error


def split(text: str, start: int = 0) -> list[DataObject]:
    """Cut a text into data objects that cover it without a gap, else raise ``QrSyntax``.

    ``start`` is where the text begins within the whole code, so that messages name that place.
    """
    objects: list[DataObject] = []
    position, end = 0, len(text)
    while position < end:
        begin = position + HEAD_LENGTH
        identifier = text[position : position + ID_LENGTH]
        length = _LENGTHS.get(text[position + ID_LENGTH : begin])
        if length is None or identifier not in _IDS or begin + length > end:
            raise _gap(text, position, start)
        position = begin + length
        objects.append((identifier, text[begin:position], start + begin))
    return objects


def _gap(text: str, position: int, start: int) -> QrSyntax:
    """Say why no data object stands at a position."""
    identifier, length = text[position : position + 2], text[position + 2 : position + HEAD_LENGTH]
    place = start + position
    if identifier not in _IDS or length not in {*_LENGTHS, "00"}:
        return QrSyntax(f"no ID and length of two ASCII digits each at character {place}")
    following = text[position + HEAD_LENGTH :][: int(length)]
    return QrSyntax(
        f"ID {identifier} at character {place} has length {length}, "
        f"and {len(following)} characters follow"
    )


def spell(identifier: str, value: str) -> str:
    """Write one data object; a value of no or of more than 99 characters raises ``QrField``."""
    length = _SPELLED_LENGTHS.get(len(value))
    if length is None:
        raise QrField(f"{identifier}: a value has 1 to 99 characters, not {len(value)} (4.4.1.2)")
    return identifier + length + value
