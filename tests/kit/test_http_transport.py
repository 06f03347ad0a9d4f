"""A call over the network is answered completely, known not to have happened, or unknown."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from ledger.kit.transport import HttpTransport, Response
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost
from tests.kit.scripted_server import ScriptedServer, plain, serving


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    with closing(HttpTransport(answer_timeout_s=0.3, answer_max_bytes=1000)) as transport:
        yield transport


def get(transport: HttpTransport, server: ScriptedServer, path: str = "/") -> Response:
    return transport.request("GET", server.url + path, {}, b"")


# --- A complete answer --------------------------------------------------------------------------


def test_a_request_arrives_as_it_was_given_and_its_answer_comes_back(
    transport: HttpTransport,
) -> None:
    with serving(plain(b"made", status="201 Created", headers="X-Kind: a\r\n")) as server:
        url = f"{server.url}/v1/payments?merchant_order_no=A%7C1"
        response = transport.request("POST", url, {"Idempotency-Key": "k1"}, b"{}")
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert response.status == 201
    assert response.body == b"made"
    assert response.headers["x-kind"] == "a"
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /v1/payments?merchant_order_no=A%7C1 HTTP/1.1"
    assert f"Host: {server.url[7:]}".encode() in lines
    assert b"Idempotency-Key: k1" in lines
    assert body == b"{}"


def test_an_answer_of_any_status_is_an_answer(transport: HttpTransport) -> None:
    with serving(plain(b"no", status="503 Busy")) as server:
        assert get(transport, server).status == 503


def test_a_redirection_is_not_followed(transport: HttpTransport) -> None:
    location = "Location: http://127.0.0.1:9/elsewhere\r\n"
    with serving(plain(b"", status="302 Found", headers=location)) as server:
        response = get(transport, server)
        assert (response.status, len(server.requests)) == (302, 1)


def test_a_repeated_header_is_joined_and_never_chosen_from(transport: HttpTransport) -> None:
    twice = "Signature: a=:AA==:\r\nsignature: b=:BB==:\r\n"
    with serving(plain(b"", headers=twice)) as server:
        assert get(transport, server).headers["signature"] == "a=:AA==:, b=:BB==:"


def test_chunks_are_put_together(transport: HttpTransport) -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    with serving(chunked) as server:
        assert get(transport, server).body == b"abcde"


def test_proxy_settings_are_not_obeyed(
    transport: HttpTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(plain(b"direct")) as server:
        assert get(transport, server).body == b"direct"


# --- Connections --------------------------------------------------------------------------------


def test_the_next_request_goes_over_the_same_connection(transport: HttpTransport) -> None:
    with serving(*[plain(b"x")] * 5) as server:
        for _ in range(5):
            get(transport, server)
        assert server.connections == 1


def test_a_small_request_is_not_held_back_for_a_larger_one(transport: HttpTransport) -> None:
    with serving(plain(b"x")) as server:
        get(transport, server)
        ((connection,),) = transport._idle.connections.values()
        assert connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_connection_that_was_hung_up_is_not_used_again(transport: HttpTransport) -> None:
    with serving(*[plain(b"x")] * 4, then_hang_up={0, 1, 2}) as server:
        for _ in range(4):
            assert get(transport, server).body == b"x"
            time.sleep(0.02)
        assert server.connections == 4


def test_a_server_that_says_it_hangs_up_is_believed(transport: HttpTransport) -> None:
    last = plain(b"x", headers="Connection: close\r\n")
    with serving(last, last, then_hang_up={0, 1}) as server:
        get(transport, server)
        get(transport, server)
        assert server.connections == 2


def test_threads_do_not_share_a_connection_at_a_time(transport: HttpTransport) -> None:
    both_ask = threading.Barrier(2)

    def late(connection: socket.socket) -> None:
        both_ask.wait(timeout=5)
        connection.sendall(plain(b"x"))

    with serving(plain(b"first"), late, late) as server:
        get(transport, server)  # leaves one idle connection for two threads
        bodies: list[bytes] = []
        threads = [
            threading.Thread(target=lambda: bodies.append(get(transport, server).body))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.connections == 2
    assert bodies == [b"x", b"x"]


def test_a_forgotten_transport_hangs_up() -> None:
    with serving(plain(b"x")) as server:
        get(HttpTransport(), server)
        gc.collect()
        assert server.is_left_alone()


# --- It did not happen --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://nobody.invalid/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "/v1/keys",
        "http:///",
        "http://[::1",
        "http://127.0.0.1:84oo/",
        "http://127.0.0.1:99999/",
    ],
)
def test_what_can_not_be_reached_did_not_happen(transport: HttpTransport, url: str) -> None:
    with pytest.raises(ServiceUnavailable):
        transport.request("POST", url, {}, b"{}")


def test_a_closed_port_means_it_did_not_happen(transport: HttpTransport) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ServiceUnavailable):
        transport.request("POST", f"http://127.0.0.1:{port}/", {}, b"{}")


# --- It may have happened -----------------------------------------------------------------------


def silence(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.recv(1)


def trickle(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.02)


def trickle_in_the_head(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Kind: ")
    for _ in range(50):
        connection.sendall(b"x")
        time.sleep(0.02)
    connection.sendall(b"\r\n\r\n")


def go_on_and_on(connection: socket.socket) -> None:
    for _ in range(50):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.02)
    connection.sendall(plain(b""))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="hang up"),
        pytest.param(b"HTTP/1.1 20", id="half a status line"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", id="half a head"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\nsuccess", id="no end but the connection's"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", id="half a body"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            id="no last chunk",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc", id="half a chunk"
        ),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", id="another protocol"),
        pytest.param(plain(b"x" * 1001), id="too much"),
        pytest.param(plain(b"", headers="X: " + "y" * 70_000 + "\r\n"), id="too long a line"),
        pytest.param(silence, id="silence"),
        pytest.param(trickle, id="trickle"),
        pytest.param(trickle_in_the_head, id="trickle in the head"),
        pytest.param(go_on_and_on, id="promises of an answer"),
    ],
)
def test_without_a_complete_answer_the_outcome_is_unknown_and_nothing_is_repeated(
    transport: HttpTransport, answer: bytes
) -> None:
    with serving(answer, plain(b"x"), then_hang_up={0}) as server:
        with pytest.raises(AnswerLost):
            transport.request("POST", server.url, {"Idempotency-Key": "k1"}, b"{}")
        assert len(server.requests) == 1
        assert get(transport, server).body == b"x"


def test_an_answer_may_be_exactly_as_large_as_the_limit(transport: HttpTransport) -> None:
    with serving(plain(b"x" * 1000)) as server:
        assert len(get(transport, server).body) == 1000


# --- Streams ------------------------------------------------------------------------------------


def test_a_stream_gives_each_line_when_it_comes(transport: HttpTransport) -> None:
    heard = threading.Event()

    def speak(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Kind: a\r\n\r\n")
        connection.sendall(b"7\r\nid: 1\r\n\r\n")
        heard.wait(5)
        connection.sendall(b"6\r\nid: 2\n\r\n0\r\n\r\n")

    with serving(speak) as server, closing(transport.stream(server.url, {"Accept": "x"})) as stream:
        assert (stream.status, stream.headers["x-kind"]) == (200, "a")
        lines = stream.lines()
        assert next(lines) == b"id: 1"
        heard.set()
        assert list(lines) == [b"id: 2"]


def test_a_stream_that_breaks_off_is_told() -> None:
    def break_off(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nid: 1\n")

    with (
        serving(break_off, then_hang_up={0}) as server,
        closing(HttpTransport().stream(server.url, {})) as stream,
        pytest.raises(AnswerLost),
    ):
        list(stream.lines())


def test_a_stream_that_falls_silent_is_told() -> None:
    def fall_silent(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        silence(connection)

    with (
        serving(fall_silent) as server,
        closing(HttpTransport(stream_timeout_s=0.1).stream(server.url, {})) as stream,
        pytest.raises(AnswerLost),
    ):
        list(stream.lines())


def test_a_stream_to_nowhere_did_not_happen(transport: HttpTransport) -> None:
    with pytest.raises(ServiceUnavailable):
        transport.stream("http://nobody.invalid/", {})


def test_a_stream_that_never_answers_is_told() -> None:
    with serving(b"", then_hang_up={0}) as server, pytest.raises(AnswerLost):
        HttpTransport().stream(server.url, {})
