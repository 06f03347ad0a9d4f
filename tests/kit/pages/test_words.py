"""Every page says the same in German, English and Chinese, and nothing is missing or left over."""

from __future__ import annotations

import importlib
import json
import pkgutil
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from ledger.kit.pages import figures, words
from ledger.kit.pages.languages import Language
from ledger.protocol import errors
from ledger.protocol.errors import QrpayError
from ledger.protocol.money import Money, currency
from tests.kit.pages import make_font
from tests.kit.pages.catalogues import (
    SHARED,
    Catalogue,
    catalogues,
    forms,
    keys_named,
    keys_said,
)

ALL = catalogues()
PLURALS = {Language.DE: {"one", "other"}, Language.EN: {"one", "other"}, Language.ZH: {"other"}}
AMOUNTS = [("EUR", 1), ("EUR", 123456), ("CNY", 9870), ("JPY", 1234), ("BHD", 50001), ("GBP", 99)]


for _module in pkgutil.iter_modules(errors.__path__):
    importlib.import_module(f"{errors.__name__}.{_module.name}")


def every_error(kind: type[QrpayError] = QrpayError) -> Iterator[type[QrpayError]]:
    """List the rules that can be broken."""
    for rule in kind.__subclasses__():
        yield rule
        yield from every_error(rule)


def _name(of: Catalogue) -> str:
    return of.name


@pytest.mark.parametrize("catalogue", ALL, ids=_name)
def test_every_language_says_the_same_things(catalogue: Catalogue) -> None:
    keys = {each: set(catalogue.sentences[each]) for each in Language}
    assert keys[Language.EN] == keys[Language.DE]
    assert keys[Language.ZH] == keys[Language.DE]


@pytest.mark.parametrize("catalogue", ALL, ids=_name)
def test_a_sentence_has_the_same_gaps_in_every_language_and_form(catalogue: Catalogue) -> None:
    for key, german in catalogue.sentences[Language.DE].items():
        wanted = set().union(*map(words.gaps, forms(german)))
        for language in Language:
            for form in forms(catalogue.sentences[language][key]):
                assert words.gaps(form) == wanted, (key, language)


@pytest.mark.parametrize("catalogue", ALL, ids=_name)
def test_a_sentence_that_counts_has_the_plural_forms_of_its_language(catalogue: Catalogue) -> None:
    for language in Language:
        for key, sentence in catalogue.sentences[language].items():
            if not isinstance(sentence, str):
                assert set(sentence) == PLURALS[language], (key, language)


@pytest.mark.parametrize("catalogue", ALL, ids=_name)
def test_chinese_is_written_in_chinese_and_nobody_leaves_a_sentence_empty(
    catalogue: Catalogue,
) -> None:
    for key, sentence in catalogue.sentences[Language.ZH].items():
        for form in forms(sentence):
            assert any("\u2e80" <= each <= "\u9fff" for each in form), key
    for language in Language:
        assert all(
            form.strip() for s in catalogue.sentences[language].values() for form in forms(s)
        )


@pytest.mark.parametrize("catalogue", ALL, ids=_name)
def test_what_pages_say_has_words(catalogue: Catalogue) -> None:
    known = {*catalogue.sentences[Language.DE], *ALL[0].sentences[Language.DE]}
    said = keys_said(_own_pages(catalogue))
    missing = {key for key in said - known if not (key.endswith(".") and _begins(known, key))}
    assert missing == set()


@pytest.mark.parametrize("catalogue", ALL, ids=_name)
def test_no_words_are_left_that_nobody_says(catalogue: Catalogue) -> None:
    text = catalogue.pages()
    said = keys_said(text) | keys_named(text) | keys_said(ALL[0].pages())
    beginnings = tuple(key for key in said if key.endswith("."))
    left = {
        k
        for k in catalogue.sentences[Language.DE]
        if k not in said and not k.startswith(beginnings)
    }
    assert left == set()


@pytest.mark.parametrize("catalogue", ALL, ids=_name)
def test_a_refusal_that_has_words_is_one_that_can_happen(catalogue: Catalogue) -> None:
    codes = {rule.code for rule in every_error()}
    told = {key.removeprefix("problem.") for key in catalogue.sentences[Language.DE]}
    assert {code for code in told if code.isupper()} - codes == set()


def _own_pages(catalogue: Catalogue) -> str:
    if catalogue.folder != SHARED:
        return catalogue.pages()
    return "\n".join(
        file.read_text("utf-8")
        for pattern in ("templates/*.html", "static/js/*.js")
        for file in SHARED.glob(pattern)
    )


def _begins(known: set[str], beginning: str) -> bool:
    return any(key.startswith(beginning) for key in known)


@pytest.mark.parametrize("font", [make_font.FONT, make_font.PAPER_FONT], ids=lambda font: font.stem)
def test_a_font_has_every_chinese_character_that_a_page_says(font: Path) -> None:
    drawn = set(TTFont(font).getBestCmap())
    missing = {each for each in make_font.said() if ord(each) not in drawn}
    assert missing == set(), "run `make font`"


def test_the_font_is_small_enough_for_a_phone_and_names_its_licence() -> None:
    assert make_font.FONT.stat().st_size < 200_000
    names = {record.nameID: str(record) for record in TTFont(make_font.FONT)["name"].names}
    assert "SIL Open Font License" in names[13]
    assert "SIL OPEN FONT LICENSE" in (make_font.FONT.parent / "OFL.txt").read_text("utf-8")


def test_javascript_writes_amounts_to_the_letter_as_python_does(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: nobody to compare Intl with")
    cases = [(code, minor, each.value) for code, minor in AMOUNTS for each in Language]
    for name in ("figures.js", "words.js", "dom.js"):
        shutil.copy(SHARED / "static" / "js" / name, tmp_path / name)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "compare.js").write_text(
        "globalThis.document = {documentElement: {lang: 'de'}};"
        "const { amountText } = await import('./figures.js');"
        f"console.log(JSON.stringify({json.dumps(cases)}.map(([c, m, l]) => amountText(m, c, l))));"
    )
    done = subprocess.run(  # noqa: S603 (the tests' own program)
        [node, "compare.js"], cwd=tmp_path, capture_output=True, check=True, timeout=60
    )
    python = [
        figures.amount_text(Money(minor, currency(code)), Language(language))
        for code, minor, language in cases
    ]
    assert json.loads(done.stdout) == python
