"""The table of what a payment costs can be made on either engine."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bench import payments, scans


@pytest.mark.parametrize(("store", "driver"), [("file", "apsw"), ("postgres", "psycopg")])
def test_every_step_of_a_payment_is_measured(
    store: str, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payments, "ROUNDS", 2)
    done = CliRunner().invoke(payments.main, ["--store", store], catch_exceptions=False)
    head, _, _, *steps = done.output.splitlines()
    assert driver in head
    assert len(steps) == 7


@pytest.mark.parametrize("store", ["file", "postgres"])
def test_scans_are_measured_by_how_many_come_at_once(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "SIZES", (1, 2))
    monkeypatch.setattr(scans, "PAYMENTS", 4)
    done = CliRunner().invoke(scans.main, ["--store", store], catch_exceptions=False)
    rows = [line for line in done.output.splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + 2 + 1
