"""Every decision can be weighed: its context, the choice, and the price that is paid for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tidy import rules
from tests.tidy.source import ROOT

RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_record_has_the_three_headings_and_something_under_each(record: Path) -> None:
    text = record.read_text("utf-8")
    assert text.startswith(f"# {record.name[:4]}: ")
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads == ["Context", "Choice", "Price"]
    assert all(part.strip() for part in re.split(r"^## .+$", text, flags=re.MULTILINE))


def test_records_are_numbered_without_gaps() -> None:
    numbers = [int(record.name[:4]) for record in RECORDS]
    assert numbers == list(range(1, len(RECORDS) + 1))


def test_every_banned_word_is_explained_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8").partition("## Not used")[2]
    singular = {word.removesuffix("s") for word in rules.BANNED_ALONE | rules.BANNED_WITHIN}
    assert {word for word in singular if word not in glossary} == set()
