r"""Flat XML: one root and named texts in it, read so that it can't attack.

XML of a stranger is dangerous by its extras: a document type declares entities that read files,
call servers or grow to gigabytes, and nesting costs memory (OWASP, "XML External Entity
Prevention"). None of them is needed here, so the reader refuses a document type and processing
instructions before it looks at anything else, knows no entities but XML's own five, and reads one
level of at most 64 KiB. Attributes (some libraries declare namespaces) say nothing and are passed
over; a field that is named twice would mean two things and is refused.

Bytes are UTF-8, whatever the declaration claims. Text in a CDATA section and escaped text are the
same text.

    >>> read(b"<xml><body><![CDATA[Tea & cake]]></body><total_fee>1295</total_fee></xml>")
    {'body': 'Tea & cake', 'total_fee': '1295'}
    >>> read(b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><body>&x;</body></xml>')
    Traceback (most recent call last):
    ...
    ledger.protocol.errors.wechatpay_v2.XmlForbidden: a document type

The platform writes texts as CDATA and numbers bare, a line each, in the sequence they are given.

    >>> print(write({"return_code": "SUCCESS", "attach": "]]>", "total_fee": 1295}).decode())
    <xml><return_code><![CDATA[SUCCESS]]></return_code>
    <attach><![CDATA[]]]]><![CDATA[>]]></attach>
    <total_fee>1295</total_fee>
    </xml>
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from xml.parsers import expat

from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import BodyTooLarge, Encoding, TextCharacter
from ledger.protocol.errors.wechatpay_v2 import (
    XmlDuplicateField,
    XmlForbidden,
    XmlSyntax,
    XmlTooDeep,
)

MOST_BYTES: Final = 64 * 1024
_LEVELS: Final = 2
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(raw: bytes, root: str = "xml") -> dict[str, str]:
    """Read the fields of a document in their sequence.

    Raises ``BodyTooLarge``, ``Encoding``, ``XmlForbidden``, ``XmlTooDeep``, ``XmlDuplicateField``
    or ``XmlSyntax``, which also stands for another root than the one expected.
    """
    if len(raw) > MOST_BYTES:
        raise BodyTooLarge(f"more than {MOST_BYTES} bytes")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Encoding(f"not UTF-8 at byte {error.start}") from error
    reader = _Reader(root)
    try:
        reader.parser.Parse(raw, True)  # noqa: FBT003 - expat names no parameters
    except expat.ExpatError as error:
        raise XmlSyntax(f"{expat.ErrorString(error.code)} in line {error.lineno}") from error
    return reader.fields


class _Reader:
    """Takes what expat finds, and refuses what must not be there."""

    def __init__(self, root: str) -> None:
        self.fields: dict[str, str] = {}
        self._root = root
        self._path: list[str] = []
        self._text: list[str] = []
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.StartDoctypeDeclHandler = _refusing(XmlForbidden("a document type"))
        self.parser.ProcessingInstructionHandler = _refusing(
            XmlForbidden("a processing instruction")
        )
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, name: str, _attributes: Mapping[str, str]) -> None:
        if not self._path and name != self._root:
            raise XmlSyntax(f"the root is {name[:40]!r}, not {self._root!r}")
        if len(self._path) == _LEVELS:
            raise XmlTooDeep(f"{name[:40]!r} stands inside {self._path[-1][:40]!r}")
        if name in self.fields:
            raise XmlDuplicateField(f"{name[:40]!r} stands there twice")
        self._path.append(name)
        self._text = []

    def _end(self, name: str) -> None:
        self._path.pop()
        if self._path:
            self.fields[name] = "".join(self._text)

    def _characters(self, text: str) -> None:
        if len(self._path) == _LEVELS:
            self._text.append(text)
        elif text.strip():
            raise XmlSyntax("text stands outside of a field")


def _refusing(error: QrpayError) -> Callable[..., None]:
    def refuse(*_found: object) -> None:
        raise error

    return refuse


def write(fields: Mapping[str, str | int], root: str = "xml") -> bytes:
    """Write fields in their sequence; a character that XML has not raises ``TextCharacter``."""
    lines = [f"<{name}>{_spelled(value)}</{name}>\n" for name, value in fields.items()]
    return f"<{root}>{''.join(lines)}</{root}>".encode()


def _spelled(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    if found := _NOT_IN_XML.search(value):
        raise TextCharacter(f"XML has no character U+{ord(found[0]):04X}")
    # A reader takes "]]>" for the end of the section, and a carriage return for a line feed.
    inside = value.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[")
    return f"<![CDATA[{inside}]]>"
