"""Pull a service away under every state of the till's screens, and put it back.

All states are open at once, each in a browser of its own. Whatever is pulled, each screen says so
and nothing that is not true; when it is back, each goes on where it was. At the end every sale is
brought to its end, and each payer has paid once. The screens speak three languages among them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import chromium, inspection
from tests.browser.test_kiosk import choose, code_of, present, scene
from tests.journeys.counter import Phone
from tests.kit.answered import Json
from tests.kit.pages.catalogues import ROOT
from tests.processes.services import FREE_PORTS, Services, nothing_left_running, wait_for

PRICE_MINOR = 295
MUCH_MINOR = 6000
REFUND_MINOR = 100
SOMEBODY_IS_THERE = """
setInterval(() => document.dispatchEvent(new Event("pointerdown")), 5_000);
"""
KIOSKS = ("attract", "basket", "reading", "presented", "scanned", "paid")
WITH_CODES = ("presented", "collect", "display")
CASHIERS = ("refund", "day", "collect")
SPOKEN = {"display": "zh-CN", "collect": "zh-CN", "day": "de", "setup": "de"}
"""All other screens speak English."""

ALARM = {"ledger": "line.provider", "pos": "line.till", "both": "line.till"}
GONE = {"ledger": ("ledger",), "pos": ("pos",), "both": ("ledger", "pos")}
BACK_WITHIN_MS = 90_000


def says(state: str, key: str) -> str:
    """Give a sentence in the language of a state's screen."""
    language = SPOKEN.get(state, "en")
    words = (ROOT / "pos" / "web" / "words" / f"{language}.json").read_text("utf-8")
    return str(json.loads(words)[key])


@dataclass
class Stand:
    """A page for each state, and what is to be seen there before, during and after an outage."""

    services: Services
    pages: dict[str, Page]
    review: Json
    balance: int

    @property
    def phone(self) -> Phone:
        """The payer's, who pays for all of it."""
        return self.services.phone("anna")

    def stays(self, state: str) -> Locator:
        """What is on the page of a state whatever happens around it."""
        page = self.pages[state]
        return {
            "attract": page.locator("[data-at=attract] .shop-name"),
            "basket": page.locator(".basket .lines").get_by_text("Shampoo"),
            "reading": page.get_by_role("heading", name="Hold your payment code"),
            "refund": page.locator("dialog #refund-amount"),
            **dict.fromkeys(("collect", "display"), page.locator("[data-scene=presented]")),
            "day": page.locator("h1", has_text="Tagesabschluss"),
            "setup": page.locator("#phone .qr img"),
        }.get(state, page.locator(f"[data-scene={state}]"))


