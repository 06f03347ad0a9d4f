"""``qrpay bench ledger`` measures real postings, and proves that the books hold them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from click.testing import CliRunner

from ledger.cli.bench.postings import command, sales
from ledger.cli.bench.postings.ground import Ground
from ledger.core.records.payments import Payment
from ledger.protocol.errors.service import InvariantBroken


@pytest.mark.parametrize("store", ["file", "postgres"])
def test_every_size_of_batch_is_measured_at_many_shops_and_at_one(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "BATCHES", (1, 3))
    monkeypatch.setattr(command, "SYNC_S", 0.01)
    arguments = ["--payments", "6", "--store", store, "--json"]
    done = CliRunner().invoke(command.ledger, arguments, catch_exceptions=False)
    figures = json.loads(done.output.splitlines()[-1])
    asked = [(turn["merchants"], turn["batch"], turn["payments"]) for turn in figures["turns"]]
    assert asked == [(64, 1, 6), (64, 3, 6), (1, 1, 6), (1, 3, 6)]
    assert figures["stored"] == 24
    assert all(turn["share_of_limit"] > 0 for turn in figures["turns"])


def test_a_payment_that_was_acknowledged_and_is_not_stored_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forgetful(ground: Ground, payments: Sequence[Payment]) -> None:
        sales.post(ground, payments[1:])

    monkeypatch.setattr(command, "post", forgetful)
    monkeypatch.setattr(command, "BATCHES", (3,))
    with pytest.raises(InvariantBroken, match="4 of 6 are stored"):
        CliRunner().invoke(command.ledger, ["--payments", "3"], catch_exceptions=False)
