"""Take the pictures of the screens and write the pages about them: ``make screens``.

    docs/use/screens.md        the till's: kiosk, cashier, customer display
    docs/use/wallet-screens.md the wallet's

A chapter walks through its states, on the same pages that the tests look at, and gives a ``Shot``
for each as soon as it is on the screen. The picture is taken then, small and with few colours; the
walk is done once in each of three tastes, and each picture is kept from one of them, in turn. To
add a party's chapter, write a function like ``till_chapter.walk`` and name it in ``CHAPTERS`` here.

Needs Chromium. Pictures are looked at by people, so no test compares them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium, till_chapter, wallet_chapter
from tests.browser.shots import Shot, Taste
from tests.kit.pages.catalogues import ROOT
from tests.processes.services import FREE_PORTS, Services

FOLDER = ROOT / "docs" / "use"
COLOURS = 32
NARROW_PX, WIDE_PX = 240, 480
TASTES = (Taste("de", "light"), Taste("en", "dark"), Taste("zh-CN", "light"))

MADE = "<!-- Made by tests/browser/gallery.py; `make screens` writes it. -->\n"

Walk = Callable[[Browser, Services, Taste], Iterator[Shot]]


@dataclass(frozen=True)
class Chapter:
    """A page of the documents: its file, its head, and the walk that gives its pictures."""

    name: str
    head: str
    walk: Walk

    @property
    def page(self) -> Path:
        """The file of the page."""
        return FOLDER / f"{self.name}.md"


CHAPTERS: Sequence[Chapter] = (
    Chapter("screens", till_chapter.HEAD, till_chapter.walk),
    Chapter("wallet-screens", wallet_chapter.HEAD, wallet_chapter.walk),
)


def take(chapter: Chapter, browser: Browser, services: Services) -> None:
    """Take a chapter's pictures and write its page."""
    pictures = FOLDER / chapter.name
    pictures.mkdir(exist_ok=True)
    shots: list[Shot] = []
    for turn, taste in enumerate(TASTES):
        shots = []
        for number, shot in enumerate(chapter.walk(browser, services, taste)):
            shots.append(shot)
            if number % len(TASTES) == turn:
                picture(shot.page).save(pictures / f"{shot.name}.png", optimize=True)
    for old in set(pictures.glob("*.png")) - {pictures / f"{shot.name}.png" for shot in shots}:
        old.unlink()
    chapter.page.write_text(MADE + chapter.head + "".join(lines(chapter.name, shots)), "utf-8")


def picture(page: Page) -> Image.Image:
    """Take what is on the screen, as small as a document wants it."""
    raw = page.screenshot(animations="disabled", caret="hide")
    taken = Image.open(io.BytesIO(raw)).convert("RGB")
    width = NARROW_PX if taken.width < taken.height else WIDE_PX
    height = round(taken.height * width / taken.width)
    return taken.resize((width, height), Image.Resampling.LANCZOS).quantize(COLOURS)


def lines(folder: str, shots: Sequence[Shot]) -> Iterator[str]:
    """Write the page: a heading for each part, and what stands beside each picture."""
    part = ""
    for shot in shots:
        if shot.part != part:
            part = shot.part
            yield f"\n## {part}\n"
        yield f"\n### {shot.title}\n\n![{shot.name}]({folder}/{shot.name}.png)\n\n{shot.text}\n"


def main() -> None:
    """Take all chapters with services of their own."""
    with TemporaryDirectory() as data, sync_playwright() as playwright:
        services = Services(Path(data))
        services.up(*FREE_PORTS)
        try:
            with chromium.launched(playwright) as browser:
                for chapter in CHAPTERS:
                    take(chapter, browser, services)
        finally:
            services.down()


if __name__ == "__main__":
    main()
