"""What only a stand needs, in a browser: set-up page, sandbox card, a receipt on the phone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import chromium, inspection, lan

PIN = "2806"
READY = "html[data-ready=yes]"

_COUNT_NOTES = """
window.notes = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) {
  window.notes += 1;
  return start.apply(this, given);
};
"""


_HAVE_A_VOICE = """
window.spoken = [];
speechSynthesis.getVoices = () => [{ lang: "en-GB" }];
speechSynthesis.speak = (sentence) => { window.spoken.push(`${sentence.lang}: ${sentence.text}`); };
"""


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A stand for strangers, on this machine."""
    chromium.program()
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("QRPAY_POS_STAFF_PIN", PIN)
        with lan.opened(tmp_path_factory.mktemp("stand"), "--plain-http") as told:
            yield told


def test_the_page_turns_green_when_a_phone_comes_through_the_door(
    browser: Browser, stand: dict[str, Any]
) -> None:
    with (
        chromium.watched(browser, chromium.TABLET, base_url=stand["pos"]["url"]) as seen,
        chromium.watched(browser, chromium.PHONE, locale="zh-CN") as phone,
    ):
        seen.page.add_init_script(_COUNT_NOTES)
        seen.page.goto("/setup?lang=en")
        for sound, notes in (("chime", 2), ("buzz", 2 + 1)):
            seen.page.locator(f"[data-sound={sound}]").click()
            seen.page.wait_for_function("count => window.notes === count", arg=notes)
        for volume, notes in (("0", 3), ("0.5", 3 + 2)):  # what is turned down makes no sound
            seen.page.locator("#volume").fill(volume)
            seen.page.locator("[data-sound=chime]").click()
            seen.page.wait_for_function("count => window.notes === count", arg=notes)
        told = seen.page.locator("#phone .told")
        expect(told).to_contain_text("No phone has been here yet")
        url = seen.page.inner_text("#phone code")
        assert url.startswith(stand["guest-door"]["url"])
        phone.page.goto(url)
        expect(phone.page.locator("h1")).to_have_text("连接正常")
        assert phone.complaints == []
        expect(told).to_have_text("A phone has come through.")
        assert inspection.barriers_in_every_light(phone.page) == []
        assert seen.complaints == []


def choose(page: Page) -> None:
    page.goto("/kiosk?lang=en")
    page.wait_for_selector(READY)
    page.click("button.start")
    page.get_by_role("button", name="Shampoo 300 ml").click()


def show_code(page: Page) -> None:
    choose(page)
    page.get_by_role("button", name="Pay").first.click()
    page.wait_for_selector('[data-scene="presented"]')
    page.locator(".sandbox-card summary").click()


def test_one_person_alone_plays_the_payer_and_fetches_the_receipt_on_a_phone(
    browser: Browser, stand: dict[str, Any]
) -> None:
    with (
        chromium.watched(browser, chromium.KIOSK, base_url=stand["pos"]["url"]) as kiosk,
        chromium.watched(browser, chromium.SMALL_PHONE, locale="de-DE") as phone,
    ):
        kiosk.page.add_init_script(_HAVE_A_VOICE)
        show_code(kiosk.page)
        assert inspection.misfits(kiosk.page) == []
        assert inspection.barriers_in_every_light(kiosk.page) == []
        card = kiosk.page.locator(".sandbox-card")
        card.get_by_role("button", name="Answer slowly").click()
        expect(card).to_contain_text("Done: Answer slowly")
        card.get_by_role("button", name="Pay").click()
        kiosk.page.wait_for_selector('[data-scene="paid"]')
        assert kiosk.page.evaluate("window.spoken") == ["en: Paid · Thank you! €2.95"]
        kiosk.page.get_by_role("button", name="Show receipt").click()
        phone.page.goto(shown_code(kiosk.page.locator("dialog .qr")).replace("?lang=en", ""))
        expect(kiosk.page.locator("dialog pre")).to_contain_text("Shampoo")
        expect(phone.page.locator(".sheet-of-paper")).to_contain_text("kein Kassenbeleg")
        expect(phone.page.locator(".sheet-of-paper")).to_contain_text("2,95 €")
        for language in ("de", "en", "zh-CN"):
            phone.page.goto(f"{phone.page.url.partition('?')[0]}?lang={language}")
            assert inspection.misfits(phone.page) == []
            assert inspection.barriers_in_every_light(phone.page) == []
        assert phone.complaints == []
        assert printed(kiosk.page) == ["the receipt"]
        assert printed(phone.page) == ["the receipt"]


def printed(page: Page) -> list[str]:
    """Tell what a browser would print of a page with a receipt; no buttons, no codes."""
    page.emulate_media(media="print")
    parts = {
        "the receipt": ".sheet-of-paper, dialog .paper",
        "buttons": "button, a.button",
        "a code": ".qr",
        "the page behind": "header",
    }
    return [
        name for name, place in parts.items() if page.locator(f":is({place}):visible").count() > 0
    ]


