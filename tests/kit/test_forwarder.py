"""A door passes on what comes and what is answered, and lets through only what its table opens."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import flask
import pytest
from werkzeug.serving import make_server
from werkzeug.test import Client

from ledger.kit import web
from ledger.kit.network.ports import free_port
from ledger.kit.serving import Forwarder
from ledger.kit.serving.forwarder import BODY_MAX_BYTES

CLOSED = "/_sandbox"


def behind() -> flask.Flask:
    """A service that tells what it was asked."""
    app = flask.Flask("behind")
    app.config["TRUSTED_HOSTS"] = ["qrpay.local"]
    web.install(app, "behind")

    @app.route("/told/<path:rest>", methods=["GET", "POST"])
    def tell(rest: str) -> flask.Response:
        asked = flask.request
        answer = flask.jsonify(
            path=rest,
            args=asked.args.to_dict(),
            body=asked.get_data(as_text=True),
            headers=dict(asked.headers),
            remote=asked.remote_addr,
            scheme=asked.scheme,
        )
        answer.headers.add("Set-Cookie", "one=1")
        answer.headers.add("Set-Cookie", "two=2")
        return answer

    @app.get("/pieces")
    def speak() -> flask.Response:
        return flask.Response(iter(["data: 1\n\n", "data: 2\n\n"]), mimetype="text/event-stream")

    web.believe_door(app)
    return app


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, behind(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def door(origin: str) -> Client:
    return Client(Forwarder({"/": origin, CLOSED: ""}))


AT_THE_DOOR = {
    "base_url": "https://qrpay.local",
    "environ_overrides": {"REMOTE_ADDR": "192.168.1.77"},
}


def test_a_request_arrives_as_it_was_sent(door: Client) -> None:
    told = door.post(
        "/told/a%20b/ü?q=1%202", data=b'{"x":1}', content_type="application/json", **AT_THE_DOOR
    ).get_json()
    assert told["path"] == "a b/ü"
    assert told["args"] == {"q": "1 2"}
    assert told["body"] == '{"x":1}'
    assert told["headers"]["Content-Type"] == "application/json"
    assert told["headers"]["Host"] == "qrpay.local"


def test_the_service_learns_who_asks_and_that_it_was_by_https(door: Client) -> None:
    told = door.get("/told/x", **AT_THE_DOOR).get_json()
    assert (told["remote"], told["scheme"]) == ("192.168.1.77", "https")


def test_nobody_can_say_that_he_is_somebody_else(door: Client) -> None:
    forged = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http", "Forwarded": "for=me"}
    told = door.get("/told/x", headers=forged, **AT_THE_DOOR).get_json()
    assert (told["remote"], told["scheme"]) == ("192.168.1.77", "https")
    assert "Forwarded" not in told["headers"]


def test_an_answer_comes_back_with_all_its_fields(door: Client) -> None:
    answer = door.get("/told/x", **AT_THE_DOOR)
    assert answer.headers.getlist("Set-Cookie") == ["one=1", "two=2"]
    assert "frame-ancestors" in answer.headers["Content-Security-Policy"]


def test_a_stream_comes_piece_by_piece(door: Client) -> None:
    answer = door.get("/pieces", buffered=False, **AT_THE_DOOR)
    assert list(answer.response) == [b"data: 1\n\n", b"data: 2\n\n"]


def test_what_the_table_closes_is_refused_at_the_door(door: Client) -> None:
    for path in (f"{CLOSED}/v1/clock", "/%5Fsandbox/v1/clock"):
        refused = door.get(path, **AT_THE_DOOR)
        assert (refused.status_code, json.loads(refused.data)["code"]) == (403, "CLOSED_TO_NETWORK")


def test_a_door_with_an_empty_table_leads_nowhere() -> None:
    assert Client(Forwarder({})).get("/", **AT_THE_DOOR).status_code == 403


def test_a_name_that_the_service_does_not_have_is_refused_by_the_service(door: Client) -> None:
    assert door.get("/told/x", base_url="https://evil.example").status_code == 400


def test_more_than_a_door_carries_is_refused(door: Client) -> None:
    refused = door.post("/told/x", data=b"x" * (BODY_MAX_BYTES + 1), **AT_THE_DOOR)
    assert (refused.status_code, json.loads(refused.data)["code"]) == (413, "BODY_TOO_LARGE")


def test_a_service_that_is_away_is_told_as_such() -> None:
    away = Client(Forwarder({"/": f"http://127.0.0.1:{free_port()}"}))
    refused = away.get("/", **AT_THE_DOOR)
    assert (refused.status_code, json.loads(refused.data)["code"]) == (503, "SERVICE_UNAVAILABLE")
