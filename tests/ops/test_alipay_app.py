"""``qrpay ledger alipay-app`` writes what an SDK asks for, of the demo app or a new one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger.cli import Exit, main
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import alipay
from ledger.faces.alipay import apps
from ledger.ops import demo_apps
from ledger.protocol import rsa
from ledger.store import open_store
from tests.core.demo_world import SHOP, World


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QRPAY_HOME", str(tmp_path / "home"))
    return tmp_path


def written(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_the_demo_app_is_written_in_every_form_and_the_same_each_time(home: Path) -> None:
    for name in ("one", "two"):
        done = CliRunner().invoke(main, ["ledger", "alipay-app", str(home / name)])
        assert done.exit_code == Exit.OK, done.output
    files = written(home / "one")
    demo = demo_apps.alipay_app()
    assert files["app-id.txt"] == demo.app_id
    forms = ("app-private-key", "app-private-key-pkcs8")
    for key in (
        rsa.private_key(files[f"{form}.{end}"]) for form in forms for end in ("pem", "txt")
    ):
        assert rsa.forms(key) == rsa.forms(rsa.private_key(demo.private_key))
    assert files["alipay-public-key.pem"] != files["app-public-key.pem"]
    assert files == written(home / "two") | {
        name: files[name] for name in files if name.startswith("appCert")
    }
    assert (home / "one" / "app-private-key.pem").stat().st_mode & 0o077 == 0
    cert = apps.named(files[f"appCertPublicKey_{demo.app_id}.crt"])
    public = rsa.public_key(files["app-public-key.txt"])
    assert cert.sn == apps.issued(demo.app_id, public).sn


def test_a_new_app_is_registered_with_a_key_of_its_own(home: Path) -> None:
    place = home / "books.db"
    World(open_store(place)).close()
    words = ["ledger", "alipay-app", str(home / "new"), "--app-id", "2021000000000077"]
    refused = CliRunner().invoke(main, [*words, "--books", str(place)])
    assert "needs the --merchant" in refused.output
    done = CliRunner().invoke(main, [*words, "--merchant", SHOP, "--books", str(place)])
    assert done.exit_code == Exit.OK, done.output
    store = open_store(place)
    with store.reading() as books:
        account = books.vendor_accounts.find(Vendor.ALIPAY, "2021000000000077")
    store.close()
    assert account
    files = written(home / "new")
    assert account.settings[alipay.APP_PUBLIC_KEY] == files["app-public-key.pem"]
    again = CliRunner().invoke(main, [*words, "--merchant", SHOP, "--books", str(place)])
    assert again.exit_code != Exit.OK
