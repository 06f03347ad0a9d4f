"""Every command that has a result gives it to programs as JSON, one value and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from ledger.cli import Exit, main
from ledger.cli.cluster import layout as layouts
from ledger.kit.clock import SharedClock
from ledger.kit.entropy import SystemEntropy
from ledger.ops import demo_apps
from ledger.protocol.instants import DAY, Instant
from ledger.store import open_store
from tests.core.demo_world import NOON, SHOP, World
from tests.core.settlement.shop_days import FIRST_DAY, ShopDays

WITHOUT = {
    "qrpay run": "it prints what the program prints that it runs",
    "qrpay gateway": "it stands there until it is ended",
    "qrpay completion": "it prints a script for the shell",
    "qrpay qr show": "it draws",
}
"""Commands whose result is nothing for a program, and why."""


def commands(context: click.Context) -> Iterator[click.Context]:
    """Walk all commands, hidden ones too."""
    if not isinstance(context.command, click.Group):
        yield context
        return
    for name in context.command.list_commands(context):
        command = context.command.get_command(context, name)
        assert command is not None
        yield from commands(click.Context(command, parent=context, info_name=name))


ALL = {
    each.command_path: {word for option in each.command.params for word in option.opts}
    for each in commands(click.Context(main, info_name="qrpay"))
}


@pytest.mark.parametrize("path", ALL)
def test_each_command_takes_json_or_says_why_not(path: str) -> None:
    assert ("--json" in ALL[path]) is (path not in WITHOUT), path


def test_whoever_is_excused_exists() -> None:
    assert WITHOUT.keys() - ALL.keys() == set()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger's folder: a sold day that is over, a deposit, the demo shop's accounts."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    world = World(open_store(folder / "books.db"))
    with world.store.transaction() as books:
        demo_apps.register(books, now=world.now)
    ShopDays(world)
    world.paid(1_295, "anna")
    world.close()
    monkeypatch.setenv("QRPAY_HOME", str(tmp_path))
    monkeypatch.setattr(SharedClock, "now", lambda _: Instant(NOON + DAY))
    return tmp_path


def told(home: Path, *words: str) -> Any:  # noqa: ANN401 - whatever a command tells
    """What a command tells with ``--json``: one line on stdout."""
    said = ["ledger", *words, "--json", "--books", str(home / "ledger" / "books.db")]
    done = CliRunner().invoke(main, said)
    assert done.exit_code == Exit.OK, done.output
    (line,) = done.stdout.splitlines()
    return json.loads(line)


def test_decisions_about_a_party_are_told_with_party_and_reason(home: Path) -> None:
    blocked = told(home, "block", "anna", "--reason", "lost")
    assert (blocked["kind"], blocked["reason"]) == ("BLOCK", "lost")
    assert told(home, "unblock", "anna", "--reason", "found")["kind"] == "UNBLOCK"
    limits = told(home, "limits", "anna", "--daily", "50.00", "--reason", "asked")
    assert (limits["payer_id"], limits["daily_minor"]) == (blocked["party"], 5_000)
    assert (limits["spent_today_minor"], limits["currency"]) == (0, "EUR")
    assert limits["spent_this_month_minor"] == 1_295
    kinds = [each["kind"] for each in limits["decisions"]]
    assert sorted(kinds) == ["BLOCK", "SET_LIMITS", "UNBLOCK"]


def test_tokens_are_told_with_whom_they_let_in(home: Path) -> None:
    invited = told(home, "invite", "anna")
    assert invited["payer_id"].startswith("pyr_")
    assert invited["token"]
    guests = told(home, "guests", "100.00", "EUR", "--most", "3")
    assert (guests["guests_most"], bool(guests["token"])) == (3, True)


def test_what_payers_are_given_is_told_in_minor_units(home: Path) -> None:
    coupon = told(home, "coupon", "grant", "anna", "2.00")
    points = told(home, "points", "grant", "anna", "30")
    assert [(each["source"], each["amount_minor"]) for each in (coupon, points)] == [
        ("coupon", 200),
        ("points", 30),
    ]
    listed = told(home, "coupon", "list", "anna")
    assert {each["grant_id"] for each in listed} == {coupon["grant_id"], points["grant_id"]}


def test_a_day_is_settled_told_and_a_payout_comes_back(home: Path) -> None:
    day = FIRST_DAY.isoformat()
    settled = told(home, "settle", "--day", day)
    (batch,) = settled["day"]
    assert batch in settled["done"]
    assert (batch["business_day"], batch["paid_out_minor"]) == (day, 1_295)
    assert told(home, "statement", SHOP, day)["batch_id"] == batch["batch_id"]
    back = told(home, "payout-return", batch["batch_id"], "--reason", "closed account")
    assert (back["amount_minor"], back["reason"]) == (1_295, "closed account")


def test_accounts_with_vendors_are_told_with_their_settings_and_files(home: Path) -> None:
    made = told(home, "merchant", "add", str(home / "keys"), "--alipay", "--merchant", SHOP)
    assert (made["vendor"], made["merchant_id"]) == ("alipay", SHOP)
    assert made["files"].keys() == {path.name for path in (home / "keys").iterdir()}
    words = ("--alipay", "--account-id", made["account_id"], "--paid-notices", "later")
    changed = told(home, "merchant", "change", *words)
    assert (changed["account_id"], changed["settings"]["paid_notices"]) == (
        made["account_id"],
        "later",
    )
    mchid = demo_apps.wechatpay_mchid().mchid
    wechatpay = told(home, "wechatpay-change", mchid, "--md5")
    assert (wechatpay["mchid"], wechatpay["md5"], wechatpay["old_codes"]) == (mchid, True, False)


def test_files_that_were_written_are_told_by_their_paths(home: Path) -> None:
    kept = told(home, "backup", str(home / "copy"))
    assert kept["books"] == str(home / "copy" / "books.db")
    assert (kept["key"], kept["until"][:10]) == ("", "2026-11-22")
    folder, day = home / "sftp", FIRST_DAY.isoformat()
    reports = told(home, "antom-reports", str(folder), "--date", day)
    assert [Path(each).is_file() for each in reports["files"]] == [True] * len(reports["files"])
    assert reports["files"]


def test_a_notification_is_told_with_what_is_sent(home: Path) -> None:
    (listed,) = told(home, "notifications", "list")
    shown = told(home, "notifications", "show", listed["notification_id"])
    assert {name: shown[name] for name in listed} == listed
    assert shown["sends"]


def test_the_address_of_a_cluster_is_told(tmp_path: Path) -> None:
    made = layouts.chosen(tmp_path, SystemEntropy(), quorum=True)
    done = CliRunner().invoke(main, ["cluster", "url", "--data", str(tmp_path), "--json"])
    assert json.loads(done.stdout) == {"url": made.url}
