"""A service as a program: it starts whole, stops when told, and never leaves half of itself behind.

granian runs two processes: the one that was started, and a worker that it makes. Left to itself,
the worker goes on answering when the first is killed with ``kill -9``, a stream that is open keeps
it from stopping, and two services can listen on one port. Here none of that is so.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import Pipe, connection, parent_process
from multiprocessing.util import Finalize
from types import FrameType
from typing import Final

from granian import Granian
from granian.constants import Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels

from ledger.kit.network.listening import PLAIN, Listening, require_safe
from ledger.kit.network.ports import require_free
from ledger.kit.serving.quiet import hang_up_quiet_connections
from ledger.kit.web import request_log
from ledger.protocol.errors import QrpayError

THREADS_MAX: Final = 512
"""So many requests and streams at once; a thread costs 80 KiB while it is needed, else nothing."""

QUIET_AFTER_S: Final = 60.0
_HEAD_WITHIN_MS: Final = 10_000
_STOP_WITHIN_S: Final = 5

WsgiApp = Callable[..., Iterable[bytes]]

_on_stop: list[Callable[[], None]] = []


def on_stop(callback: Callable[[], None]) -> None:
    """Have something done when the service is told to stop: end streams, rest background work.

    Called by the app's factory. Requests in hand are finished afterwards, so stores stay open.
    After ``kill -9`` nothing is done; nothing may depend on it.
    """
    _on_stop.append(callback)


@contextmanager
def named_refusals() -> Iterator[None]:
    """End a program with the broken rule's name instead of a traceback."""
    try:
        yield
    except QrpayError as error:
        sys.stderr.write(f"{error.code}: {error}\n")
        raise SystemExit(1) from error


def serve(
    target: str,
    *,
    host: str,
    port: int,
    threads: int = THREADS_MAX,
    quiet_after_s: float = QUIET_AFTER_S,
    listening: Listening = PLAIN,
) -> None:
    """Serve the app that the factory ``target`` ("ledger.app:from_environment") makes.

    Returns when told to stop (SIGTERM, SIGINT). ``threads`` limits how many requests are worked on
    at once. A connection on which nothing has moved for ``quiet_after_s`` is hung up; a stream must
    say something more often. Raises ``TlsRequired`` for an address beyond this machine without the
    means of https, ``PortTaken`` when it is not free, ``SystemExit`` when the worker fails.
    """
    require_safe(host, listening)
    require_free(host, port)
    _let_threads_finish()
    server = Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=_HEAD_WITHIN_MS),
        workers_kill_timeout=_STOP_WITHIN_S,
        log_level=LogLevels.error,
        ssl_cert=listening.certificate,
        ssl_key=listening.key,
        ssl_protocol_min=SSLProtocols.tls12,  # what phones of 2016 speak
    )
    told, tell = Pipe(duplex=False)
    server.on_startup(partial(_tell_when_stopping, tell))
    server.serve(target_loader=partial(_load, told, port, quiet_after_s))


def _let_threads_finish() -> None:
    """Have Linux leave a thread at work until it waits, instead of displacing it by the next.

    The many threads of a service wake each other for a moment at a time, and take the interpreter
    and the processor's caches from each other when that is done at once. What else an operator has
    chosen is left alone. (``SCHED_BATCH``, sched(7); both processes and all their threads.)
    """
    if sys.platform == "linux" and os.sched_getscheduler(0) == os.SCHED_OTHER:
        with suppress(PermissionError):  # some containers forbid it; it is only dearer then
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _tell_when_stopping(tell: connection.Connection) -> None:
    """Put a word to the worker in front of what the server does when a signal comes."""
    for number in (signal.SIGTERM, signal.SIGINT):
        server_stops = signal.getsignal(number)

        def stop(number: int, frame: FrameType | None, then: object = server_stops) -> None:
            tell.send_bytes(b"stop")
            if callable(then):
                then(number, frame)

        signal.signal(number, stop)


def _load(told: connection.Connection, port: int, quiet_after_s: float, target: str) -> WsgiApp:
    """Make the app; this and all that follows happens in the worker process."""
    request_log.to_standard_error()
    # The worker may be at its end before ``_watch`` comes to it, and a forked one leaves ``atexit``
    # out, by which a log is written to its end elsewhere.
    Finalize(None, request_log.no_more_gathering, exitpriority=0)
    module, _, factory = target.partition(":")
    with named_refusals():
        app: WsgiApp = getattr(importlib.import_module(module), factory)()
    for watch in (partial(_watch, told), partial(hang_up_quiet_connections, port, quiet_after_s)):
        threading.Thread(target=watch, daemon=True).start()
    return app


def _watch(told: connection.Connection) -> None:
    """Wait until the first process says stop, or dies without a word."""
    parent = parent_process()
    if parent is None:
        return
    said = connection.wait([told, parent.sentinel])
    if parent.sentinel in said:
        os.kill(os.getpid(), signal.SIGKILL)
    request_log.no_more_gathering()
    for callback in _on_stop:
        callback()
