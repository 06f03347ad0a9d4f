"""A wire between two services on this machine that keeps what goes over it, both ways.

    with WireTap(port_of_the_provider) as tap:
        ...                                    # let the till ask tap.url in the provider's place
        assert b"shampoo" not in tap.heard()

It passes bytes on as they come and understands none of them, so signatures, streams and mistakes
pass unchanged.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

HOST: Final = "127.0.0.1"
_CHUNK: Final = 65_536


class WireTap:
    """Listens on a free port and passes every connection on to ``port``."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._heard: list[bytes] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listening = socket.create_server((HOST, 0))
        self._start(self._accept)

    @property
    def url(self) -> str:
        """Where to ask in place of the service."""
        return f"http://{HOST}:{self._listening.getsockname()[1]}"

    def heard(self) -> bytes:
        """Give everything that went over the wire so far."""
        with self._lock:
            return b"".join(self._heard)

    def close(self) -> None:
        """Cut the wire; a second call does nothing."""
        with self._lock:
            ends = [self._listening, *self._open]
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self, work: Callable[..., None], *ends: socket.socket) -> None:
        threading.Thread(target=work, args=ends, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self._join(near)

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection((HOST, self._port))
        except OSError:
            near.close()
            return
        with self._lock:
            self._open |= {near, far}
        self._start(self._pass_on, near, far)
        self._start(self._pass_on, far, near)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                with self._lock:
                    self._heard.append(chunk)
                target.sendall(chunk)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
