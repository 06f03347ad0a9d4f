"""The page to set a stand up: services, a phone that comes through, the Wi-Fi, the printer."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import flask
import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image

from ledger.kit.transport import Response
from ledger.kit.transport.message import Stream
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.instants import MINUTE, Instant, to_text
from pos.counter.desk import Desk
from pos.paper import roll
from pos.web import screens
from pos.web.stand import setup, wifi
from tests.pos.api import code_of, post

BASE = "http://192.168.1.20:8410"
OTHERS = {"ledger": "http://127.0.0.1:8400", "wallet": "http://127.0.0.1:8402"}


class Neighbours:
    """A provider whose clock is a minute off, and a wallet that is away."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        assert (method, headers, body) == ("GET", {}, b"")
        if url != "http://127.0.0.1:8400/health":
            raise ServiceUnavailable("away")
        clock = to_text(Instant(self._desk.clock.now() + MINUTE))
        return Response(200, {}, json.dumps({"version": "0.1.0", "clock": clock}).encode())

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        raise NotImplementedError(url, headers)


@pytest.fixture
def client(app: flask.Flask, desk: Desk) -> FlaskClient:
    stand = setup.Stand(desk, "0.1.0", OTHERS, BASE, "TM-T88III", Neighbours(desk))
    setup.add(app, screens.site(), stand)
    return app.test_client()


def test_it_tells_which_services_answer_and_whose_clock_is_off(client: FlaskClient) -> None:
    seen = client.get("/api/setup/services").get_json()["services"]
    assert [(each["name"], each["answers"], each["clock_off_s"]) for each in seen] == [
        ("pos", True, 0),
        ("ledger", True, 60),
        ("wallet", False, 0),
    ]


def test_a_phone_that_comes_through_is_seen(client: FlaskClient) -> None:
    before = client.get("/api/setup/phone").get_json()
    assert before["arrived"] is False
    assert before["url"].startswith(f"{BASE}/receipt/hello/")
    path = urlsplit(before["url"]).path
    assert client.get(path[:-1] + "!").status_code == 404
    assert client.get("/api/setup/phone").get_json()["arrived"] is False
    page = client.get(path, headers={"Accept-Language": "en"})
    assert "The till has seen this phone" in page.text
    assert client.get("/api/setup/phone").get_json()["arrived"] is True


@pytest.mark.parametrize(
    ("name", "password", "spelled"),
    [
        ("Stand 3", "play money", "WIFI:T:WPA;S:Stand 3;P:play money;;"),
        ("Stand 3", "", "WIFI:T:nopass;S:Stand 3;;"),
        (r'a;b,c:d"e\f', "12345678x", r"WIFI:T:WPA;S:a\;b\,c\:d\"e\\f;P:12345678x;;"),
        ("CAFE", "0123456789", 'WIFI:T:WPA;S:"CAFE";P:"0123456789";;'),
        ("免费", "play money", "WIFI:T:WPA;S:免费;P:play money;;"),
    ],
)
def test_the_code_of_a_wifi_is_spelled_as_phones_read_it(
    name: str, password: str, spelled: str
) -> None:
    assert wifi.text(name, password) == spelled


@pytest.mark.parametrize(
    ("name", "password"),
    [("", "play money"), ("x" * 33, "play money"), ("Stand", "short"), ("Stand", "schöneswort")],
)
def test_a_wifi_that_can_not_be_is_refused(client: FlaskClient, name: str, password: str) -> None:
    with pytest.raises(FieldFormat):
        wifi.text(name, password)
    refused = post(client, "/api/setup/wifi", {"name": name, "password": password})
    assert code_of(refused) == (400, "FIELD_FORMAT")


def test_the_wifis_code_is_drawn(client: FlaskClient) -> None:
    drawn = post(client, "/api/setup/wifi", {"name": "Stand", "password": "play money"})
    assert (drawn.mimetype, drawn.text[:4]) == ("image/svg+xml", "<svg")


def test_the_printers_test_shows_what_a_printer_makes_of_it(client: FlaskClient) -> None:
    printed = Image.open(io.BytesIO(post(client, "/api/setup/paper", {}).data))
    assert printed.width == 512
    (code,) = zxingcpp.read_barcodes(printed.convert("L"))
    assert code.text == client.get("/api/setup/phone").get_json()["url"]


def test_without_the_extra_the_page_is_told_what_is_missing(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll, "_INSTALLED", False)
    assert code_of(post(client, "/api/setup/paper", {})) == (501, "EXTRA_MISSING")
