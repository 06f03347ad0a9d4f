"""How cost grows is measured on books that hold so much, and memory by what the system says."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from ledger.cli.bench.checkout.memory import Soak, resident_mib
from ledger.cli.bench.postings import command, filling, growth
from ledger.protocol.errors.service import InvariantBroken
from tests.processes.services import wait_for


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "STORED_LEAST", 70)
    monkeypatch.setattr(growth, "ROUNDS", 2)


def asked(*arguments: str) -> list[dict[str, float]]:
    done = CliRunner().invoke(command.ledger, [*arguments, "--json"], catch_exceptions=False)
    told: list[dict[str, float]] = json.loads(done.output.splitlines()[-1])["growth"]
    return told


def test_full_books_are_held_against_books_that_hold_little() -> None:
    first, full = asked("--stored", "200")
    assert (first["stored"], full["stored"]) == (70, 200)
    assert (first["rate_of_first"], first["processor_of_first"]) == (1, 1)
    assert full["processor_of_first"] > 0


def test_many_shops_are_held_against_one() -> None:
    assert [each["merchants"] for each in asked("--merchants", "20")] == [1, 10, 20]


def test_what_is_not_stored_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "fill", lambda *_: None)
    with pytest.raises(InvariantBroken, match="128 of 198 are stored"):
        asked("--stored", "200")


def test_memory_is_what_the_processes_of_a_group_hold() -> None:
    before = resident_mib(os.getpgrp())
    taken = bytearray(64 * 1024 * 1024)
    taken[::4096] = b"x" * len(taken[::4096])
    assert resident_mib(os.getpgrp()) > before + 32


def test_a_soak_tells_what_was_held_part_by_part() -> None:
    held: Iterator[float] = iter(range(1, 100))
    soak = Soak(0.2)
    with soak.watching(lambda: {"ledger": next(held)}):
        wait_for("two parts have passed", lambda: len(soak.held_mib.get("ledger", ())) > 1)
    taken = soak.held_mib["ledger"]
    assert taken == list(range(1, len(taken) + 1))
    assert soak.growth() == {"ledger": round(taken[-1] / taken[len(taken) // 2], 3)}
    assert len(list(soak.rows())) == len(taken)
