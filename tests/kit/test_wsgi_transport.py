"""Inside one process an app gets what a server would give it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import flask
import pytest

from ledger.kit.transport import HttpTransport, Transport
from ledger.kit.transport.wsgi_transport import WsgiTransport
from ledger.protocol.errors.service import ServiceUnavailable
from tests.kit.scripted_server import plain, serving

ORIGIN = "http://shop.test:8400"


@pytest.fixture
def app() -> flask.Flask:
    app = flask.Flask("shop")

    @app.route("/echo/<name>", methods=["GET", "POST"])
    def echo(name: str) -> flask.Response:
        request = flask.request
        seen: dict[str, object] = {
            "url": request.url,
            "method": request.method,
            "name": name,
            "order_no": request.args.get("order_no"),
            "query": request.query_string.decode(),
            "key": request.headers.get("Idempotency-Key"),
            "type": request.mimetype,
            "body": request.get_data(as_text=True),
        }
        response = flask.jsonify(seen)
        response.status_code = 202
        response.headers.extend([("X-Twice", "a"), ("X-Twice", "b")])
        return response

    @app.get("/stream")
    def stream() -> flask.Response:
        def speak() -> Iterator[str]:
            yield "id: 1\r\nda"
            yield "ta: x\n\nlast"

        return flask.Response(speak(), mimetype="text/event-stream")

    return app


@pytest.fixture
def transport(app: flask.Flask) -> Transport:
    return WsgiTransport({ORIGIN: app})


def test_a_request_arrives_as_it_was_given(transport: Transport) -> None:
    response = transport.request(
        "POST",
        f"{ORIGIN}/echo/caf%C3%A9?order_no=A%7C1",
        {"Content-Type": "application/json", "idempotency-key": "k1"},
        b'{"a":1}',
    )
    assert response.status == 202
    assert response.headers["x-twice"] == "a, b"
    assert flask.json.loads(response.body) == {
        "url": f"{ORIGIN}/echo/café?order_no=A|1",
        "method": "POST",
        "name": "café",
        "order_no": "A|1",
        "query": "order_no=A%7C1",
        "key": "k1",
        "type": "application/json",
        "body": '{"a":1}',
    }


def test_a_stream_gives_lines_and_can_be_left(transport: Transport) -> None:
    with closing(transport.stream(f"{ORIGIN}/stream", {})) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert list(stream.lines()) == [b"id: 1", b"data: x", b"", b"last"]


def test_leaving_a_stream_tells_the_app() -> None:
    left = []

    def app(_environ: object, start_response: object) -> Iterator[bytes]:
        assert callable(start_response)
        start_response("200 OK", [])
        try:
            yield b"one\n"
            yield b"two\n"
        finally:
            left.append(True)

    with closing(WsgiTransport({ORIGIN: app}).stream(ORIGIN, {})) as stream:
        assert next(stream.lines()) == b"one"
        assert left == []
    assert left == [True]


def test_an_origin_without_an_app_is_unavailable(transport: Transport) -> None:
    for url in ("http://shop.test:8401/echo/a", "https://shop.test:8400/echo/a"):
        with pytest.raises(ServiceUnavailable):
            transport.request("GET", url, {}, b"")
        with pytest.raises(ServiceUnavailable):
            transport.stream(url, {})


def test_both_transports_give_the_same_kind_of_answer() -> None:
    def app(_environ: object, start_response: object) -> list[bytes]:
        assert callable(start_response)
        start_response("200 OK", [("X-Kind", "a"), ("Content-Length", "4")])
        return [b"bo", b"dy"]

    with serving(plain(b"body", headers="X-Kind: a\r\n")) as server:
        over_http = HttpTransport().request("GET", server.url, {}, b"")
    assert WsgiTransport({ORIGIN: app}).request("GET", ORIGIN, {}, b"") == over_http
