"""Every refusal is a problem document with a name, and nothing that was sent ends up in a log."""

from __future__ import annotations

import json
import logging
from typing import Annotated, Any

import flask
import msgspec
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.kit import web
from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from ledger.kit.problems import Problem
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.codes import TooManyAttempts
from ledger.protocol.errors.content import (
    AmountFormat,
    FieldFormat,
    FieldMissing,
    UnknownField,
)
from ledger.protocol.errors.service import ServiceUnavailable, StorageFull
from ledger.protocol.errors.trust import SignatureMissing
from ledger.protocol.instants import Instant

CANARY = "canary-4711"
PAYMENT_ID = "pay_01M803NG4V00000000000000"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    amount_minor: Annotated[int, msgspec.Meta(extra={"refused_as": AmountFormat})]


class Basket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lines: list[Line]
    total_minor: Annotated[int, msgspec.Meta(extra={"refused_as": AmountFormat})] | None = None
    note: str = ""


def draw_page(problem: Problem) -> str:
    return f"<h1>{problem.code}</h1>"


@pytest.fixture
def app() -> flask.Flask:
    app = flask.Flask("shop")
    clock = SettableClock(Instant(1795300180123))
    web.install(app, "shop", page=draw_page, clock=clock, entropy=SeededEntropy("shop"))

    @app.post("/baskets")
    def take_basket() -> dict[str, int]:
        return {"lines": len(web.read_json(Basket).lines)}

    @app.post("/pictures")
    @web.reads_up_to(web.IMAGE_BODY_MAX_BYTES)
    def take_picture() -> dict[str, int]:
        return {"bytes": len(flask.request.get_data())}

    @app.get("/payments/<payment_id>/<secret>")
    def show(payment_id: str, secret: str) -> str:
        return payment_id + secret

    @app.get("/framed")
    def framed() -> flask.Response:
        return flask.Response("x", headers={"Cache-Control": "max-age=60"})

    @app.get("/folder/")
    def folder() -> str:
        return "folder"

    return app


@pytest.fixture
def client(app: flask.Flask) -> FlaskClient:
    return app.test_client()


def failing_app(error: Exception) -> FlaskClient:
    app = flask.Flask("shop")
    web.install(app, "shop", entropy=SeededEntropy("shop"))

    @app.get("/fail")
    def fail() -> str:
        raise error

    return app.test_client()


def problem(response: TestResponse) -> Problem:
    assert response.mimetype == "application/problem+json"
    found = msgspec.json.decode(response.data, type=Problem, strict=True)
    assert found.status == response.status_code
    assert found.type == f"https://qrpay.test/problems/{found.code}"
    return found


