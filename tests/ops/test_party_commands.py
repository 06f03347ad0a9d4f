"""``qrpay ledger block``, ``unblock``, ``limits`` and ``invite`` as an operator uses them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli import Exit, main
from ledger.core.parties import enrolment, register
from ledger.core.records.parties import PartyStatus
from ledger.kit.entropy import SeededEntropy
from ledger.protocol.identifiers import IdSource
from ledger.protocol.signing import Algorithm
from ledger.store import open_store
from tests.core.demo_world import NOON, SHOP, World, seeded_key
from tests.stores.databases import Databases


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The books of a ledger that is stopped."""
    path = tmp_path / "books.db"
    world = World(open_store(path))
    world.paid(1295, "anna")
    world.close()
    return path


def qrpay(place: str | Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["ledger", *words, "--books", str(place)])


def status_of(file: Path, merchant_id: str) -> PartyStatus:
    store = open_store(file)
    with store.reading() as books:
        status = register.require_merchant(books, merchant_id).status
    store.close()
    return status


def test_a_shop_is_blocked_and_let_go_on(file: Path) -> None:
    assert "BLOCK (BLOCKED): fraud" in qrpay(file, "block", SHOP, "--reason", "fraud").stdout
    assert status_of(file, SHOP) is PartyStatus.BLOCKED
    assert qrpay(file, "unblock", SHOP, "--reason", "a mistake").exit_code == Exit.OK
    assert status_of(file, SHOP) is PartyStatus.ACTIVE


def test_a_payer_is_found_by_name_and_told_with_every_decision(file: Path) -> None:
    qrpay(file, "block", "anna", "--reason", "phone stolen")
    told = qrpay(file, "limits", "anna").stdout
    assert "BLOCKED" in told.partition("\n")[0]
    assert told.endswith("BLOCK (BLOCKED): phone stolen\n")


def test_limits_are_set_one_by_one_and_left_to_the_policy_again(file: Path) -> None:
    reason = ("--reason", "asked for it")
    assert "of 50.00 EUR" in qrpay(file, "limits", "anna", "--daily", "50.00", *reason).stdout
    both = qrpay(file, "limits", "anna", "--monthly", "60.00", *reason).stdout
    assert "of 50.00 EUR" in both
    assert "of 60.00 EUR" in both
    policy = qrpay(file, "limits", "anna", "--daily", "policy", *reason).stdout
    assert "of 1000.00 EUR" in policy
    assert "of 60.00 EUR" in policy


def test_an_invitation_enrols_one_more_device(file: Path) -> None:
    token = qrpay(file, "invite", "anna").stdout.strip()
    store = open_store(file)
    key = seeded_key("another phone", Algorithm.P256).public
    with store.transaction() as books:
        enrolled = enrolment.enrol_device(
            books,
            token=token,
            algorithm=key.algorithm,
            public_key=key.raw,
            code_secret=bytes(32),
            now=NOON,
            ids=IdSource(SeededEntropy("devices")),
        )
    store.close()
    assert enrolled.payer.display_name == "anna"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("block", "nobody", "--reason", "x"), "MERCHANT_NOT_FOUND"),
        (("block", SHOP, "--reason", " "), "FIELD_MISSING"),
        (("limits", "nobody"), "PAYER_NOT_FOUND"),
        (("limits", "anna", "--daily", "1.234", "--reason", "x"), "AMOUNT_SCALE"),
        (("limits", "anna", "--daily", "1.00"), "needs a --reason"),
        (("invite", "nobody"), "PAYER_NOT_FOUND"),
    ],
)
def test_what_is_wrong_is_said_by_name(file: Path, words: tuple[str, ...], said: str) -> None:
    refused = qrpay(file, *words)
    assert refused.exit_code in (Exit.FAILED, Exit.USAGE)
    assert said in refused.stderr


def test_a_ledger_at_work_is_not_written_beside_but_may_be_looked_at(file: Path) -> None:
    running = open_store(file)
    refused = qrpay(file, "block", SHOP, "--reason", "fraud")
    assert (refused.exit_code, "STORE_IN_USE" in refused.stderr) == (Exit.FAILED, True)
    assert "`qrpay down`" in refused.stderr
    assert qrpay(file, "limits", "anna").exit_code == Exit.OK
    running.close()


def test_without_books_the_way_to_get_some_is_told(tmp_path: Path) -> None:
    assert qrpay(tmp_path / "books.db", "limits", "anna").exit_code == Exit.NOT_RUNNING


def test_in_postgresql_a_shop_is_blocked_beside_a_ledger_at_work(databases: Databases) -> None:
    with databases.brief_world() as world:
        place = databases.url(databases.name_of(world))
        assert qrpay(place, "block", SHOP, "--reason", "fraud").exit_code == Exit.OK
        assert "PAYER_NOT_FOUND" in qrpay(place, "invite", "nobody").stderr
        with world.store.reading() as books:
            assert register.require_merchant(books, SHOP).status is PartyStatus.BLOCKED


def test_the_books_are_looked_for_where_the_environment_says(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QRPAY_HOME", str(tmp_path))
    with databases.brief_world() as world:
        monkeypatch.setenv("QRPAY_LEDGER_STORE", databases.url(databases.name_of(world)))
        told = CliRunner().invoke(main, ["ledger", "limits", "anna"])
    assert (told.exit_code, told.stdout.partition(" ")[0]) == (Exit.OK, "anna")
