"""What was kept comes back whole: books, time, faults; of the provider and of all three."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger import cli
from ledger.app import create_app, ledger_of
from ledger.config import Settings
from ledger.core.ports import Books
from ledger.kit import embedded
from ledger.kit.home import Home, RunningService, start_mark
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.sandbox import SnapshotNameTaken, SnapshotUnknown
from ledger.testing.play import Play
from tests.sandbox.merchant import Till


def test_after_a_restore_nothing_of_it_has_happened(qrpay: Play, till: Till) -> None:
    anna, code = qrpay.wallet("anna"), till.shown("A-1")
    before = anna.balance
    qrpay.faults.add("notification.lost", times=3)
    stood, begun = qrpay.clock.now(), qrpay.snapshot()
    for _ in "12":  # as often as one likes
        qrpay.faults.clear()
        assert anna.pay(code).state == "PAID"
        qrpay.clock.advance("1h")
        qrpay.restore(begun)
        assert till.status("A-1") != "TRADE_SUCCESS"
        assert (anna.balance, qrpay.clock.now()) == (before, stood)
        assert [(each.kind.label, each.times) for each in qrpay.faults.list()] == [
            ("notification.lost", 3)
        ]
    qrpay.assert_books_balanced()


def test_a_payment_code_is_shown_by_a_phone_that_the_books_know(qrpay: Play) -> None:
    qrpay.snapshot("nobody-has-a-phone")
    first = qrpay.wallet("anna").payment_code()
    qrpay.restore("nobody-has-a-phone")
    assert qrpay.wallet("anna").payment_code() != first


def test_a_name_is_used_once_and_known(qrpay: Play) -> None:
    qrpay.snapshot("once")
    with pytest.raises(SnapshotNameTaken):
        qrpay.snapshot("once")
    with pytest.raises(SnapshotUnknown, match="once"):
        qrpay.restore("twice")
    for name in ("", "../up", ".hidden", "a" * 41):
        with pytest.raises(FieldFormat):
            qrpay.snapshot(name)


def said(home: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.main, [*words, "--data", str(home), "--json"])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the three parties' stores, as they lie there after `qrpay down`."""
    ledger_of(create_app(Settings(tmp_path / "ledger", background=False))).close()
    for party, file in (("pos", "till.db"), ("wallet", "wallet.db")):
        embedded.open_store(tmp_path / party / file, package=f"{party}.store").close()
    (tmp_path / "clock").write_text("90000\n")
    return tmp_path


def payers(home: Path) -> list[str]:
    books: Books
    made = create_app(Settings(home / "ledger", background=False))
    with ledger_of(made).store.reading() as books:
        names = [each.display_name for each in books.directory.payers()]
    ledger_of(made).close()
    return names


def test_all_three_parties_come_back_with_their_keys_and_their_time(home: Path) -> None:
    kept = {
        each: each.read_bytes()
        for each in home.rglob("*")
        if each.is_file() and ".db" not in each.name
    }
    everybody = payers(home)
    assert said(home, "snapshot", "save", "noon").exit_code == 0
    taken = said(home, "snapshot", "save", "noon")
    assert (taken.exit_code, "SNAPSHOT_NAME_TAKEN" in taken.output) == (1, True)
    assert said(home, "reset", "--yes").exit_code == 0
    assert not (home / "ledger").exists()
    assert not (home / "clock").exists()
    unknown = said(home, "snapshot", "restore", "night")
    assert (unknown.exit_code, "SNAPSHOT_UNKNOWN" in unknown.output) == (1, True)
    assert said(home, "snapshot", "restore", "noon").exit_code == 0
    assert {each: each.read_bytes() for each in kept} == kept
    assert payers(home) == everybody
    assert json.loads(said(home, "snapshot", "list").output) == {"snapshots": ["noon"]}


def test_faults_wait_in_a_file_for_the_start_and_only_for_it(home: Path) -> None:
    said(home, "snapshot", "save", "noon")
    fault = {"kind": "answer.lost", "times": 2, "number": 4, "fitted": 1, "struck": 1}
    (home / "snapshots" / "noon" / "faults.json").write_text(json.dumps([fault]))
    said(home, "snapshot", "restore", "noon")
    settings = Settings(home / "ledger", background=False, sandbox=True)
    for expected in ([4], []):
        ledger = ledger_of(create_app(settings))
        assert ledger.sandbox
        assert [each.number for each in ledger.sandbox.faults.all()] == expected
        ledger.close()


def test_nothing_is_put_back_under_services_that_run(home: Path) -> None:
    said(home, "snapshot", "save", "noon")
    store = embedded.open_store(home / "pos" / "till.db", package="pos.store")
    for command in (("snapshot", "restore", "noon"), ("reset", "--yes")):
        refused = said(home, *command)
        assert (refused.exit_code, "STORE_IN_USE" in refused.output) == (1, True)
    store.close()
    own = RunningService("pos", "http://127.0.0.1:9", os.getpid(), start_mark(os.getpid()))
    Home(home).record([own])
    for command in (("snapshot", "restore", "noon"), ("reset", "--yes")):
        refused = said(home, *command)
        assert (refused.exit_code, "SERVICES_RUNNING" in refused.output) == (1, True)


def test_books_in_a_database_are_left_to_its_own_tools(home: Path) -> None:
    (home / "store").write_text("postgresql://db.example/books\n")
    for command in (("snapshot", "save", "noon"), ("reset", "--yes")):
        refused = said(home, *command)
        assert (refused.exit_code, "SNAPSHOTS_NEED_A_FILE" in refused.output) == (1, True)


def test_who_kept_nothing_is_told_how_to_begin(tmp_path: Path) -> None:
    assert said(tmp_path, "snapshot", "save", "noon").exit_code == cli.Exit.NOT_RUNNING