def lines_of(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    for record in caplog.records:
        assert "\n" not in record.getMessage()
        assert "\r" not in record.getMessage()
    return [json.loads(record.getMessage()) for record in caplog.records]


# --- Errors -------------------------------------------------------------------------------------


def test_an_error_of_ours_is_told_with_its_code_title_and_detail(client: FlaskClient) -> None:
    found = problem(client.post("/baskets", json={"lines": [], "status": "PAID"}))
    assert (found.code, found.status, found.detail) == ("UNKNOWN_FIELD", 400, "status")
    assert found.title == UnknownField.title()
    assert found.instance.startswith("https://qrpay.test/requests/01M803NG4V")


def test_an_unknown_address_is_told_by_name(client: FlaskClient) -> None:
    assert problem(client.get("/nowhere")).code == "ROUTE_NOT_FOUND"


def test_a_wrong_method_is_told_with_the_right_ones(client: FlaskClient) -> None:
    response = client.get("/baskets")
    assert problem(response).code == "METHOD_NOT_ALLOWED"
    assert set(response.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_an_unexpected_exception_tells_the_caller_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    response = failing_app(ValueError(f"the PIN is {CANARY}")).get("/fail")
    found = problem(response)
    assert (found.code, found.status, found.detail) == ("INTERNAL", 500, "")
    assert CANARY not in response.text
    failure, request = lines_of(caplog)
    assert failure["failure"] == "ValueError"
    assert failure["through"][-1].endswith(" fail")
    assert found.instance.endswith(failure["request_id"])
    assert request["request_id"] == failure["request_id"]
    assert CANARY not in caplog.text


def test_a_failure_of_our_own_is_logged_with_its_detail_and_told_without(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    response = failing_app(ServiceUnavailable("the disk at /srv failed")).get("/fail")
    assert problem(response).detail == ""
    assert lines_of(caplog)[0]["detail"] == "the disk at /srv failed"


@pytest.mark.parametrize(
    ("error", "status", "header", "value"),
    [
        (StorageFull(), 507, None, None),
        (TooManyAttempts(), 429, "Retry-After", "60"),
        (SignatureMissing(), 401, "WWW-Authenticate", 'Signature realm="shop"'),
    ],
)
def test_some_errors_say_in_a_header_what_to_do(
    error: QrpayError, status: int, header: str | None, value: str | None
) -> None:
    response = failing_app(error).get("/fail")
    assert response.status_code == status
    assert header is None or response.headers[header] == value


def test_a_person_gets_a_page_and_a_program_a_document(client: FlaskClient) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get("/nowhere", headers={"Accept": browser}).text == "<h1>ROUTE_NOT_FOUND</h1>"
    for accepted in ("*/*", "application/json", "application/problem+json", ""):
        problem(client.get("/nowhere", headers={"Accept": accepted}))


def test_a_redirection_is_not_an_error(client: FlaskClient) -> None:
    response = client.get("/folder")
    assert (response.status_code, response.location) == (308, "http://localhost/folder/")


# --- Bodies -------------------------------------------------------------------------------------


def test_a_good_body_is_read(client: FlaskClient) -> None:
    body = {"lines": [{"name": "tea", "amount_minor": 250}], "total_minor": 250}
    assert client.post("/baskets", json=body).json == {"lines": 1}


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("text/plain", None),
        ("", None),
        ("application/x-www-form-urlencoded", None),
        ("application/json; charset=latin-1", None),
        ("application/json", "gzip"),
    ],
)
def test_another_content_type_is_refused(
    client: FlaskClient, content_type: str, encoding: str | None
) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}
    response = client.post(
        "/baskets", data=b'{"lines": []}', content_type=content_type, headers=headers
    )
    assert (problem(response).code, response.status_code) == ("CONTENT_TYPE_UNSUPPORTED", 415)


def test_a_charset_that_says_utf_8_is_fine(client: FlaskClient) -> None:
    content_type = "application/json; charset=UTF-8"
    response = client.post("/baskets", data=b'{"lines": []}', content_type=content_type)
    assert response.json == {"lines": 0}


def send(client: FlaskClient, body: bytes) -> Problem:
    return problem(client.post("/baskets", data=body, content_type="application/json"))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "JSON_SYNTAX"),
        (b"[]", "FIELD_FORMAT"),
        (b'{"lines": [], "lines": []}', "JSON_DUPLICATE_KEY"),
        (b"[" * 60_000, "JSON_TOO_DEEP"),
        (b'{"total_minor": ' + b"9" * 5000 + b"}", "JSON_NUMBER"),
        (b'{"note": "\xff"}', "ENCODING"),
    ],
)
def test_json_with_two_meanings_or_none_is_refused(
    client: FlaskClient, body: bytes, code: str
) -> None:
    assert send(client, body).code == code


def test_a_body_may_have_64_kib_and_not_one_byte_more(client: FlaskClient) -> None:
    just = b'{"lines": []}'.ljust(64 * 1024)
    assert client.post("/baskets", data=just, content_type="application/json").status_code == 200
    assert send(client, just + b" ").code == "BODY_TOO_LARGE"


def test_a_view_for_pictures_reads_more_and_not_without_end(client: FlaskClient) -> None:
    most = 2 * 1024 * 1024
    assert client.post("/pictures", data=bytes(most)).json == {"bytes": most}
    assert problem(client.post("/pictures", data=bytes(most + 1))).code == "BODY_TOO_LARGE"


