"""The whole tree keeps the rules of style; CONTRIBUTING.md gives their reasons."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tidy import rules
from tests.tidy.rules import Rule
from tests.tidy.source import CODE, EVERYTHING, PARTIES, ROOT, Source, expect_nothing

MODULES_IN_A_PACKAGE_MAX = 10


@pytest.mark.parametrize(
    "rule",
    [
        rules.long_files,
        rules.long_lines,
        rules.long_functions,
        rules.missing_module_docstring,
        rules.star_imports,
        rules.unfinished,
        rules.machine_paths,
        rules.banned_names,
    ],
    ids=lambda rule: rule.__name__,
)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    expect_nothing(rule, EVERYTHING)


@pytest.mark.parametrize(
    "rule",
    [
        rules.missing_public_docstrings,
        rules.banned_calls,
        rules.late_imports,
        rules.floats_near_money,
    ],
    ids=lambda rule: rule.__name__,
)
def test_the_three_parties_keep_the_rule(rule: Rule) -> None:
    expect_nothing(rule, CODE)


@pytest.mark.parametrize("party", PARTIES)
def test_no_package_holds_more_modules_than_one_can_remember(party: str) -> None:
    def modules(folder: Path) -> int:
        return len({file.stem for file in folder.glob("*.py")} - {"__init__", "__main__"})

    packages = [init.parent for init in (ROOT / party).rglob("__init__.py")]
    sizes = {str(folder.relative_to(ROOT)): modules(folder) for folder in packages}
    assert {name: size for name, size in sizes.items() if size > MODULES_IN_A_PACKAGE_MAX} == {}


@pytest.mark.parametrize("party", PARTIES)
def test_every_folder_with_code_is_a_package(party: str) -> None:
    folders = {file.parent for file in (ROOT / party).rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_no_document_page_or_table_names_the_machine_it_was_made_on() -> None:
    suffixes = {".css", ".html", ".js", ".json", ".md", ".mjs", ".sql", ".svg", ".toml"}
    folders = [ROOT / name for name in (*PARTIES, "bench", "docs", "tests")]
    files = [file for folder in folders for file in folder.rglob("*") if file.suffix in suffixes]
    files += [*ROOT.glob("*.md"), ROOT / "pyproject.toml", ROOT / "Makefile", ROOT / ".ci" / "run"]
    texts = [Source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files]
    expect_nothing(rules.machine_paths, texts)
