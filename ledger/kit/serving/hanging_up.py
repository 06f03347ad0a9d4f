"""Break a connection on purpose, as a network would: for a sandbox, and for nothing else.

A WSGI app can't close its caller's connection. What it can do depends on the server: Werkzeug's
hands out the socket, so the caller sees the connection end without a word. granian's does not, but
an answer that stops before the length it announced makes it hang up: the caller sees the head of an
answer and then a broken connection. Programs that are led here see nothing of that head
(``kit.redirection.answers``).
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_ANNOUNCED = "1000"


def hang_up(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Give the body of an answer that never comes."""
    connection = environ.get("werkzeug.socket")
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", _ANNOUNCED)])
    if isinstance(connection, socket.socket):
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    return _cut_short()


def _cut_short() -> Iterator[bytes]:
    yield b" "
    raise ConnectionAbortedError("the sandbox hung up")