@pytest.mark.parametrize(
    ("body", "refusal", "detail"),
    [
        ({}, FieldMissing, "lines"),
        ({"lines": [{"name": "tea"}]}, FieldMissing, "lines[0].amount_minor"),
        ({"lines": [], "state": 1}, UnknownField, "state"),
        ({"lines": [{"name": "a", "amount_minor": 1, "x": 1}]}, UnknownField, "lines[0].x"),
        ({"lines": None}, FieldFormat, "lines: Expected `array`, got `null`"),
        ({"lines": [], "note": 5}, FieldFormat, "note: Expected `str`, got `int`"),
        ({"lines": [5]}, FieldFormat, "lines[0]: Expected `object`, got `int`"),
        ({"lines": [{"name": "a", "amount_minor": "5"}]}, AmountFormat, "lines[0].amount_minor"),
        ({"lines": [{"name": "a", "amount_minor": True}]}, AmountFormat, "lines[0].amount_minor"),
        ({"lines": [{"name": "a", "amount_minor": None}]}, AmountFormat, "lines[0].amount_minor"),
        ({"lines": [], "total_minor": "5"}, AmountFormat, "total_minor"),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_refused_by_name(
    body: dict[str, object], refusal: type[QrpayError], detail: str
) -> None:
    with pytest.raises(refusal) as caught:
        web.decode(body, Basket)
    assert type(caught.value) is refusal
    assert caught.value.detail.startswith(detail)


@pytest.mark.parametrize("amount", ["1.0", "1e3", "-0.5", "NaN", "Infinity", "1E400"])
def test_an_amount_that_is_no_integer_is_refused_as_an_amount(
    client: FlaskClient, amount: str
) -> None:
    found = send(client, b'{"lines": [], "total_minor": %s}' % amount.encode())
    assert found.code == "AMOUNT_FORMAT"
    assert "JsonNumberText" not in found.detail


def test_a_number_that_is_no_integer_is_refused_in_any_other_field(client: FlaskClient) -> None:
    assert send(client, b'{"lines": [], "note": 1.5}').code == "FIELD_FORMAT"


def test_a_huge_integer_reaches_the_rule_about_amounts() -> None:
    assert web.decode({"lines": [], "total_minor": 2**63}, Basket).total_minor == 2**63


def test_a_refusal_does_not_echo_a_long_name(client: FlaskClient) -> None:
    found = send(client, json.dumps({"lines": [], "x" * 1000: 1}).encode())
    assert found.code == "UNKNOWN_FIELD"
    assert len(found.detail) < 100


# --- Headers and log ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/health", "/nowhere"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_a_view_may_say_something_else(client: FlaskClient) -> None:
    assert client.get("/framed").headers["Cache-Control"] == "max-age=60"


def test_health_answers_with_facts_and_fails_with_a_name() -> None:
    healthy = flask.Flask("a")
    web.install(healthy, "a", health=lambda: {"sqlite": "3.54.1"})
    assert healthy.test_client().get("/health").json == {
        "status": "ok",
        "service": "a",
        "sqlite": "3.54.1",
    }

    def ill() -> dict[str, object]:
        raise StorageFull

    app = flask.Flask("b")
    web.install(app, "b", health=ill)
    assert problem(app.test_client().get("/health")).code == "STORAGE_FULL"


def test_each_request_leaves_one_line(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client.get(f"/payments/{PAYMENT_ID}/x")
    client.post("/baskets", json={})
    first, second = lines_of(caplog)
    request_id = first.pop("request_id")
    assert first == {
        "service": "shop",
        "method": "GET",
        "route": "/payments/<payment_id>/<secret>",
        "subject": [PAYMENT_ID],
        "status": 200,
        "code": "",
        "duration_ms": 0.0,
    }
    assert (second["code"], second["status"]) == ("FIELD_MISSING", 400)
    assert second["request_id"] > request_id


def test_nothing_that_was_sent_is_logged(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client.get(f"/payments/{PAYMENT_ID}/{CANARY}")
    client.get(f"/{CANARY}")
    client.get(f"/health?pin={CANARY}", headers={"Authorization": CANARY, "X-Canary": CANARY})
    client.post("/baskets", json={"lines": [], CANARY: CANARY})
    client.open("/health", method=CANARY.upper())
    client.get(f"/payments/{PAYMENT_ID}%0d%0aforged/x")
    assert len(lines_of(caplog)) == 6
    assert CANARY not in caplog.text.lower()
    assert "forged" not in caplog.text
