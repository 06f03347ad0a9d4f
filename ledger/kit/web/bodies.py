"""Read a request's body as one record, taking nothing for something else.

The bytes are read by ``strict_json``, the record by msgspec without conversions: ``"5"`` is no
integer, ``5`` is no text, a member nobody named is refused. A field's annotation can name the error
for a wrong value, ``Meta(extra={REFUSED_AS: AmountFormat})``; otherwise that is ``FieldFormat``.

    >>> class Good(msgspec.Struct, forbid_unknown_fields=True):
    ...     name: str
    >>> decode({"name": "tea"}, Good)
    Good(name='tea')
    >>> decode({"name": "tea", "price": 250}, Good)
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.content.UnknownField: price
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeVar

import flask
import msgspec
from msgspec import inspect

from ledger.protocol import strict_json
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import (
    ContentTypeUnsupported,
    FieldFormat,
    FieldMissing,
    UnknownField,
)
from ledger.protocol.native_wire import REFUSED_AS

Body = TypeVar("Body", bound=msgspec.Struct)

_FOUND_MAX_CHARS: Final = 60


def plain_body() -> bytes:
    """Give the request's body, which is said to be JSON in UTF-8.

    Raises ``ContentTypeUnsupported`` and ``BodyTooLarge``.
    """
    request = flask.request
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if (request.mimetype, charset, encoding) != ("application/json", "utf-8", "identity"):
        raise ContentTypeUnsupported("the body must be application/json in UTF-8, not compressed")
    return request.get_data()


def json_body() -> dict[str, object]:
    """Read the request's body as one JSON object.

    Raises ``ContentTypeUnsupported``, ``BodyTooLarge`` and the refusals of ``strict_json``.
    """
    return strict_json.load_object(plain_body())


def read_json(body_type: type[Body]) -> Body:
    """Read the request's body as ``body_type``; raises what ``json_body`` and ``decode`` raise."""
    return decode(json_body(), body_type)


def parse(raw: bytes, body_type: type[Body]) -> Body:
    """Read bytes as ``body_type``; raises what ``strict_json`` and ``decode`` raise.

    Bytes that are spelled as we would spell the record ourselves are read many times faster, for
    there is nothing left to check in them: no member twice, no number in another form. Declare the
    class with ``omit_defaults=True``, so that this is the short spelling.
    """
    try:
        body: Body = _decoder(body_type).decode(raw)
        if msgspec.json.encode(body) == raw:
            return body
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError, RecursionError):
        pass  # the careful way names what is wrong with it
    return decode(strict_json.load_object(raw), body_type)


@lru_cache
def _decoder(body_type: type[Body]) -> msgspec.json.Decoder[Body]:
    return msgspec.json.Decoder(body_type)


def decode(body: Mapping[str, object], body_type: type[Body]) -> Body:
    """Make a record of a JSON object, taking nothing for something else.

    Raises ``UnknownField``, ``FieldMissing``, ``FieldFormat`` or the error that the field's
    ``refused_as`` names; the detail begins with the path of the field (``request.key_id``).
    """
    try:
        return msgspec.convert(body, body_type, strict=True)
    except msgspec.ValidationError as error:
        raise _refusal(str(error), body_type) from error


_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`(?: - at `\$\.?(.*)`)?", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*?)`(?: - at `\$\.?(.*)`)?", re.DOTALL)
_WRONG = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?", re.DOTALL)


def _refusal(message: str, body_type: type[msgspec.Struct]) -> QrpayError:
    if match := _UNKNOWN.fullmatch(message):
        return UnknownField(_join(match[2], match[1]))
    if match := _MISSING.fullmatch(message):
        return FieldMissing(_join(match[2], match[1]))
    match = _WRONG.fullmatch(message)
    found, path = (match[1], match[2] or "") if match else (message, "")
    found = found.replace(strict_json.JsonNumberText.__name__, "a number that is no integer")
    names = re.findall(r"\w+", re.sub(r"\[.*?\]", "", path))
    refusal = _refused_as(inspect.type_info(body_type), names)
    return refusal(f"{path}: {found[:_FOUND_MAX_CHARS]}" if path else found)


def _join(path: str | None, name: str) -> str:
    return f"{path}.{name[:_FOUND_MAX_CHARS]}" if path else name[:_FOUND_MAX_CHARS]


def _refused_as(node: inspect.Type, names: Sequence[str]) -> type[QrpayError]:
    """Find what the field at the end of ``names`` says it is refused as."""
    if isinstance(node, inspect.Metadata):
        named = (node.extra or {}).get(REFUSED_AS)
        return named if named and not names else _refused_as(node.type, names)
    if isinstance(node, inspect.UnionType):
        found = (_refused_as(kind, names) for kind in node.types)
        return next((named for named in found if named is not FieldFormat), FieldFormat)
    if isinstance(node, inspect.ListType):
        return _refused_as(node.item_type, names)
    if isinstance(node, inspect.StructType) and names:
        for field in node.fields:
            if field.encode_name == names[0]:
                return _refused_as(field.type, names[1:])
    return FieldFormat
