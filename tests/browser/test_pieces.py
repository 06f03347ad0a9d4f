"""The shared front end, piece by piece, in a real browser under its real policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from pos import qr_image
from tests.browser import chromium, films, inspection, lan
from tests.browser.sample import app as sample
from tests.browser.sample.app import Sample

READY = "html[data-ready=yes]"
CODE = "http://127.0.0.1:8402/p#AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
DEVICES = (chromium.PHONE, chromium.SMALL_PHONE, chromium.KIOSK, chromium.DESKTOP)
EXPECTED = "503"  # the one complaint the sample provokes: a refused request


@pytest.fixture(scope="module")
def shown() -> Iterator[Sample]:
    with sample.served() as served:
        yield served


@pytest.mark.parametrize("language", ["de", "en", "zh-CN"])
def test_every_piece_can_be_used_by_everybody(
    browser: Browser, shown: Sample, language: str
) -> None:
    with chromium.watched(browser, chromium.PHONE, base_url=shown.url) as seen:
        seen.page.goto(f"/?lang={language}")
        seen.page.wait_for_selector(READY)
        assert inspection.barriers_in_every_light(seen.page) == []


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_nothing_sticks_out_of_a_screen_and_buttons_fit_a_thumb(
    browser: Browser, shown: Sample, device: chromium.Device
) -> None:
    with chromium.watched(browser, device, base_url=shown.url) as seen:
        seen.page.goto("/?lang=de")
        seen.page.wait_for_selector(READY)
        assert inspection.misfits(seen.page) == []


def test_the_policy_refuses_nothing_that_a_page_does(browser: Browser, shown: Sample) -> None:
    with chromium.watched(browser, chromium.DESKTOP, base_url=shown.url) as seen:
        answer = seen.page.goto("/")
        assert answer is not None
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        seen.page.wait_for_selector(READY)
        assert [each for each in seen.complaints if EXPECTED not in each] == []


def test_the_policy_refuses_a_script_and_a_style_inside_of_the_page(
    browser: Browser, shown: Sample
) -> None:
    with chromium.watched(browser, chromium.DESKTOP, base_url=shown.url) as seen:
        seen.page.goto("/")
        seen.page.wait_for_selector(READY)
        seen.page.evaluate(
            """() => {
              const script = document.createElement("script");
              script.textContent = "window.stranger = 1";
              document.body.append(script);
              document.body.insertAdjacentHTML("beforeend", "<p style='color:red' id=odd>x</p>");
            }"""
        )
        assert seen.page.evaluate("window.stranger") is None
        assert seen.page.evaluate("getComputedStyle(odd).color") != "rgb(255, 0, 0)"
        refused = [each for each in seen.complaints if chromium.POLICY_REFUSES in each]
        assert any("inline script" in each for each in refused)
        assert any("inline style" in each for each in refused)
        seen.complaints.clear()


def test_a_person_gets_the_language_that_was_chosen_else_the_browsers_else_the_shops(
    browser: Browser, shown: Sample
) -> None:
    spoken = {"zh-Hans-CN": "zh-CN", "de-AT": "de", "fr-FR": "en"}
    for locale, language in spoken.items():
        with chromium.watched(browser, chromium.PHONE, locale=locale, base_url=shown.url) as seen:
            seen.page.goto("/")
            assert seen.page.get_attribute("html", "lang") == language
            seen.page.get_by_role("link", name="Deutsch").click()
            seen.page.goto("/")
            assert seen.page.get_attribute("html", "lang") == "de"


def test_amounts_and_plurals_are_the_same_from_python_and_javascript(
    browser: Browser, shown: Sample
) -> None:
    with chromium.watched(browser, chromium.PHONE, base_url=shown.url) as seen:
        seen.page.goto("/?lang=de")
        seen.page.wait_for_selector(READY)
        assert seen.page.text_content("#python") == seen.page.text_content("#javascript")
        expect(seen.page.locator("#count")).to_have_text("3 Stücke")


def test_a_refusal_is_told_in_words(browser: Browser, shown: Sample) -> None:
    with chromium.watched(browser, chromium.PHONE, base_url=shown.url) as seen:
        seen.page.goto("/?lang=de")
        expect(seen.page.locator("#refusal")).to_contain_text("nicht erreichbar")


def test_the_keypad_takes_fingers_and_keys(browser: Browser, shown: Sample) -> None:
    with chromium.watched(browser, chromium.PHONE, base_url=shown.url) as seen:
        seen.page.goto("/?lang=en")
        seen.page.wait_for_selector(READY)
        for digit in "120":
            seen.page.get_by_role("button", name=digit, exact=True).tap()
        seen.page.keyboard.type("99")
        seen.page.keyboard.press("Backspace")
        expect(seen.page.locator("#typed")).to_have_text("1209")


def test_a_keypad_that_was_away_for_a_while_hears_the_keyboard_again(
    browser: Browser, shown: Sample
) -> None:
    with chromium.watched(browser, chromium.PHONE, base_url=shown.url) as seen:
        seen.page.goto("/")
        seen.page.wait_for_selector(READY)
        seen.page.evaluate("window.away = document.querySelector('.keypad'); away.remove()")
        seen.page.keyboard.type("7", delay=120)
        seen.page.evaluate("document.getElementById('keypad').append(away)")
        seen.page.keyboard.type("42", delay=120)
        expect(seen.page.locator("#typed")).to_have_text("42")


def test_a_usb_scanner_is_told_from_a_person_who_types(browser: Browser, shown: Sample) -> None:
    with chromium.watched(browser, chromium.DESKTOP, base_url=shown.url) as seen:
        seen.page.goto("/")
        seen.page.wait_for_selector(READY)
        seen.page.keyboard.type("281234567890123456", delay=120)
        seen.page.keyboard.press("Enter")
        expect(seen.page.locator("#scanned")).to_have_text("")
        inspection.type_as_scanner(seen.page, "281234567890123456")
        expect(seen.page.locator("#scanned")).to_have_text("wedge 281234567890123456")


def test_a_code_held_before_the_camera_is_read(
    playwright: Playwright, shown: Sample, tmp_path: Path
) -> None:
    film = films.film(tmp_path / "code.mjpeg", qr_image.png(CODE))
    with (
        chromium.launched(playwright, arguments=chromium.with_film(film)) as camera,
        chromium.watched(camera, chromium.PHONE, base_url=shown.url) as seen,
    ):
        seen.page.goto("/?lang=en")
        seen.page.get_by_role("button", name="Scan with the camera").click()
        expect(seen.page.locator("#scanned")).to_have_text(CODE)


def test_a_code_is_read_from_a_picture_where_there_is_no_camera(
    browser: Browser, shown: Sample, tmp_path: Path
) -> None:
    picture = tmp_path / "code.png"
    picture.write_bytes(qr_image.png(CODE))
    with chromium.watched(browser, chromium.PHONE, base_url=shown.url) as seen:
        seen.page.goto("/?lang=en")
        seen.page.wait_for_selector(READY)
        seen.page.get_by_role("button", name="Scan with the camera").click()
        expect(seen.page.get_by_text("Choose a picture or type the code")).to_be_visible()
        seen.page.set_input_files("input[type=file]", picture)
        expect(seen.page.locator("#scanned")).to_have_text(CODE)


_CAMERA_THAT_REFUSES = """(name) => {
  window.asked = 0;
  navigator.mediaDevices.getUserMedia = async () => {
    window.asked += 1;
    await new Promise((resolve) => setTimeout(resolve, 100));
    throw new DOMException("", name);
  };
}"""


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        ("NotAllowedError", "This page may not use the camera"),
        ("NotReadableError", "another program may be using it"),
        ("NotFoundError", "There is no camera here"),
    ],
)
def test_a_camera_that_refuses_is_told_and_the_picture_goes_first(
    browser: Browser, shown: Sample, refusal: str, told: str
) -> None:
    with chromium.watched(browser, chromium.PHONE, base_url=shown.url) as seen:
        seen.page.add_init_script(f"({_CAMERA_THAT_REFUSES})('{refusal}')")
        seen.page.goto("/?lang=en")
        camera = seen.page.get_by_role("button", name="Scan with the camera")
        picture = seen.page.get_by_role("button", name="Choose a picture")
        expect(picture).to_contain_class("quiet")
        camera.dblclick()
        expect(seen.page.get_by_text(told)).to_be_visible()
        expect(picture).not_to_contain_class("quiet")
        expect(camera).to_contain_class("quiet")
        assert seen.page.evaluate("window.asked") == 1


def test_a_page_without_https_says_at_once_that_it_has_no_camera_and_offers_a_picture(
    playwright: Playwright, shown: Sample
) -> None:
    here = shown.url.replace("127.0.0.1", "kiosk.local")
    with (
        chromium.launched(playwright, arguments=lan.MAPPED) as browser,
        chromium.watched(browser, chromium.PHONE, base_url=here) as seen,
    ):
        seen.page.goto("/?lang=en")
        expect(
            seen.page.get_by_text("Without https this page may not use a camera")
        ).to_be_visible()
        expect(seen.page.get_by_role("button", name="Scan with the camera")).to_have_count(0)
        expect(seen.page.get_by_role("button", name="Choose a picture")).to_be_visible()


_DETECTOR = """(seen) => {
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code", "pdf417"]; }
    async detect() { return seen; }
  };
}"""


@pytest.mark.parametrize(
    ("seen_by_the_browser", "scanned"),
    [('[{rawValue: "the browser\'s"}]', "the browser's"), ("[]", CODE)],
)
def test_the_browsers_own_detector_goes_first_and_ours_where_it_sees_nothing(
    browser: Browser, shown: Sample, tmp_path: Path, seen_by_the_browser: str, scanned: str
) -> None:
    picture = tmp_path / "code.png"
    picture.write_bytes(qr_image.png(CODE))
    with chromium.watched(browser, chromium.PHONE, base_url=shown.url) as seen:
        seen.page.add_init_script(f"({_DETECTOR})({seen_by_the_browser})")
        seen.page.goto("/?lang=en")
        seen.page.wait_for_selector(READY)
        seen.page.set_input_files("input[type=file]", picture)
        expect(seen.page.locator("#scanned")).to_have_text(scanned)


def test_a_screen_follows_what_changes_and_counts_down_by_the_services_time(
    browser: Browser, shown: Sample
) -> None:
    with chromium.watched(browser, chromium.PHONE, base_url=shown.url) as seen:
        seen.page.goto("/?lang=en")
        expect(seen.page.locator("#line")).to_have_text("live")
        expect(seen.page.locator("#left .countdown")).to_contain_text("left")
        shown.tell("sale", {"state": "PAID"})
        expect(seen.page.locator("#state")).to_contain_text('"state":"PAID"')


def test_a_screen_polls_when_no_stream_is_left(browser: Browser) -> None:
    with (
        sample.served(streams_max=0) as full,
        chromium.watched(browser, chromium.PHONE, base_url=full.url) as seen,
    ):
        seen.page.goto("/?lang=en")
        expect(seen.page.locator("#line")).to_have_text("polling")
        full.tell("sale", {"state": "PAID"})
        expect(seen.page.locator("#state")).to_contain_text('"state":"PAID"')


def test_a_screen_says_that_the_service_is_gone_and_heals_when_it_is_back(browser: Browser) -> None:
    with ExitStack() as first:
        gone = first.enter_context(sample.served())
        port = int(gone.url.rpartition(":")[2])
        with chromium.watched(browser, chromium.PHONE, base_url=gone.url) as seen:
            seen.page.goto("/?lang=en")
            expect(seen.page.locator("#line")).to_have_text("live")
            gone.tell("of the first life", 1)
            expect(seen.page.locator("#state")).to_contain_text("of the first life")
            first.close()
            expect(seen.page.locator("#line")).to_have_text("lost")
            with sample.served(port=port) as again:
                again.tell("sale", {"state": "OPEN"})
                expect(seen.page.locator("#line")).to_have_text("live")
                expect(seen.page.locator("#state")).to_contain_text('"state":"OPEN"')
                expect(seen.page.locator("#state")).not_to_contain_text("of the first life")
