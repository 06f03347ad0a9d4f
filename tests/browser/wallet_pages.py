"""What a person does with the wallet's page, step by step, and what there is to see."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

PIN = "280601"


@dataclass
class Visit:
    """A person with the wallet's page open; counts how often they touch it."""

    page: Page
    wallet: str
    taps: int = 0
    seen: list[str] = field(default_factory=list)

    def open_link(self, link: str) -> None:
        """Open what a till shows, as the camera app of a telephone does."""
        self.page.goto(link)
        expect(self.page.locator("h1")).to_be_visible()

    def begin(self) -> None:
        """Start without a till: the first page, one button."""
        self.page.goto(self.wallet)
        self.tap(self.page.locator(".button.big").first)
        expect(self.page.locator("#balance")).to_be_visible()

    def go(self, view: str) -> None:
        """Open a view of one's own wallet."""
        self.page.goto(f"{self.wallet}/#/{view}")

    def tap(self, what: Locator) -> None:
        """Touch something."""
        what.click()
        self.taps += 1

    def agree(self) -> None:
        """Touch the one button that pays."""
        self.tap(self.page.locator("#agree"))

    def enter_pin(self, pin: str = PIN) -> None:
        """Touch six digits."""
        for digit in pin:
            self.tap(self.page.locator(".keypad").get_by_role("button", name=digit, exact=True))

    def expect_outcome(self, outcome: str) -> None:
        """See how it ended."""
        expect(self.page.locator("#outcome")).to_have_attribute("data-outcome", outcome)

    def expect_refusal(self, code: str) -> None:
        """See why it did not go."""
        expect(self.page.locator("#refusal")).to_have_attribute("data-code", code)
