"""What the table in front of Flask answers is what Flask would have answered, to the byte."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Annotated, Any, NamedTuple

import flask
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ledger.kit import web
from ledger.kit.clock import SettableClock
from ledger.kit.entropy import SeededEntropy
from ledger.protocol import strict_json
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.codes import TooManyAttempts
from ledger.protocol.errors.content import AmountFormat, JsonDuplicateKey
from ledger.protocol.errors.service import ServiceUnavailable, StorageFull
from ledger.protocol.errors.trust import SignatureMissing
from ledger.protocol.instants import Instant
from ledger.protocol.native_wire import REFUSED_AS

PATH = "/api/checkouts"
ORDINARY = b'{"name":"tea"}'
JSON = {"Content-Type": "application/json"}


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    name: str
    amount_minor: Annotated[int, msgspec.Meta(extra={REFUSED_AS: AmountFormat})] = 1
    parts: list[str] = []


class Asked(NamedTuple):
    body: bytes = ORDINARY
    headers: Mapping[str, str] = JSON
    method: str = "POST"
    path: str = PATH
    environ: Mapping[str, object] = {}


class Told(NamedTuple):
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    log: list[str]


FAILURES: dict[str, Exception] = {
    "broken": ZeroDivisionError("canary-4711"),
    "full": StorageFull(),
    "away": ServiceUnavailable("canary-4711"),
    "often": TooManyAttempts(),
    "unsigned": SignatureMissing(),
}


def new_app() -> flask.Flask:
    app = flask.Flask("shop")
    app.config["TRUSTED_HOSTS"] = ["localhost", ".shop.test"]
    clock = SettableClock(Instant(1795300180123))
    web.install(
        app,
        "shop",
        page=lambda each: f"<h1>{each.code}</h1>",
        clock=clock,
        entropy=SeededEntropy("shop"),
    )

    @web.hot_post(app, PATH, status=201)
    def take(body: bytes) -> bytes:
        line = web.parse(body, Line)
        if line.name in FAILURES:
            raise FAILURES[line.name]
        return msgspec.json.encode(line)

    return app


def ask(app: object, asked: Asked, caplog: pytest.LogCaptureFixture) -> Told:
    caplog.clear()
    builder = EnvironBuilder(
        asked.path, method=asked.method, headers=list(asked.headers.items()), data=asked.body
    )
    environ = {**builder.get_environ(), **asked.environ}
    pieces, status, headers = run_wsgi_app(app, environ)  # type: ignore[arg-type]
    return Told(
        status, list(headers), b"".join(pieces), [each.getMessage() for each in caplog.records]
    )


def without_flask(*_: object) -> list[bytes]:
    raise AssertionError("this went to Flask")


def taken_by_the_table() -> flask.Flask:
    app = new_app()
    app.wsgi_app._behind = without_flask  # type: ignore[attr-defined]
    return app


TAKEN = {
    "an ordinary body": Asked(),
    "another spelling": Asked(b' {"amount_minor": 5, "name": "\\u0041"}\n'),
    "no JSON": Asked(b"tea"),
    "not UTF-8": Asked(b'{"name":"\xff"}'),
    "no object": Asked(b"[]"),
    "an unknown member": Asked(b'{"name":"tea","price":1}'),
    "a member twice": Asked(b'{"name":"tea","name":"tea"}'),
    "a wrong amount": Asked(b'{"name":"tea","amount_minor":1.0}'),
    "a huge number": Asked(b'{"name":"tea","amount_minor":%s}' % (b"9" * 30)),
    "too deep": Asked(b"[" * 5000),
    "a question behind it": Asked(path=PATH + "?lang=de"),
    "a caller of JSON": Asked(headers={**JSON, "Accept": "application/json"}),
    "a trusted host": Asked(headers={**JSON, "Host": "till.shop.test:8401"}),
    **{f"failing {name}": Asked(b'{"name":"%s"}' % name.encode()) for name in FAILURES},
}

LEFT_TO_FLASK = {
    "a form": Asked(headers={"Content-Type": "application/x-www-form-urlencoded"}),
    "no type": Asked(headers={}),
    "a charset": Asked(headers={"Content-Type": "application/json; charset=utf-8"}),
    "another charset": Asked(headers={"Content-Type": "application/json; charset=latin-1"}),
    "compressed": Asked(headers={**JSON, "Content-Encoding": "gzip"}),
    "a browser": Asked(b"{}", headers={**JSON, "Accept": "text/html"}),
    "another method": Asked(b"", method="GET"),
    "what is allowed": Asked(b"", method="OPTIONS"),
    "another address": Asked(path=PATH + "/"),
    "a stranger's host": Asked(headers={**JSON, "Host": "evil.test"}),
    "a host that is none": Asked(headers={**JSON, "Host": "localhost/@evil"}),
    "too large": Asked(b'"' + b"x" * web.BODY_MAX_BYTES + b'"'),
    "a length that is none": Asked(environ={"CONTENT_LENGTH": "1e3"}),
    "a negative length": Asked(environ={"CONTENT_LENGTH": "-1"}),
    "no body": Asked(b""),
    "no length": Asked(environ={"CONTENT_LENGTH": ""}),
    "half a body": Asked(environ={"wsgi.input": BytesIO(b'{"na')}),
    "under a prefix": Asked(environ={"SCRIPT_NAME": "/shop"}),
}


@pytest.mark.parametrize("asked", (TAKEN | LEFT_TO_FLASK).values(), ids=TAKEN | LEFT_TO_FLASK)
def test_answer_headers_and_log_are_the_same_either_way(
    asked: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "qrpay.request")
    table = new_app()
    flask_alone = new_app().wsgi_app._behind  # type: ignore[attr-defined]
    expected = ask(flask_alone, asked, caplog)
    if isinstance(given_input := asked.environ.get("wsgi.input"), BytesIO):
        given_input.seek(0)
    found = ask(table, asked, caplog)
    assert found._replace(log=[]) == expected._replace(log=[])
    assert [_without_frames(line) for line in found.log] == [
        _without_frames(line) for line in expected.log
    ]
    assert not any("canary" in line for line in found.log if "failure" not in line)


def _without_frames(line: str) -> dict[str, Any]:
    """Leave out what differs by nature: the lines of code that a failure came through."""
    found: dict[str, Any] = json.loads(line)
    found.pop("through", None)
    found.pop("duration_ms", None)
    return found


@pytest.mark.parametrize("asked", TAKEN.values(), ids=TAKEN)
def test_what_is_ordinary_does_not_reach_flask(
    asked: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(taken_by_the_table(), asked, caplog).status


@pytest.mark.parametrize("asked", LEFT_TO_FLASK.values(), ids=LEFT_TO_FLASK)
def test_what_is_not_ordinary_is_left_to_flask(
    asked: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    if isinstance(given_input := asked.environ.get("wsgi.input"), BytesIO):
        given_input.seek(0)
    with pytest.raises(AssertionError, match="went to Flask"):
        ask(taken_by_the_table(), asked, caplog)


def test_a_request_that_is_answered_leaves_its_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "qrpay.request")
    told = ask(taken_by_the_table(), Asked(b'{"name":"tea","price":1}'), caplog)
    line = json.loads(told.log[0])
    assert len(told.log) == 1
    assert (line["method"], line["route"], line["status"]) == ("POST", PATH, 400)
    assert line["code"] == "UNKNOWN_FIELD"
    assert json.loads(told.body)["instance"].endswith(line["request_id"])


def read(raw: bytes, how: Callable[[bytes], Line]) -> object:
    try:
        return how(raw)
    except QrpayError as error:
        return (type(error), str(error))


LIKE_A_LINE = st.builds(
    lambda first, name, amount, parts, tail: (
        b'{%s"name":%s,"amount_minor":%s,"parts":%s}%s' % (first, name, amount, parts, tail)
    ),
    st.sampled_from([b"", b" ", b'"name":"milk",', b'"amount_minor":7,', b'"price":1,']),
    st.sampled_from([b'"tea"', b'"\\u0041"', b'"\\ud800"', b'"\x7f"', b'"\xc3\xa9"', b"null"]),
    st.sampled_from([b"2", b"1", b"2.0", b"1e2", b"-0", b"9" * 19, b"9" * 21, b'"2"', b"true"]),
    st.sampled_from([b"[]", b'["a"]', b'["a", "b"]', b"[" * 9 + b"]" * 9, b"{}"]),
    st.sampled_from([b"", b" ", b"\x00", b"x"]),
)


@given(raw=st.one_of(st.binary(max_size=40), LIKE_A_LINE))
def test_reading_fast_and_reading_carefully_come_to_the_same(raw: bytes) -> None:
    careful = read(raw, lambda raw: web.decode(strict_json.load_object(raw), Line))
    assert read(raw, lambda raw: web.parse(raw, Line)) == careful


def test_a_member_that_is_named_twice_is_refused_however_it_is_read() -> None:
    with pytest.raises(JsonDuplicateKey):
        web.parse(b'{"name":"tea","name":"tea"}', Line)
