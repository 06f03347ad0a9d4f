"""A vendor's call has the same answer in front of Flask as behind it: bytes, headers, log lines."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import flask
import pytest
from werkzeug.test import run_wsgi_app

from ledger.app import create_app, ledger_of
from ledger.cli.bench.faces.calls import NO, Call, Desk
from ledger.config import Settings
from ledger.kit import embedded
from ledger.kit.clock import SettableClock, SystemClock
from ledger.kit.entropy import SeededEntropy
from ledger.kit.web.on_demand import FAILURE, WANTED_CODE
from ledger.protocol.instants import Instant
from ledger.store import open_store
from tests.faces.vendor_world import VENDOR_KEYS
from tests.tidy.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Environ = dict[str, Any]


class Recorder(flask.Flask):
    """Keeps the calls that it is asked, as a server hands them over, and answers none."""

    def __init__(self) -> None:
        super().__init__("recorder")
        self.last: Environ = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        self.last = dict(environ)
        start_response("200 OK", [])
        return [b""]


class Told(NamedTuple):
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    log: list[dict[str, Any]]


@pytest.fixture(scope="module")
def now() -> Instant:
    return SystemClock().now()


def ledger(folder: Path, now: Instant) -> flask.Flask:
    return create_app(
        Settings(folder, background=False),
        store=open_store(embedded.MEMORY),
        clock=SettableClock(now),
        entropy=SeededEntropy("vendors"),
        vendor_keys=VENDOR_KEYS,
    )


def flask_alone(app: flask.Flask) -> WSGIApplication:
    behind: WSGIApplication = app.wsgi_app._behind  # type: ignore[attr-defined]
    return behind


def recorded(recorder: Recorder, call: Call) -> Environ:
    call()
    return recorder.last


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory, now: Instant) -> dict[str, Environ]:
    """Calls by name, in the sequence in which they are made."""
    app = ledger(tmp_path_factory.mktemp("books"), now)
    for path in ("/gateway.do", "/v3/certificates"):  # the first answers draw the platforms' keys
        app.test_client().get(path)
    recorder = Recorder()
    desk = Desk(recorder, ledger_of(app).store)  # type: ignore[arg-type] # has all that it needs
    keep = partial(recorded, recorder)
    query = keep(desk.v2("alipay.trade.query", out_trade_no=NO))
    buyer = desk.buyer_id()
    terms = {"out_trade_no": NO, "subject": "Tea", "total_amount": "12.95", "buyer_id": buyer}
    form = query["wsgi.input"].getvalue()
    found = {
        "V2 order": keep(desk.v2("alipay.trade.create", **terms)),
        "V2 code": keep(desk.precreate("CODE-1")),
        "V2 query": query,
        "V2 query in the address": {
            **query,
            "REQUEST_METHOD": "GET",
            "CONTENT_LENGTH": "",
            "QUERY_STRING": form.decode(),
            "wsgi.input": BytesIO(b""),
        },
        "V2 nothing": {**query, "CONTENT_LENGTH": "0", "wsgi.input": BytesIO(b"")},
        "V2 unknown method": keep(desk.v2("alipay.trade.nothing")),
        "V2 no trade": keep(desk.v2("alipay.trade.query", out_trade_no="NOBODY")),
        "V2 for a browser": {**query, "HTTP_ACCEPT": "text/html"},
        "V2 by a code on demand": {**query, WANTED_CODE: "ACQ.SYSTEM_ERROR"},
        "V2 signed wrongly": {
            **query,
            "CONTENT_LENGTH": str(len(form) + 4),
            "wsgi.input": BytesIO(form + b"&a=b"),
        },
        **_others(desk, keep),
    }
    ledger_of(app).close()
    return found


def _others(desk: Desk, keep: Callable[[Call], Environ]) -> dict[str, Environ]:
    wechat_query = keep(desk.wechat_query(NO))
    antom = keep(desk.antom("inquiryPayment", {"paymentRequestId": NO}))
    return {
        "V3 query": keep(desk.v3_query(NO)),
        "V3 unsigned": {**keep(desk.v3_query(NO)), "HTTP_AUTHORIZATION": ""},
        "V3 signed wrongly": {**keep(desk.v3_query(NO)), "QUERY_STRING": "out_trade_no=X"},
        "Antom inquiry of nothing": antom,
        "Antom signed wrongly": {**antom, "HTTP_REQUEST_TIME": "2026-11-22T12:00:00+08:00"},
        "Antom in another form": {**antom, "CONTENT_TYPE": "text/plain"},
        "Antom by nobody": {**antom, "HTTP_CLIENT_ID": "nobody"},
        "WeChat order": keep(desk.native_order(NO)),
        "WeChat query": wechat_query,
        "WeChat query of nothing": keep(desk.wechat_query("NOBODY")),
        "WeChat signed wrongly": {**wechat_query, "QUERY_STRING": "mchid=1"},
        "WeChat without a name": {**wechat_query, "HTTP_USER_AGENT": ""},
        "WeChat by its platform key": {**wechat_query, "HTTP_WECHATPAY_SERIAL": "nobody's"},
        "WeChat close": keep(desk.wechat_close(NO)),
    }


LEFT = {
    "compressed": {"HTTP_CONTENT_ENCODING": "gzip"},
    "in chunks": {"HTTP_TRANSFER_ENCODING": "chunked"},
    "too large": {"CONTENT_LENGTH": "1000000"},
    "of a length that is none": {"CONTENT_LENGTH": "1e3"},
    "by another method": {"REQUEST_METHOD": "PUT"},
    "at another address": {"PATH_INFO": "/gateway.do/"},
    "to a stranger's host": {"HTTP_HOST": "evil/@test"},
    "under a prefix": {"SCRIPT_NAME": "/shop"},
    "signed as ours are": {"HTTP_SIGNATURE": "sig=:AAAA:"},
    "to fail": {FAILURE: True},
}


def ask(app: WSGIApplication, asked: Environ, caplog: pytest.LogCaptureFixture) -> Told:
    caplog.clear()
    asked["wsgi.input"].seek(0)
    pieces, status, headers = run_wsgi_app(app, {**asked})
    lines = [json.loads(each.getMessage()) for each in caplog.records]
    for line in lines:
        line.pop("duration_ms", None)
        line.pop("through", None)  # the lines of code that a failure came through differ by nature
    return Told(status, list(headers), b"".join(pieces), lines)


@pytest.fixture
def twins(tmp_path: Path, now: Instant) -> Iterator[tuple[flask.Flask, flask.Flask]]:
    """Two ledgers that draw the same numbers."""
    both = ledger(tmp_path / "one", now), ledger(tmp_path / "other", now)
    yield both
    for each in both:
        ledger_of(each).close()


def test_a_call_has_the_same_answer_and_the_same_lines_in_the_log_either_way(
    twins: tuple[flask.Flask, flask.Flask],
    calls: dict[str, Environ],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "qrpay.request")
    table, alone = twins[0].wsgi_app, flask_alone(twins[1])
    statuses = {}
    for name, asked in calls.items():
        expected, found = ask(alone, asked, caplog), ask(table, asked, caplog)
        assert found == expected, name
        statuses[name] = found.status
    assert statuses["WeChat close"] == "204 NO CONTENT"
    assert {status[:3] for status in statuses.values()} == {"200", "204", "400", "401", "404"}


def test_no_call_reaches_flask_that_is_ordinary(
    twins: tuple[flask.Flask, flask.Flask],
    calls: dict[str, Environ],
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = twins[0]
    app.wsgi_app._behind = None  # type: ignore[attr-defined]
    for name, asked in calls.items():
        assert ask(app.wsgi_app, asked, caplog).status, name


@pytest.mark.parametrize("other", LEFT.values(), ids=LEFT)
def test_what_is_not_ordinary_is_left_to_flask(
    other: Environ,
    twins: tuple[flask.Flask, flask.Flask],
    calls: dict[str, Environ],
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = twins[0]
    app.wsgi_app._behind = behind  # type: ignore[attr-defined]
    assert ask(app.wsgi_app, {**calls["V2 query"], **other}, caplog).body == b"behind"


def behind(_: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [])
    return [b"behind"]


@pytest.mark.parametrize("name", ["V2 query", "V3 query", "Antom inquiry of nothing"])
def test_a_failure_of_ours_is_told_alike_either_way(
    name: str,
    twins: tuple[flask.Flask, flask.Flask],
    calls: dict[str, Environ],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "qrpay.request")
    for app in twins:
        ledger_of(app).store.reading = broken  # type: ignore[method-assign]
    alone, table = flask_alone(twins[1]), twins[0].wsgi_app
    found = ask(table, calls[name], caplog)
    assert found == ask(alone, calls[name], caplog)
    assert any(line.get("failure") == "ZeroDivisionError" for line in found.log)
    assert b"canary" not in found.body


def broken() -> Any:  # noqa: ANN401 - it gives nothing
    raise ZeroDivisionError("canary-4711")


def test_a_page_of_the_cashier_is_answered_behind_flask(
    twins: tuple[flask.Flask, flask.Flask],
    calls: dict[str, Environ],
    caplog: pytest.LogCaptureFixture,
) -> None:
    form = urlencode({"method": "alipay.trade.page.pay"}).encode()
    asked = {**calls["V2 query"], "CONTENT_LENGTH": str(len(form)), "wsgi.input": BytesIO(form)}
    told = ask(twins[0].wsgi_app, asked, caplog)
    assert told.status.startswith("400")
    assert b"<html" in told.body


PAGES = {"page_orders.py", "bill_download.py", "pages.py"}
"""What people's browsers ask for, or files that are fetched: only behind Flask."""


def test_what_is_answered_in_front_of_flask_asks_nothing_of_it() -> None:
    faces = ROOT / "ledger" / "faces"
    answering = [
        path
        for vendor in ("alipay", "antom", "wechatpay")
        for path in (faces / vendor).rglob("*.py")
        if path.name not in PAGES
    ]
    assert len(answering) > 40
    asks = [path.name for path in answering if re.search(r"flask\.(request|g)\b", path.read_text())]
    assert asks == []
