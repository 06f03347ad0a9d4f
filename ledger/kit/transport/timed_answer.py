"""An answer that must be there by a moment, whole, however little of it comes at a time.

A socket's time-out limits one wait. Whoever sends a byte now and then never lets it run out, in the
head of an answer as well as in its body, and would keep one of our threads for ever. So here each
read is given what is left of the time for all of them.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class TimedAnswer(http.client.HTTPResponse):
    """An answer on ``sock``; reading it from ``ends_at`` on (monotonic) is ``TimeoutError``."""

    def __init__(self, sock: socket.socket, method: str | None, *, ends_at: float) -> None:
        super().__init__(sock, method=method)
        self.fp.close()
        self.fp = io.BufferedReader(_Until(sock, ends_at))


class _Until(io.RawIOBase):
    """Reads from a socket, and holds it open meanwhile, until a moment."""

    def __init__(self, sock: socket.socket, ends_at: float) -> None:
        self._socket = sock
        self._ends_at = ends_at
        self._inner = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        left_s = self._ends_at - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the answer trickles")
        self._socket.settimeout(left_s)
        return self._inner.readinto(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()
