"""The tree as the tidy tests see it: every Python file, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTIES = ("pos", "wallet", "ledger")


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root with forward slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> str:
        """The dotted name; a package is named without ``__init__``."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


def _read(folders: tuple[str, ...]) -> list[Source]:
    files = (file for folder in folders for file in sorted((ROOT / folder).rglob("*.py")))
    return [Source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files]


CODE = _read(PARTIES)
EVERYTHING = [*CODE, *_read(("tests", "bench", "docs"))]


def expect_nothing(rule: Callable[[Source], list[str]], files: list[Source]) -> None:
    """Fail with every finding of the rule, one line each, in the form editors jump to."""
    found = [f"{source.path}:{finding}" for source in files for finding in rule(source)]
    if found:
        pytest.fail("\n".join(found), pytrace=False)
