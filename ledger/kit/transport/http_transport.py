"""A transport over the network: HTTP/1.1 with kept connections, time-outs and a limit on answers.

Connections that are idle are kept for the next request to the same origin. Before one is used
again it is looked at: if the other side has hung up meanwhile, a fresh one is opened, because a
request sent into a dead connection would have an unknown outcome for no reason.
"""

from __future__ import annotations

import http.client
import select
import ssl
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from ledger.kit.transport.message import Response, joined
from ledger.kit.transport.timed_answer import TimedAnswer
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost

_READ_BYTES: Final = 64 * 1024
_LINE_MAX_BYTES: Final = 64 * 1024
_IDLE_MAX: Final = 32
_SCHEMES: Final = {"http", "https"}


class _Origin(NamedTuple):
    scheme: str
    host: str
    port: int | None


@dataclass
class _Idle:
    """Connections nobody is using, by origin."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    connections: dict[_Origin, list[http.client.HTTPConnection]] = field(default_factory=dict)

    def take(self, origin: _Origin) -> http.client.HTTPConnection | None:
        """Give a connection that is still open, if there is one."""
        while True:
            with self.lock:
                kept = self.connections.get(origin)
                connection = kept.pop() if kept else None
            if connection is None or _is_open(connection):
                return connection
            connection.close()

    def keep(self, origin: _Origin, connection: http.client.HTTPConnection) -> None:
        """Keep a connection for the next request, unless there are plenty."""
        with self.lock:
            kept = self.connections.setdefault(origin, [])
            if len(kept) < _IDLE_MAX:
                kept.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Hang up on everybody."""
        with self.lock:
            connections = [each for kept in self.connections.values() for each in kept]
            self.connections.clear()
        for connection in connections:
            connection.close()


class HttpTransport:
    """Sends requests over the network; safe to share between threads.

    ``connect_timeout_s`` and ``answer_timeout_s`` limit how long it waits for a connection and for
    a complete answer, ``stream_timeout_s`` for the next line of a stream, ``answer_max_bytes`` how
    much it reads of a body. ``authority`` is the file of the only certificates (PEM) that https
    servers are believed by; without it, it is those of the system.
    """

    def __init__(
        self,
        *,
        connect_timeout_s: float = 2.0,
        answer_timeout_s: float = 10.0,
        stream_timeout_s: float = 45.0,
        answer_max_bytes: int = 1024 * 1024,
        authority: Path | None = None,
    ) -> None:
        self._connect_timeout_s = connect_timeout_s
        self._answer_timeout_s = answer_timeout_s
        self._stream_timeout_s = stream_timeout_s
        self._answer_max_bytes = answer_max_bytes
        self._authority = authority
        self._idle = _Idle()
        weakref.finalize(self, self._idle.close)

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Send a request and wait for its complete answer; see ``message`` for what can fail."""
        origin, target = _split(url)
        connection = self._idle.take(origin) or self._connect(origin)
        ends_at = time.monotonic() + self._answer_timeout_s
        # All that ``getresponse`` does with this "class" is to call it.
        connection.response_class = partial(TimedAnswer, ends_at=ends_at)  # type: ignore[assignment]
        try:
            connection.sock.settimeout(self._answer_timeout_s)
            connection.request(method, target, body or None, dict(headers))
            answer = connection.getresponse()
            content = self._read(answer)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise AnswerLost(f"{method} {origin.host}: {error!r}") from error
        except BaseException:
            connection.close()
            raise
        if connection.sock is not None:
            self._idle.keep(origin, connection)
        return Response(answer.status, joined(answer.getheaders()), content)

    def stream(self, url: str, headers: Mapping[str, str]) -> HttpStream:
        """Send a GET and give its answer line by line, over a connection of its own."""
        origin, target = _split(url)
        connection = self._connect(origin)
        try:
            connection.sock.settimeout(self._stream_timeout_s)
            connection.request("GET", target, None, dict(headers))
            return HttpStream(connection, connection.getresponse())
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise AnswerLost(f"GET {origin.host}: {error!r}") from error

    def close(self) -> None:
        """Hang up the idle connections; the transport can still be used."""
        self._idle.close()

    def _connect(self, origin: _Origin) -> http.client.HTTPConnection:
        connection = self._unconnected(origin)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise ServiceUnavailable(f"{origin.host}:{origin.port}: {error}") from error
        return connection

    def _unconnected(self, origin: _Origin) -> http.client.HTTPConnection:
        wait_s = self._connect_timeout_s
        if origin.scheme == "http":
            return http.client.HTTPConnection(origin.host, origin.port, timeout=wait_s)
        believed = ssl.create_default_context(cafile=self._authority)
        return http.client.HTTPSConnection(
            origin.host, origin.port, timeout=wait_s, context=believed
        )

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        # An answer that ends with the connection may as well have been cut off, even in its head.
        if answer.length is None and not answer.chunked:
            raise http.client.HTTPException("it doesn't say where it ends")
        content = bytearray()
        while chunk := answer.read1(_READ_BYTES):
            content += chunk
            if len(content) > self._answer_max_bytes:
                raise http.client.HTTPException(f"more than {self._answer_max_bytes} bytes")
        if answer.length:
            raise http.client.IncompleteRead(bytes(content), answer.length)
        answer.close()
        return bytes(content)


class HttpStream:
    """An answer of a server that goes on speaking."""

    def __init__(
        self, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse
    ) -> None:
        self._connection = connection
        self._answer = answer
        self.status = answer.status
        self.headers: Mapping[str, str] = joined(answer.getheaders())

    def lines(self) -> Iterator[bytes]:
        """Give line after line without its end; ``AnswerLost`` if it breaks off or falls silent."""
        try:
            yield from self._lines()
        except (OSError, http.client.HTTPException) as error:
            raise AnswerLost(f"the stream broke off: {error!r}") from error

    def _lines(self) -> Iterator[bytes]:
        # By pieces, since http.client reads a line of a chunked answer in four small steps.
        rest = b""
        while piece := self._answer.read1(_READ_BYTES):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield line.rstrip(b"\r")
            if len(rest) > _LINE_MAX_BYTES:
                raise http.client.HTTPException(f"a line of more than {_LINE_MAX_BYTES} bytes")
        if rest:
            yield rest

    def close(self) -> None:
        """Hang up; a second call does nothing."""
        self._answer.close()
        self._connection.close()


def _split(url: str) -> tuple[_Origin, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ServiceUnavailable(f"not an address: {error}") from error
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ServiceUnavailable("only http and https addresses can be called")
    target = parts.path or "/"
    if parts.query:
        target += "?" + parts.query
    return _Origin(parts.scheme, parts.hostname, port), target


def _is_open(connection: http.client.HTTPConnection) -> bool:
    # Nothing is expected on an idle connection: what can be read is the other side's farewell.
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return not poll.poll(0)
