"""``qrpay ledger merchant change``: what sources contradict about, an operator decides."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli import Exit, main
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts, antom
from ledger.ops import demo_apps
from ledger.protocol.instants import MINUTE
from ledger.store import open_store
from tests.core.demo_world import World


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The books of a ledger that is stopped, the demo shop's accounts in them."""
    path = tmp_path / "books.db"
    world = World(open_store(path))
    with world.store.transaction() as books:
        demo_apps.register(books, now=world.now)
    world.close()
    return path


def change(file: Path, *words: str) -> Result:
    said = ["ledger", "merchant", "change", *words, "--books", str(file)]
    return CliRunner().invoke(main, said, env={"QRPAY_HOME": str(file.parent)})


def test_what_an_app_is_told_of_is_said_and_kept(file: Path) -> None:
    assert change(file, "--alipay").output.split() == [
        *("refund_notices", "all", "paid_notices", "all", "v3_waiting", "200")
    ]
    assert change(file, "--alipay", "--paid-notices", "later").output.split()[3] == "later"
    told = change(file, "--alipay", "--refund-notices", "partial")
    assert (told.exit_code, told.output.split()[1]) == (Exit.OK, "partial")
    assert change(file, "--alipay").output.split()[1] == "partial"


def test_how_antom_refuses_and_how_long_it_waits_is_changed_and_changed_back(file: Path) -> None:
    client = demo_apps.antom_client().app_id
    words = ["--antom", "--account-id", client, "--unsigned-refusals", "--expiry-minutes", "3"]
    assert change(file, *words).output.split() == [
        *("unsigned_refusal", "yes", "expiry_minutes", "3")
    ]
    store = open_store(file)
    with store.reading() as books:
        account = accounts.require(books, vendor=Vendor.ANTOM, account_id=client)
    store.close()
    assert not antom.signs_every_answer(account)
    assert antom.expiry_ms(account) == 3 * MINUTE
    assert "no" in change(file, "--antom", "--signed-refusals").output.split()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], Exit.USAGE, "which vendor?"),
        (["--antom", "--refund-notices", "off"], Exit.USAGE, "antom has no refund_notices"),
        (["--alipay", "--account-id", "1"], Exit.FAILED, "VENDOR_ACCOUNT_NOT_FOUND"),
    ],
)
def test_what_can_not_be_changed_is_refused(
    file: Path, words: list[str], code: Exit, said: str
) -> None:
    told = change(file, *words)
    assert (told.exit_code, said in told.output) == (code, True), told.output
