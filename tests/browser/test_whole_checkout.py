"""Both screens at once: the kiosk's in one browser, a stranger's telephone in another.

The telephone sees the kiosk's screen as a camera does: filmed by hand, turned, in bad light. The
other way round, the kiosk's camera sees the telephone's payment code.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from tests.browser import chromium, films
from tests.browser.wallet_pages import Visit
from tests.processes.services import Services

TOUCHES_MAX = 6
"""From the first touch at the kiosk to "paid", on both screens together."""

PATIENCE_MS = 20_000
PRICE = "€2.95"


def test_a_telephone_films_the_kiosk_pays_and_both_screens_say_so(
    playwright: Playwright, browser: Browser, services: Services, tmp_path: Path
) -> None:
    with chromium.watched(browser, chromium.KIOSK, base_url=services.urls["pos"]) as kiosk:
        touches = choose(kiosk.page) + 1
        kiosk.page.get_by_role("button", name=f"Pay {PRICE}").tap()
        code = scene(kiosk.page, "presented").locator(".qr")
        film = films.film(tmp_path / "kiosk.mjpeg", code.screenshot())
        with (
            chromium.launched(playwright, arguments=chromium.with_film(film)) as camera,
            chromium.watched(camera, chromium.PHONE) as phone,
        ):
            phone.page.set_default_timeout(PATIENCE_MS)
            visit = Visit(phone.page, services.urls["wallet"])
            visit.begin()
            visit.tap(phone.page.get_by_role("link", name="Scan a code"))
            expect(phone.page.locator(".amount")).to_have_text(PRICE)
            visit.agree()
            visit.expect_outcome("paid")
            scene(kiosk.page, "paid")
            odd = [each for each in phone.complaints if "responded with a status of" not in each]
            assert odd == kiosk.complaints == []
        assert touches + visit.taps <= TOUCHES_MAX


def test_the_kiosks_camera_reads_the_telephones_code_and_both_screens_say_so(
    playwright: Playwright, browser: Browser, services: Services, tmp_path: Path
) -> None:
    film = tmp_path / "phone.mjpeg"
    with (
        chromium.watched(browser, chromium.PHONE) as phone,
        chromium.launched(playwright, arguments=chromium.with_film(film)) as camera,
        chromium.watched(camera, chromium.KIOSK, base_url=services.urls["pos"]) as kiosk,
    ):
        choose(kiosk.page)
        visit = Visit(phone.page, services.urls["wallet"])
        visit.begin()
        visit.go("pay")
        square = phone.page.locator(".paycode .square")
        expect(square).to_be_visible()
        # The code lives for a minute: it is filmed when everything else is there.
        films.film(film, square.screenshot(), share=0.6)
        kiosk.page.get_by_role("button", name="I'll show my payment code").tap()
        scene(kiosk.page, "paid")
        expect(phone.page.locator("[data-standing]")).to_have_attribute("data-standing", "holds")


def choose(page: Page) -> int:
    """Choose a thing; how many touches it took."""
    page.goto("/kiosk?lang=en")
    page.wait_for_selector("html[data-ready=yes]")
    page.get_by_role("button", name="Tap to start").tap()
    page.locator("[data-sku=shampoo-300ml]").tap()
    return 2


def scene(page: Page, name: str) -> Locator:
    """Wait for a scene of the kiosk."""
    found = page.locator(f"[data-scene={name}]")
    found.wait_for(timeout=PATIENCE_MS)
    return found
