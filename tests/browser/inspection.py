"""What must be true of every screen: it can be read and used by everybody, and nothing sticks out.

``axe-core`` (npm, MPL-2.0, for tests only) knows the Web Content Accessibility Guidelines. It is
run inside the page as text, since the page's policy would refuse a script from elsewhere.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import cast

from playwright.sync_api import Page

from tests.browser import chromium
from tests.protocol import node

SCHEMES: tuple[chromium.Scheme, ...] = ("light", "dark")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

_RUN = """async (rules) => {
  const found = await axe.run(document,
    {runOnly: rules, resultTypes: ["violations"], preload: false});
  return found.violations.map((each) =>
    `${each.id}: ${each.help}: ${each.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""

_STICKS_OUT = """() => {
  const found = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width + 1) found.push("wider than the screen");
  for (const each of document.body.querySelectorAll("*")) {
    const box = each.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    if (each.closest(".visually-hidden, .skip, svg")) continue;
    const name = `${each.tagName}.${each.className} ${each.textContent.trim().slice(0, 40)}`;
    if (box.right > width + 1 || box.left < -1) found.push(`out of the screen: ${name}`);
    const style = getComputedStyle(each);
    if (style.overflowX === "visible" && each.scrollWidth > each.clientWidth + 1
        && each.clientWidth > 0 && style.display !== "inline") found.push(`sticks out: ${name}`);
  }
  return found;
}"""

_TOO_SMALL = """() => [...document.querySelectorAll("button, a.button, input, select")]
  .filter((each) => each.offsetParent !== null && !each.closest(".visually-hidden, .skip"))
  .map((each) => [each, each.getBoundingClientRect()])
  .filter(([each, box]) => box.width > 0 && (box.height < 44 || box.width < 44)
    && !["checkbox", "radio"].includes(each.type) && !each.classList.contains("visually-hidden"))
  .map(([each, box]) => `${each.textContent.trim() || each.name} ${box.width}x${box.height}`)"""


_MOVES = """() => document.getAnimations()
  .map(({ effect }) => `${effect.target.tagName}.${effect.target.className}`)"""


@cache
def _axe() -> str:
    return (node.packages() / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def barriers(page: Page) -> list[str]:
    """Find what keeps somebody from using the page (WCAG 2.2, levels A and AA)."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    return cast("list[str]", page.evaluate(_RUN, {"type": "tag", "values": RULES}))


def barriers_in_every_light(page: Page) -> list[str]:
    """Find barriers in light and dark, what forced colours cut off, and what moves unasked.

    The page is one whose reader wants little motion (``chromium.watched``); it is light afterwards.
    """
    wrong = [f"moves: {each}" for each in cast("list[str]", page.evaluate(_MOVES))]
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        wrong += [f"{scheme}: {each}" for each in barriers(page)]
    page.emulate_media(forced_colors="active", color_scheme="light")
    wrong += [f"forced colours: {each}" for each in misfits(page)]
    page.emulate_media(forced_colors="none")
    return wrong


def misfits(page: Page) -> list[str]:
    """Find what is cut off or sticks out, and what is too small for a thumb."""
    return cast("list[str]", page.evaluate(_STICKS_OUT)) + cast(
        "list[str]", page.evaluate(_TOO_SMALL)
    )


_SCANNER = """(text) => {
  for (const key of [...text, "Enter"]) {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
  }
}"""


def type_as_scanner(page: Page, text: str) -> None:
    """Type as a USB scanner does: faster than any person, and than a busy machine's driver."""
    page.evaluate(_SCANNER, text)


def picture(page: Page, path: Path) -> None:
    """Take a picture of the whole page, the same each time, for people who want to look at it.

    No test compares it and it takes longer than most looks: only with ``QRPAY_PICTURES`` set.
    """
    if os.environ.get("QRPAY_PICTURES"):
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True, animations="disabled", caret="hide")
