"""What a person does with the wallet's page, step by step, and what there is to see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import chromium
from tests.processes.services import Services

PIN = "280601"
EXPECTED = ("the server responded with a status of", "Cross-Origin-Opener-Policy header has been")
"""A refusal, and what Chromium says of a header that only https can have."""

WITHOUT_A_PLACE_FOR_KEYS = 'Object.defineProperty(window, "indexedDB", { value: undefined })'
"""A guest is who can't keep a key: on plain http, or, as here, in a browser without a database."""

GUEST, OWN_KEY = "guest", "browser"
"""The two kinds of wallets that a page can have."""

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""One that is built into the telephone, whose finger is always on it (WebAuthn, CDP)."""

_KEEP_OUTCOMES = """() => {
  window.keptOutcomes = {};
  new MutationObserver(() => {
    const shown = document.querySelector("#outcome");
    if (!shown) return;
    window.keptOutcomes[shown.dataset.outcome] = document.querySelector("main").innerText;
  }).observe(document.body, { attributes: true, childList: true, subtree: true });
}"""


@dataclass
class Visit:
    """A person with the wallet's page open; counts how often they touch it."""

    page: Page
    wallet: str
    taps: int = 0
    seen: list[str] = field(default_factory=list)

    def open_link(self, link: str) -> None:
        """Open what a till shows, as the camera app of a telephone does."""
        self.page.goto(link if "127.0.0.1" in self.wallet else by_name(link))
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

    def get_authenticator(self) -> None:
        """Have a telephone from now on that can make passkeys."""
        tools = self.page.context.new_cdp_session(self.page)
        tools.send("WebAuthn.enable")
        tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    def keep_outcomes(self) -> None:
        """From now on, write down each outcome that is shown, however briefly."""
        self.page.evaluate(_KEEP_OUTCOMES)

    def kept_outcomes(self) -> dict[str, str]:
        """Give what was shown since: the outcomes, each with its words."""
        return cast("dict[str, str]", self.page.evaluate("window.keptOutcomes"))

    def expect_refusal(self, code: str) -> None:
        """See why it did not go."""
        expect(self.page.locator("#refusal")).to_have_attribute("data-code", code)

    def expect_line(self, line: str) -> None:
        """See whether news comes by itself ("live"), or what else (``news.js``)."""
        expect(self.page.locator("html")).to_have_attribute("data-line", line)


@contextmanager
def visiting(
    browser: Browser,
    services: Services,
    kind: str,
    *,
    may_fail: bool = False,
    keeps_pages: bool = False,
) -> Iterator[Visit]:
    """Somebody new with a telephone; their page may complain of refusals alone.

    With ``may_fail`` also of a network that is away.
    """
    url = services.urls["wallet"]
    with chromium.watched(browser, chromium.PHONE, keeps_pages=keeps_pages) as seen:
        if kind == GUEST:
            seen.page.add_init_script(WITHOUT_A_PLACE_FOR_KEYS)
        yield Visit(seen.page, url if kind == GUEST else by_name(url))
        allowed = (*EXPECTED, "net::ERR") if may_fail else EXPECTED
        odd = [each for each in seen.complaints if not any(known in each for known in allowed)]
        assert odd == []


def by_name(url: str) -> str:
    """Give an address by name: an address of numbers can have no passkey."""
    return url.replace("127.0.0.1", "localhost")
