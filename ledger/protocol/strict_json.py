r"""JSON as this protocol reads it: one meaning, or a named refusal.

RFC 8259 leaves open what two parsers will disagree about, and Python's own is generous: the last of
two equal names wins, ``NaN`` and ``1e400`` are numbers, ``"\ud800"`` becomes text that no file can
hold, and a hundred thousand brackets end in a ``RecursionError``. A payment that the till reads one
way and the provider another is an attack, so here:

* bytes are UTF-8 without a byte order mark, texts are whole Unicode characters;
* an object names each member once;
* values nest at most eight deep, more than any message of ours needs;
* numbers are integers of at most 20 digits. Any other number is kept as ``JsonNumberText``, which
  no field accepts: an amount then answers ``AMOUNT_FORMAT``, another field ``FIELD_FORMAT``.

    >>> loads(b'{"amount_minor": 1295}')
    {'amount_minor': 1295}
    >>> loads(b'{"amount_minor": 12.95}')
    {'amount_minor': JsonNumberText(text='12.95')}
    >>> loads(b'{"amount_minor": 1, "amount_minor": 2}')
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.content.JsonDuplicateKey: 'amount_minor' is named more than once
"""

from __future__ import annotations

import json
from collections import Counter

from ledger.protocol.errors.content import (
    Encoding,
    FieldFormat,
    JsonDuplicateKey,
    JsonNumber,
    JsonSyntax,
    JsonTooDeep,
)
from ledger.protocol.records import record

MOST_LEVELS = 8
MOST_DIGITS = 20


@record(frozen=True, slots=True)
class JsonNumberText:
    """A number that is not an integer, as it was written: ``12.95``, ``1e400``, ``NaN``.

    Not a ``str`` on purpose: a field that takes text must not take it.
    """

    text: str


def loads(raw: bytes) -> object:
    """Read one JSON value.

    Raises ``Encoding`` (not UTF-8, or half a surrogate pair), ``JsonSyntax``, ``JsonDuplicateKey``,
    ``JsonTooDeep`` or ``JsonNumber`` (an integer of more than 20 digits).
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Encoding(f"not UTF-8 at byte {error.start}") from error
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise JsonSyntax(f"{error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise JsonTooDeep(f"more than {MOST_LEVELS} levels") from error
    _check(value, level=1)
    return value


def load_object(raw: bytes) -> dict[str, object]:
    """Read one JSON object, as every request body is; other values raise ``FieldFormat``."""
    value = loads(raw)
    if not isinstance(value, dict):
        raise FieldFormat("the body must be a JSON object")
    return value


def dumps(value: object) -> bytes:
    """Spell a value as compact JSON in UTF-8."""
    return _ENCODER.encode(value).encode("utf-8")


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise JsonDuplicateKey(f"{twice[:40]!r} is named more than once")
    return members


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > MOST_DIGITS:
        raise JsonNumber(f"{len(text)} digits")
    return int(text)


def _check(value: object, level: int) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict | list):
        if level > MOST_LEVELS:
            raise JsonTooDeep(f"more than {MOST_LEVELS} levels")
        if isinstance(value, dict):
            for name in value:
                _check_text(name)
        for inner in value.values() if isinstance(value, dict) else value:
            _check(inner, level + 1)


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Encoding("half of a surrogate pair is no character") from error


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_int=_integer,
    parse_float=JsonNumberText,
    parse_constant=JsonNumberText,
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