@pytest.fixture(scope="module")
def stand(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Services of their own, and all states open."""
    data = tmp_path_factory.mktemp("outages")
    with ExitStack() as stack:
        stack.enter_context(nothing_left_running(data))
        changed = stack.enter_context(pytest.MonkeyPatch.context())
        changed.setenv("QRPAY_POS_PAYMENT_LIFE_S", "300")
        services = Services(data)
        stack.callback(services.down)
        services.up(*FREE_PORTS)
        pages = {}
        for state in (*KIOSKS, *CASHIERS, "display", "setup"):
            device = chromium.SMALL_PHONE if state in KIOSKS else chromium.DESKTOP
            seen = stack.enter_context(
                chromium.watched(browser, device, base_url=services.urls["pos"])
            )
            seen.page.add_init_script(SOMEBODY_IS_THERE)
            pages[state] = seen.page
        yield staged(services, pages)


def staged(services: Services, pages: dict[str, Page]) -> Stand:
    """Bring each page to its state."""
    phone = services.phone("anna")
    balance = phone.balance()
    for state, page in pages.items():
        screen = "kiosk" if state in KIOSKS else "cashier" if state in CASHIERS else state
        page.goto(f"/{screen}?lang={SPOKEN.get(state, 'en')}{'#day' * (state == 'day')}")
        page.wait_for_selector("html[data-ready=yes]")
    for state in ("basket", "reading"):
        choose(pages[state])
    pages["reading"].get_by_role("button", name="I'll show my payment code").tap()
    for state in ("presented", "scanned", "paid"):
        present(pages[state])
    review = phone.scan(code_of(pages["scanned"], services)).done["review"]
    phone.pay(code_of(pages["paid"], services))
    scene(pages["paid"], "paid")
    pages["paid"].get_by_role("button", name="Receipt").tap()
    paid_sale = next(each for each in services.till.sales() if each["state"] == "PAID")
    ask_refund(pages["refund"], paid_sale["sale_id"])
    pages["collect"].keyboard.type(str(MUCH_MINOR))
    pages["collect"].get_by_role("button", name=says("collect", "cashier.show")).click()
    for state in ("collect", "display"):
        scene(pages[state], "presented")
    return Stand(services, pages, review, balance)


def expect_alarm(stand: Stand, gone: str) -> None:
    """See that each screen says what is gone, and shows what it did before."""
    for state, page in stand.pages.items():
        if state == "setup":
            expect_services(page, GONE[gone])
        else:
            expect(page.locator(".notice", has_text=says(state, ALARM[gone]))).to_be_visible()
        expect(stand.stays(state)).to_be_visible()


def expect_all_well(stand: Stand) -> None:
    """See that no screen says so any more, and each goes on where it was."""
    for state, page in stand.pages.items():
        if state == "setup":
            expect_services(page, ())
        else:
            lines = page.locator(".notice", has_text=says(state, "line.till")).or_(
                page.locator(".notice", has_text=says(state, "line.provider"))
            )
            expect(lines).to_have_count(0, timeout=BACK_WITHIN_MS)
        expect(stand.stays(state)).to_be_visible()


def expect_services(page: Page, gone: tuple[str, ...]) -> None:
    """See who answers on the page to set up; while the till is gone, it says nothing of others."""
    told = page.locator("#services li")
    silent = told.filter(has_text=says("setup", "setup.silent"))
    expect(told).to_have_count(1 if "pos" in gone else 3, timeout=BACK_WITHIN_MS)
    expect(silent).to_have_count(min(len(gone), 1), timeout=BACK_WITHIN_MS)
    for party in gone[-1:]:
        expect(silent).to_contain_text(says("setup", f"setup.service.{party}"))


def ask_refund(page: Page, sale_id: str) -> None:
    """Open the dialog of a refund, and type a part."""
    page.goto(f"/cashier?lang=en#payments/{sale_id}")
    page.get_by_role("button", name="Refund").click()
    page.locator("#refund-amount").fill("1.00")


@pytest.mark.parametrize("gone", GONE)
def test_whatever_is_gone_each_screen_says_so_and_goes_on_where_it_was(
    stand: Stand, gone: str
) -> None:
    for party in GONE[gone]:
        stand.services.kill(party)
    expect_alarm(stand, gone)
    if gone != "both":  # the same again, and it takes ten seconds
        for state in WITH_CODES:
            expect(stand.pages[state].locator(".qr.veiled")).to_be_visible()
        expect(stand.pages["attract"].get_by_text("Out of service")).to_be_visible()
    for party in GONE[gone]:
        stand.services.restart(party)
    expect_all_well(stand)
    for state in WITH_CODES:
        expect(stand.pages[state].locator(".qr.veiled")).to_be_hidden()
    expect(stand.pages["attract"].get_by_text("Tap to start")).to_be_visible()


def test_what_is_pressed_while_the_till_is_gone_is_done_once_when_it_is_back(stand: Stand) -> None:
    stand.services.kill("pos")
    stand.pages["refund"].get_by_role("button", name="Refund now").click()
    stand.pages["basket"].get_by_role("button", name="Pay €2.95").tap()
    stand.pages["day"].get_by_role("button", name="Abschließen").last.click()
    stand.pages["setup"].locator("#printer button").click()
    expect(stand.pages["setup"].locator("#printer .told")).to_be_visible()
    before = stand.pages["setup"].inner_text("#phone code")
    stand.services.restart("pos")
    badge = stand.pages["refund"].locator(".badge", has_text="refunded")
    expect(badge).to_have_count(1, timeout=BACK_WITHIN_MS)
    expect(stand.stays("presented")).to_be_visible()
    expect(stand.pages["day"].locator("pre.paper")).to_be_visible(timeout=BACK_WITHIN_MS)
    expect(stand.pages["setup"].locator("#phone code")).not_to_have_text(before)
    stand.pages["setup"].locator("#printer button").click()
    expect(stand.pages["setup"].locator("#printer .roll")).to_be_visible()
    stand.pages["basket"].wait_for_selector("[data-scene=presented]", timeout=BACK_WITHIN_MS)


def test_after_all_that_each_sale_is_paid_once(stand: Stand) -> None:
    pages, phone, services = stand.pages, stand.phone, stand.services
    phone.approve(stand.review)
    phone.pay(code_of(pages["presented"], services))
    inspection.type_as_scanner(pages["reading"], phone.digits())
    much = next(each for each in services.till.sales() if each["total_minor"] == MUCH_MINOR)
    services.phone("li-wei").pay(much["collection"]["code"])
    for state in ("scanned", "presented", "reading", "collect", "display"):
        scene(pages[state], "paid")
    refunded = services.till.sales()
    given_back = sum(int(each["refunded_minor"]) for each in refunded)
    assert given_back in (0, REFUND_MINOR)
    paid = [each for each in refunded if each["state"] == "PAID"]
    assert len(paid) == 5
    left = stand.balance - 4 * PRICE_MINOR + given_back
    assert wait_for("the balance", lambda: phone.balance() == left)
    audited = services.audit()
    assert audited["findings"] == []
