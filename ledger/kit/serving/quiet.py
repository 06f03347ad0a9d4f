"""Hang up on connections that have fallen silent: half a request from a phone that left the Wi-Fi.

The server limits how long a request's head may take, but not its body: whoever sends half a body
and vanishes would hold a thread for ever. Linux knows of each connection when something last moved
on it (``TCP_INFO``, tcp(7)), so one thread looks around now and then. A stream that speaks up
regularly is never silent; a kept connection that nobody uses is, and losing that costs nothing.

It must go on looking when the process has no descriptor left: that is when it is needed most.
"""

from __future__ import annotations

import resource
import socket
import struct
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

# struct tcp_info (linux/tcp.h): eight bytes, then 32-bit counters; these two are milliseconds.
_LAST_DATA_SENT: Final = 8 + 4 * 9
_LAST_DATA_RECEIVED: Final = 8 + 4 * 11
_TCP_INFO_BYTES: Final = 104
_LOOKS_PER_LIMIT: Final = 4


def hang_up_quiet_connections(port: int, quiet_after_s: float) -> None:
    """Watch this process's connections to ``port`` for as long as it lives; Linux only."""
    if sys.platform != "linux":
        return
    rest = threading.Event()
    while not rest.wait(quiet_after_s / _LOOKS_PER_LIMIT):
        for descriptor in _descriptors():
            # Most are no sockets, and any may be closed by the server at this very moment.
            with suppress(OSError, IndexError), _borrowed(descriptor) as connection:
                _hang_up_if_quiet(connection, port, quiet_after_s)


def _descriptors() -> Iterable[int]:
    """List this process's open descriptors, or all it could have when none is left to look with."""
    try:
        return [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]
    except OSError:
        return range(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _hang_up_if_quiet(connection: socket.socket, port: int, quiet_after_s: float) -> None:
    if connection.getsockname()[1] != port or not connection.getpeername():
        return
    if _quiet_for_s(connection) > quiet_after_s:
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def _borrowed(descriptor: int) -> Iterator[socket.socket]:
    # Not a copy: closing a copy of one of SQLite's files would give up its locks (fcntl(2)).
    connection = socket.socket(fileno=descriptor)
    try:
        yield connection
    finally:
        connection.detach()


def _quiet_for_s(connection: socket.socket) -> float:
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    sent_ms: int = struct.unpack_from("=I", info, _LAST_DATA_SENT)[0]
    received_ms: int = struct.unpack_from("=I", info, _LAST_DATA_RECEIVED)[0]
    return min(sent_ms, received_ms) / 1000
