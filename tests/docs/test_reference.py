"""The reference is what the code says: made pages are current, and nothing is left out of them."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import click
import pytest

import ledger
from ledger.cli import main
from ledger.protocol.errors import QrpayError
from tests.tidy.source import ROOT

REFERENCE = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """``docs/generate.py``, which lies in no package."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def all_rules(error: type[QrpayError] = QrpayError) -> Iterator[type[QrpayError]]:
    for child in error.__subclasses__():
        yield child
        yield from all_rules(child)


def test_what_is_committed_is_what_make_docs_would_write(generate: ModuleType) -> None:
    for path, text in generate.pages().items():
        assert path.read_text("utf-8") == text, f"{path.name} is old: run `make docs`"


def test_every_error_of_the_rules_is_in_the_reference() -> None:
    for module in pkgutil.walk_packages(ledger.__path__, "ledger."):
        if module.name.startswith("ledger.protocol."):
            importlib.import_module(module.name)
    page = (REFERENCE / "errors.md").read_text("utf-8")
    rules = {rule for rule in all_rules() if rule.__module__.startswith("ledger.protocol.")}
    assert {
        rule.code
        for rule in rules
        if f"`{rule.code}`" not in page and f"`{rule.__name__}`" not in page
    } == set()


def test_every_error_is_the_only_one_of_its_code_and_has_a_sentence() -> None:
    rules = [rule for rule in set(all_rules()) if rule.__module__.startswith("ledger.protocol.")]
    assert len({rule.code for rule in rules}) == len(rules)
    assert [rule.code for rule in rules if not rule.title().endswith((".", ")"))] == []


def test_every_command_says_what_it_does(generate: ModuleType) -> None:
    contexts = generate.contexts(click.Context(main, info_name="qrpay"))
    assert [found.command_path for found in contexts if not found.command.help] == []
