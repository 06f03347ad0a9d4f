"""The sandbox card beside the wallet's checkout: one person alone plays every ending."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from ledger.kit.transport.faults import A_FEW
from tests.browser.wallet_pages import GUEST, OWN_KEY, Visit, visiting
from tests.processes.services import Services

KINDS = pytest.mark.parametrize("kind", [GUEST, OWN_KEY])


def act(visit: Visit, name: str) -> Locator:
    """Open the card and find one of its buttons."""
    card = visit.page.locator("details.sandbox-card")
    if card.get_attribute("open") is None:
        card.locator("summary").click()
    return card.locator(f"[data-act={name}]")


@KINDS
def test_the_card_says_no_slows_down_and_agrees(
    browser: Browser, services: Services, kind: str
) -> None:
    with visiting(browser, services, kind) as visit:
        for name, outcome, minor in [("decline", "declined", 500), ("approve", "paid", 6000)]:
            _, link = services.till.new_code(minor, "L")
            visit.open_link(link)
            if name == "approve":
                act(visit, "slow-down").click()
                expect(visit.page.get_by_text("Done: Answer slowly")).to_be_visible()
                visit.keep_outcomes()
            act(visit, name).click()
            visit.expect_outcome(outcome)
        assert list(visit.kept_outcomes()) == ["paid"]  # late is neither lost nor refused
        _, link = services.till.new_code(500, "L")
        visit.go("scan")
        act(visit, "lose-answer").click()
        expect(visit.page.get_by_text("Done: Lose the answer")).to_be_visible()
        visit.page.locator("#typed-code").fill(link)
        visit.page.keyboard.press("Enter")
        for _ in range(A_FEW):
            visit.expect_refusal("ANSWER_LOST")
            visit.page.locator("#refusal").get_by_role("button", name="Try again").click()
        expect(visit.page.locator("#agree")).to_be_visible()
        visit.go("pay")
        expect(visit.page.locator(".paycode svg")).to_have_count(2)
        before = visit.page.locator(".digits").text_content() or ""
        act(visit, "expire").click()
        expect(visit.page.locator(".digits")).not_to_have_text(before)


@KINDS
def test_an_answer_that_the_card_loses_is_found_and_nothing_is_paid_twice(
    browser: Browser, services: Services, kind: str
) -> None:
    sale, link = services.till.new_code(500, "L")
    with visiting(browser, services, kind) as visit:
        visit.open_link(link)
        visit.expect_line("live")
        act(visit, "lose-answer").click()
        expect(visit.page.get_by_role("status").get_by_text("Done")).to_be_visible()
        visit.keep_outcomes()
        visit.agree()
        visit.expect_outcome("paid")
        assert "Please do not pay again" in visit.kept_outcomes()["unknown"]
        visit.go("home")
        expect(visit.page.locator("#balance")).to_have_text("€95.00")
    services.comes_to(sale, "PAID")


@KINDS
def test_the_card_lets_a_question_expire(browser: Browser, services: Services, kind: str) -> None:
    _, link = services.till.new_code(500, "L")
    with visiting(browser, services, kind) as visit:
        visit.open_link(link)
        act(visit, "expire").click()
        expect(visit.page.locator("#refusal")).to_be_visible()
        expect(visit.page.locator("#refusal")).to_contain_text("Nothing was charged")
        visit.go("home")
        expect(visit.page.locator("#balance")).to_have_text("€100.00")
