"""Many screens open at once at one till, each of which writes down when it showed what.

Each is a browser of its own to the till: with its own connections, since six streams from one are
all that HTTP/1.1 allows. Times are of one machine's clock, so they compare with the test's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import cast

from playwright.sync_api import Browser, Page

from tests.browser import chromium

_WRITE_DOWN = """
window.shownAt = {};
new MutationObserver(() => {
  const scene = document.querySelector("[data-scene]")?.dataset.scene;
  if (scene) window.shownAt[scene] ??= Date.now();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


@dataclass
class Crowd:
    """A kiosk that a shopper uses, and displays that follow it."""

    kiosk: Page
    displays: list[Page]
    screens: list[chromium.Watched]

    @property
    def complaints(self) -> list[str]:
        """What any of them has complained about until now."""
        return [each for seen in self.screens for each in seen.complaints]

    def delays_ms(self, scene: str, since_s: float) -> list[float]:
        """Wait until all screens show a scene; how long after ``since_s`` each did, sorted."""
        for page in (self.kiosk, *self.displays):
            page.wait_for_selector(f"[data-scene={scene}]")
        shown = [
            cast("float", page.evaluate("scene => window.shownAt[scene]", scene))
            for page in (self.kiosk, *self.displays)
        ]
        return sorted(at - since_s * 1000 for at in shown)


@contextmanager
def opened(browser: Browser, till_url: str, count: int) -> Iterator[Crowd]:
    """Open so many screens, all of them following the kiosk."""
    with ExitStack() as stack:
        screens = [
            stack.enter_context(chromium.watched(browser, device, base_url=till_url))
            for device in (chromium.KIOSK, *[chromium.TABLET] * (count - 1))
        ]
        for number, seen in enumerate(screens):
            seen.page.add_init_script(_WRITE_DOWN)
            path = "/display?screen=kiosk&lang=en" if number else "/kiosk?lang=en"
            seen.page.goto(path, wait_until="commit")
        for seen in screens:
            seen.page.wait_for_selector("html[data-ready=yes]")
        kiosk, *displays = [seen.page for seen in screens]
        yield Crowd(kiosk, displays, screens)


def forget(crowd: Crowd) -> None:
    """Let all screens forget what they have shown."""
    for page in (crowd.kiosk, *crowd.displays):
        page.evaluate("window.shownAt = {}")


def now_s() -> float:
    """The time as the pages' ``Date.now()`` has it, in seconds."""
    return time.time()
