"""``qrpay ledger coupon`` and ``points``: an operator gives, and sees what is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.cli.accounting.grants import coupon, points
from ledger.protocol.errors.content import FieldFormat
from ledger.store import open_store
from tests.core.demo_world import SHOP, World


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Books in a file, with the demo parties, whose ledger is stopped."""
    monkeypatch.setenv("QRPAY_HOME", str(tmp_path))
    place = str(tmp_path / "books.db")
    World(open_store(place)).close()
    return place


def test_what_is_given_is_listed_with_what_is_left_of_it(place: str) -> None:
    runner = CliRunner()
    given = runner.invoke(coupon, ["grant", "anna", "2.00", "--books", place])
    assert given.exit_code == 0, given.output
    more = runner.invoke(points, ["grant", "anna", "95", "--days", "3", "--books", place])
    assert more.exit_code == 0, more.output
    listed = runner.invoke(coupon, ["list", "anna", "--books", place]).output.splitlines()
    assert listed == [*given.output.splitlines(), *more.output.splitlines(), "2 given"]
    assert "2.00 EUR left of 2.00 EUR" in listed[0]
    assert "0.95 EUR left of 0.95 EUR" in listed[1]


def test_a_merchants_own_coupon_says_whose_it_is(place: str) -> None:
    own = ["grant", "anna", "2.00", "--funded-by", "merchant", "--books", place]
    runner = CliRunner()
    refused = runner.invoke(coupon, own)
    assert isinstance(refused.exception, FieldFormat)
    given = runner.invoke(coupon, [*own, "--merchant", SHOP])
    assert given.exit_code == 0, given.output
    assert f"merchant-coupon  2.00 EUR left of 2.00 EUR  {SHOP}" in given.output
