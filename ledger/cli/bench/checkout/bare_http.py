"""HTTP alone: a service that does nothing, behind the server that all services use.

python -m ledger.cli.bench.checkout.bare_http PORT
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from ledger.cli import TimedOut, services
from ledger.cli.bench.checkout.driver.arrivals import ClosedLoop
from ledger.cli.bench.checkout.driver.play import Steps, play
from ledger.cli.bench.checkout.driver.wire import Connection
from ledger.cli.bench.checkout.processor import processor_s
from ledger.kit.home import RunningService, start_mark
from ledger.kit.network.ports import free_port
from ledger.kit.serving import serve

_MODULE = "ledger.cli.bench.checkout.bare_http"
_BODY = b"{}"
_HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(_BODY)))]
_CONNECTIONS = 8
_WITHIN_S = 20.0
_POLL_S = 0.05


def app() -> Callable[..., list[bytes]]:
    """Make the service."""

    def answer(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", _HEADERS)
        return [_BODY]

    return answer


@dataclass
class _Asker:
    connection: Connection

    @property
    def connections(self) -> Sequence[Connection]:
        return (self.connection,)

    def checkout(self) -> Steps:
        yield self.connection, "/", _BODY
        return ""


def requests_per_s(seconds: float) -> float:
    """Ask it for so long; how many requests a second of its processor time answers."""
    with _running() as service:
        askers = [_Asker(Connection(service.url)) for _ in range(_CONNECTIONS)]
        before_s = processor_s(service.pid)
        played = play(askers, ClosedLoop(seconds))
        taken_s = processor_s(service.pid) - before_s
        for asker in askers:
            asker.connection.close()
    return len(played.acknowledged) / taken_s if taken_s else played.rate


@contextmanager
def _running() -> Iterator[RunningService]:
    port = free_port()
    url = f"http://{services.HOST}:{port}"
    process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
        [sys.executable, "-m", _MODULE, str(port)], start_new_session=True
    )
    service = RunningService("bare", url, process.pid, start_mark(process.pid))
    try:
        _wait_until_it_listens(service)
        yield service
    finally:
        services.stop([service])
        process.wait()


def _wait_until_it_listens(service: RunningService) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError):
            Connection(service.url).close()
            return
        time.sleep(_POLL_S)
    raise TimedOut("the service that does nothing did not start")


if __name__ == "__main__":
    serve(f"{_MODULE}:app", host=services.HOST, port=int(sys.argv[1]), threads=1)
