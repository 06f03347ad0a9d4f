"""A browser is led from the shop's page to the cashier and back, and an app's order is paid."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from werkzeug.test import TestResponse

from ledger.faces.alipay.cashier import PREFIX
from ledger.protocol.alipay_wire import keys, parameters
from ledger.protocol.instants import DAY
from tests.faces.alipay.shop import AlipayShop, platform_key

PAGE, WAP, APP = (f"alipay.trade.{kind}.pay" for kind in ("page", "wap", "app"))
BACK = "https://shop.example/back?cart=7"


def content(out_trade_no: str = "P1", total_amount: str = "12.95") -> dict[str, str]:
    return {"out_trade_no": out_trade_no, "total_amount": total_amount, "subject": "Tea <b>"}


def brought(shop: AlipayShop, method: str = PAGE, *, by: str = "GET", **more: str) -> TestResponse:
    """A browser brings a signed call; with ``forged`` its amount is another than was signed."""
    forged = more.pop("forged", "")
    spelled = shop.spelled(content(**{k: more.pop(k) for k in ("total_amount",) if k in more}))
    sent = shop.signed(shop.public(method, biz_content=spelled, return_url=BACK, **more))
    if forged:
        sent["biz_content"] = sent["biz_content"].replace("12.95", forged)
    client = shop.app.test_client()
    if by == "GET":
        return client.get(f"/gateway.do?{urlencode(sent)}")
    body = {"biz_content": sent.pop("biz_content")}
    return client.post(f"/gateway.do?{urlencode(sent)}", data=body)


def cashier(shop: AlipayShop, method: str = PAGE) -> str:
    """The address of the cashier's page."""
    led = brought(shop, method)
    assert led.status_code == 302, led.text
    return str(led.location)


def act(shop: AlipayShop, page: str, decision: str, **headers: str) -> TestResponse:
    sent = {"payer": "Anna", "decision": decision}
    return shop.app.test_client().post(f"{page}/act", data=sent, headers=headers)


def look(shop: AlipayShop, page: str) -> str:
    return str(shop.app.test_client().get(f"{page}/state").get_json()["stand"])


