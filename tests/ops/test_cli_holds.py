"""``qrpay ledger hold``: an operator sees what is held, and can end a hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.cli import main
from ledger.core.parties import keys
from ledger.kit.secrets.seed_file import keep_seed
from ledger.ops.audit import audit
from ledger.ops.keys import signing_key
from ledger.protocol.lifecycle import PaymentState
from ledger.store import open_store
from tests.core.demo_world import World
from tests.stores.databases import Databases


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QRPAY_LEDGER_DATA", str(tmp_path))
    return tmp_path


def world_in(folder: Path) -> World:
    """The demo world in a file, signed with the key that stands beside it."""
    keep_seed(folder / "signing.key", lambda size: b"k" * size)
    world = World(open_store(folder / "books.db"))
    world.key = signing_key(folder / "signing.key", lambda size: b"k" * size)
    with world.store.transaction() as books:
        keys.admit_ledger_key(books, public_key=world.key.public, now=world.now)
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
    code, said = qrpay("release", payment.payment_id)
    assert (code, "STORE_IN_USE" in said, "`qrpay down`" in said) == (1, True, True)
    world.close()


def test_a_hold_is_not_ended_in_the_name_of_a_key_the_books_do_not_know(folder: Path) -> None:
    world = world_in(folder)
    payment = world.held(3000, "anna")
    world.close()
    (folder / "signing.key").unlink()
    code, said = qrpay("release", payment.payment_id)
    assert (code, "KEY_UNKNOWN" in said) == (1, True)


def test_in_postgresql_a_hold_is_ended_beside_a_ledger_at_work(
    folder: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    with databases.brief_world() as world:
        payment = world.held(3000, "anna")
        keep_seed(folder / "signing.key", lambda size: b"k" * size)
        key = signing_key(folder / "signing.key", lambda size: b"k" * size)
        with world.store.transaction() as books:
            keys.admit_ledger_key(books, public_key=key.public, now=world.now)
        monkeypatch.setenv("QRPAY_LEDGER_STORE", databases.url(databases.name_of(world)))
        said = f"{payment.payment_id} is CLOSED; 30.00 went back\n"
        assert qrpay("release", payment.payment_id) == (0, said)
        assert world.payment(payment).state is PaymentState.CLOSED
        assert not (folder / "books.db").exists()


@pytest.mark.parametrize("way", ["release", "expire"])
def test_a_hold_is_ended_by_hand_when_the_ledger_rests(folder: Path, way: str) -> None:
    world = world_in(folder)
    payment = world.held(3000, "anna")
    world.close()
    code, said = qrpay(way, payment.payment_id, "--json")
    assert (code, json.loads(said)["state"], json.loads(said)["amount"]) == (0, "CLOSED", "30.00")
    again = open_store(folder / "books.db")
    with again.reading() as books:
        found = books.payments.find(payment.payment_id)
    assert found is not None
    assert found.state is PaymentState.CLOSED
    assert audit(again) == []
    again.close()
