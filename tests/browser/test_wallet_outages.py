"""Services stop under the wallet's page and come back: it says what is true, and heals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.errors.trust import AnswerLost
from tests.browser.wallet_pages import GUEST, OWN_KEY, PIN, Visit, visiting
from tests.processes.services import Services, wait_for

KINDS = pytest.mark.parametrize("kind", [GUEST, OWN_KEY])


@dataclass(frozen=True)
class Tabs:
    """The balance and the list, open all the while beside the page that is used."""

    home: Page
    history: Page

    @classmethod
    def of(cls, visit: Visit) -> Tabs:
        """Open them for a wallet that has begun, with a stream each."""
        home, history = (visit.page.context.new_page() for _ in range(2))
        home.goto(f"{visit.wallet}/#/home")
        history.goto(f"{visit.wallet}/#/history")
        tabs = cls(home, history)
        tabs.expect("live", "€100.00", entries=0)
        return tabs

    def expect(self, line: str, *balances: str, entries: int) -> None:
        """See on both how news comes, one of these balances, and so many receipts."""
        for page in (self.home, self.history):
            expect(page.locator("html")).to_have_attribute("data-line", line)
            expect(page.locator("#line .notice")).to_have_count(0 if line == "live" else 1)
        expect(self.home.locator("#balance")).to_have_text(re.compile("|".join(balances)))
        expect(self.history.locator(".list li")).to_have_count(entries)


@contextmanager
def stopped(services: Services, party: str) -> Iterator[None]:
    """Kill a service, and start it again on its data."""
    services.kill(party)
    yield
    services.restart(party)
    wait_for(f"the {party}", lambda: _is_up(services, party))


def _is_up(services: Services, party: str) -> bool:
    try:
        return services.ask(party, "/health").status == 200
    except (ServiceUnavailable, AnswerLost):
        return False


@KINDS
def test_the_wallet_service_stops_at_the_question(
    browser: Browser, services: Services, kind: str
) -> None:
    sale, link = services.till.new_code(500, "L")
    with visiting(browser, services, kind, may_fail=True) as visit:
        visit.open_link(link)
        visit.expect_line("live")
        tabs = Tabs.of(visit)
        with stopped(services, "wallet"):
            visit.expect_line("lost")
            tabs.expect("lost", "€100.00", "–", entries=0)
            expect(visit.page.get_by_text("The wallet service does not answer")).to_be_visible()
            visit.agree()
            visit.expect_outcome("unknown")  # the page can't know what has arrived
        if kind == GUEST:  # nothing had arrived, so it asks anew
            visit.agree()
        visit.expect_outcome("paid")  # a consent that was signed here is sent again, the same one
        visit.expect_line("live")
        expect(visit.page.locator("#line")).to_be_empty()
        tabs.expect("live", "€95.00", entries=1)
        visit.go("home")
        expect(visit.page.locator("#balance")).to_have_text("€95.00")
    services.comes_to(sale, "PAID")


@KINDS
def test_the_provider_stops_while_the_code_is_shown(
    browser: Browser, services: Services, kind: str
) -> None:
    with visiting(browser, services, kind, may_fail=True) as visit:
        visit.begin()
        visit.go("pay")
        expect(visit.page.locator(".paycode svg")).to_have_count(2)
        visit.expect_line("live")
        tabs = Tabs.of(visit)
        with stopped(services, "ledger"):
            visit.expect_line("away")
            tabs.expect("away", "€100.00", "–", entries=0)
            expect(visit.page.get_by_text("The provider does not answer")).to_be_visible()
            expect(visit.page.locator(".paycode svg")).to_have_count(2)
        visit.expect_line("live")
        digits = _digits(visit)
        sale = services.till.ring_up(700)
        services.till.read(sale, digits)
        expect(visit.page.locator("[data-standing]")).to_have_attribute("data-standing", "holds")
        tabs.expect("live", "€93.00", entries=1)
    services.comes_to(sale, "PAID")


@KINDS
def test_the_wallet_service_stops_at_a_receipt_a_sticker_and_the_settings(
    browser: Browser, services: Services, kind: str
) -> None:
    _, link = services.till.new_code(500, "L")
    with visiting(browser, services, kind, may_fail=True) as visit:
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")
        receipt, sticker, settings = opened_beside(visit, services)
        with stopped(services, "wallet"):
            for page in (receipt, sticker, settings):
                expect(page.get_by_text("The wallet service does not answer")).to_be_visible()
            expect(receipt.locator("[data-standing=holds]")).to_be_visible()
            sticker.get_by_role("button", name="Next").click()
            expect(sticker.locator("#refusal")).to_contain_text("not known yet")
            settings.get_by_role("button", name="Deutsch").click()
            be_forgotten(settings)
            expect(settings.get_by_role("alert")).to_contain_text("not known yet")
        expect(sticker.locator(".amount")).to_have_text("€3.00")  # it went on by itself
        sticker.locator("#agree").click()
        expect(sticker.locator("[data-outcome=paid]")).to_be_visible()
        for page in (receipt, settings):
            expect(page.locator("#line")).to_be_empty()
        visit.go("home")
        expect(visit.page.locator("#balance")).to_have_text("€92.00")
        settings.get_by_role("button", name="Deutsch").click()
        expect(settings.locator("html")).to_have_attribute("lang", "de")


def opened_beside(visit: Visit, services: Services) -> list[Page]:
    """Open a receipt, a sticker's amount and the settings beside the page that is used."""
    receipt, sticker, settings = (visit.page.context.new_page() for _ in range(3))
    address = visit.page.locator("a[href^='#/receipt/']").get_attribute("href")
    receipt.goto(f"{visit.wallet}/{address}")
    settings.goto(f"{visit.wallet}/#/settings")
    sticker.goto(f"{visit.wallet}/#/scan")
    sticker.locator("#typed-code").fill(services.till.sticker())
    sticker.keyboard.press("Enter")
    for digit in "300":
        sticker.locator(".keypad").get_by_role("button", name=digit, exact=True).click()
    for page in (receipt, sticker, settings):
        expect(page.locator("html")).to_have_attribute("data-line", "live")
    return [receipt, sticker, settings]


