"""A server that answers each request exactly as it was told, well or badly."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answer = bytes | Callable[[socket.socket], None]


def plain(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    """Spell a complete answer."""
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


class ScriptedServer:
    """Gives one answer of its script to each request; hangs up after those in ``then_hang_up``."""

    def __init__(self, script: list[Answer], then_hang_up: set[int]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._script = script
        self._then_hang_up = then_hang_up
        self._lock = threading.Lock()
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self.requests: list[bytes] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads[0].start()

    @property
    def connections(self) -> int:
        """How many connections were opened so far."""
        return len(self._connections)

    def is_left_alone(self) -> bool:
        """Tell whether every caller hangs up by itself within five seconds."""
        for thread in self._threads[1:]:
            thread.join(timeout=5)
        return not any(thread.is_alive() for thread in self._threads[1:])

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                self._threads.append(threading.Thread(target=self._converse, args=(connection,)))
                self._threads[-1].start()

    def _converse(self, connection: socket.socket) -> None:
        while request := _read(connection):
            with self._lock:
                number = len(self.requests)
                self.requests.append(request)
            answer = self._script[number]
            with suppress(OSError):
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)
            if number in self._then_hang_up:
                break
        connection.close()

    def close(self) -> None:
        """Stop listening and hang up."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()


@contextmanager
def serving(*script: Answer, then_hang_up: set[int] | None = None) -> Iterator[ScriptedServer]:
    """Run a server with this script for the time of a block."""
    server = ScriptedServer(list(script), then_hang_up or set())
    try:
        yield server
    finally:
        server.close()


def _read(connection: socket.socket) -> bytes:
    """Read one request: its head, and as much body as it announces."""
    received = b""
    with suppress(OSError):
        while b"\r\n\r\n" not in received:
            piece = connection.recv(65536)
            if not piece:
                return b""
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body
    return b""
