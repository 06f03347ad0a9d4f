"""A service starts whole, stops when told, dies as a whole, and stands slow callers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from ledger.kit.network.ports import free_port
from ledger.kit.transport import HttpTransport
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.service import ServiceUnavailable

ROOT = Path(__file__).parents[2]
PATIENCE_S = 20.0


class Service:
    """A program that serves ``served_app``."""

    def __init__(
        self,
        factory: str = "make",
        *,
        port: int | None = None,
        threads: int = 64,
        quiet_after_s: float = 60,
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.transport = HttpTransport(answer_timeout_s=PATIENCE_S)
        self.process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            [
                sys.executable,
                "-m",
                "tests.kit.served_app",
                factory,
                str(self.port),
                str(threads),
                str(quiet_after_s),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path: str) -> str:
        return self.transport.request("GET", self.url + path, {}, b"").body.decode()

    def answers(self) -> bool:
        try:
            self.get("/health")
        except QrpayError:
            return False
        return True

    def connect(self, request: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        connection.sendall(request.replace(b"\n", b"\r\n"))
        return connection

    def close(self) -> None:
        """Kill both processes, should they still be there, and wait for their last words."""
        with suppress(QrpayError, ValueError):
            os.kill(int(self.get("/worker")), signal.SIGKILL)
        self.process.kill()
        self.process.communicate()
        self.transport.close()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


@pytest.fixture
def service() -> Iterator[Service]:
    with closing(Service()) as service:
        wait_until(service.answers)
        yield service


def is_gone(worker: int) -> bool:
    try:
        state = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be told so")
def test_no_thread_of_a_service_displaces_another_that_is_at_work(service: Service) -> None:
    threads = list(Path(f"/proc/{service.get('/worker')}/task").iterdir())
    assert len(threads) > 1
    assert {os.sched_getscheduler(int(each.name)) for each in threads} == {os.SCHED_BATCH}


# --- Starting and stopping ----------------------------------------------------------------------


def test_a_service_stops_when_told_and_finishes_what_it_was_doing(service: Service) -> None:
    with closing(service.connect(b"GET /slow HTTP/1.1\nHost: x\n\n")) as connection:
        service.get("/slow-began")
        service.process.send_signal(signal.SIGTERM)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert answer.endswith(b"finished")
    said, _ = service.process.communicate(timeout=PATIENCE_S)
    assert service.process.returncode == 0
    assert '"route":"/slow","subject":[],"status":200' in said, "its line came too late for the log"


def test_an_open_stream_is_ended_properly_when_the_service_stops(service: Service) -> None:
    with closing(service.transport.stream(f"{service.url}/stream", {})) as stream:
        lines = stream.lines()
        assert next(lines) == b"id: 1"
        service.process.send_signal(signal.SIGTERM)
        assert [line for line in lines if line.startswith(b"id")] == [b"id: 2"]
    assert service.process.wait(PATIENCE_S) == 0


def test_after_kill_9_nobody_answers_on_the_port_any_more(service: Service) -> None:
    worker = int(service.get("/worker"))
    assert worker != service.process.pid
    service.process.kill()
    wait_until(lambda: is_gone(worker))
    with pytest.raises(ServiceUnavailable):
        HttpTransport().request("GET", f"{service.url}/health", {}, b"")


def test_when_the_worker_dies_the_service_ends_and_says_so(service: Service) -> None:
    os.kill(int(service.get("/worker")), signal.SIGKILL)
    assert service.process.wait(PATIENCE_S) == 1


def test_two_services_do_not_share_a_port(service: Service) -> None:
    with closing(Service(port=service.port)) as second:
        said, _ = second.process.communicate(timeout=PATIENCE_S)
    assert second.process.returncode == 1
    assert "PortTaken" in said


def test_an_app_that_can_not_be_made_is_told_in_one_line() -> None:
    with closing(Service("fail")) as service:
        said, _ = service.process.communicate(timeout=PATIENCE_S)
    assert service.process.returncode == 1
    assert "STORE_IN_USE: books.db.lock is held by another process\n" in said
    assert "Traceback" not in said


def test_a_free_port_can_be_listened_on() -> None:
    with closing(socket.create_server(("127.0.0.1", free_port()))):
        pass


def test_a_free_port_is_none_that_an_outgoing_connection_may_be_given() -> None:
    outgoing = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii")
    lowest = int(outgoing.split()[0])
    assert all(1024 <= free_port() < lowest for _ in range(200))


@pytest.mark.parametrize("factory", ["make", "make_that_ends_before_it_hears_of_it"])
def test_the_log_has_one_line_of_json_a_request_and_nothing_else(factory: str) -> None:
    with closing(Service(factory)) as service:
        wait_until(service.answers)
        service.get("/nowhere")
        service.process.send_signal(signal.SIGTERM)
        said, _ = service.process.communicate(timeout=PATIENCE_S)
    lines = [json.loads(line) for line in said.splitlines()]
    assert lines[-1]["code"] == "ROUTE_NOT_FOUND"
    assert {line["service"] for line in lines} == {"served"}


# --- Slow callers -------------------------------------------------------------------------------

HALF_REQUESTS = {
    "half a head": b"POST /length HTTP/1.1\nHost: x\nContent-Le",
    "no body": b"POST /length HTTP/1.1\nHost: x\nContent-Length: 9\n\n",
    "half a body": b"POST /length HTTP/1.1\nHost: x\nContent-Length: 9\n\nhalf",
    "no last chunk": b"POST /length HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n4\nhalf\n",
}


@pytest.mark.parametrize("half_request", HALF_REQUESTS.values(), ids=HALF_REQUESTS)
def test_sixty_half_requests_keep_nobody_from_being_answered(
    service: Service, half_request: bytes
) -> None:
    with ExitStack() as open_connections:
        for _ in range(60):
            open_connections.enter_context(closing(service.connect(half_request)))
        assert service.get("/worker").isdigit()


@pytest.fixture
def impatient() -> Iterator[Service]:
    """A service with a single thread, which hangs up after a moment of silence."""
    with closing(Service(threads=1, quiet_after_s=0.5)) as service:
        wait_until(service.answers)
        yield service


def test_whoever_falls_silent_within_a_body_is_hung_up_on(impatient: Service) -> None:
    with closing(impatient.connect(HALF_REQUESTS["half a body"])) as silent:
        wait_until(lambda: silent.recv(65536) == b"")
        assert impatient.get("/worker").isdigit()


def test_those_who_use_every_descriptor_up_are_hung_up_on_too() -> None:
    with closing(Service("make_with_few_descriptors", quiet_after_s=0.5)) as crowded:
        wait_until(crowded.answers)
        crowded.transport.close()
        with ExitStack() as silent:
            for _ in range(100):
                silent.enter_context(closing(crowded.connect(HALF_REQUESTS["half a body"])))
            wait_until(crowded.answers)


def test_whoever_speaks_up_now_and_then_is_not() -> None:
    with closing(Service(threads=1, quiet_after_s=2)) as service:
        wait_until(service.answers)
        with closing(service.connect(HALF_REQUESTS["no body"])) as slow:
            for byte in b"ninebytes":
                time.sleep(0.3)  # 2.7 s in all, and far from 2 s at a time on a busy machine
                slow.sendall(bytes([byte]))
            answer = slow.recv(65536)
            while not answer.endswith(b"9"):
                answer += slow.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200")


def test_a_stream_that_speaks_up_now_and_then_is_not(impatient: Service) -> None:
    with closing(impatient.transport.stream(f"{impatient.url}/stream", {})) as stream:
        lines = stream.lines()
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            assert next(lines) is not None