def shown_code(place: Locator) -> str:
    """Read the code as a camera does; what is drawn after it is there by then."""
    for picture in place.page.locator("dialog img").all():
        expect(picture).to_have_js_property("complete", value=True)
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(place.screenshot())))
    return str(found.text)


def test_a_lost_answer_is_called_unknown_and_heals_by_itself(
    browser: Browser, stand: dict[str, Any]
) -> None:
    with chromium.watched(browser, chromium.KIOSK, base_url=stand["pos"]["url"]) as kiosk:
        show_code(kiosk.page)
        kiosk.page.locator(".sandbox-card").get_by_role("button", name="Lose the answer").click()
        expect(kiosk.page.locator(".sandbox-card")).to_contain_text("Done: Lose the answer")
        kiosk.page.get_by_role("button", name="Cancel").click()
        kiosk.page.wait_for_selector("[data-scene=undoing]")
        kiosk.page.wait_for_selector("[data-scene=cancelled]", timeout=90_000)


def test_staff_tell_their_pin_once_and_a_wrong_one_is_refused_in_words(
    browser: Browser, stand: dict[str, Any]
) -> None:
    with chromium.watched(browser, chromium.SMALL_PHONE, base_url=stand["pos"]["url"]) as seen:
        seen.page.goto("/cashier?lang=en#day")
        seen.page.wait_for_selector(READY)
        close = seen.page.get_by_role("button", name="Close", exact=True).last
        close.click()
        type_pin(seen.page, PIN[::-1])
        expect(seen.page.get_by_role("alert")).to_have_text("This PIN is wrong.")
        type_pin(seen.page, PIN)
        expect(seen.page.locator("pre.paper")).to_be_visible()
        close.click()
        expect(seen.page.locator("dialog")).to_have_count(0)


def type_pin(page: Page, pin: str) -> None:
    for digit in pin:
        page.locator("dialog .keypad").get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Continue").click()


def test_the_demo_payer_says_no_and_the_kiosk_says_so(
    browser: Browser, stand: dict[str, Any]
) -> None:
    with chromium.watched(browser, chromium.KIOSK, base_url=stand["pos"]["url"]) as kiosk:
        show_code(kiosk.page)
        kiosk.page.locator(".sandbox-card").get_by_role("button", name="Lose the answer").click()
        expect(kiosk.page.locator(".sandbox-card")).to_contain_text("Done: Lose the answer")
        kiosk.page.locator(".sandbox-card").get_by_role("button", name="Decline").click()
        kiosk.page.wait_for_selector('[data-scene="declined"]')


def test_at_the_cashiers_screen_time_passes_and_the_demo_payer_pays_the_next_code(
    browser: Browser, stand: dict[str, Any]
) -> None:
    with chromium.watched(browser, chromium.TABLET, base_url=stand["pos"]["url"]) as seen:
        seen.page.goto("/cashier?lang=en")
        seen.page.wait_for_selector(READY)
        seen.page.keyboard.type("295")
        seen.page.get_by_role("button", name="Show code").click()
        card = seen.page.locator(".sandbox-card")
        card.locator("summary").click()
        card.get_by_role("button", name="Let it expire").click()
        seen.page.wait_for_selector('[data-scene="expired"]')
        seen.page.get_by_role("button", name="Show code").click()
        card.get_by_role("button", name="Pay").click()
        seen.page.wait_for_selector('[data-scene="paid"]')


def test_where_a_code_is_read_one_person_alone_holds_up_a_wrong_one_and_a_good_one(
    browser: Browser, stand: dict[str, Any]
) -> None:
    with chromium.watched(browser, chromium.KIOSK, base_url=stand["pos"]["url"]) as kiosk:
        choose(kiosk.page)
        kiosk.page.get_by_role("button", name="I'll show my payment code").click()
        card = kiosk.page.locator(".sandbox-card")
        card.locator("summary").click()
        assert inspection.misfits(kiosk.page) == []
        assert inspection.barriers(kiosk.page) == []
        card.get_by_role("button", name="Show a wrong one").click()
        kiosk.page.wait_for_selector('[data-scene="code_refused"]')
        kiosk.page.get_by_role("button", name="Try again").click()
        card.get_by_role("button", name="Show a payment code").click()
        kiosk.page.wait_for_selector('[data-scene="paid"]')


def test_at_the_cashiers_screen_the_demo_payer_is_asked_for_much_money_and_agrees(
    browser: Browser, stand: dict[str, Any]
) -> None:
    with chromium.watched(browser, chromium.TABLET, base_url=stand["pos"]["url"]) as seen:
        seen.page.goto("/cashier?lang=en")
        seen.page.wait_for_selector(READY)
        seen.page.keyboard.type("6000")
        seen.page.get_by_role("button", name="Read code").click()
        card = seen.page.locator(".sandbox-card")
        card.locator("summary").click()
        card.get_by_role("button", name="Show a payment code").click()
        seen.page.wait_for_selector('[data-scene="confirm"]')
        card.get_by_role("button", name="Pay").click()
        seen.page.wait_for_selector('[data-scene="paid"]')
