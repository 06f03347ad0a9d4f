"""Which test says a word, so that a page can name it; and a page with a section made anew."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.tidy.source import ROOT


class Proof(NamedTuple):
    """A test: its file, its name, its source."""

    file: str
    name: str
    source: str


@cache
def all_tests(*folders: str, files: str = "test_[!c]*.py") -> tuple[Proof, ...]:
    """Give every test in folders; a campaign, whose file begins with c, provokes nothing."""
    return tuple(_read(folders, files))


def _read(folders: tuple[str, ...], files: str) -> Iterator[Proof]:
    for folder in folders:
        for path in sorted((ROOT / folder).glob(files)):
            text = path.read_text("utf-8")
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                    lines = text.splitlines()[first - 1 : node.end_lineno]
                    yield Proof(path.name, node.name, "\n".join(lines))


def said_by(tests: tuple[Proof, ...], *words: str) -> str:
    """Name the first test that says one of these words, empty if none does."""
    for each in tests:
        if any(f'"{word}' in each.source for word in words):
            return f"`{each.name}`"
    return ""


def page_with(page: Path, begin: str, made: str, end: str) -> str:
    """Give a page with another section between two of its lines."""
    before, _, rest = page.read_text("utf-8").partition(begin)
    return f"{before}{begin}\n{made}\n{end}{rest.partition(end)[2]}"
