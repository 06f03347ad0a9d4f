"""All words of all parties, and where they are said, for the tests that hold them together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger.kit.pages.languages import Language
from ledger.kit.pages.words import Sentence

ROOT = Path(__file__).parents[3]
SHARED = ROOT / "ledger" / "kit" / "pages"
PARTIES = ("ledger", "pos", "wallet")

_SAID = re.compile(r"""\bsay\(\s*(["'])([\w.-]+)\1""")
_CONDITIONAL = re.compile(r"""\bsay\([^()]*\?\s*(["'])([\w.-]+)\1\s*:\s*(["'])([\w.-]+)\3""")
_BUILT = re.compile(r"""\bsay\(\s*`([\w.-]+)\$\{|\bsay\(\s*["']([\w.-]+\.)["']\s*[+~]""")
_LISTED = re.compile(r"""(["'])((?:[a-z_]+\.)+[\w.-]+)\1""")


@dataclass(frozen=True)
class Catalogue:
    """The words of one package in every language."""

    folder: Path
    sentences: dict[Language, dict[str, Sentence]]

    @property
    def name(self) -> str:
        """Where it stands, as in ``pos/web``."""
        return self.folder.relative_to(ROOT).as_posix()

    def pages(self) -> str:
        """The text of all templates and modules that can say these words."""
        places = [self.folder] if self.folder != SHARED else [c.folder for c in catalogues()]
        files = [
            file
            for place in places
            for pattern in ("templates/**/*.html", "static/**/*.js", "*.py")
            for file in place.glob(pattern)
            if "vendor" not in file.parts
        ]
        return "\n".join(file.read_text("utf-8") for file in files)


def catalogues() -> list[Catalogue]:
    """Find all catalogues, the shared one first."""
    folders = {
        file.parents[1] for party in PARTIES for file in (ROOT / party).rglob("words/de.json")
    }
    return [_read(SHARED), *(_read(folder) for folder in sorted(folders - {SHARED}))]


def _read(folder: Path) -> Catalogue:
    return Catalogue(
        folder,
        {
            each: json.loads((folder / "words" / f"{each}.json").read_text("utf-8"))
            for each in Language
        },
    )


def forms(sentence: Sentence) -> Iterator[str]:
    """Give a sentence, or each of its plural forms."""
    yield from [sentence] if isinstance(sentence, str) else sentence.values()


def keys_said(text: str) -> set[str]:
    """Find the keys that templates and modules say, ``prefix.`` for those they put together."""
    plain = {match[2] for match in _SAID.finditer(text)}
    either = {key for match in _CONDITIONAL.finditer(text) for key in (match[2], match[4])}
    built = {match[1] or match[2] for match in _BUILT.finditer(text)}
    return plain | either | built


def keys_named(text: str) -> set[str]:
    """Find all texts that look like keys, as in tables from states to words."""
    return {match[2] for match in _LISTED.finditer(text)}
