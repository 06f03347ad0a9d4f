"""What the documents tell people to type exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from ledger.cli import main
from tests.docs.test_links import DOCUMENTS
from tests.tidy.source import ROOT

TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
TEXTS = {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in DOCUMENTS}


def qrpay_calls(text: str) -> Iterator[str]:
    """Give every call in a code block or between backticks, without its comment and its pipe."""
    blocks = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    for block in blocks:
        yield from re.findall(
            r"^(?:\$ )?(?:\.venv/bin/)?(qrpay(?: [^#|\n]+)?)", block, re.MULTILINE
        )
    yield from re.findall(r"`(qrpay(?: [^`#|\n]+)?)`", text)


CALLS = sorted(
    {
        call.strip()
        for name, text in TEXTS.items()
        if name != "docs/reference/commands.md"
        for call in qrpay_calls(text)
    }
)


def test_the_readme_begins_with_the_two_commands_that_show_and_prove() -> None:
    commands = re.findall(r"^make (\w+)", TEXTS["README.md"], re.MULTILINE)
    assert commands[:2] == ["demo", "test"]


def test_every_make_target_in_the_documents_exists() -> None:
    told = {word for text in TEXTS.values() for word in re.findall(r"`make (\w+)`", text)}
    assert told - TARGETS == set()


def test_every_make_target_is_explained_to_contributors() -> None:
    told = set(re.findall(r"`make (\w+)`", TEXTS["CONTRIBUTING.md"]))
    assert TARGETS - told == set()


@pytest.mark.parametrize("call", CALLS)
def test_every_qrpay_call_in_the_documents_names_a_command_and_its_options(call: str) -> None:
    command: click.Command = main
    context = click.Context(main, info_name="qrpay")
    words = shlex.split(call.partition(" -- ")[0])[1:]
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        found = command.get_command(context, words.pop(0))
        assert found is not None, f"no such command: {call}"
        command = found
    known = {name for option in command.params for name in option.opts + option.secondary_opts}
    used = {word.partition("=")[0] for word in words if word.startswith("-")}
    assert used - known - {"--help"} == set()
