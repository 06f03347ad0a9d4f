r"""Answers on their way to a program: whole or not at all, and spelled by the letter.

HTTP does not care for capitals (RFC 9110 section 5.1), and our server writes all names small.
``wechatpay-java`` looks for ``Wechatpay-Timestamp`` in a map that does care, and finds no
signature. So an answer that is passed on to a program gets the vendor's own spelling.

A connection that our server breaks on purpose has begun an answer (``kit.serving.hanging_up``), and
Java's ``HttpURLConnection`` takes what came of it for all. So an answer is passed on when it is
whole; of one that never becomes whole, the program sees nothing but the end of the connection.

    >>> answers = Answers(["Request-ID"])
    >>> answers.passed_on(b"HTTP/1.1 200 OK\r\nrequest-id: 7\r\ncontent-length: 10\r\n\r\nreq")
    b''
    >>> answers.passed_on(b"uest-id")
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
    rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r$", re.IGNORECASE | re.MULTILINE
)
_NAME: Final = re.compile(rb"^([^:\r\n]+):", re.MULTILINE)
_BODILESS: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class Answers:
    """What one connection says, answer after answer.

    No byte is added or taken. From the first answer on whose end is not told by its length, or that
    is none, everything is passed on as it comes.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = {name.lower().encode("ascii"): name.encode("ascii") for name in names}
        self._held = b""
        self._is_given_up = False

    def passed_on(self, piece: bytes) -> bytes:
        """Take what came; give what can be passed on by now."""
        self._held += piece
        told = b""
        while self._held and not self._is_given_up:
            head, end, body = self._held.partition(_END)
            length = _body_bytes(head) if end else _missing(head)
            if length is None:
                self._is_given_up = True
                length = len(body)
            if len(body) < length:
                return told
            told += self._spelled(head + end) + body[:length]
            self._held = body[length:]
        told, self._held = told + self._held, b""
        return told

    def _spelled(self, head: bytes) -> bytes:
        if not _STATUS.match(head):
            return head
        return _NAME.sub(lambda found: self._names.get(found[1].lower(), found[1]) + b":", head)


def _body_bytes(head: bytes) -> int | None:
    """Tell the length of the body that follows a head; None where the head does not tell it."""
    status, length = _STATUS.match(head), _LENGTH.search(head + b"\r")
    if status is None:
        return None
    code = int(status[1])
    if code < HTTPStatus.OK or code in _BODILESS:
        return 0
    return int(length[1]) if length else None


def _missing(head: bytes) -> int | None:
    """One byte at least is missing where this is the beginning of a head; None where it is none."""
    begins = head[: len(_BEGIN)] == _BEGIN[: len(head)]
    return 1 if begins and len(head) <= HEAD_MAX_BYTES else None
