"""Kiosk, cashier's screen and display in every state, language, size and scheme.

``QRPAY_PICTURES=yes`` keeps pictures in ``.test-cache/screens/till``, to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium, inspection, translation
from tests.browser.staged import Stage
from tests.browser.till_views import VIEWS, WITH_SALES, fresh, sale_views
from tests.processes.services import Services

LANGUAGES = ("de", "en", "zh-CN")
SIZES = {
    "kiosk": (chromium.KIOSK, chromium.TABLET, chromium.PHONE, chromium.SMALL_PHONE),
    "cashier": (chromium.DESKTOP, chromium.TABLET, chromium.SMALL_PHONE),
    "display": (chromium.TABLET, chromium.DESKTOP, chromium.KIOSK),
    "setup": (chromium.TABLET, chromium.KIOSK, chromium.SMALL_PHONE),
}
STANDING = (chromium.KIOSK, chromium.TABLET, chromium.DESKTOP)
SCROLLED = (
    *("goods", "basket", "still-there", "reading-refused", "cut-off"),
    *("payments", "day", "cashier-cut-off"),
    *("setup", "setup-tried"),
)
"""Long lists and papers, and a form with its fault; all else is seen at once where people stand."""

PICTURES = Path(__file__).parents[2] / ".test-cache" / "screens" / "till"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("screen", "states"),
    [*((screen, "sale") for screen in WITH_SALES), *((screen, "other") for screen in SIZES)],
)
def test_every_state_is_for_everybody_fits_every_size_and_is_in_one_language(
    browser: Browser, services: Services, screen: str, language: str, states: str
) -> None:
    device = SIZES[screen][0]
    with chromium.watched(browser, device, base_url=services.urls["pos"]) as seen:
        shown = sale_states if states == "sale" else other_views
        found = {
            state: wrong
            for state, stage in shown(seen.page, screen, language)
            if (wrong := whatever_is_wrong(stage, state, language))
        }
        assert found == {}
        # A code that is not one is refused with status 400, as it should be.
        assert [each for each in seen.complaints if "status of 400" not in each] == []


def sale_states(page: Page, screen: str, language: str) -> Iterator[tuple[str, Stage]]:
    """Show each state of a sale."""
    stage = Stage(page, screen)
    stage.open(language)
    for name, view in sale_views(screen).items():
        view(stage)
        yield name, stage


def other_views(page: Page, screen: str, language: str) -> Iterator[tuple[str, Stage]]:
    """Show everything else."""
    stage = fresh(page, screen, language)
    for name, view in VIEWS[screen].items():
        view(stage)
        yield name, stage


def must_scroll(page: Page) -> bool:
    """Whether somebody who can't scroll, or doesn't know how to, misses something."""
    return bool(page.evaluate("document.documentElement.scrollHeight > innerHeight + 1"))


def whatever_is_wrong(stage: Stage, state: str, language: str) -> list[str]:
    """Look at a page in all sizes, then as everybody in every light; keep its pictures."""
    page, wrong = stage.page, []
    for device in reversed(SIZES[stage.screen]):
        stage.touch() if state != "still-there" else None
        page.set_viewport_size({"width": device.width, "height": device.height})
        wrong += [f"{device.name}: {each}" for each in inspection.misfits(page)]
        if device in STANDING and state not in SCROLLED and must_scroll(page):
            wrong.append(f"{device.name}: has to be scrolled")
        if language == "de" or device is SIZES[stage.screen][0]:
            inspection.picture(
                page, PICTURES / f"{state}-{stage.screen}-{device.name}-{language}.png"
            )
    return wrong + translation.left_untranslated(page) + inspection.barriers_in_every_light(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_that_leads_to_all_others_is_usable_as_well(
    browser: Browser, services: Services, language: str
) -> None:
    with chromium.watched(browser, chromium.PHONE, base_url=services.urls["pos"]) as seen:
        seen.page.goto(f"/?lang={language}")
        assert seen.complaints == []
        assert inspection.misfits(seen.page) + inspection.barriers_in_every_light(seen.page) == []
        assert translation.left_untranslated(seen.page) == []


@pytest.mark.parametrize(
    ("language", "differs", "unproven"),
    [
        ("de", "Die Nachricht des Anbieters nennt einen anderen Betrag", "Ein Beleg ließ sich"),
        ("en", "The provider's message names another amount", "A receipt could not be verified"),
        ("zh-CN", "支付机构的通知金额与销售金额不一致", "有一张收据无法验证"),
    ],
)
def test_an_alarm_is_told_in_the_cashiers_language_and_leads_to_its_sale(
    browser: Browser, services: Services, language: str, differs: str, unproven: str
) -> None:
    with chromium.watched(browser, chromium.TABLET, base_url=services.urls["pos"]) as seen:
        stage = fresh(seen.page, "cashier", language)
        for view in ("no-payments", "payments"):
            VIEWS["cashier"][view](stage)
        alarms = seen.page.locator(".notice.bad li")
        expect(alarms.first).to_contain_text(differs)
        expect(alarms.last).to_contain_text(unproven)
        alarms.first.locator("a").click()
        expect(seen.page.locator(".facts")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_largest_amount_fits_the_cashiers_screen_and_so_do_the_tabs(
    browser: Browser, services: Services, language: str
) -> None:
    with chromium.watched(browser, chromium.DESKTOP, base_url=services.urls["pos"]) as seen:
        stage = fresh(seen.page, "cashier", language)
        for _ in range(9):
            seen.page.locator(".keypad").get_by_role("button", name="9", exact=True).click()
        stage.alarms = 12
        expect(seen.page.locator(".tabs .badge")).to_be_visible()
        for device in SIZES["cashier"]:
            seen.page.set_viewport_size({"width": device.width, "height": device.height})
            assert inspection.misfits(seen.page) == []
            tops = seen.page.evaluate(
                "[...document.querySelectorAll('.tabs > a')].map((tab) => tab.offsetTop)"
            )
            assert len(set(tops)) == 1, device.name


def test_the_code_fills_a_good_part_of_the_kiosk_and_is_black_on_white_in_the_dark(
    browser: Browser, services: Services
) -> None:
    url = services.urls["pos"]
    with chromium.watched(browser, chromium.KIOSK, scheme="dark", base_url=url) as seen:
        stage = Stage(seen.page, "kiosk")
        stage.open("en")
        stage.show("presented")
        box = seen.page.locator(".qr").bounding_box()
        assert box is not None
        assert box["width"] >= 0.45 * chromium.KIOSK.width
        ground = seen.page.evaluate(
            "getComputedStyle(document.querySelector('.qr')).backgroundColor"
        )
        assert ground == "rgb(255, 255, 255)"


def test_time_is_shown_when_a_minute_is_left_and_more_can_be_had(
    browser: Browser, services: Services
) -> None:
    with chromium.watched(browser, chromium.KIOSK, base_url=services.urls["pos"]) as seen:
        stage = Stage(seen.page, "kiosk")
        stage.open("en")
        stage.show("presented")
        assert "0:4" in (seen.page.text_content(".countdown") or "")
        seen.page.get_by_role("button", name="More time").click()
        seen.page.get_by_text("a new one appears by itself").wait_for()
        asked = []
        seen.page.on("request", lambda request: asked.append(request.url))
        stage.show("expired")
        seen.page.wait_for_timeout(1_000)
        assert any(url.endswith("/collect") for url in asked)
