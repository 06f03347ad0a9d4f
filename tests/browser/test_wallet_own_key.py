"""A wallet whose key is in the browser: it signs and verifies by itself, with PIN or passkey."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser import chromium, inspection
from tests.browser.wallet_pages import Visit, by_name
from tests.kit.answered import Answer
from tests.processes.services import Services

WITHOUT_ED25519 = """
const make = SubtleCrypto.prototype.generateKey;
SubtleCrypto.prototype.generateKey = function (algorithm, ...rest) {
  if (algorithm === "Ed25519") throw new DOMException("not here", "NotSupportedError");
  return make.call(this, algorithm, ...rest);
};
"""
WRONG_CLOCK = """
const right = Date.now;
const wrong = () => right() + OFF * 86_400_000;
Date = class extends Date {
  constructor(...given) { super(...(given.length ? given : [wrong()])); }
  static now() { return wrong(); }
};
"""
TAKE_THE_KEY = """async () => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open("qrpay-wallet");
    asked.onsuccess = () => done(asked.result);
  });
  const mine = await new Promise((done) => {
    const asked = base.transaction("kept").objectStore("kept").get("mine");
    asked.onsuccess = () => done(asked.result);
  });
  const tries = [["pkcs8", mine.key.privateKey], ["raw", mine.secret]];
  const said = await Promise.all(tries.map(([format, key]) =>
    crypto.subtle.exportKey(format, key).then(() => "taken", (error) => error.name)));
  return [mine.key.algorithm, ...said];
}"""


@contextmanager
def visiting(browser: Browser, services: Services, script: str = "") -> Iterator[Visit]:
    """Somebody new; by name, since an address of numbers can have no passkey."""
    with chromium.watched(browser, chromium.PHONE) as seen:
        if script:
            seen.page.add_init_script(script)
        yield Visit(seen.page, by_name(services.urls["wallet"]))
        odd = [each for each in seen.complaints if "responded with a status of" not in each]
        assert odd == []


def link_for(services: Services, minor: int) -> tuple[str, str]:
    sale, link = services.till.new_code(minor, "L")
    return sale, by_name(link)


def deposit_for(services: Services, minor: int) -> tuple[str, str]:
    sale = services.till.ring_up_deposit(minor)
    services.till.show(sale, "L")
    return sale, by_name(services.till.code(sale))


def end(services: Services, sale: str, how: Callable[[str], Answer]) -> None:
    """Capture a deposit or give it back, once the till knows that it is held."""
    services.comes_to(sale, "HELD")
    assert how(sale).status == 200


def test_a_stranger_pays_with_a_key_that_nobody_can_take_out_of_the_browser(
    browser: Browser, services: Services
) -> None:
    sale, link = link_for(services, 1295)
    with visiting(browser, services) as visit:
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")
        taken = visit.page.evaluate(TAKE_THE_KEY)
        assert taken == ["Ed25519", "InvalidAccessError", "InvalidAccessError"]
        assert visit.page.evaluate("fetch('/api/session').then((it) => it.json())")["kind"] == (
            "browser"
        )
    services.comes_to(sale, "PAID")


def test_a_browser_without_ed25519_signs_with_p_256(browser: Browser, services: Services) -> None:
    sale, link = link_for(services, 700)
    with visiting(browser, services, WITHOUT_ED25519) as visit:
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")
        assert visit.page.evaluate(TAKE_THE_KEY)[0] == "P-256"
    services.comes_to(sale, "PAID")


def test_a_passkey_agrees_to_this_amount_and_to_no_other(
    browser: Browser, services: Services
) -> None:
    sale, link = link_for(services, 6000)
    with visiting(browser, services) as visit:
        page = visit.page
        _give_a_passkey(visit)
        visit.open_link(link)

        def change(route: Route) -> None:
            sent = json.loads(route.request.post_data or "{}")
            sent["body"] = sent["body"].replace("amount_minor=6000", "amount_minor=5999")
            route.continue_(post_data=json.dumps(sent))

        page.route("**/api/browser/relay", change)
        page.get_by_role("button", name="Confirm with passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("The passkey did not confirm")
        assert services.till.state(sale) != "PAID"
        page.unroute("**/api/browser/relay")
        page.get_by_role("button", name="Confirm with passkey").click()
        visit.expect_outcome("paid")
        visit.go("settings")
        expect(page.locator("#passkey")).to_have_text("The passkey is set up.")
        assert inspection.barriers_in_every_light(page) == []
        assert inspection.misfits(page) == []
    services.comes_to(sale, "PAID")


def test_who_has_a_passkey_sees_the_whole_question_and_may_type_the_pin_instead(
    browser: Browser, services: Services
) -> None:
    sale, link = link_for(services, 6000)
    with visiting(browser, services) as visit:
        page = visit.page
        _give_a_passkey(visit)
        visit.open_link(link)
        expect(page.get_by_role("button", name="Don't pay")).to_be_in_viewport(ratio=1)
        expect(page.locator(".keypad")).to_be_hidden()
        page.get_by_role("button", name="Enter the PIN instead").click()
        visit.enter_pin()
        visit.expect_outcome("paid")
    services.comes_to(sale, "PAID")


def test_without_a_passkey_the_pin_is_asked_for_and_a_wrong_one_sends_nothing(
    browser: Browser, services: Services
) -> None:
    sale, link = link_for(services, 6000)
    with visiting(browser, services) as visit:
        visit.open_link(link)
        visit.enter_pin("000000")
        expect(visit.page.get_by_role("alert")).to_have_text("The PIN is wrong.")
        visit.enter_pin()
        visit.expect_outcome("paid")
    services.comes_to(sale, "PAID")


def test_an_offer_that_was_changed_on_its_way_is_not_shown(
    browser: Browser, services: Services
) -> None:
    _, link = link_for(services, 1295)
    with visiting(browser, services) as visit:

        def change(route: Route) -> None:
            answer = route.fetch()
            text = answer.text().replace('amount_minor\\":1295', 'amount_minor\\":295')
            route.fulfill(response=answer, body=text)

        visit.page.route("**/api/browser/relay", change)
        visit.page.goto(link)
        expect(visit.page.get_by_role("heading", name="No answer")).to_be_visible()
        expect(visit.page.locator("#agree")).to_have_count(0)


def test_an_answer_that_is_lost_is_found_and_nothing_is_paid_twice(
    browser: Browser, services: Services
) -> None:
    sale, link = link_for(services, 500)
    with visiting(browser, services) as visit:
        visit.open_link(link)
        expect(visit.page.locator("#agree")).to_be_visible()
        lost: list[int] = []

        def lose(route: Route) -> None:
            answer = route.fetch()
            if "/authorise" in (route.request.post_data or "") and not lost:
                lost.append(answer.status)
                route.fulfill(status=502, body="")
            else:
                route.fulfill(response=answer)

        visit.page.route("**/api/browser/relay", lose)
        visit.agree()
        visit.expect_outcome("paid")
        assert lost == [200]
        visit.go("")
        expect(visit.page.locator("#balance")).to_have_text("€95.00")
    services.comes_to(sale, "PAID")


def test_a_deposit_is_told_as_what_became_of_it(browser: Browser, services: Services) -> None:
    taken, returned = (deposit_for(services, 3000) for _ in range(2))
    with visiting(browser, services) as visit:
        page = visit.page
        reviews = []
        for _, link in (taken, returned):
            visit.open_link(link)
            visit.agree()
            visit.expect_outcome("held")
            reviews.append(page.url)
        held = page.context.new_page()
        held.goto(reviews[0])
        expect(held.locator("[data-outcome=held]")).to_be_visible()
        end(services, taken[0], lambda sale: services.till.capture(sale, 350))
        end(services, returned[0], services.till.give_back)
        visit.expect_outcome("given_back")  # the page that is open hears of it
        expect(page.locator("#outcome")).to_contain_text("The deposit is back, all of it.")
        for each in (held, page):
            each.goto("about:blank")
            each.goto(reviews[0])
            expect(each.locator("[data-outcome=captured] .amount")).to_have_text("€3.50")
            told = "The shop took this of the €30.00 deposit. The rest is back."
            expect(each.locator("#outcome")).to_contain_text(told)
        assert inspection.barriers_in_every_light(page) == []
        visit.tap(page.get_by_role("link", name="See the receipt"))
        expect(page.locator("[data-standing=holds]")).to_be_visible()
        visit.go("")
        expect(page.locator("#balance")).to_have_text("€96.50")


@pytest.mark.parametrize("ends", ["held", "captured"])
def test_a_deposit_whose_answer_is_lost_is_found(
    browser: Browser, services: Services, ends: str
) -> None:
    sale, link = deposit_for(services, 3000)
    with visiting(browser, services) as visit:
        visit.open_link(link)
        expect(visit.page.locator("#agree")).to_be_visible()
        sent: list[int] = []
        may_ask = threading.Event()

        def lose(route: Route) -> None:
            if "/authorise" in (route.request.post_data or ""):
                sent.append(route.fetch().status)
                route.fulfill(status=502, body="")
            elif may_ask.is_set():
                route.continue_()
            else:
                route.fulfill(status=502, body="")

        visit.page.route("**/api/browser/relay", lose)
        visit.agree()
        visit.expect_outcome("unknown")
        if ends == "captured":
            end(services, sale, lambda held: services.till.capture(held, 3000))
        may_ask.set()
        visit.expect_outcome(ends)
        assert sent == [200], "it was found by asking, not by sending the consent again"
        told = {"held": "set aside", "captured": "The shop took the whole deposit."}[ends]
        expect(visit.page.locator("#outcome")).to_contain_text(told)


def test_more_receipts_than_one_answer_lists_are_fetched_page_by_page(
    browser: Browser, services: Services
) -> None:
    with visiting(browser, services) as visit:
        page = visit.page
        page.route("**/js/own/wallet.js", _list_one_at_a_time)
        for _ in range(2):
            visit.open_link(link_for(services, 500)[1])
            with page.expect_request(_asks_for_older):  # what has come back is looked for
                visit.agree()
                visit.expect_outcome("paid")
        visit.go("history")
        expect(page.locator(".list li")).to_have_count(2)


def _asks_for_older(request: Request) -> bool:
    return '"/v1/me/receipts?before=rcp_' in (request.post_data or "")


def _list_one_at_a_time(route: Route) -> None:
    answer = route.fetch()
    text = answer.text().replace("const RECEIPTS_LISTED = 100;", "const RECEIPTS_LISTED = 1;")
    assert text != answer.text()
    route.fulfill(response=answer, body=text)


def test_codes_are_made_in_the_page_and_a_till_takes_them(
    browser: Browser, services: Services
) -> None:
    with visiting(browser, services) as visit:
        visit.begin()
        visit.go("pay")
        expect(visit.page.locator(".paycode svg")).to_have_count(2)
        digits = (visit.page.locator(".digits").text_content() or "").replace(" ", "")
        sale = services.till.ring_up(700)
        services.till.read(sale, digits)
        standing = visit.page.locator("[data-standing]")
        expect(standing).to_have_attribute("data-standing", "holds")
    services.comes_to(sale, "PAID")


@pytest.mark.parametrize("off_days", [1, -400], ids=["ahead", "behind"])
def test_a_telephone_whose_own_clock_is_wrong_pays_and_shows_codes_that_are_taken(
    browser: Browser, services: Services, off_days: int
) -> None:
    sale, link = link_for(services, 500)
    with visiting(browser, services, WRONG_CLOCK.replace("OFF", str(off_days))) as visit:
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")
        services.comes_to(sale, "PAID")
        visit.go("pay")
        expect(visit.page.locator(".paycode svg")).to_have_count(2)
        digits = (visit.page.locator(".digits").text_content() or "").replace(" ", "")
        sale = services.till.ring_up(700)
        services.till.read(sale, digits)
    services.comes_to(sale, "PAID")


def test_a_key_that_the_browser_threw_away_is_told_and_one_begins_anew(
    browser: Browser, services: Services
) -> None:
    with visiting(browser, services) as visit:
        visit.begin()
        _throw_away(visit.page)
        visit.page.reload()
        expect(visit.page.get_by_text("Your browser has deleted the key")).to_be_visible()
        visit.tap(visit.page.locator(".button.big").first)
        expect(visit.page.locator("#balance")).to_have_text("€100.00")


def test_everything_is_forgotten_on_request(browser: Browser, services: Services) -> None:
    with visiting(browser, services) as visit:
        visit.begin()
        visit.go("settings")
        visit.tap(visit.page.get_by_role("button", name="Delete everything", exact=True))
        visit.tap(visit.page.get_by_role("button", name="Yes, delete everything"))
        expect(visit.page.get_by_role("heading", name="Pay with play money")).to_be_visible()


def _give_a_passkey(visit: Visit) -> None:
    visit.begin()
    visit.get_authenticator()
    visit.go("settings")
    visit.tap(visit.page.get_by_role("button", name="Set up a passkey"))
    expect(visit.page.locator("#passkey")).to_have_text("The passkey is set up.")


def _throw_away(page: Page) -> None:
    page.evaluate(
        """() => new Promise((done) => {
          const asked = indexedDB.deleteDatabase("qrpay-wallet");
          asked.onsuccess = asked.onblocked = () => done();
        })"""
    )
