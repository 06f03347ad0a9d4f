"""Pages that no stage shows: the few outside of kiosk and wallet, and the wallet with its own key.

``QRPAY_PICTURES=yes`` keeps pictures in ``.test-cache/screens/other``, to be looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import flask
import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from ledger.protocol.instants import DAY
from tests.browser import chromium, inspection
from tests.browser.test_wallet_page_orders import ASK, shops_page
from tests.browser.wallet_pages import Visit, by_name
from tests.faces.alipay.conftest import listener, shop
from tests.faces.alipay.shop import AlipayShop
from tests.faces.alipay.test_pages import act, brought, cashier, code_of
from tests.processes.services import Services

__all__ = ["listener", "shop", "shops_page"]

PICTURES = Path(__file__).parents[2] / ".test-cache" / "screens" / "other"
LANGUAGES = ("de", "en", "zh-CN")
LONG_MS = 11_000
SIZES = (chromium.SMALL_PHONE, chromium.PHONE, chromium.TABLET)


def whatever_is_wrong(page: Page, name: str) -> list[str]:
    """Look at a page in each size, in every light; keep its pictures."""
    before, wrong = page.viewport_size, []
    language = page.evaluate("document.documentElement.lang")
    for device in SIZES:
        page.set_viewport_size({"width": device.width, "height": device.height})
        wrong += [f"{name}: {device.name}: {each}" for each in inspection.misfits(page)]
        inspection.picture(page, PICTURES / f"{name}-{device.name}-{language}.png")
    page.emulate_media(color_scheme="dark")
    inspection.picture(page, PICTURES / f"{name}-dark-{language}.png")
    page.emulate_media(color_scheme="light")
    wrong += [f"{name}: {each}" for each in inspection.barriers_in_every_light(page)]
    assert before is not None
    page.set_viewport_size(before)
    return wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_a_browser_comes_back_to_the_shop_or_goes_astray_it_is_for_everybody(
    browser: Browser, services: Services, language: str
) -> None:
    with chromium.watched(browser, chromium.PHONE, locale=language) as seen:
        wrong = []
        for party, path in (
            ("pos", "return"),
            ("pos", "nowhere"),
            ("wallet", "nowhere"),
            ("ledger", ""),
        ):
            seen.page.goto(f"{services.urls[party]}/{path}?lang={language}")
            assert seen.page.get_attribute("html", "lang") == language
            wrong += whatever_is_wrong(seen.page, f"{party}-{path or 'front'}")
        seen.page.goto(f"{services.urls['ledger']}/v1/docs")
        wrong += inspection.barriers_in_every_light(seen.page)
        assert wrong == []


@contextmanager
def served(app: flask.Flask) -> Iterator[str]:
    """Answer browsers; gives the address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_alipays_cashier_is_for_everybody_wherever_the_order_stands(
    browser: Browser, shop: AlipayShop, language: str
) -> None:
    refused = brought(shop, forged="0.01").request.url
    page_of_the_order = cashier(shop)
    with served(shop.app) as url, chromium.watched(browser, chromium.PHONE) as seen:
        page, wrong = seen.page, []
        parts = urlsplit(refused)
        page.goto(f"{url}{parts.path}?{parts.query}&lang={language}")
        wrong += whatever_is_wrong(page, "alipay-refused")
        page.goto(f"{url}{page_of_the_order}?lang={language}")
        expect(page.locator("[data-stand=waiting]")).to_be_visible()
        wrong += whatever_is_wrong(page, "alipay-waiting")
        shop.scan("anna", code_of(page_of_the_order))
        expect(page.locator("[data-stand=scanned]")).to_be_visible()
        wrong += whatever_is_wrong(page, "alipay-scanned")
        page.clock.install()
        shop.scan_and_pay("anna", code_of(page_of_the_order))
        page.clock.run_for(1_500)
        expect(page.locator("[data-stand=paid]")).to_be_visible()
        page.locator("h1").click()  # who touches the page is not hurried
        page.clock.run_for(LONG_MS)
        wrong += whatever_is_wrong(page, "alipay-paid")
        assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stand", ["declined", "over"])
