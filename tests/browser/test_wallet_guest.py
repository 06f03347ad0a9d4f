"""A stranger with any telephone: from a till's code to "paid", and everything around it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Playwright, expect

from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost
from tests.browser import chromium, films
from tests.browser.chromium import Watched
from tests.browser.wallet_pages import EXPECTED, WITHOUT_A_PLACE_FOR_KEYS, Visit
from tests.processes.services import Services, wait_for

LAN = "192.168.1.20"


@contextmanager
def visiting(
    browser: Browser, services: Services, locale: str = "en-GB", wallet: str = ""
) -> Iterator[tuple[Visit, Watched]]:
    """Somebody new with a telephone; their page may complain of refusals alone."""
    with chromium.watched(browser, chromium.PHONE, locale=locale) as seen:
        seen.page.add_init_script(WITHOUT_A_PLACE_FOR_KEYS)
        yield Visit(seen.page, wallet or services.urls["wallet"]), seen
        odd = [each for each in seen.complaints if not any(known in each for known in EXPECTED)]
        assert odd == []


def test_a_stranger_pays_a_tills_link_with_one_touch(browser: Browser, services: Services) -> None:
    sale, link = services.till.new_code(1295, "L")
    with visiting(browser, services) as (visit, seen):
        seen.page.set_default_timeout(20_000)  # what a stranger is patient for
        visit.open_link(link)
        expect(seen.page.get_by_text("Demo Drugstore")).to_be_visible()
        expect(seen.page.locator(".amount")).to_have_text("€12.95")
        visit.agree()
        visit.expect_outcome("paid")
        assert visit.taps == 1
        services.comes_to(sale, "PAID")
        assert "p#" not in seen.page.url


def test_who_speaks_chinese_has_yuan_and_sees_price_and_rate(
    browser: Browser, services: Services
) -> None:
    sale, link = services.till.new_code(1295, "L")
    with visiting(browser, services, "zh-CN") as (visit, seen):
        visit.open_link(link)
        expect(seen.page.locator(".amount")).to_have_text("¥101.18")
        expect(seen.page.locator(".facts")).to_contain_text("€12.95")
        expect(seen.page.locator(".facts")).to_contain_text("1 EUR 等于 7.8125 CNY")
        visit.agree()
        visit.expect_outcome("paid")
    services.comes_to(sale, "PAID")


def test_above_the_limit_the_pin_is_asked_for_and_a_wrong_one_is_told(
    browser: Browser, services: Services
) -> None:
    sale, link = services.till.new_code(6000, "L")
    with visiting(browser, services) as (visit, seen):
        visit.open_link(link)
        expect(seen.page.get_by_text("Demo PIN: 280601")).to_be_visible()
        visit.enter_pin("000000")
        expect(seen.page.get_by_role("alert")).to_have_text("The PIN is wrong.")
        visit.enter_pin()
        visit.expect_outcome("paid")
    services.comes_to(sale, "PAID")


def test_a_price_above_the_balance_is_refused_and_says_what_to_do(
    browser: Browser, services: Services
) -> None:
    sale, link = services.till.new_code(20_000, "L")
    with visiting(browser, services) as (visit, seen):
        visit.open_link(link)
        visit.enter_pin()
        visit.expect_outcome("refused")
        expect(seen.page.get_by_text("The balance is too low.")).to_be_visible()
        expect(seen.page.get_by_role("button", name="Top up play money")).to_be_visible()
    assert services.till.state(sale) != "PAID"


def test_who_says_no_has_paid_nothing(browser: Browser, services: Services) -> None:
    _, link = services.till.new_code(500, "L")
    with visiting(browser, services) as (visit, seen):
        visit.open_link(link)
        visit.tap(seen.page.get_by_role("button", name="Don't pay"))
        visit.expect_outcome("declined")
        visit.go("")
        expect(seen.page.locator("#balance")).to_have_text("€100.00")


def test_a_second_telephone_is_told_that_the_code_is_in_use(
    browser: Browser, services: Services
) -> None:
    _, link = services.till.new_code(500, "L")
    with (
        visiting(browser, services) as (first, _),
        visiting(browser, services) as (second, seen),
    ):
        first.open_link(link)
        expect(first.page.locator("#agree")).to_be_visible()
        second.open_link(link)
        second.expect_refusal("ORDER_CLAIMED")
        expect(seen.page.get_by_text("Somebody else is paying this code")).to_be_visible()
        first.agree()
        first.expect_outcome("paid")


def test_an_abandoned_sale_and_a_changed_link_are_told_in_words(
    browser: Browser, services: Services
) -> None:
    sale, link = services.till.new_code(500, "L")
    services.till.abandon(sale)
    with visiting(browser, services) as (visit, seen):
        visit.open_link(link)
        expect(seen.page.locator("#refusal")).to_contain_text("Nothing was charged")
        other = "A" if link[-10] != "A" else "B"
        visit.open_link(f"{link[:-10]}{other}{link[-9:]}")
        visit.expect_refusal("QR_SIGNATURE_INVALID")
        expect(seen.page.get_by_text("forged or damaged")).to_be_visible()


def test_receipt_and_refund_are_shown_and_verified_by_the_browser_itself(
    browser: Browser, services: Services
) -> None:
    sale, link = services.till.new_code(1295, "L")
    with visiting(browser, services) as (visit, seen):
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")
        services.give_back(sale, 500)
        visit.go("history")
        expect(seen.page.locator(".list li").first).to_contain_text("+ €5.00")
        visit.tap(seen.page.locator(".list a").first)
        expect(seen.page.locator("[data-standing]")).to_have_attribute("data-standing", "holds")


def test_a_receipt_that_was_changed_on_its_way_is_not_believed(
    browser: Browser, services: Services
) -> None:
    _, link = services.till.new_code(1295, "L")
    with visiting(browser, services) as (visit, seen):
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")

        def forge(route: object) -> None:
            answer = route.fetch()  # type: ignore[attr-defined]
            text = answer.text().replace("amount_minor=1295", "amount_minor=1095")
            route.fulfill(response=answer, body=text)  # type: ignore[attr-defined]

        seen.page.route("**/api/me/history", forge)
        visit.tap(seen.page.get_by_role("link", name="See the receipt"))
        expect(seen.page.locator("[data-standing]")).to_have_attribute("data-standing", "broken")


def test_a_code_before_the_camera_is_paid(
    playwright: Playwright, services: Services, tmp_path: Path
) -> None:
    sale, _ = services.till.new_code(1295, "S")
    film = films.film(tmp_path / "till.mjpeg", services.till.picture(sale))
    with (
        chromium.launched(playwright, arguments=chromium.with_film(film)) as camera,
        visiting(camera, services) as (visit, _),
    ):
        visit.begin()
        visit.go("scan")
        visit.agree()
        visit.expect_outcome("paid")
    services.comes_to(sale, "PAID")


def test_on_plain_http_in_a_network_link_and_picture_are_paid_without_a_camera(
    playwright: Playwright, services: Services, tmp_path: Path
) -> None:
    port = services.urls["wallet"].rpartition(":")[2]
    rules = f"--host-resolver-rules=MAP {LAN} 127.0.0.1"
    settings = {**services.settings_of("wallet"), "QRPAY_WALLET_HOSTS": f"{LAN},127.0.0.1"}
    services.kill("wallet")
    with (
        services.serving("wallet", settings),
        chromium.launched(playwright, arguments=[rules]) as lan,
    ):
        wallet = f"http://{LAN}:{port}"
        sale, link = services.till.new_code(1295, "L")
        with visiting(lan, services, wallet=wallet) as (visit, seen):
            visit.open_link(link.replace("127.0.0.1", LAN))
            assert not seen.page.evaluate("window.isSecureContext")
            visit.agree()
            visit.expect_outcome("paid")
            visit.tap(seen.page.get_by_role("link", name="See the receipt"))
            standing = seen.page.locator("[data-standing]")
            expect(standing).to_have_attribute("data-standing", "unchecked")
            again, _ = services.till.new_code(700, "S")
            picture = tmp_path / "till.png"
            picture.write_bytes(services.till.picture(again))
            visit.go("scan")
            expect(seen.page.get_by_text("your phone's camera app")).to_be_visible()
            seen.page.set_input_files("input[type=file]", picture)
            visit.agree()
            visit.expect_outcome("paid")
        told = services.till.state
        wait_for("the till to know", lambda: told(sale) == told(again) == "PAID")
    services.restart("wallet")
    wait_for("the wallet", lambda: _is_up(services, "wallet"))


def test_the_pay_code_on_the_screen_is_read_by_the_till_and_the_page_shows_it(
    browser: Browser, services: Services
) -> None:
    with visiting(browser, services) as (visit, seen):
        visit.begin()
        visit.go("pay")
        shown = seen.page.locator(".paycode")
        expect(shown.locator("svg")).to_have_count(2)
        expect(seen.page.locator(".digits")).to_be_hidden()
        picture = Image.open(io.BytesIO(shown.screenshot()))
        read = {str(each.format): each.text for each in zxingcpp.read_barcodes(picture)}
        assert len(read) == 2
        (digits,) = set(read.values())
        visit.tap(seen.page.get_by_role("button", name="Show the digits"))
        expect(seen.page.locator(".digits")).to_have_text(" ".join(_fours(digits)))
        expect(seen.page.get_by_text("Read these digits to nobody")).to_be_visible()
        sale = services.till.ring_up(700)
        services.till.read(sale, digits)
        expect(seen.page.locator("[data-standing]")).to_have_attribute("data-standing", "holds")
        expect(seen.page.locator(".amount")).to_have_text("€7.00")
    services.comes_to(sale, "PAID")


def test_a_pay_code_above_the_limit_asks_the_payer_on_the_same_page(
    browser: Browser, services: Services
) -> None:
    with visiting(browser, services) as (visit, seen):
        visit.begin()
        visit.go("pay")
        visit.tap(seen.page.get_by_role("button", name="Show the digits"))
        digits = (seen.page.locator(".digits").text_content() or "").replace(" ", "")
        sale = services.till.ring_up(6000)
        services.till.read(sale, digits)
        visit.enter_pin()
        visit.expect_outcome("paid")
    services.comes_to(sale, "PAID")


def test_pay_codes_go_on_without_a_network(browser: Browser, services: Services) -> None:
    with visiting(browser, services) as (visit, seen):
        seen.page.clock.install()
        visit.begin()
        visit.go("pay")
        expect(seen.page.locator(".paycode svg")).to_have_count(2)
        first = seen.page.locator(".digits").text_content()
        seen.page.route("**/api/**", lambda route: route.abort())
        seen.page.clock.fast_forward(60_000)
        expect(seen.page.locator(".digits")).not_to_have_text(str(first))
        expect(seen.page.get_by_text("Offline: the code works all the same.")).to_be_visible()
        expect(seen.page.locator(".paycode svg")).to_have_count(2)
        seen.page.clock.fast_forward(300_000)
        expect(seen.page.get_by_text("A connection is needed for a new code.")).to_be_visible()
        expect(seen.page.locator(".paycode svg")).to_have_count(0)
        seen.complaints[:] = [each for each in seen.complaints if "net::ERR_FAILED" not in each]


def test_a_provider_that_is_away_takes_nothing_and_the_page_goes_on_when_it_is_back(
    browser: Browser, services: Services
) -> None:
    sale, link = services.till.new_code(500, "L")
    with visiting(browser, services) as (visit, seen):
        visit.open_link(link)
        expect(seen.page.locator("#agree")).to_be_visible()
        services.kill("ledger")
        visit.agree()
        visit.expect_refusal("SERVICE_UNAVAILABLE")
        services.restart("ledger")
        wait_for("the ledger", lambda: _is_up(services, "ledger"))
        visit.tap(seen.page.get_by_role("button", name="Try again"))
        visit.agree()
        visit.expect_outcome("paid")
    services.comes_to(sale, "PAID")


def test_a_lost_answer_is_never_shown_as_failed(browser: Browser, services: Services) -> None:
    sale, link = services.till.new_code(500, "L")
    with visiting(browser, services) as (visit, seen):
        visit.open_link(link)

        def lose(route: object) -> None:
            route.fetch()  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]

        seen.page.route("**/approve", lose)
        visit.agree()
        visit.expect_outcome("paid")
        assert "outcome" in (seen.page.locator("#outcome").get_attribute("id") or "")
        seen.complaints[:] = [each for each in seen.complaints if "net::ERR_FAILED" not in each]
    services.comes_to(sale, "PAID")


def test_play_money_is_filled_up_and_everything_is_forgotten_on_request(
    browser: Browser, services: Services
) -> None:
    _, link = services.till.new_code(1295, "L")
    with visiting(browser, services) as (visit, seen):
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")
        visit.go("")
        expect(seen.page.locator("#balance")).to_have_text("€87.05")
        visit.tap(seen.page.get_by_role("button", name="Top up"))
        expect(seen.page.locator("#balance")).to_have_text("€100.00")
        visit.go("settings")
        visit.tap(seen.page.get_by_role("button", name="Delete everything", exact=True))
        visit.tap(seen.page.get_by_role("button", name="Yes, delete everything"))
        expect(seen.page.get_by_role("heading", name="Pay with play money")).to_be_visible()


def _is_up(services: Services, party: str) -> bool:
    try:
        return services.ask(party, "/health").status == 200
    except (ServiceUnavailable, AnswerLost):
        return False


def _fours(digits: str) -> list[str]:
    return [digits[at : at + 4] for at in range(0, len(digits), 4)]
