"""Debian's Chromium, driven by Playwright; and a page that remembers what it complained about.

The program is ``$CHROMIUM`` or the first ``chromium`` on the path; without one the tests are
skipped and say so. Nothing is downloaded. Root needs ``--no-sandbox``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

STEADY = ("--force-color-profile=srgb", "--font-render-hinting=none", "--disable-lcd-text")
"""So that two pictures of one page are the same to the byte."""

PATIENCE_MS = 30_000

POLICY_REFUSES = "Content Security Policy"
"""What Chromium's console says of each violation (``tests/browser/test_pieces.py`` plants two)."""

Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Device:
    """A screen that people stand in front of, or hold; sizes in CSS pixels."""

    name: str
    width: int
    height: int
    is_touched: bool = True


PHONE = Device("phone", 390, 844)
SMALL_PHONE = Device("small-phone", 360, 640)
KIOSK = Device("kiosk", 1080, 1920)
TABLET = Device("tablet", 1280, 800)
DESKTOP = Device("desktop", 1440, 900, is_touched=False)


def program() -> str:
    """Find Chromium, or skip the test and say why."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if found is None:
        pytest.skip(
            "chromium is not installed (sudo apt-get install chromium): no page is looked at"
        )
    return found


@contextmanager
def launched(
    playwright: Playwright,
    *,
    arguments: Sequence[str] = (),
    environment: dict[str, str | float | bool] | None = None,
) -> Iterator[Browser]:
    """Run a browser of its own; ``arguments`` are for all of its pages.

    ``environment`` is another than this process's, such as one with a home of its own.
    """
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    browser = playwright.chromium.launch(
        executable_path=program(), args=[*root, *STEADY, *arguments], env=environment
    )
    try:
        yield browser
    finally:
        browser.close()


def with_film(film: Path) -> tuple[str, ...]:
    """Give the arguments by which a browser's camera plays a film (``tests.browser.films``)."""
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


@dataclass
class Watched:
    """A page, and everything it complained about: errors, and what its policy refused."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@contextmanager
def watched(
    browser: Browser,
    device: Device,
    *,
    locale: str = "en-GB",
    scheme: Scheme = "light",
    base_url: str = "",
    keeps_pages: bool = False,
) -> Iterator[Watched]:
    """Open a page as somebody with this device, language and taste.

    Whatever is done on it, its policy must not have refused anything (``POLICY_REFUSES``).
    Pages are kept for a time without a network (service workers) only with ``keeps_pages``: what a
    worker answers, a test can't stand between.
    """
    context = browser.new_context(
        base_url=base_url or None,
        viewport={"width": device.width, "height": device.height},
        has_touch=device.is_touched,
        locale=locale,
        color_scheme=scheme,
        reduced_motion="reduce",
        timezone_id="Europe/Berlin",
        service_workers="allow" if keeps_pages else "block",
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        seen = watch(context)
        yield seen
        assert [each for each in seen.complaints if POLICY_REFUSES in each] == []
    finally:
        context.close()


def watch(context: BrowserContext) -> Watched:
    """Open a page in a context and write down its complaints."""
    seen = Watched(context.new_page())
    seen.page.on(
        "console",
        lambda message: seen.complaints.append(message.text) if message.type == "error" else None,
    )
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    return seen
