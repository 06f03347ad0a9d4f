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


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a ledger that is stopped."""
    (tmp_path / "ledger").mkdir()
    world = World(open_store(tmp_path / "ledger" / "books.db"))
    world.paid(1295, "anna")
    world.close()
    return tmp_path


def qrpay(data: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["ledger", *words, "--data", str(data)])


def status_of(data: Path, merchant_id: str) -> PartyStatus:
    store = open_store(data / "ledger" / "books.db")
    with store.reading() as books:
        status = register.require_merchant(books, merchant_id).status
    store.close()
    return status


def test_a_shop_is_blocked_and_let_go_on(data: Path) -> None:
    assert "BLOCK (BLOCKED): fraud" in qrpay(data, "block", SHOP, "--reason", "fraud").stdout
    assert status_of(data, SHOP) is PartyStatus.BLOCKED
    assert qrpay(data, "unblock", SHOP, "--reason", "a mistake").exit_code == Exit.OK
    assert status_of(data, SHOP) is PartyStatus.ACTIVE


def test_a_payer_is_found_by_name_and_told_with_every_decision(data: Path) -> None:
    qrpay(data, "block", "anna", "--reason", "phone stolen")
    told = qrpay(data, "limits", "anna").stdout
    assert "BLOCKED" in told.partition("\n")[0]
    assert told.endswith("BLOCK (BLOCKED): phone stolen\n")


def test_limits_are_set_one_by_one_and_left_to_the_policy_again(data: Path) -> None:
    reason = ("--reason", "asked for it")
    assert "of 50.00 EUR" in qrpay(data, "limits", "anna", "--daily", "50.00", *reason).stdout
    both = qrpay(data, "limits", "anna", "--monthly", "60.00", *reason).stdout
    assert "of 50.00 EUR" in both
    assert "of 60.00 EUR" in both
    policy = qrpay(data, "limits", "anna", "--daily", "policy", *reason).stdout
    assert "of 1000.00 EUR" in policy
    assert "of 60.00 EUR" in policy


def test_an_invitation_enrols_one_more_device(data: Path) -> None:
    token = qrpay(data, "invite", "anna").stdout.strip()
    store = open_store(data / "ledger" / "books.db")
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
def test_what_is_wrong_is_said_by_name(data: Path, words: tuple[str, ...], said: str) -> None:
    refused = qrpay(data, *words)
    assert refused.exit_code in (Exit.FAILED, Exit.USAGE)
    assert said in refused.stderr


def test_a_ledger_at_work_is_not_written_beside_but_may_be_looked_at(data: Path) -> None:
    running = open_store(data / "ledger" / "books.db")
    refused = qrpay(data, "block", SHOP, "--reason", "fraud")
    assert (refused.exit_code, "STORE_IN_USE" in refused.stderr) == (Exit.FAILED, True)
    assert qrpay(data, "limits", "anna").exit_code == Exit.OK
    running.close()


def test_without_books_the_way_to_get_some_is_told(tmp_path: Path) -> None:
    assert qrpay(tmp_path, "limits", "anna").exit_code == Exit.NOT_RUNNING
