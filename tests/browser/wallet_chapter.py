"""The wallet's chapter of the gallery: each view and each state of a payment, on a telephone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from playwright.sync_api import Browser

from tests.browser import chromium
from tests.browser.shots import Shot, Taste
from tests.browser.staged_wallet import Stage
from tests.browser.wallet_pages import WITHOUT_A_PLACE_FOR_KEYS
from tests.processes.services import Services

HEAD = """
# The wallet's screens, page by page

What each state tells the payer. Pictures take turns in German, English and Chinese, light and dark.
How the page works stands in [the wallet](wallet.md#the-page).
"""

TOLD: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Beginning": {
        "welcome": ("A stranger", "One button; nothing is asked. A till's link skips this page."),
        "welcome-lost": ("The key is gone", "Browsers may throw keys away. One begins anew."),
        "home-new": ("The first view", "Play money, and the things that can be done with it."),
        "home": ("After some payments", "The latest receipts; a refund is money that came."),
        "home-unknown": ("Nobody can say what is left", "Without the provider there is no figure."),
    },
    "Deciding": {
        "review": ("Pay this?", "Shop and price as the provider has them. One touch pays."),
        "review-pin": ("With the PIN", "Above the limit. The demo's PIN stands beside it."),
        "review-rate": ("In another currency", "Price, rate, coupons and points before the yes."),
        "review-deposit": ("A deposit", "It is held, not paid, and until when at most."),
        "review-card": ("The sandbox card", "In a sandbox one person plays every ending."),
        "ended": ("Too late", "Its time was over, or the shop has ended the sale."),
    },
    "How it ended": {
        "paid": ("Paid", "A receipt of the provider proves it."),
        "paid-refunded": ("A refund comes", "It is on the screen as soon as the shop gives it."),
        "held": ("The deposit is held", "What becomes of it is told on the same page."),
        "captured": ("The deposit is settled", "How much the shop took; the rest is back."),
        "given-back": ("Given back", "The shop has undone the payment."),
        "declined": ("Not paid", "The payer said no, for good."),
        "refused-funds": ("The balance is too low", "The shop is not told why; the payer is."),
        "refused-rate": ("The rate has expired", "The price would be another one now."),
        "refused-other": ("A rule without words", "A code that can be looked up."),
        "unknown": ("Not known yet", "Never shown as failed. The page asks until it is known."),
    },
    "Showing a code": {
        "pay": ("The pay code", "For a till's scanner, new every minute, also without a network."),
        "pay-digits": ("Its digits", "Hidden until asked for, with a warning whom to tell."),
        "pay-none-left": ("None is left", "After minutes without a network."),
    },
    "Reading a code": {
        "scan": ("The scanner", "Camera, picture or typing, whichever the browser allows."),
        "sticker": ("A sticker", "It names no amount, so the payer types it."),
    },
    "What happened": {
        "history": ("All receipts", "Newest first; one that does not verify is told."),
        "history-none": ("No payments yet", "What the list says on the first day."),
        "receipt": ("One receipt", "Verified anew by this browser, with the signed text."),
        "receipt-broken": ("A receipt that does not hold", "What it says is not shown."),
        "receipt-missing": ("No such receipt", "A link that is another wallet's."),
    },
    "Around it": {
        "settings": ("Settings", "Language, where the key lies, the certificate, forgetting."),
        "forget": ("Being forgotten", "Asked once more, since it can't be undone."),
        "lost": ("The wallet service does not answer", "What was seen stays; it comes back."),
        "away": ("The provider does not answer", "Payments have to wait."),
        "no-answer": ("Nothing to show", "A view that could not be read can be tried again."),
    },
}
"""Title and text of each state, by part."""


def walk(browser: Browser, services: Services, taste: Taste) -> Iterator[Shot]:
    """Show each state in turn."""
    with chromium.watched(
        browser, chromium.PHONE, locale=taste.language, scheme=taste.scheme
    ) as seen:
        seen.page.add_init_script(WITHOUT_A_PLACE_FOR_KEYS)
        stage = Stage(seen.page, services.urls["wallet"])
        for part, states in TOLD.items():
            for name, (title, text) in states.items():
                stage.show(name)
                yield Shot(seen.page, part, name, title, text)
