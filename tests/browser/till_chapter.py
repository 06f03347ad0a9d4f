"""The till's chapter of the gallery: each page and state of kiosk, cashier and display."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import cast

from playwright.sync_api import Browser

from tests.browser import chromium
from tests.browser.shots import Shot, Taste
from tests.browser.staged import Stage
from tests.browser.till_views import VIEWS, WITH_SALES, fresh, sale_views
from tests.kit.pages.catalogues import ROOT
from tests.processes.services import Services

HEAD = """
# The till's screens, page by page

What each state says, in English, and what it means for staff, as the cashier's screen says it.
Pictures take turns in German, English and Chinese, light and dark.
"""

PARTS = {
    "kiosk": "Kiosk",
    "cashier": "Cashier",
    "display": "Customer display",
    "setup": "Setting up",
}
DEVICES = {
    "kiosk": chromium.PHONE,
    "cashier": chromium.TABLET,
    "display": chromium.TABLET,
    "setup": chromium.Device("as wide as high", 1280, 1280),
}

TOLD: Mapping[str, tuple[str, str]] = {
    "attract": ("Nobody is there", "A touch anywhere begins; a language may be chosen first."),
    "goods": ("Choosing", "Each touch on an article puts one more of it into the basket."),
    "basket": ("The basket", "It outlives a reload, an outage and every payment that fails."),
    "still-there": (
        "Somebody may have left",
        "After 45 quiet seconds; 20 seconds later the basket is cleared. Any touch stays.",
    ),
    "reading": (
        "Reading the shopper's code",
        "By camera, from a picture, typed, or by a hand-held scanner at any time.",
    ),
    "reading-refused": ("That was no payment code", "It says what is wrong; nothing was asked."),
    "cut-off": (
        "The payment service does not answer",
        "It shows on every page, from a second or two on. What was begun goes on by itself.",
    ),
    "closed": ("Out of service", "Ten seconds later nobody is invited any more."),
    "keypad": ("An amount", "Cents first, as at every till; a keyboard works as well."),
    "no-payments": ("No payments yet", "What the list says on the first morning."),
    "payments": ("The latest payments", "Each with its state; above them what a person must see."),
    "payment": ("One payment", "What it was for, and what staff may do about it."),
    "refund-wrong": ("Giving money back", "No more than is left; the same press is one refund."),
    "receipt": (
        "The receipt",
        "As a printer prints it, and the code by which a phone fetches it; it waits to be closed.",
    ),
    "pin": ("The staff's PIN", "Asked once for what shoppers must not do, then for five minutes."),
    "pin-wrong": ("A wrong one", "Five of those close it to everybody for five minutes."),
    "day": ("The end of the day", "A closed day stays as it is; its report can be printed."),
    "cashier-cut-off": ("The payment service does not answer", "As on the kiosk."),
    "welcome": ("Nothing to pay", "The second screen waits for the cashier's next sale."),
    "display-cut-off": ("The payment service does not answer", "As on the kiosk."),
    "display-closed": ("Out of service", "As on the kiosk."),
    "setup": ("Before the first shopper", "Each test does one thing and says what came of it."),
    "setup-tried": ("After the tests", "The Wi-Fi's code, and what the printer would print."),
}
"""What stands beside the pictures of what is no state of a sale."""


def walk(browser: Browser, services: Services, taste: Taste) -> Iterator[Shot]:
    """Show everything there is, screen by screen."""
    url = services.urls["pos"]
    for screen, part in PARTS.items():
        with chromium.watched(browser, DEVICES[screen], scheme=taste.scheme, base_url=url) as seen:
            stage = fresh(seen.page, screen, taste.language)
            for name, view in VIEWS[screen].items():
                view(stage)
                yield Shot(seen.page, part, name, *TOLD[name])
        if screen not in WITH_SALES:
            continue
        with chromium.watched(browser, DEVICES[screen], scheme=taste.scheme, base_url=url) as seen:
            stage = Stage(seen.page, screen)
            stage.open(taste.language)
            for scene, view in sale_views(screen).items():
                if screen == "kiosk" or scene in ("presented", "paid"):
                    view(stage)
                    name = scene if screen == "kiosk" else f"{screen}-{scene}"
                    yield Shot(seen.page, part, name, *(TOLD.get(scene) or _said(scene)))


def _said(scene: str) -> tuple[str, str]:
    words = _words()
    text = f"{words[f'scene.{scene}.text']} For staff: {words[f'clerk.{scene}']}"
    return words[f"scene.{scene}"], text


@cache
def _words() -> dict[str, str]:
    path = ROOT / "pos" / "web" / "words" / "en.json"
    return cast("dict[str, str]", json.loads(path.read_text("utf-8")))
