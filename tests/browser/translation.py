"""Nothing on a page is left in another language than the page's own.

Looks at the visible texts, one piece of text at a time: whether one is a sentence of the English
catalogue that the page's language says otherwise, and, on a Chinese page, whether one has a word
in Latin letters and no Chinese. What says itself to be in another language (``lang``), codes, and
names that are the same everywhere may be.
"""

from __future__ import annotations

import json
import re
from typing import cast

from playwright.sync_api import Page

from tests.kit.pages.catalogues import ROOT

SAME_EVERYWHERE = {"Wi-Fi", "DEMO", "qrpay", "Sandbox"}

_TEXTS = """() => {
  const own = document.documentElement.lang;
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = node.parentElement;
    if (around.closest("script, noscript, code, pre")) continue;
    if (around.closest("[lang]").lang !== own) continue;
    if (around.checkVisibility() && node.textContent.trim()) found.push(node.textContent.trim());
  }
  for (const each of document.querySelectorAll("[aria-label], img[alt]")) {
    if (each.closest("[lang]").lang !== own) continue;
    found.push(each.getAttribute("aria-label") ?? each.alt);
  }
  return found;
}"""

_LATIN_WORD = re.compile(r"[A-Za-z]{4,}")
_CHINESE = re.compile("[\u4e00-\u9fff]")


def left_untranslated(page: Page) -> list[str]:
    """Find texts of the page that are in another language."""
    language = page.evaluate("document.documentElement.lang")
    foreign = _sentences("en") - _sentences(language)
    texts = cast("list[str]", page.evaluate(_TEXTS))
    return [text for text in texts if text in foreign or _is_latin_only(text, language)]


def _is_latin_only(text: str, language: str) -> bool:
    if not language.startswith("zh") or text in SAME_EVERYWHERE or _CHINESE.search(text):
        return False
    return _LATIN_WORD.search(text) is not None


def _sentences(language: str) -> set[str]:
    found: set[str] = set()
    for place in ("ledger/kit/pages", "pos/web"):
        path = ROOT / place / "words" / f"{language}.json"
        for said in json.loads(path.read_text("utf-8")).values():
            found |= {said} if isinstance(said, str) else set(said.values())
    return found
