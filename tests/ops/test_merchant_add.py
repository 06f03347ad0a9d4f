"""``qrpay ledger merchant add``: an account in the books, and its keys as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli import Exit, main
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import antom
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.ops import demo_apps
from ledger.protocol import rsa
from ledger.store import open_store
from tests.core.demo_world import SHOP, World


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The books of a ledger that is stopped."""
    path = tmp_path / "books.db"
    World(open_store(path)).close()
    return path


def add(tmp_path: Path, file: Path, *words: str) -> Result:
    """Run the command with a data folder of its own."""
    said = ["ledger", "merchant", "add", str(tmp_path / "keys"), "--antom", *words]
    environment = {"QRPAY_LEDGER_DATA": str(tmp_path / "ledger")}
    return CliRunner().invoke(main, [*said, "--books", str(file)], env=environment)


def test_a_new_account_has_the_key_whose_other_half_is_in_the_folder(
    tmp_path: Path, file: Path
) -> None:
    done = add(tmp_path, file, "--account-id", "5YNEW", "--merchant", SHOP)
    assert done.exit_code == Exit.OK, done.output
    folder = tmp_path / "keys"
    forms = sorted(folder.glob("merchant-private-key-*"))
    assert [each.name.removeprefix("merchant-private-key-") for each in forms] == [
        "pkcs1.pem",
        "pkcs1.txt",
        "pkcs8.pem",
        "pkcs8.txt",
    ]
    public = (folder / "merchant-public-key.pem").read_text()
    for each in forms:
        assert each.stat().st_mode & 0o777 == 0o600
        assert rsa.spell_public(rsa.private_key(each.read_text()).public_key()) == public
    store = open_store(file)
    with store.reading() as books:
        account = books.vendor_accounts.find(Vendor.ANTOM, "5YNEW")
    store.close()
    assert account is not None
    assert (account.merchant_id, account.settings) == (SHOP, {antom.PUBLIC_KEY: public})


def test_the_providers_key_is_the_one_its_ledger_signs_with(tmp_path: Path, file: Path) -> None:
    add(tmp_path, file)
    kept = SecretFolder(tmp_path / "ledger" / "vendor-keys")
    signs = rsa_keys.keep(kept, antom.PLATFORM_KEY).public_key()
    assert (tmp_path / "keys" / "antom-public-key.pem").read_text() == rsa.spell_public(signs)


def test_of_the_demo_shops_account_nothing_is_changed(tmp_path: Path, file: Path) -> None:
    before = file.read_bytes()
    add(tmp_path, file)
    assert file.read_bytes() == before
    client = demo_apps.antom_client()
    assert (tmp_path / "keys" / "client-id.txt").read_text() == client.app_id
    assert json.dumps(client.app_id) in (tmp_path / "keys" / "example.py").read_text()


def test_nothing_is_written_over(tmp_path: Path, file: Path) -> None:
    add(tmp_path, file)
    before = (tmp_path / "keys" / "client-id.txt").read_text()
    again = add(tmp_path, file, "--account-id", "5YNEW", "--merchant", SHOP)
    assert again.exit_code == Exit.USAGE
    assert (tmp_path / "keys" / "client-id.txt").read_text() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--account-id", "5YNEW"), "--merchant"),
        (("--account-id", "5YNEW", "--merchant", "M0"), "MERCHANT_NOT_FOUND"),
        (("--account-id", "5YNEW", "--merchant", SHOP, "--terminal", "T9"), "TERMINAL_NOT_FOUND"),
    ],
)
def test_an_account_needs_a_shop_and_a_terminal_that_there_are(
    tmp_path: Path, file: Path, words: tuple[str, ...], said: str
) -> None:
    refused = add(tmp_path, file, *words)
    assert refused.exit_code != Exit.OK
    assert said in refused.output
    assert not (tmp_path / "keys").exists()
