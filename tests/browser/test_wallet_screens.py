"""Every view of the wallet, in every language, light and dark: for everybody, and nothing cut off.

The pictures stay in ``.test-cache/screens/wallet`` to be looked at.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import chromium, inspection
from tests.browser.wallet_pages import Visit
from tests.processes.services import Services

PICTURES = Path(__file__).parents[2] / ".test-cache" / "screens" / "wallet"
SCHEMES: tuple[chromium.Scheme, ...] = ("light", "dark")
LOCALES = ("de-DE", "en-GB", "zh-CN")


class Inspector:
    """Looks at one view after another, as one kind of person."""

    def __init__(self, visit: Visit, name: str) -> None:
        self._visit = visit
        self._name = name
        self.found: dict[str, list[str]] = {}

    def look(self, view: str) -> None:
        """Take a picture and write down what is wrong."""
        page = self._visit.page
        inspection.picture(page, PICTURES / f"{view}-{self._name}.png")
        wrong = inspection.barriers(page) + inspection.misfits(page)
        if wrong:
            self.found[view] = wrong


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "device", [chromium.PHONE, chromium.SMALL_PHONE], ids=lambda device: device.name
)
def test_every_view_is_for_everybody(
    browser: Browser,
    services: Services,
    device: chromium.Device,
    locale: str,
    scheme: chromium.Scheme,
) -> None:
    with chromium.watched(browser, device, locale=locale, scheme=scheme) as seen:
        visit = Visit(seen.page, services.urls["wallet"])
        inspector = Inspector(visit, f"{device.name}-{locale}-{scheme}")
        _look_at_all(visit, inspector, services)
        assert inspector.found == {}
        odd = [each for each in seen.complaints if "responded with a status of" not in each]
        assert odd == []


def _look_at_all(visit: Visit, inspector: Inspector, services: Services) -> None:
    page = visit.page
    page.goto(visit.wallet)
    expect(page.locator(".button.big")).to_be_visible()
    inspector.look("welcome")
    sale, link = services.till.new_code(6000, "L")
    visit.open_link(link)
    expect(page.locator(".keypad")).to_be_visible()
    inspector.look("review-with-pin")
    visit.enter_pin("000000")
    expect(page.get_by_role("alert")).to_be_visible()
    inspector.look("wrong-pin")
    visit.enter_pin()
    visit.expect_outcome("paid")
    inspector.look("paid")
    services.till.refund(sale, 500)
    for view, seen in VIEWS.items():
        visit.go(view)
        expect(page.locator(seen).first).to_be_visible()
        inspector.look(view or "home")
    page.locator(".button.danger").first.click()
    inspector.look("forget")
    visit.open_link(f"{link[:-10]}AAAAAAAAAA")
    expect(page.locator("#refusal")).to_be_visible()
    inspector.look("forged-link")
    visit.open_link(f"{visit.wallet}/")
    visit.go("scan")
    page.locator("#typed-code").fill(services.till.sticker())
    page.locator("form button").click()
    expect(page.locator(".keypad")).to_be_visible()
    inspector.look("sticker")


VIEWS = {
    "": "#balance",
    "pay": ".paycode svg",
    "history": ".list",
    "scan": "#typed-code",
    "settings": ".languages",
}
