"""Every state of the wallet, in every language and light: for everybody, nothing cut off.

``QRPAY_PICTURES=yes`` keeps pictures in ``.test-cache/screens/wallet``, to be looked at.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import chromium, inspection
from tests.browser.staged_wallet import SCENES, Stage
from tests.browser.wallet_pages import EXPECTED, GUEST, WITHOUT_A_PLACE_FOR_KEYS, visiting
from tests.processes.services import Services

PICTURES = Path(__file__).parents[2] / ".test-cache" / "screens" / "wallet"
LOCALES = ("de-DE", "en-GB", "zh-CN")
WHOLE_PX = 2000
MARK = "‹"
DATA = re.compile(
    r"""^(?: [\d\s.,:·+–€¥|-]+ | DEMO | kein\ echtes\ Geld | no\ real\ money | 演示，非真实支付
    | Demo\ Drog.* | Demo\ Drugstore | 演示药妆店 | Berlin | Frankfurt\ .* | T01.* | C | 00
    | type=receipt.* | rcp_.* | provider | .*CN¥.* | [+-]?\ ?[€¥].* | \d.*\d.* )$""",
    re.VERBOSE | re.DOTALL,
)
"""What is on the screen and is not said by the page: names, figures, the signed text."""


@pytest.mark.parametrize("locale", LOCALES)
def test_every_state_is_for_everybody(browser: Browser, services: Services, locale: str) -> None:
    with chromium.watched(browser, chromium.PHONE, locale=locale) as seen:
        seen.page.add_init_script(WITHOUT_A_PLACE_FOR_KEYS)
        stage, found = Stage(seen.page, services.urls["wallet"]), {}
        for name in SCENES:
            stage.show(name)
            # All of it at once: what the tabs cover can be scrolled to.
            seen.page.set_viewport_size({"width": chromium.PHONE.width, "height": WHOLE_PX})
            wrong = inspection.barriers_in_every_light(seen.page)
            for device in (chromium.SMALL_PHONE, chromium.PHONE):
                seen.page.set_viewport_size({"width": device.width, "height": device.height})
                wrong += inspection.misfits(seen.page)
            inspection.picture(seen.page, PICTURES / f"{name}-{locale}.png")
            if wrong:
                found[name] = wrong
        assert found == {}
        allowed = (*EXPECTED, "net::ERR_FAILED")
        odd = [each for each in seen.complaints if not any(known in each for known in allowed)]
        assert odd == []


def test_everything_that_is_said_is_said_in_the_readers_language(
    browser: Browser, services: Services
) -> None:
    with chromium.watched(browser, chromium.PHONE) as seen:
        seen.page.add_init_script(WITHOUT_A_PLACE_FOR_KEYS)
        stage, found = Stage(seen.page, services.urls["wallet"]), {}
        seen.page.route("**/words/*.json", _mark)
        for name in SCENES:
            stage.show(name)
            unsaid = _unmarked(seen.page)
            if unsaid:
                found[name] = unsaid
        assert found == {}


def test_a_keyboard_alone_pays(browser: Browser, services: Services) -> None:
    sale, link = services.till.new_code(6000, "L")
    with visiting(browser, services, GUEST) as visit:
        keys = visit.page.keyboard
        visit.open_link(link)
        expect(visit.page.locator(".keypad")).to_be_visible()
        for digit in "280601":
            _tab_to(visit.page, digit)
            keys.press("Enter")
        visit.expect_outcome("paid")
        _tab_to(visit.page, "See the receipt")
        keys.press("Enter")
        expect(visit.page.locator("[data-standing]")).to_have_attribute("data-standing", "holds")
    services.comes_to(sale, "PAID")


def _tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == name:
            return
    raise AssertionError(f"no way to {name} by keyboard")


def _mark(route: Route) -> None:
    words = route.fetch().json()
    route.fulfill(json={key: _marked(sentence) for key, sentence in words.items()})


def _marked(sentence: object) -> object:
    if isinstance(sentence, dict):
        return {form: _marked(each) for form, each in sentence.items()}
    return f"{MARK}{sentence}›"


def _unmarked(page: Page) -> list[str]:
    texts = page.evaluate(
        """() => {
          const found = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const { parentElement: parent, data } = walker.currentNode;
            const isPages = parent.checkVisibility()
              && !parent.closest(".skip, noscript, .languages");
            if (isPages && data.trim()) found.push(data.trim());
          }
          return found;
        }"""
    )
    whole = [each for each in texts if MARK not in each]
    return [each for each in whole if not DATA.match(each)]
