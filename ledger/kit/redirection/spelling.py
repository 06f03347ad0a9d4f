r"""Header names of answers, spelled by the letter as a vendor spells them.

HTTP does not care for capitals (RFC 9110 section 5.1), and our server writes all names small.
``wechatpay-java`` looks for ``Wechatpay-Timestamp`` in a map that does care, and finds no
signature. So an answer that is passed on to a program gets the vendor's own spelling.

    >>> spelling = Spelling(["Request-ID"])
    >>> spelling.passed_on(b"HTTP/1.1 200 OK\r\nrequest-id: 7\r\ncontent-")
    b''
    >>> spelling.passed_on(b"length: 10\r\n\r\nrequest-id")
    b'HTTP/1.1 200 OK\r\nRequest-ID: 7\r\ncontent-length: 10\r\n\r\nrequest-id'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

HEAD_MAX_BYTES: Final = 65_536
_END: Final = b"\r\n\r\n"
_BEGIN: Final = b"HTTP/1."
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3})")
_LENGTH: Final = re.compile(
    rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r$", re.IGNORECASE | re.MULTILINE
)
_NAME: Final = re.compile(rb"^([^:\r\n]+):", re.MULTILINE)
_BODILESS: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class Spelling:
    """What one connection says, answer after answer.

    No byte is added or taken. From the first answer on whose end is not told by its length, or that
    is none, everything is passed on as it comes.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {name.lower().encode("ascii"): name.encode("ascii") for name in names}
        self._held = b""
        self._body_bytes = 0
        self._is_given_up = not self._names

    def passed_on(self, piece: bytes) -> bytes:
        """Take what came; give what can be passed on by now: a head goes when it is whole."""
        told = b""
        self._held += piece
        while self._held:
            part = self._next()
            if not part:
                break
            told += part
            self._held = self._held[len(part) :]
        return told

    def _next(self) -> bytes:
        if self._is_given_up:
            return self._held
        if self._body_bytes:
            part = self._held[: self._body_bytes]
            self._body_bytes -= len(part)
            return part
        head, end, _ = self._held.partition(_END)
        if end:
            return self._respelled(head + end)
        begins = self._held[: len(_BEGIN)] == _BEGIN[: len(self._held)]
        self._is_given_up = not begins or len(self._held) > HEAD_MAX_BYTES
        return self._held if self._is_given_up else b""

    def _respelled(self, head: bytes) -> bytes:
        status, length = _STATUS.match(head), _LENGTH.search(head)
        if status is None:
            self._is_given_up = True
            return head
        code = int(status[1])
        if code >= HTTPStatus.OK and code not in _BODILESS:
            self._is_given_up = length is None
            self._body_bytes = int(length[1]) if length else 0
        return _NAME.sub(lambda found: self._names.get(found[1].lower(), found[1]) + b":", head)