@pytest.mark.parametrize("by", ["GET", "POST"])
def test_a_browser_is_led_to_a_page_with_the_code_of_the_order(shop: AlipayShop, by: str) -> None:
    led = brought(shop, by=by)
    assert led.status_code == 302
    page = shop.app.test_client().get(led.location, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "Pay Demo Drugstore" in page.text
    assert "€12.95" in page.text
    assert "Tea &lt;b&gt;" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src")
    assert re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=", page.text) is None
    drawn = shop.app.test_client().get(f"{led.location}/code.svg")
    assert drawn.mimetype == "image/svg+xml"
    script = re.search(r'src="(/static/[^"]+/cashier\.js)"', page.text)
    assert script is not None
    assert shop.app.test_client().get(script[1]).status_code == 200


def test_there_is_no_trade_before_somebody_scans(shop: AlipayShop) -> None:
    page = cashier(shop)
    assert shop.query("P1").said == ("40004", "ACQ.TRADE_NOT_EXIST")
    shop.scan("anna", code_of(page))
    assert shop.query("P1")["trade_status"] == "WAIT_BUYER_PAY"
    assert look(shop, page) == "scanned"


def code_of(page: str) -> str:
    return f"https://qr.alipay.com/{page.removeprefix(PREFIX)}"


def test_a_page_loaded_anew_is_the_same_order(shop: AlipayShop) -> None:
    assert cashier(shop) == cashier(shop)
    changed = brought(shop, total_amount="13.00")
    assert changed.status_code == 400
    assert "ACQ.CONTEXT_INCONSISTENT" in changed.text


def test_a_code_shown_before_gives_way_to_the_cashier(shop: AlipayShop) -> None:
    spelled = shop.spelled(content())
    sent = shop.signed(shop.public("alipay.trade.precreate", biz_content=spelled))
    code = shop.node(shop.post(sent), "alipay.trade.precreate")["qr_code"]
    page = cashier(shop)
    assert code_of(page) != code
    gone = shop.app.test_client().get(PREFIX + code.removeprefix("https://qr.alipay.com/"))
    assert gone.status_code == 404
    assert "ACQ.TRADE_NOT_EXIST" in gone.text


def test_who_paid_is_led_back_with_parameters_that_verify(shop: AlipayShop) -> None:
    page, client = cashier(shop), shop.app.test_client()
    early = client.get(f"{page}/return")
    assert (early.status_code, early.location) == (302, page)
    shop.scan_and_pay("anna", code_of(page))
    assert look(shop, page) == "paid"
    assert f"url={page}/return" in client.get(page).text
    back = client.get(f"{page}/return")
    assert back.status_code == 302
    assert back.location.startswith(BACK + "&")
    said = dict(parse_qsl(urlsplit(back.location).query))
    del said["cart"]
    text = parameters.notice_text(said).encode()
    keys.verify(platform_key().public_key(), text, said["sign"])
    assert said["method"] == "alipay.trade.page.pay.return"
    assert said["trade_no"] == shop.query("P1")["trade_no"]
    assert (said["out_trade_no"], said["total_amount"]) == ("P1", "12.95")


def test_a_page_on_a_phone_may_be_left_without_paying(shop: AlipayShop) -> None:
    spelled = shop.spelled(content() | {"quit_url": "https://shop.example/basket"})
    sent = shop.signed(shop.public(WAP, biz_content=spelled))
    led = shop.app.test_client().get(f"/gateway.do?{urlencode(sent)}")
    page = shop.app.test_client().get(led.location)
    assert 'href="https://shop.example/basket"' in page.text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//shop", "https://", "data:,x"])
def test_nobody_is_led_to_what_is_no_address(shop: AlipayShop, url: str) -> None:
    spelled = shop.spelled(content())
    sent = shop.signed(shop.public(PAGE, biz_content=spelled, return_url=url))
    refused = shop.app.test_client().get(f"/gateway.do?{urlencode(sent)}")
    assert refused.status_code == 400
    assert "return_url" in refused.text
    assert shop.orders() == 0


def test_a_forged_page_is_told_why_and_opens_nothing(shop: AlipayShop) -> None:
    refused = brought(shop, forged="0.01")
    assert (refused.status_code, refused.mimetype) == (400, "text/html")
    assert "isv.invalid-signature" in refused.text
    assert shop.orders() == 0


def test_a_demo_payer_pays_by_a_button(shop: AlipayShop) -> None:
    page = cashier(shop)
    paid = act(shop, page, "pay")
    assert (paid.status_code, paid.location) == (303, page)
    assert look(shop, page) == "paid"
    assert shop.query("P1")["buyer_pay_amount"] == "12.95"
    again = act(shop, page, "pay")
    assert again.status_code == 409
    assert "ACQ.TRADE_HAS_SUCCESS" in again.text


def test_a_demo_payer_declines_by_a_button(shop: AlipayShop) -> None:
    page = cashier(shop)
    assert act(shop, page, "decline").status_code == 303
    assert look(shop, page) == "declined"


def test_another_sites_form_can_not_press_the_button(shop: AlipayShop) -> None:
    page = cashier(shop)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert act(shop, page, "pay", **headers).status_code == 403
    assert act(shop, page, "steal").status_code == 400
    assert look(shop, page) == "waiting"


def test_an_apps_order_string_gives_a_code_and_when_paid_the_result(shop: AlipayShop) -> None:
    sent = shop.signed(shop.public(APP, biz_content=shop.spelled(content())))
    code = shop.node(shop.post(sent), APP)["qr_code"]
    shop.scan_and_pay("anna", code)
    result = shop.node(shop.post(sent), APP)
    assert result["trade_no"] == shop.query("P1")["trade_no"]
    assert result["total_amount"] == "12.95"


def test_an_order_of_a_page_lives_fifteen_days(shop: AlipayShop) -> None:
    page = cashier(shop)
    shop.clock.advance(15 * DAY - 1)
    assert look(shop, page) == "waiting"
    shop.clock.advance(1)
    assert look(shop, page) == "over"
