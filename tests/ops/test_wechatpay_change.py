"""What WeChat Pay's platform decides, about a number and about itself, is changed by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import ledger.app
import ledger.config
from ledger.app import ledger_of
from ledger.cli.merchants.wechatpay_change import wechatpay_change, wechatpay_rotate
from ledger.core.records.vendors import Vendor
from ledger.core.vendors.wechatpay import Regime, registration
from ledger.faces.wechatpay.keys import KeptKeys
from ledger.ops import demo_apps
from ledger.store import open_reader


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The books of a ledger that was started once."""
    monkeypatch.setenv("QRPAY_HOME", str(tmp_path))
    settings = ledger.config.Settings(tmp_path / "ledger", background=False)
    ledger_of(ledger.app.create_app(settings)).close()
    return settings.books_path


def test_what_the_platform_decides_about_a_number_is_changed_and_told(books: Path) -> None:
    mchid = demo_apps.wechatpay_mchid().mchid
    asked = ["--regime", "public_key", "--no-certificate", "--md5", "--probes", "20"]
    asked += ["--old-codes", "--bills-today"]
    done = CliRunner().invoke(wechatpay_change, [mchid, "--books", str(books), *asked])
    assert done.exit_code == 0, done.output
    assert done.output.split() == [
        *("signed", "by", "public_key", "certificates", "no", "MD5", "yes", "probes", "20", "%"),
        *("old", "codes", "yes", "bills", "of", "today", "yes"),
    ]
    back = ["--regime", "certificate", "--certificate", "--no-md5", "--probes", "0"]
    back += ["--no-old-codes", "--no-bills-today"]
    CliRunner().invoke(wechatpay_change, [mchid, "--books", str(books), *back])
    with open_reader(books).reading() as read:
        account = read.vendor_accounts.find(Vendor.WECHATPAY, mchid)
    assert account is not None
    known = registration(account)
    assert (known.regime, known.has_platform_certificate) == (Regime.CERTIFICATE, True)
    assert (known.old_codes, known.bills_today) == (False, False)
    assert (known.md5, known.probes, known.api_v3_key != "") == (False, 0, True)


def test_a_certificate_drawn_before_its_time_is_what_a_service_at_work_signs_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QRPAY_HOME", str(tmp_path))
    settings = ledger.config.Settings(tmp_path / "ledger", background=False)
    provider = ledger_of(ledger.app.create_app(settings)).provider
    platform = KeptKeys(provider)
    before = platform().newest(provider.clock.now())
    done = CliRunner().invoke(wechatpay_rotate)
    assert done.exit_code == 0, done.output
    after = platform().newest(provider.clock.now())
    assert done.output.strip() == f"signed by {after.name}"
    assert before.name != after.name
    assert [key.name for key in platform().certificates] == [before.name, after.name]
