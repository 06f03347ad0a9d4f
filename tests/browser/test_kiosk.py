"""People pay at the kiosk: real browser, real till, wallet and provider."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from pos import qr_image
from tests.browser import chromium, films, inspection
from tests.browser.chromium import Watched
from tests.journeys.counter import Phone
from tests.kit.answered import Json
from tests.processes.services import (
    FREE_PORTS,
    Services,
    nothing_left_running,
    qrpay,
    wait_for,
)

SKU = "[data-sku=shampoo-300ml]"
PRICE = "€2.95"
TOUCHES_MAX = 3
"""At the kiosk; the rest of the six is for the phone."""

WITHIN_S = 20.0


@pytest.fixture
def kiosk(browser: Browser, services: Services) -> Iterator[Watched]:
    with chromium.watched(browser, chromium.KIOSK, base_url=services.urls["pos"]) as seen:
        enter(seen.page)
        yield seen


def enter(page: Page) -> None:
    page.goto("/kiosk?lang=en")
    page.wait_for_selector("html[data-ready=yes]")


def choose(page: Page) -> None:
    page.get_by_role("button", name="Tap to start").tap()
    page.locator(SKU).tap()


def scene(page: Page, name: str) -> Locator:
    found = page.locator(f"[data-scene={name}]")
    found.wait_for()
    return found


def present(page: Page) -> None:
    choose(page)
    page.get_by_role("button", name=f"Pay {PRICE}").tap()
    scene(page, "presented")


def sale_of(page: Page, services: Services) -> Json:
    wish = json.loads(page.evaluate("sessionStorage.getItem('qrpay-wish')"))
    return services.till.sale(wish["saleId"])


def code_of(page: Page, services: Services) -> str:
    return str(sale_of(page, services)["collection"]["code"])


def anna(services: Services) -> Phone:
    return services.phone("anna")


def test_a_stranger_pays_with_a_phone_within_twenty_seconds_and_few_touches(
    kiosk: Watched, services: Services
) -> None:
    began = time.monotonic()
    page, touches = kiosk.page, 0
    for what in (page.get_by_role("button", name="Tap to start"), page.locator(SKU)):
        what.tap()
        touches += 1
    page.get_by_role("button", name=f"Pay {PRICE}").tap()
    touches += 1
    scene(page, "presented")
    phone = anna(services)
    review = phone.scan(code_of(page, services)).done["review"]
    expect(scene(page, "scanned")).to_contain_text("please confirm on your phone")
    phone.approve(review)
    expect(scene(page, "paid")).to_contain_text(PRICE)
    assert touches <= TOUCHES_MAX
    assert time.monotonic() - began < WITHIN_S
    assert kiosk.complaints == []


def test_the_code_on_the_screen_leads_a_phones_camera_to_the_wallet(
    kiosk: Watched, services: Services
) -> None:
    present(kiosk.page)
    assert code_of(kiosk.page, services).startswith(services.urls["wallet"] + "/p#")


def test_two_taps_are_one_sale(kiosk: Watched, services: Services) -> None:
    choose(kiosk.page)
    before = len(services.till.sales())
    kiosk.page.get_by_role("button", name=f"Pay {PRICE}").dblclick()
    scene(kiosk.page, "presented")
    assert len(services.till.sales()) == before + 1


def test_a_reload_in_the_middle_goes_on_with_the_same_sale(
    kiosk: Watched, services: Services
) -> None:
    present(kiosk.page)
    code = code_of(kiosk.page, services)
    kiosk.page.reload()
    scene(kiosk.page, "presented")
    assert code_of(kiosk.page, services) == code
    anna(services).pay(code)
    scene(kiosk.page, "paid")


def test_after_it_was_paid_the_kiosk_is_there_for_the_next_one(
    kiosk: Watched, services: Services
) -> None:
    present(kiosk.page)
    anna(services).pay(code_of(kiosk.page, services))
    scene(kiosk.page, "paid")
    expect(kiosk.page.get_by_role("button", name="Tippen zum Starten")).to_be_visible()
    assert kiosk.page.evaluate("sessionStorage.getItem('qrpay-wish')") is None
    assert kiosk.page.get_attribute("html", "lang") == "de"


def test_who_declines_on_the_phone_keeps_the_basket_and_may_try_again(
    kiosk: Watched, services: Services
) -> None:
    present(kiosk.page)
    phone = anna(services)
    phone.decline(phone.scan(code_of(kiosk.page, services)).done["review"])
    expect(scene(kiosk.page, "declined")).to_contain_text("nothing was charged")
    kiosk.page.get_by_role("button", name="Change basket").tap()
    expect(kiosk.page.locator(".basket .lines")).to_contain_text("Shampoo")
    kiosk.page.get_by_role("button", name=f"Pay {PRICE}").tap()
    scene(kiosk.page, "presented")
    phone.pay(code_of(kiosk.page, services))
    scene(kiosk.page, "paid")


def test_who_cancels_is_charged_nothing_and_may_try_again(
    kiosk: Watched, services: Services
) -> None:
    present(kiosk.page)
    code = code_of(kiosk.page, services)
    kiosk.page.get_by_role("button", name="Cancel").tap()
    scene(kiosk.page, "cancelled")
    assert anna(services).scan(code).is_refusal
    kiosk.page.get_by_role("button", name="Try again").tap()
    scene(kiosk.page, "presented")


def test_a_payment_code_pays_when_a_usb_scanner_types_it(
    kiosk: Watched, services: Services
) -> None:
    choose(kiosk.page)
    kiosk.page.get_by_role("button", name="I'll show my payment code").tap()
    kiosk.page.get_by_role("heading", name="Hold your payment code").wait_for()
    inspection.type_as_scanner(kiosk.page, anna(services).digits())
    scene(kiosk.page, "paid")


def test_a_payment_code_pays_when_it_is_typed_and_a_wrong_one_is_refused_in_words(
    kiosk: Watched, services: Services
) -> None:
    choose(kiosk.page)
    kiosk.page.get_by_role("button", name="I'll show my payment code").tap()
    kiosk.page.get_by_label("Type the code").fill("1234")
    kiosk.page.get_by_role("button", name="Use this code").tap()
    expect(kiosk.page.get_by_role("alert")).to_contain_text("18 or 24 digits")
    kiosk.page.get_by_label("Type the code").fill(services.phone("li-wei").digits())
    kiosk.page.get_by_role("button", name="Use this code").tap()
    scene(kiosk.page, "paid")


def test_a_payment_code_pays_when_it_is_on_a_picture(
    kiosk: Watched, services: Services, tmp_path: Path
) -> None:
    empty, picture = tmp_path / "empty.png", tmp_path / "phone.png"
    Image.new("RGB", (64, 64), "white").save(empty)
    choose(kiosk.page)
    kiosk.page.get_by_role("button", name="I'll show my payment code").tap()
    kiosk.page.set_input_files("input[type=file]", empty)
    expect(kiosk.page.get_by_role("status")).to_contain_text(["No code was found"])
    picture.write_bytes(qr_image.png(services.phone("omar").digits()))
    kiosk.page.set_input_files("input[type=file]", picture)
    scene(kiosk.page, "paid")


def test_a_payment_code_pays_when_the_kiosks_camera_sees_it(
    playwright: Playwright, services: Services, tmp_path: Path
) -> None:
    film = tmp_path / "phone.mjpeg"
    with (
        chromium.launched(playwright, arguments=chromium.with_film(film)) as camera,
        chromium.watched(camera, chromium.KIOSK, base_url=services.urls["pos"]) as seen,
    ):
        enter(seen.page)
        choose(seen.page)
        # A payment code lives for a minute: it is filmed when everything else is there.
        films.film(film, qr_image.png(services.phone("yuki").digits()), share=0.6)
        seen.page.get_by_role("button", name="I'll show my payment code").tap()
        scene(seen.page, "paid")


def test_a_keyboard_alone_is_enough(browser: Browser, services: Services) -> None:
    with chromium.watched(browser, chromium.DESKTOP, base_url=services.urls["pos"]) as seen:
        enter(seen.page)
        for name in ("Tap to start", "Shampoo 300\u00a0ml", f"Pay {PRICE}"):
            tab_to(seen.page, name)
            seen.page.keyboard.press("Enter")
        scene(seen.page, "presented")
        assert "Scan with your phone" in seen.page.evaluate("document.activeElement.textContent")
        anna(services).pay(code_of(seen.page, services))
        scene(seen.page, "paid")
        tab_to(seen.page, "Done")


def tab_to(page: Page, name: str) -> None:
    if name.startswith(("Pay", "Done")):
        page.get_by_role("button", name=name).wait_for()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith(name):
            return
    pytest.fail(f"no way to {name} by the keyboard")


def test_the_language_changes_in_the_middle_and_everything_stays(
    kiosk: Watched, services: Services
) -> None:
    present(kiosk.page)
    code = code_of(kiosk.page, services)
    kiosk.page.get_by_role("button", name="简体中文").tap()
    expect(scene(kiosk.page, "presented")).to_contain_text("请用手机扫码支付")
    assert code_of(kiosk.page, services) == code


def test_who_walks_away_is_asked_and_then_the_basket_is_cleared(
    browser: Browser, services: Services
) -> None:
    with chromium.watched(browser, chromium.KIOSK, base_url=services.urls["pos"]) as seen:
        seen.page.clock.install()
        enter(seen.page)
        choose(seen.page)
        seen.page.clock.run_for(46_000)
        seen.page.get_by_role("heading", name="Are you still there?").wait_for()
        seen.page.get_by_role("button", name="Yes, continue").tap()
        expect(seen.page.locator(".basket .lines")).to_contain_text("Shampoo")
        seen.page.clock.run_for(70_000)
        expect(seen.page.get_by_role("button", name="Tippen zum Starten")).to_be_visible()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Services]:
    """Services of a test that kills them, or lets time pass."""
    with nothing_left_running(tmp_path):
        made = Services(tmp_path)
        try:
            made.up(*FREE_PORTS)
            yield made
        finally:
            made.down()


def test_a_code_that_ran_out_says_so_and_a_new_one_pays(browser: Browser, own: Services) -> None:
    with chromium.watched(browser, chromium.KIOSK, base_url=own.urls["pos"]) as seen:
        enter(seen.page)
        present(seen.page)
        passed = qrpay("clock", "--advance", "181s", data=own.data)
        assert passed.returncode == 0, passed.stderr
        expect(scene(seen.page, "expired")).to_contain_text("nothing was charged")
        seen.page.get_by_role("button", name="New code").tap()
        scene(seen.page, "presented")
        anna(own).pay(code_of(seen.page, own))
        scene(seen.page, "paid")


def test_while_the_provider_is_gone_the_screen_says_what_is_true_and_nothing_is_lost(
    browser: Browser, own: Services
) -> None:
    with chromium.watched(browser, chromium.KIOSK, base_url=own.urls["pos"]) as seen:
        enter(seen.page)
        choose(seen.page)
        phone = anna(own)
        before, digits = phone.balance(), phone.digits()
        seen.page.get_by_role("button", name="I'll show my payment code").tap()
        expect(seen.page.get_by_role("heading", level=1)).to_contain_text("payment code")
        own.kill("ledger")
        inspection.type_as_scanner(seen.page, digits)
        expect(seen.page.locator("[data-scene=unknown], [data-scene=failed]")).to_be_visible()
        own.restart("ledger")
        ends = ("paid", "failed", "unanswered")
        end = seen.page.locator(", ".join(f"[data-scene={each}]" for each in ends))
        expect(end).to_be_visible(timeout=90_000)
        is_paid = end.get_attribute("data-scene") == "paid"
        left = wait_for("the provider's word on the balance", phone.try_balance)
        assert left == before - (295 if is_paid else 0)