def be_forgotten(settings: Page) -> None:
    """Ask for it, and again when asked."""
    settings.locator("#place > .button.danger").click()
    settings.locator("dialog .button.danger").click()


def test_services_stop_while_a_passkey_is_made_and_while_it_agrees(
    browser: Browser, services: Services
) -> None:
    sale, link = services.till.new_code(6000, "L")
    with visiting(browser, services, OWN_KEY, may_fail=True) as visit:
        page = visit.page
        visit.begin()
        visit.get_authenticator()
        visit.go("settings")
        lose_first(page, "**/api/browser/passkeys")
        make = page.get_by_role("button", name="Set up a passkey")
        make.click()
        expect(page.get_by_role("alert")).to_contain_text("not known yet")
        make.click()  # the telephone has it, the service as well
        expect(page.locator("#passkey")).to_have_text("The passkey is set up.")
        expect(page.get_by_role("alert")).to_be_empty()
        visit.open_link(link)
        agree = page.get_by_role("button", name="Confirm with passkey")
        expect(agree).to_be_visible()
        with stopped(services, "ledger"):
            agree.click()
            expect(page.locator("#refusal")).to_contain_text("can't be reached right now")
            visit.expect_line("away")
        agree.click()  # it asks again by itself
        visit.expect_outcome("paid")
        visit.go("home")
        expect(page.locator("#balance")).to_have_text("€40.00")
    services.comes_to(sale, "PAID")


@pytest.mark.parametrize("how", ["pin", "passkey"])
@pytest.mark.parametrize("fate", ["arrived", "lost on its way"])
def test_a_confirmed_consent_without_an_answer_ends_in_what_is_true_and_is_paid_once(
    browser: Browser, services: Services, how: str, fate: str
) -> None:
    sale, link = services.till.new_code(6000, "L")
    with visiting(browser, services, OWN_KEY, may_fail=True) as visit:
        page = visit.page
        visit.begin()
        if how == "passkey":
            visit.get_authenticator()
            visit.go("settings")
            page.locator("#make-passkey").click()
            expect(page.locator("#passkey")).to_have_text("The passkey is set up.")
        visit.open_link(link)
        confirm(visit, how, lambda: fall_silent(page, arrives=fate == "arrived"))
        visit.expect_outcome("unknown")
        page.wait_for_timeout(3_500)  # it has asked again meanwhile
        visit.expect_outcome("unknown")
        page.unroute("**/api/browser/relay")
        if fate != "arrived":  # the provider has heard of no consent: the payer is asked again
            expect(page.get_by_role("heading", name="Pay this?")).to_be_visible()
            confirm(visit, how)
        visit.expect_outcome("paid")
        visit.go("home")
        expect(page.locator("#balance")).to_have_text("€40.00")
        page.reload()
        expect(page.locator(".list li")).to_have_count(1)
    services.comes_to(sale, "PAID")


NOTE_A_REFUSAL = """
window.wasRefused = false;
new MutationObserver(() => { window.wasRefused ||= document.querySelector("#refusal") !== null; })
  .observe(document.body, { subtree: true, childList: true });
"""


