"""A sale's paper at the till's API, and as a phone fetches it."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import flask
import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image

from pos.counter.desk import Desk
from pos.paper import roll
from pos.web import screens
from pos.web.papers import routes
from tests.pos.api import BASKET, code_of, collect, open_sale
from tests.pos.shop import PAYMENT_CODE

BASE = "http://192.168.1.20:8410"


@pytest.fixture
def client(app: flask.Flask, desk: Desk) -> FlaskClient:
    routes.add(app, screens.site(), routes.Papers(desk, BASE, "TM-T88III"))
    return app.test_client()


@pytest.fixture
def paper(client: FlaskClient) -> str:
    sale = open_sale(client, BASKET)
    collect(client, sale, mode="read", payment_code=PAYMENT_CODE)
    return f"/api/sales/{sale['sale_id']}/paper"


def test_the_text_and_the_receipts_say_the_same(client: FlaskClient, paper: str) -> None:
    told = client.get(paper.replace("/paper", "/receipts") + "?lang=en").get_json()["paper"]
    assert client.get(f"{paper}.txt?lang=en").text == told
    assert "Paid" in told


def test_the_code_on_the_picture_leads_a_phone_to_the_same_picture(
    client: FlaskClient, paper: str
) -> None:
    shown = client.get(f"{paper}.png?lang=de")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(shown.data)).convert("L"))
    assert code.text.startswith(f"{BASE}/receipt/")
    fetched = client.get(urlsplit(code.text).path + ".png?lang=de")
    assert (fetched.mimetype, fetched.data) == ("image/png", shown.data)


def test_a_phone_gets_the_paper_as_a_page_in_its_own_language(
    client: FlaskClient, paper: str
) -> None:
    path = urlsplit(client.get(f"{paper}.json").get_json()["url"]).path
    page = client.get(path, headers={"Accept-Language": "zh-CN"})
    assert page.mimetype == "text/html"
    for said in ("洗发水", "已支付", "€7.79", "演示，非收银小票", f'href="{path}.png?lang=zh"'):
        assert said in page.text
    assert client.get(path.replace("-", "-x")).status_code == 404


def test_a_screen_learns_the_phones_address(client: FlaskClient, paper: str) -> None:
    url = client.get(f"{paper}.json?lang=zh").get_json()["url"]
    assert url.startswith(f"{BASE}/receipt/")
    assert url.endswith("?lang=zh")


def test_the_printer_gets_what_the_picture_shows(client: FlaskClient, paper: str) -> None:
    answer = client.get(f"{paper}.escpos?lang=zh")
    assert answer.mimetype == "application/vnd.escpos"
    shown = Image.open(io.BytesIO(client.get(f"{paper}.png?lang=zh").data))
    assert roll.seen(answer.data).tobytes() == shown.tobytes()


def test_without_the_extra_the_printer_gets_nothing_and_the_screen_is_told(
    client: FlaskClient, paper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll, "_INSTALLED", False)
    assert code_of(client.get(f"{paper}.escpos")) == (501, "EXTRA_MISSING")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/sales/sal_unknown/paper.png", (404, "SALE_NOT_FOUND")),
        ("/receipt/01M81BKH5XWYK29ZNNJNVGWY-GLxDvzCal-W3nQdO.png", (404, "RECEIPT_NOT_FOUND")),
        ("/receipt/..png", (404, "RECEIPT_NOT_FOUND")),
    ],
)
def test_a_paper_that_there_is_not_is_not_found(
    client: FlaskClient, path: str, code: tuple[int, str]
) -> None:
    assert code_of(client.get(path)) == code


def test_a_paper_has_no_other_form_and_no_other_language(client: FlaskClient, paper: str) -> None:
    assert code_of(client.get(f"{paper}.pdf")) == (404, "ROUTE_NOT_FOUND")
    assert code_of(client.get(f"{paper}.png?lang=fr")) == (400, "FIELD_FORMAT")
