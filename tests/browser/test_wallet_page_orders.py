"""A shop's page inside of the wallet: the documents' example, paid, left, and cheated with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, expect

from tests.browser import chromium, inspection
from tests.browser.wallet_pages import EXPECTED, Visit, by_name
from tests.processes.services import Services, qrpay
from tests.tidy.source import ROOT

EXAMPLE = ROOT / "docs" / "examples" / "wechatpay_page_shop.py"
ASK = """(page, changed) => WeixinJSBridge.invoke(
  "getBrandWCPayRequest", {...window.parameters, ...changed}, (said) => { window.said = said; })"""


@pytest.fixture
def shops_page(services: Services, tmp_path: Path) -> Iterator[str]:
    """The example, started as its own words say: where the wallet shows its page."""
    made = qrpay("ledger", "merchant", "add", tmp_path, "--wechatpay", data=services.data)
    assert made.returncode == 0, made.stderr
    wallet = by_name(services.urls["wallet"])
    words = [str(EXAMPLE), str(tmp_path), "--ledger", services.urls["ledger"], "--wallet", wallet]
    with subprocess.Popen(  # noqa: S603 (the documents' own program)
        [sys.executable, *words, "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        try:
            yield program.stdout.readline().strip()
        finally:
            program.terminate()


def _ask(shop: FrameLocator, **changed: str) -> None:
    """The page asks to be paid once more, by other parameters."""
    shop.locator("body").evaluate(ASK, changed)


def _said(shop: FrameLocator) -> dict[str, str]:
    """What the page was told then."""
    return dict(shop.locator("body").evaluate("window.said"))


def test_a_shops_page_is_paid_inside_of_the_wallet_and_told_the_truth(
    browser: Browser, shops_page: str
) -> None:
    with chromium.watched(browser, chromium.PHONE, locale="de-DE") as seen:
        page = seen.page
        visit = Visit(page, shops_page.partition("/page#")[0])
        page.goto(shops_page)
        shop = page.frame_locator("iframe")
        assert inspection.misfits(page) == []

        shop.locator("#pay").click()
        expect(page.locator(".payee")).to_have_text("Demo Teehaus")
        assert inspection.barriers(page) == []
        page.get_by_role("button", name="Nicht bezahlen").click()
        expect(shop.locator("#told")).to_have_text("get_brand_wcpay_request:cancel  NOTPAY")

        _ask(shop, nonceStr="another")
        visit.expect_refusal("SIGNATURE_INVALID")
        expect(page.locator("#refusal")).to_contain_text("Die Unterschrift des Ladens stimmt nicht")
        page.locator("#back").click()
        assert "not by this merchant's key" in _said(shop)["err_desc"]

        shop.locator("#pay").click()
        visit.enter_pin()
        visit.expect_outcome("paid")
        assert inspection.barriers(page) == []
        assert inspection.misfits(page) == []
        page.locator("#back").click()
        expect(shop.locator("#told")).to_have_text("get_brand_wcpay_request:ok  SUCCESS")

        _ask(shop)
        visit.expect_refusal("ORDER_ALREADY_PAID")
        page.locator("#back").click()
        assert _said(shop)["err_msg"] == "get_brand_wcpay_request:fail"
        assert _said(shop)["err_code"] == "ORDER_ALREADY_PAID"
        odd = [each for each in seen.complaints if not any(known in each for known in EXPECTED)]
        assert odd == []
