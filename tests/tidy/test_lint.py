"""The linter, the formatter, the type checker and the import contracts have nothing to say."""

from __future__ import annotations

import pytest

from tests.tidy.source import ROOT
from tests.tidy.tools import run


@pytest.mark.parametrize(
    "command",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",), ("lint-imports",)],
    ids=" ".join,
)
def test_the_tool_finds_nothing(command: tuple[str, ...]) -> None:
    said = run(*command, folder=ROOT)
    assert said.returncode == 0, f"\n{said.stdout}{said.stderr}"
