"""Take the pictures of docs/use/screens.md: ``python -m tests.browser.take_pictures``.

Each state of a sale on the kiosk, in a language and scheme in turn, small and with few colours. The
page beside them is written at the same time, from the same words that the screens say. Needs
Chromium; pictures are looked at by people, so no test compares them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.staged import SCENES, Stage
from tests.kit.pages.catalogues import ROOT
from tests.processes.services import FREE_PORTS, Services

PAGE = ROOT / "docs" / "use" / "screens.md"
PICTURES = PAGE.with_name("screens")
WIDTH_PX = 270
COLOURS = 32
TASTES: tuple[tuple[str, chromium.Scheme], ...] = (
    ("de", "light"),
    ("en", "dark"),
    ("zh-CN", "light"),
)

HEAD = """\
<!-- Made by tests/browser/take_pictures.py; `python -m tests.browser.take_pictures` writes it. -->

# Every state of a payment, as the kiosk shows it

Beside each picture stands what the state says in English, and what it means for staff, as the
cashier's screen says it. Pictures take turns in German, English and Chinese, light and dark.

"""


def take() -> None:
    """Take all pictures with services of their own, and write the page."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        services = Services(Path(folder))
        services.up(*FREE_PORTS)
        try:
            with chromium.launched(playwright) as browser:
                for language, scheme in TASTES:
                    url = services.urls["pos"]
                    with chromium.watched(
                        browser, chromium.PHONE, scheme=scheme, base_url=url
                    ) as seen:
                        _take_some(Stage(seen.page, "kiosk"), language)
        finally:
            services.down()
    PAGE.write_text(HEAD + "\n".join(_rows()), "utf-8")


def _take_some(stage: Stage, language: str) -> None:
    stage.open(language)
    for scene, (own, _) in zip(SCENES, cycle(TASTES), strict=False):
        if own == language:
            stage.show(scene)
            raw = stage.page.screenshot(animations="disabled", caret="hide")
            _shrink(raw).save(PICTURES / f"{scene}.png", optimize=True)


def _shrink(raw: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(raw)).convert("RGB")
    height = round(picture.height * WIDTH_PX / picture.width)
    small = picture.resize((WIDTH_PX, height), Image.Resampling.LANCZOS)
    return small.quantize(COLOURS)


def _rows() -> Iterator[str]:
    words = json.loads((ROOT / "pos" / "web" / "words" / "en.json").read_text("utf-8"))
    for scene in SCENES:
        said = words[f"scene.{scene}"].format(code="SERVICE_UNAVAILABLE")
        yield f"## {said}\n"
        yield f"![{scene}](screens/{scene}.png)\n"
        yield f"{words[f'scene.{scene}.text']} For staff: {words[f'clerk.{scene}']}\n"


if __name__ == "__main__":
    take()
