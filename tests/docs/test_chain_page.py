"""The page about the chain says what happens: its examples run."""

from __future__ import annotations

from docs.learn import follow
from tests.tidy.source import ROOT

PAGE = (ROOT / "docs" / "internals" / "chain.md").read_text("utf-8")


def test_the_examples_on_the_page_of_the_chain_hold() -> None:
    assert PAGE.count("```pycon") > 3
    assert [str(each) for each in follow.run_python(PAGE, {})] == []
