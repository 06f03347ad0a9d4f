"""Follow a lesson: run what stands on its page, and say where page and code differ.

    .venv/bin/python docs/learn/follow.py a-checkout-step-by-step
    .venv/bin/python -i docs/learn/follow.py attacks-to-try

With ``-i`` Python stays, with every name of the page in place, so that one can go on from where the
page ends. ``--write`` puts what the code answers today into the page; read what changed before you
believe it.

A page holds two kinds of examples, each in its own kind of code block: ``pycon`` is a Python
session, checked by ``doctest`` to the letter; ``console`` is a session of the shell, run in an
empty folder, where ``...`` stands for whatever is different each time.
"""

from __future__ import annotations

import argparse
import doctest
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

PAGES = Path(__file__).parent

Raised = tuple[type[BaseException], BaseException, TracebackType]

_FRAMES = re.compile(r"^(Traceback \(most recent call last\):\n)(?:[ ].*\n)+", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MARK = "--- next command ---"
_SHELL_TIMEOUT_S = 120


@dataclass(frozen=True)
class Difference:
    """Where a page says something else than the code: the lines, what is there, what came."""

    line: int
    source: str
    want: str
    got: str

    def __str__(self) -> str:
        return (
            f"line {self.line}: {self.source}the page says:\n{self.want}the code says:\n{self.got}"
        )


def page(name: str) -> Path:
    """Find a page by its name."""
    return PAGES / f"{name}.md"


def only(kind: str, text: str) -> str:
    """Blank out everything but the blocks of a kind, so that line numbers stay."""
    kept = [""] * (text.count("\n") + 1)
    for block in _BLOCK.finditer(text):
        if block[1] == kind:
            first = text.count("\n", 0, block.start(2))
            lines = block[2].splitlines()
            kept[first : first + len(lines)] = lines
    return "\n".join(kept) + "\n"


class _Collector(doctest.DocTestRunner):
    """Keeps the differences instead of printing them."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.differences: list[Difference] = []

    def report_failure(
        self,
        out: Callable[[str], object],
        test: doctest.DocTest,
        example: doctest.Example,
        got: str,
    ) -> None:
        """Note an answer that the page doesn't give."""
        del out, test
        self._note(example, got)

    def report_unexpected_exception(
        self,
        out: Callable[[str], object],
        test: doctest.DocTest,
        example: doctest.Example,
        exc_info: Raised,
    ) -> None:
        """Note an error that the page doesn't tell of."""
        del out, test
        last = traceback.format_exception_only(*exc_info[:2])[-1]
        self._note(example, f"Traceback (most recent call last):\n...\n{last}")

    def _note(self, example: doctest.Example, got: str) -> None:
        shown = _FRAMES.sub(r"\1...\n", got)
        self.differences.append(Difference(example.lineno + 1, example.source, example.want, shown))


def run_python(text: str, names: dict[str, object]) -> list[Difference]:
    """Run a page's Python sessions as one, in ``names``; gives where it differs."""
    session = doctest.DocTestParser().get_doctest(only("pycon", text), {}, "page", None, 0)
    session.globs = names
    runner = _Collector()
    runner.run(session, clear_globs=False)
    return runner.differences


@dataclass(frozen=True)
class Command:
    """One command of a shell session, and what the page says it prints."""

    line: int
    source: str
    want: str


def commands(text: str) -> list[Command]:
    """Give the commands of a page's shell sessions; ``> `` continues one."""
    found: list[tuple[int, list[str], list[str]]] = []
    for number, line in enumerate(only("console", text).splitlines(), start=1):
        if line.startswith("$ "):
            found.append((number, [line[2:]], []))
        elif line.startswith("> ") and found and not found[-1][2]:
            found[-1][1].append(line[2:])
        elif line and found:
            found[-1][2].append(line)
    return [
        Command(number, "".join(f"{part}\n" for part in source), "".join(f"{o}\n" for o in want))
        for number, source, want in found
    ]


def run_shell(text: str) -> list[Difference]:
    """Run a page's shell sessions as one; gives where it differs."""
    wanted = commands(text)
    if not wanted:
        return []
    script = "".join(f"{command.source}echo '{_MARK}'\n" for command in wanted)
    answers = _bash(script).split(f"{_MARK}\n")
    checker = doctest.OutputChecker()
    return [
        Difference(command.line, command.source, command.want, got)
        for command, got in zip(wanted, answers, strict=False)
        if not checker.check_output(command.want, got, doctest.ELLIPSIS)
    ]


def _bash(script: str) -> str:
    with tempfile.TemporaryDirectory(prefix="qrpay-lesson-") as folder:
        here = {"HOME": folder, "QRPAY_HOME": folder, "LC_ALL": "C.UTF-8"}
        path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(  # noqa: S603  what stands on our own page
            ["bash", "-c", f"exec 2>&1\n{script}"],  # noqa: S607  the student's own shell
            cwd=folder,
            env={**os.environ, **here, "PATH": path},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            timeout=_SHELL_TIMEOUT_S,
        ).stdout


def rewritten(text: str, differences: list[Difference]) -> str:
    """Put into a page's Python sessions what the code answers today."""
    lines = text.splitlines(keepends=True)
    for each in sorted(differences, key=lambda difference: -difference.line):
        first = each.line - 1 + each.source.count("\n")
        lines[first : first + each.want.count("\n")] = each.got.splitlines(keepends=True)
    return "".join(lines)


def main(names: dict[str, object]) -> None:
    """Follow the page named on the command line."""
    told = argparse.ArgumentParser(description="Run what stands on the page of a lesson.")
    told.add_argument("page", choices=sorted(path.stem for path in PAGES.glob("*.md")))
    told.add_argument("--write", action="store_true", help="put today's answers into the page")
    asked = told.parse_args()
    text = page(asked.page).read_text("utf-8")
    differences = run_python(text, names)
    if asked.write:
        page(asked.page).write_text(rewritten(text, differences), "utf-8")
        return
    differences += run_shell(text)
    sys.stdout.write("".join(f"{each}\n" for each in differences))
    sys.stdout.write(f"{asked.page}: {len(differences)} differences between page and code\n")
    if differences:
        sys.exit(1)


if __name__ == "__main__":
    main(globals())
