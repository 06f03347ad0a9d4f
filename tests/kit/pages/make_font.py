"""Make the font of our Chinese words again: ``make font``; needs Debian's ``fonts-noto-cjk``.

A kiosk may have no Chinese font, and the whole one has 19 MB. So the characters that our pages say
are taken out of it: the words of all parties, the price list, the registered names. Names that
somebody types in are shown by the system's fonts, if it has any. A second font has the Latin
letters too: what is drawn for a printer must not depend on what fonts a till has.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

ROOT = Path(__file__).parents[3]
FONTS = ROOT / "ledger" / "kit" / "pages" / "static" / "fonts"
FONT = FONTS / "qrpay-sc.woff2"
PAPER_FONT = FONTS / "qrpay-paper.woff2"
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FAMILY = "Noto Sans CJK SC"
RANGES = ((0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))
"""As ``unicode-range`` in tokens.css says: for other letters this font is not even fetched."""

LATIN = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180)))) | frozenset("–—‘’“”„…€›‹•")
"""What the languages of Western and Central Europe write."""


def said() -> frozenset[str]:
    """Give the Chinese characters that any page of ours says."""
    files = [
        *(
            file
            for party in ("ledger", "pos", "wallet")
            for file in (ROOT / party).rglob("words/*.json")
        ),
        *(
            file
            for party in ("ledger", "pos", "wallet")
            for file in (ROOT / party).rglob("templates/*.html")
        ),
        ROOT / "pos" / "goods" / "products.json",
        ROOT / "pos" / "paper" / "content.py",
        ROOT / "ledger" / "kit" / "pages" / "languages.py",
        ROOT / "ledger" / "ops" / "seed.py",
    ]
    text = "".join(file.read_text("utf-8") for file in files if file.is_file())
    return frozenset(each for each in text if _is_chinese(each))


def _is_chinese(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in RANGES)


def make(source: Path, characters: frozenset[str], target: Path) -> bytes:
    """Take characters out of a collection of fonts, as WOFF2."""
    # Without the hour in it, the same characters make the same file.
    fonts = TTCollection(str(source), recalcTimestamp=False).fonts
    font = next(each for each in fonts if each["name"].getDebugName(1) == FAMILY)
    options = subset.Options(flavor="woff2", layout_features=[])
    options.name_IDs = [0, 1, 2, 13, 14]  # who made it, its name and its licence stay
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)
    subset.save_font(font, str(target), options)
    return target.read_bytes()


if __name__ == "__main__":
    for target, characters in ((FONT, said()), (PAPER_FONT, said() | LATIN)):
        made = make(SOURCE, characters, target)
        sys.stdout.write(f"{target.name}: {len(characters)} characters, {len(made)} bytes\n")
