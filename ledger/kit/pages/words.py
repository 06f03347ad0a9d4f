"""What pages say, in every language: one file a language and party, read by Python and JavaScript.

A file ``words/de.json`` is one object of keys to sentences. ``{name}`` is filled in; a sentence
that depends on a number is an object of plural forms (CLDR), chosen by ``count``:

    {"basket.pay": "{amount} bezahlen",
     "basket.items": {"one": "{count} Artikel", "other": "{count} Artikel"}}

A party's words stand beside those of this package, which every page has. Python says them by
``Words.say``, templates by ``say("basket.pay", amount=…)``, JavaScript by the function of the same
name in ``kit/js/words.js``. ``tests/kit/pages`` proves that languages agree and nothing is unused.

    >>> words = Words(Language.DE, {"pay": "{amount} zahlen", "n": {"one": "1", "other": "viele"}})
    >>> words.say("pay", amount="1,00 €"), words.say("n", count=2)
    ('1,00 € zahlen', 'viele')
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

import msgspec
from babel import Locale

from ledger.kit.pages.languages import Language

OWN_PACKAGE: Final = "ledger.kit.pages"

Sentence = str | dict[str, str]

_GAP: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Words:
    """The words of one language, those of a party and those that all share."""

    language: Language
    sentences: Mapping[str, Sentence]

    def say(self, key: str, **values: object) -> str:
        """Give a sentence with its gaps filled; ``KeyError`` for an unknown key or an open gap."""
        sentence = self.sentences[key]
        if not isinstance(sentence, str):
            sentence = sentence[plural_form(self.language, values["count"])]
        return _GAP.sub(lambda gap: str(values[gap[1]]), sentence)

    def __contains__(self, key: str) -> bool:
        return key in self.sentences


def plural_form(language: Language, count: object) -> str:
    """Name the plural form (CLDR: ``one``, ``other``) of a whole number."""
    if not isinstance(count, int):
        raise TypeError(f"count is a whole number, not {count!r}")
    return Locale.parse(language, sep="-").plural_form(count)


def gaps(sentence: str) -> frozenset[str]:
    """Name the gaps of a sentence."""
    return frozenset(_GAP.findall(sentence))


def load(package: str) -> dict[Language, Words]:
    """Read the words of a party's package with the shared ones beneath them."""
    return {
        each: Words(each, {**_read(OWN_PACKAGE, each), **_read(package, each)}) for each in Language
    }


def _read(package: str, language: Language) -> dict[str, Sentence]:
    file = resources.files(package) / "words" / f"{language}.json"
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Sentence])
