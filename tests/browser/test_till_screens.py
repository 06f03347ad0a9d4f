"""Kiosk, cashier's screen and display in every state, language, size and scheme."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, inspection
from tests.browser.staged import SCENES, Stage
from tests.processes.services import Services

LANGUAGES = ("de", "en", "zh-CN")
SIZES = {
    "kiosk": (chromium.KIOSK, chromium.TABLET, chromium.PHONE, chromium.SMALL_PHONE),
    "cashier": (chromium.DESKTOP, chromium.TABLET, chromium.SMALL_PHONE),
    "display": (chromium.TABLET, chromium.DESKTOP),
}
TASTES: tuple[tuple[str, str, chromium.Scheme], ...] = (
    ("kiosk", "de", "light"),
    ("kiosk", "zh-CN", "dark"),
    ("cashier", "en", "dark"),
    ("display", "de", "light"),
)


@pytest.mark.parametrize(("screen", "language", "scheme"), TASTES)
def test_every_state_can_be_used_by_everybody(
    browser: Browser, services: Services, screen: str, language: str, scheme: chromium.Scheme
) -> None:
    device = SIZES[screen][0]
    with chromium.watched(browser, device, scheme=scheme, base_url=services.urls["pos"]) as seen:
        stage = Stage(seen.page, screen)
        stage.open(language)
        for scene in SCENES:
            stage.show(scene)
            assert (scene, inspection.barriers(seen.page)) == (scene, [])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SIZES)
def test_no_state_sticks_out_of_any_screen_or_breaks_the_policy(
    browser: Browser, services: Services, screen: str, language: str
) -> None:
    with chromium.watched(browser, SIZES[screen][0], base_url=services.urls["pos"]) as seen:
        stage = Stage(seen.page, screen)
        stage.open(language)
        for scene in SCENES:
            stage.show(scene)
            for device in SIZES[screen]:
                seen.page.set_viewport_size({"width": device.width, "height": device.height})
                assert (scene, device.name, inspection.misfits(seen.page)) == (
                    scene,
                    device.name,
                    [],
                )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/kiosk", "/cashier", "/cashier#payments", "/cashier#day"])
def test_the_other_pages_are_usable_as_well(
    browser: Browser, services: Services, path: str, language: str
) -> None:
    with chromium.watched(browser, chromium.PHONE, base_url=services.urls["pos"]) as seen:
        where, _, part = path.partition("#")
        seen.page.goto(f"{where}?lang={language}#{part}")
        if where != "/":
            seen.page.wait_for_selector("html[data-ready=yes]")
        assert seen.complaints == []
        assert inspection.barriers(seen.page) + inspection.misfits(seen.page) == []


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