def test_alipays_cashier_is_for_everybody_where_nothing_was_paid(
    browser: Browser, shop: AlipayShop, language: str, stand: str
) -> None:
    page_of_the_order = cashier(shop)
    if stand == "declined":
        act(shop, page_of_the_order, "decline")
    else:
        shop.clock.advance(15 * DAY)
    with served(shop.app) as url, chromium.watched(browser, chromium.PHONE) as seen:
        seen.page.goto(f"{url}{page_of_the_order}?lang={language}")
        expect(seen.page.locator(f"[data-stand={stand}]")).to_be_visible()
        assert whatever_is_wrong(seen.page, f"alipay-{stand}") == []


def test_who_has_paid_at_alipays_cashier_is_led_back_to_the_shop(
    browser: Browser, shop: AlipayShop
) -> None:
    page_of_the_order = cashier(shop)
    shop.scan_and_pay("anna", code_of(page_of_the_order))
    with served(shop.app) as url, chromium.watched(browser, chromium.PHONE) as seen:
        page = seen.page
        page.route("**/return", lambda route: route.fulfill(body="the shop"))
        page.clock.install()
        page.goto(f"{url}{page_of_the_order}")
        expect(page.locator("[data-stand=paid]")).to_be_visible()
        page.clock.run_for(LONG_MS)
        page.wait_for_url(f"{url}{page_of_the_order}/return")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wallet_with_its_own_key_is_for_everybody(
    browser: Browser, services: Services, language: str
) -> None:
    sale, link = services.till.new_code(6000, "L")
    with chromium.watched(browser, chromium.PHONE, locale=language) as seen:
        page, wrong = seen.page, []
        visit = Visit(page, by_name(services.urls["wallet"]))
        visit.begin()
        visit.get_authenticator()
        visit.go("settings")
        expect(page.locator("#make-passkey")).to_be_visible()
        wrong += whatever_is_wrong(page, "own-settings")
        visit.open_link(by_name(link))
        expect(page.locator(".keypad")).to_be_visible()
        visit.enter_pin("000000")
        expect(page.get_by_role("alert")).to_be_visible()
        wrong += whatever_is_wrong(page, "own-wrong-pin")
        review = page.url
        visit.go("settings")
        before = page.locator("#passkey").inner_text()
        page.locator("#make-passkey").click()
        expect(page.locator("#passkey")).not_to_have_text(before)
        wrong += whatever_is_wrong(page, "own-settings-passkey")
        page.goto(review)
        expect(page.locator(".decide > .button.big")).to_be_visible()
        wrong += whatever_is_wrong(page, "own-passkey")
        page.locator(".decide > .button:not(.big)").first.click()
        expect(page.locator(".keypad")).to_be_visible()
        wrong += whatever_is_wrong(page, "own-passkey-pin")
        page.locator(".decide > .button.big").click()
        visit.expect_outcome("paid")
        wrong += whatever_is_wrong(page, "own-paid")
        page.locator("a[href^='#/receipt/']").click()
        expect(page.locator("[data-standing=holds]")).to_be_visible()
        wrong += whatever_is_wrong(page, "own-receipt")
        assert wrong == []
    services.comes_to(sale, "PAID")


@pytest.mark.parametrize("language", LANGUAGES)
def test_around_a_shops_page_everything_is_for_everybody(
    browser: Browser, shops_page: str, language: str
) -> None:
    with chromium.watched(browser, chromium.PHONE, locale=language) as seen:
        page, wrong = seen.page, []
        visit = Visit(page, shops_page.partition("/page#")[0])
        page.goto(shops_page.partition("#")[0])
        expect(page.locator("#address")).to_be_visible()
        wrong += whatever_is_wrong(page, "page-asked")
        page.goto("about:blank")
        page.goto(shops_page)
        shop_inside = page.frame_locator("iframe")
        expect(shop_inside.locator("#pay")).to_be_visible()
        wrong += whatever_is_wrong(page, "page-framed")
        shop_inside.locator("#pay").click()
        expect(page.locator(".keypad")).to_be_visible()
        wrong += whatever_is_wrong(page, "page-question")
        visit.enter_pin()
        visit.expect_outcome("paid")
        wrong += whatever_is_wrong(page, "page-paid")
        page.locator("#back").click()
        shop_inside.locator("body").evaluate(ASK, {})
        visit.expect_refusal("ORDER_ALREADY_PAID")
        wrong += whatever_is_wrong(page, "page-refused")
        assert wrong == []
