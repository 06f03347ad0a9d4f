r"""A kept HTTP/1.1 connection for a load driver: a raw socket that never waits, little more.

A client that is comfortable takes some 100 microseconds of processor time for a request, a third of
the server's whole share. This one writes a request as one piece, reads until the answer is whole,
and understands exactly what our services send: a ``Content-Length``, no transfer codings.

    >>> take_apart(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
    Answer(status=200, body=b'{}')
    >>> take_apart(b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{}") is None
    True
"""

from __future__ import annotations

import socket
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from ledger.protocol.errors.trust import AnswerLost

_READ_BYTES: Final = 64 * 1024
_HEAD_ENDS: Final = b"\r\n\r\n"
_LENGTH: Final = b"\r\ncontent-length:"
_STATUS: Final = slice(len("HTTP/1.1 "), len("HTTP/1.1 200"))


class Answer(NamedTuple):
    """A complete answer."""

    status: int
    body: bytes


class Connection:
    """One connection to one service, with at most one request under way."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        host, port = address.hostname or "", address.port or 80
        self._host_line = f"Host: {host}:{port}\r\n".encode()
        self._received = b""
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(0)

    def send(self, target: str, body: bytes | None) -> None:
        """Send a POST of a JSON body, or a GET where there is none.

        A request fits into the socket's buffer, which is empty: so it goes out in one call.
        """
        if body is None:
            request = b"GET %b HTTP/1.1\r\n%b\r\n" % (target.encode(), self._host_line)
        else:
            request = (
                b"POST %b HTTP/1.1\r\n%bContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b"
            ) % (target.encode(), self._host_line, len(body), body)
        sent = self.socket.send(request)
        if sent != len(request):
            raise AnswerLost(f"only {sent} of {len(request)} bytes could be sent")

    def receive(self) -> Answer | None:
        """Take what has come; the answer once it is whole. ``AnswerLost`` if the other hung up."""
        piece = self.socket.recv(_READ_BYTES)
        if not piece:
            raise AnswerLost("the service hung up")
        self._received += piece
        answer = take_apart(self._received)
        if answer is not None:
            self._received = b""
        return answer

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


def take_apart(received: bytes) -> Answer | None:
    """Give the answer that these bytes are, or None while some are missing.

    Raises ``AnswerLost`` for an answer that does not say where it ends.
    """
    head, separator, body = received.partition(_HEAD_ENDS)
    if not separator:
        return None
    _, found, rest = head.lower().partition(_LENGTH)
    if not found:
        raise AnswerLost("the answer does not say where it ends")
    length = int(rest.partition(b"\r\n")[0])
    if len(body) < length:
        return None
    return Answer(int(head[_STATUS]), body)
