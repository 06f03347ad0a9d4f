"""The page about what always holds names tests, rules and checks that are there."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from ledger.ops import audit
from ledger.store.audit import rules
from tests.properties.whole_book_as_acknowledged import WholeBookAsAcknowledged
from tests.tidy.source import ROOT

PAGE = (ROOT / "docs" / "internals" / "invariants.md").read_text("utf-8")
ROWS = {
    cells[0]: cells[1:]
    for cells in (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("| INV-")
    )
}
RULES = {rule.name for rule in rules()} | {check.__name__ for check in audit.CHECKS}


def quoted(cell: str) -> Sequence[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_fourteen_promises_are_told_in_their_sequence() -> None:
    assert list(ROWS) == [f"INV-{number}" for number in range(1, 15)]


@pytest.mark.parametrize("number", ROWS)
def test_what_checks_a_promise_is_there(number: str) -> None:
    _, by_rules, by_machine, by_tests = ROWS[number]
    assert {name.lstrip("0123456789_") for name in quoted(by_rules)} <= RULES
    assert [name for name in quoted(by_machine) if not hasattr(WholeBookAsAcknowledged, name)] == []
    assert [path for path in quoted(by_tests) if not (ROOT / path).is_file()] == []
    assert quoted(by_tests)


@pytest.mark.parametrize("number", [f"INV-{number}" for number in range(1, 13)])
def test_the_machine_that_does_anything_looks_at_each_promise_of_the_books(number: str) -> None:
    assert quoted(ROWS[number][2])
