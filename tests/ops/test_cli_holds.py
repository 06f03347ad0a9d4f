"""``qrpay ledger hold``: an operator sees what is held, and can end a hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.cli import main
from ledger.kit.seed_file import keep_seed
from ledger.ops.audit import audit
from ledger.ops.keys import signing_key
from ledger.protocol.lifecycle import PaymentState
from ledger.store import open_store
from tests.core.demo_world import World


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QRPAY_LEDGER_DATA", str(tmp_path))
    return tmp_path


def world_in(folder: Path) -> World:
    """The demo world in a file, signed with the key that stands beside it."""
    keep_seed(folder / "signing.key", lambda size: b"k" * size)
    world = World(open_store(folder / "books.db"))
    world.key = signing_key(folder / "signing.key", lambda size: b"k" * size)
    return world


def qrpay(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["ledger", "hold", *words])
    return done.exit_code, done.output


def test_what_is_held_is_listed_beside_a_ledger_at_work(folder: Path) -> None:
    world = world_in(folder)
    payment = world.held(3000, "anna")
    code, said = qrpay("list")
    assert code == 0
    assert payment.payment_id in said
    assert said.endswith("1 held\n")
    (row,) = json.loads(qrpay("list", "--json")[1])
    assert (row["payment_id"], row["amount"]) == (payment.payment_id, "30.00")
    assert qrpay("release", payment.payment_id)[0] != 0  # the ledger has the books
    world.close()


@pytest.mark.parametrize("way", ["release", "expire"])
def test_a_hold_is_ended_by_hand_when_the_ledger_rests(folder: Path, way: str) -> None:
    world = world_in(folder)
    payment = world.held(3000, "anna")
    world.close()
    code, said = qrpay(way, payment.payment_id)
    assert (code, said) == (0, f"{payment.payment_id} is CLOSED; 30.00 went back\n")
    again = open_store(folder / "books.db")
    with again.reading() as books:
        found = books.payments.find(payment.payment_id)
    assert found is not None
    assert found.state is PaymentState.CLOSED
    assert audit(again) == []
    again.close()
