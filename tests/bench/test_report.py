"""A measurement says where it ran, shows a table, and ends with one line for programs."""

from __future__ import annotations

import json

import pytest

from ledger.cli.bench.machine import this_machine
from ledger.cli.bench.report import table, tell
from ledger.cli.bench.rounds import interleaved, median


def test_the_json_is_the_last_line_and_names_the_machine(
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine = this_machine("click", "no-such-package")
    tell(machine, [table(("step", "ms"), [("sign", "0.02")])], {"sign_ms": 0.02}, as_json=True)
    head, *_, last = capsys.readouterr().out.splitlines()
    told = json.loads(last)
    assert told["sign_ms"] == 0.02
    assert told["machine"]["cores"] > 0
    assert set(told["machine"]["versions"]) == {"click", "no-such-package"}
    assert told["machine"]["cpu"] in head
    assert "no-such-package absent" in head


def test_without_json_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    tell(this_machine(), [table(("step", "ms"), [("sign", "0.02")])], {}, as_json=False)
    assert "{" not in capsys.readouterr().out


def test_everybody_has_a_turn_in_every_round_and_nobody_is_always_first() -> None:
    turns: list[str] = []
    contestants = {name: lambda name=name: turns.append(name) for name in "abc"}
    taken = interleaved(contestants, rounds=3, calls={"a": 2})
    assert "".join(turns) == "abc" + "aabc" + "bcaa" + "caab"
    assert {name: len(times) for name, times in taken.items()} == {"a": 3, "b": 3, "c": 3}


def test_one_stumble_does_not_move_the_median() -> None:
    assert median([10, 11, 9_000]) == 11