def test_who_declines_what_was_paid_after_all_is_told_that_it_is_paid(
    browser: Browser, services: Services
) -> None:
    sale, link = services.till.new_code(6000, "L")
    with visiting(browser, services, OWN_KEY, may_fail=True) as visit:
        visit.begin()
        visit.open_link(link)
        late: list[str] = []

        def arrive_late(route: Route) -> None:
            asked = route.request.post_data or ""
            if "/authorise" in asked and not late:
                late.append(asked)
                route.abort()
                return
            if "/decline" in asked:
                assert route.fetch(post_data=late[0]).ok
            route.continue_()

        visit.page.route("**/api/browser/relay", arrive_late)
        confirm(visit, "pin")
        visit.expect_outcome("unknown")
        expect(visit.page.get_by_role("heading", name="Pay this?")).to_be_visible()
        visit.page.evaluate(NOTE_A_REFUSAL)
        visit.page.get_by_role("button", name="Don't pay").click()
        visit.expect_outcome("paid")
        assert visit.page.evaluate("window.wasRefused") is False
    services.comes_to(sale, "PAID")


def confirm(visit: Visit, how: str, before_the_last: Callable[[], None] = lambda: None) -> None:
    """Confirm by PIN or passkey; something else may happen just before the last touch."""
    if how == "pin":
        visit.enter_pin(PIN[:-1])
        before_the_last()
        visit.enter_pin(PIN[-1])
    else:
        agree = visit.page.get_by_role("button", name="Confirm with passkey")
        expect(agree).to_be_visible()
        before_the_last()
        agree.click()


def fall_silent(page: Page, *, arrives: bool) -> None:
    """From now on the page hears nothing of the provider; whether a consent still arrives."""

    def silent(route: Route) -> None:
        if arrives and "/authorise" in (route.request.post_data or ""):
            route.fetch()
        route.abort()

    page.route("**/api/browser/relay", silent)


def test_who_was_forgotten_and_did_not_hear_of_it_can_ask_again(
    browser: Browser, services: Services
) -> None:
    with visiting(browser, services, OWN_KEY, may_fail=True) as visit:
        visit.begin()
        visit.go("settings")
        lose_first(visit.page, "**/api/browser/relay", holding="/v1/me/erase")
        be_forgotten(visit.page)
        expect(visit.page.get_by_role("alert")).to_contain_text("not known yet")
        be_forgotten(visit.page)
        expect(visit.page.get_by_role("heading", name="Pay with play money")).to_be_visible()


def lose_first(page: Page, url: str, holding: str = "") -> None:
    """Lose the first answer to a call whose body holds this; what was asked has happened."""
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost or holding not in (route.request.post_data or ""):
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route(url, lose)


def test_the_till_stops_at_the_question_and_learns_of_the_payment_when_it_is_back(
    browser: Browser, services: Services
) -> None:
    sale, link = services.till.new_code(500, "L")
    with visiting(browser, services, OWN_KEY) as visit:
        visit.open_link(link)
        with stopped(services, "pos"):
            visit.agree()
            visit.expect_outcome("paid")
    services.comes_to(sale, "PAID")


def test_without_a_network_the_page_opens_and_a_till_still_takes_its_code(
    browser: Browser, services: Services
) -> None:
    sale, link = services.till.new_code(500, "L")
    with visiting(browser, services, OWN_KEY, may_fail=True, keeps_pages=True) as visit:
        page = visit.page
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")
        visit.go("pay")
        expect(page.locator(".paycode svg")).to_have_count(2)
        visit.go("history")
        expect(page.locator(".list li")).to_have_count(1)
        wait_for("the page to be kept", lambda: page.evaluate(KEPT))
        with stopped(services, "wallet"):
            page.reload()
            expect(page.locator(".list li")).to_have_count(1)
            visit.tap(page.locator(".list a"))
            expect(page.locator("[data-standing]")).to_have_attribute("data-standing", "holds")
            visit.go("home")
            expect(page.locator("#balance")).to_have_text("–")
            visit.go("pay")
            page.reload()
            expect(page.locator(".paycode svg")).to_have_count(2)
            visit.expect_line("lost")
            sale = services.till.ring_up(700)
            services.till.read(sale, _digits(visit))
            services.comes_to(sale, "PAID")
        expect(page.locator("[data-standing]")).to_have_attribute("data-standing", "holds")
        expect(page.locator(".amount")).to_have_text("€7.00")


def _digits(visit: Visit) -> str:
    return (visit.page.locator(".digits").text_content() or "").replace(" ", "")


KEPT = """async () => (await caches.keys()).length > 0
  && (await (await caches.open("qrpay-wallet")).keys()).length > 20"""


def test_what_asks_about_money_is_never_kept(browser: Browser, services: Services) -> None:
    with visiting(browser, services, OWN_KEY, keeps_pages=True) as visit:
        visit.begin()
        wait_for("the page to be kept", lambda: visit.page.evaluate(KEPT))
        visit.page.reload()
        expect(visit.page.locator("#balance")).to_be_visible()
        kept = visit.page.evaluate(
            "async () => (await (await caches.open('qrpay-wallet')).keys()).map((it) => it.url)"
        )
        assert [each for each in kept if "/api/" in each] == []
