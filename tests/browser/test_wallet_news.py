"""A wallet's page is told: what others do to its payments is on the screen unasked."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.wallet_pages import GUEST, OWN_KEY, visiting
from tests.processes.services import Services

FAILING_LOOKS = 3
"""More than a closing has news, each of which is a reason to look."""

KINDS = pytest.mark.parametrize("kind", [GUEST, OWN_KEY], ids=["guest", "own key"])


def asked(page: Page) -> list[str]:
    """Write down what a page asks for from now on, besides the stream itself."""
    found: list[str] = []
    page.on(
        "request",
        lambda request: found.append(request.url) if "/api/live" not in request.url else None,
    )
    return found


@KINDS
def test_a_refund_a_closing_and_a_used_code_come_by_themselves(
    browser: Browser, services: Services, kind: str
) -> None:
    sale, link = services.till.new_code(1295, "L")
    with visiting(browser, services, kind) as visit:
        page = visit.page
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")
        visit.expect_line("live")
        page.wait_for_timeout(1_000)  # the news of this very payment may still be on their way
        before = asked(page)
        page.wait_for_timeout(2_500)  # longer than a page without news would sleep
        assert before == []
        services.give_back(sale, 500)
        expect(page.locator("[data-given-back]")).to_contain_text("+ €5.00")
        visit.go("history")
        expect(page.locator(".list li")).to_have_count(2)
        services.give_back(sale, 295)
        expect(page.locator(".list li")).to_have_count(3)
        visit.go("home")
        expect(page.locator("#balance")).to_have_text("€95.00")
        services.give_back(sale, 500)
        expect(page.locator("#balance")).to_have_text("€100.00")


@KINDS
def test_a_question_is_taken_back_when_the_shop_ends_the_sale(
    browser: Browser, services: Services, kind: str
) -> None:
    sale, link = services.till.new_code(500, "L")
    with visiting(browser, services, kind) as visit:
        visit.open_link(link)
        expect(visit.page.locator("#agree")).to_be_visible()
        visit.expect_line("live")
        services.till.abandon(sale)
        visit.expect_refusal("ORDER_STATE")
        expect(visit.page.locator("#agree")).to_have_count(0)


def test_what_comes_back_while_a_page_is_reading_is_not_missed(
    browser: Browser, services: Services
) -> None:
    sale, link = services.till.new_code(1295, "L")
    with visiting(browser, services, GUEST) as visit:
        page = visit.page
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")
        visit.go("history")
        expect(page.locator(".list li")).to_have_count(1)
        visit.expect_line("live")
        held_back: list[str] = []

        def answer_late(route: Route) -> None:
            answer = route.fetch()
            if not held_back and answer.json()["receipts"][1:]:
                held_back.append(route.request.url)
                services.give_back(sale, 295)
                time.sleep(1)  # for the news of it to be there before the answer that is without it
            route.fulfill(response=answer)

        page.route("**/history", answer_late)
        services.give_back(sale, 500)
        expect(page.locator(".list li")).to_have_count(3)


def test_a_page_whose_look_has_failed_looks_again(browser: Browser, services: Services) -> None:
    sale, link = services.till.new_code(500, "L")
    with visiting(browser, services, GUEST, may_fail=True) as visit:
        page = visit.page
        visit.open_link(link)
        expect(page.locator("#agree")).to_be_visible()
        visit.expect_line("live")
        failed: list[str] = []

        def fail_at_first(route: Route) -> None:
            failed.append(route.request.url)
            route.abort() if len(failed) <= FAILING_LOOKS else route.continue_()

        page.route("**/reviews/*", fail_at_first)
        services.till.abandon(sale)
        visit.expect_refusal("ORDER_STATE")
        assert len(failed) > FAILING_LOOKS


LISTS = {GUEST: ("**/history", ""), OWN_KEY: ("**/api/browser/relay", "/v1/me/receipts")}
"""Where a page asks for its receipts: an address, and what stands in the request's body."""


@KINDS
def test_a_list_that_is_not_the_latest_says_so_and_is_asked_for_again(
    browser: Browser, services: Services, kind: str
) -> None:
    sale, link = services.till.new_code(1295, "L")
    with visiting(browser, services, kind, may_fail=True) as visit:
        page = visit.page
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")
        visit.go("history")
        expect(page.locator(".list li")).to_have_count(1)
        visit.expect_line("live")
        address, words = LISTS[kind]

        def lose(route: Route) -> None:
            is_the_list = words in (route.request.post_data or "")
            route.abort() if is_the_list else route.continue_()

        page.route(address, lose)
        services.give_back(sale, 295)
        expect(page.locator("#line")).to_contain_text("may be out of date")
        visit.go("home")
        visit.go("history")
        expect(page.locator("#line")).to_contain_text("may be out of date")
        expect(page.locator(".list li")).to_have_count(1)
        page.unroute(address)
        expect(page.locator(".list li")).to_have_count(2)
        expect(page.locator("#line")).to_be_empty()


def test_a_balance_that_may_be_old_is_not_told_of_a_list_that_was_read(
    browser: Browser, services: Services
) -> None:
    with visiting(browser, services, GUEST, may_fail=True) as visit:
        page = visit.page
        visit.begin()
        visit.expect_line("live")
        page.route("**/api/me", lambda route: route.abort())
        visit.go("history")
        visit.go("home")
        expect(page.locator("#line")).to_contain_text("may be out of date")
        visit.go("history")
        expect(page.get_by_text("No payments yet")).to_be_visible()  # the list, which was read
        expect(page.locator("#line")).to_be_empty()


def test_without_a_stream_the_page_asks_by_itself(browser: Browser, services: Services) -> None:
    sale, link = services.till.new_code(1295, "L")
    with visiting(browser, services, GUEST) as visit:
        page = visit.page
        page.route(
            "**/api/live",
            lambda route: (
                route.fulfill(status=503, body="{}")
                if "event-stream" in route.request.headers.get("accept", "")
                else route.continue_()
            ),
        )
        visit.open_link(link)
        visit.agree()
        visit.expect_outcome("paid")
        visit.expect_line("asking")
        services.give_back(sale, 500)
        expect(page.locator("[data-given-back]")).to_contain_text("+ €5.00")


def test_five_pages_of_one_wallet_are_told_all_the_same(
    browser: Browser, services: Services
) -> None:
    with visiting(browser, services, GUEST) as visit:
        visit.begin()
        visit.expect_line("live")
        context = visit.page.context
        others = [context.new_page() for _ in range(4)]  # HTTP/1.1: a browser has six connections
        for page in others:
            page.goto(f"{visit.wallet}/#/pay")
            expect(page.locator(".paycode svg")).to_have_count(2)
            expect(page.locator("html")).to_have_attribute("data-line", "live")
        digits = (others[0].locator(".digits").text_content() or "").replace(" ", "")
        sale = services.till.ring_up(700)
        services.till.read(sale, digits)
        for page in others:
            expect(page.locator("[data-standing]")).to_have_attribute("data-standing", "holds")
        expect(visit.page.locator("#balance")).to_have_text("€93.00")
    services.comes_to(sale, "PAID")
