"""The lessons can't lie: what stands on their pages is run, and what they name exists."""

from __future__ import annotations

import ast
import doctest
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.learn import follow, stage
from docs.learn.stage import Stage
from pos.collect import COLLECTION, Event, Mode, Phase
from tests.tidy.source import ROOT

LESSONS = sorted(follow.PAGES.glob("*.md"))
WORDS_IN_TEN_MINUTES = 2_000

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


@pytest.fixture
def names() -> Iterator[dict[str, object]]:
    """The names that a page defines; its stages are closed when it is over."""
    defined: dict[str, object] = {}
    yield defined
    for value in defined.values():
        if isinstance(value, Stage):
            value.close()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_python_sessions_of_a_lesson_are_answered_as_printed(
    lesson: Path, names: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    text = lesson.read_text("utf-8")
    assert ">>> " in text
    assert [str(each) for each in follow.run_python(text, names)] == []


@needs_bash
def test_the_shell_session_of_the_attacks_is_answered_as_printed() -> None:
    text = follow.page("attacks-to-try").read_text("utf-8")
    assert len(follow.commands(text)) > 10
    assert [str(each) for each in follow.run_shell(text)] == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_read_in_ten_minutes(lesson: Path) -> None:
    prose = re.sub(r"```.*?```", "", lesson.read_text("utf-8"), flags=re.DOTALL)
    assert len(prose.split()) <= WORDS_IN_TEN_MINUTES


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_every_test_that_a_lesson_names_exists(lesson: Path) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", lesson.read_text("utf-8"))
    lost = [(file, test) for file, test in named if test and test not in _tests_of(file)]
    assert lost == []
    assert [file for file, _ in named if not (ROOT / file).is_file()] == []


def _tests_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_arrow_that_is_drawn_is_one_of_the_table() -> None:
    text = follow.page("when-things-get-lost").read_text("utf-8")
    (drawn,) = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", text, flags=re.DOTALL)
    arrows = re.findall(r"(\w+) --> (\w+): (\w+)", drawn)
    assert len(arrows) > 5
    table = COLLECTION[Mode.READ].table
    assert [row for row in arrows if table[Phase(row[0])][Event(row[2])] != Phase(row[1])] == []


@pytest.mark.parametrize("module", [stage, follow], ids=lambda module: module.__name__)
def test_the_examples_of_what_runs_the_lessons_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


LIE = """\
# A page

```pycon
>>> x = 3
>>> x + 1
5
>>> 1 // 0
0
```

It goes on.

```console
$ echo one && echo "a
> b"
one
a
...
$ echo two
three
```
"""


def test_a_page_that_lies_is_found_and_can_be_put_right() -> None:
    found = follow.run_python(LIE, {})
    assert [(each.line, each.source, each.got.splitlines()[-1]) for each in found] == [
        (5, "x + 1\n", "4"),
        (7, "1 // 0\n", "ZeroDivisionError: integer division or modulo by zero"),
    ]
    assert follow.run_python(follow.rewritten(LIE, found), {}) == []


@needs_bash
def test_a_shell_session_that_lies_is_found() -> None:
    found = follow.run_shell(LIE)
    assert [(each.line, each.source, each.got) for each in found] == [(19, "echo two\n", "two\n")]
