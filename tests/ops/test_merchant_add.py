"""``qrpay ledger merchant add``: an account in the books, and everything SDKs want as files."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import pkcs12

from ledger.cli import Exit, main
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import alipay, antom
from ledger.core.vendors.wechatpay import Regime, registration
from ledger.faces.alipay import apps
from ledger.kit import vendor_certificates
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.ops import demo_apps
from ledger.protocol import rsa
from ledger.protocol.instants import Instant
from ledger.store import open_store
from tests.core.demo_world import SHOP, World

OPENSSL = shutil.which("openssl")


@pytest.fixture(scope="module")
def ledger_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger's data folder for all tests, so that the platform's keys are drawn once."""
    return tmp_path_factory.mktemp("ledger")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The books of a ledger that is stopped."""
    path = tmp_path / "books.db"
    World(open_store(path)).close()
    return path


class Adding:
    """The command with its folders."""

    def __init__(self, folder: Path, file: Path, ledger_folder: Path) -> None:
        self.keys = folder / "keys"
        self.file = file
        self.ledger_folder = ledger_folder

    def __call__(self, *words: str) -> Result:
        """Run it."""
        said = ["ledger", "merchant", "add", str(self.keys), *words, "--books", str(self.file)]
        return CliRunner().invoke(main, said, env={"QRPAY_LEDGER_DATA": str(self.ledger_folder)})

    def done(self, *words: str) -> dict[str, str]:
        """Run it; the texts it wrote."""
        result = self(*words)
        assert result.exit_code == Exit.OK, result.output
        for path in self.keys.iterdir():
            assert path.name in result.output
        return {each.name: each.read_text("latin-1") for each in self.keys.iterdir()}

    def account(self, vendor: Vendor, account_id: str) -> VendorAccount:
        """What the books know."""
        store = open_store(self.file)
        with store.reading() as books:
            found = books.vendor_accounts.find(vendor, account_id)
        store.close()
        assert found is not None
        return found


@pytest.fixture
def add(tmp_path: Path, file: Path, ledger_folder: Path) -> Adding:
    return Adding(tmp_path, file, ledger_folder)


def test_a_client_of_antoms_has_the_key_whose_other_half_is_in_the_folder(add: Adding) -> None:
    files = add.done("--antom", "--account-id", "5YNEW", "--merchant", SHOP)
    public = files["merchant-public-key.pem"]
    for form in ("pkcs1.pem", "pkcs1.txt", "pkcs8.pem", "pkcs8.txt"):
        name = f"merchant-private-key-{form}"
        assert (add.keys / name).stat().st_mode & 0o777 == 0o600
        assert rsa.spell_public(rsa.private_key(files[name]).public_key()) == public
    account = add.account(Vendor.ANTOM, "5YNEW")
    assert (account.merchant_id, account.settings) == (SHOP, {antom.PUBLIC_KEY: public})
    kept = SecretFolder(add.ledger_folder / "vendor-keys")
    signs = rsa_keys.keep(kept, antom.PLATFORM_KEY).public_key()
    assert files["antom-public-key.pem"] == rsa.spell_public(signs)


def test_an_app_of_alipays_has_its_keys_in_every_form_and_certificates(add: Adding) -> None:
    files = add.done("--alipay", "--merchant", SHOP)
    app_id = files["app-id.txt"]
    assert app_id.startswith("2021")
    assert app_id.isdigit()
    account = add.account(Vendor.ALIPAY, app_id)
    assert account.settings == {alipay.APP_PUBLIC_KEY: files["app-public-key.pem"]}
    forms = [
        files[f"app-private-key{form}"] for form in (".pem", ".txt", "-pkcs8.pem", "-pkcs8.txt")
    ]
    assert {rsa.spell_private(rsa.private_key(form)) for form in forms} == {forms[2]}
    public = rsa.public_key(files["app-public-key.txt"])
    assert apps.named(files[f"appCertPublicKey_{app_id}.crt"]).sn == apps.issued(app_id, public).sn
    assert files["alipay-public-key.pem"] != files["app-public-key.pem"]


def test_a_merchant_of_wechat_pays_has_what_its_portal_gives(add: Adding) -> None:
    wanted = ("--account-id", "1900000077", "--merchant", SHOP, "--appid", "wx1", "--md5")
    files = add.done("--wechatpay", *wanted)
    told = json.loads(files["wechatpay.json"])
    own = vendor_certificates.read(files["apiclient_cert.pem"])
    assert rsa.private_key(files["apiclient_key.pem"]).public_key() == own.public_key
    assert files["serial-no.txt"] == told["serial_no"] == own.serial_no
    bundle = (add.keys / "apiclient_cert.p12").read_bytes()
    key, certificate, _ = pkcs12.load_key_and_certificates(bundle, b"1900000077")
    assert key is not None
    assert certificate is not None
    assert certificate.serial_number == int(own.serial_no, 16)
    platform = [name for name in files if name.startswith("wechatpay_")]
    for name in platform:
        assert vendor_certificates.read(files[name]).serial_no in name
    assert platform
    known = registration(add.account(Vendor.WECHATPAY, "1900000077"))
    assert (known.appids, known.md5, known.regime) == (("wx1",), True, Regime.CERTIFICATE)
    assert (known.api_v3_key, known.api_v2_key) == (files["apiv3-key.txt"], files["apiv2-key.txt"])
    assert known.certificates == told["certificate"]


def test_a_merchant_of_the_newer_regime_has_no_platform_certificate(add: Adding) -> None:
    files = add.done("--wechatpay", "--public-key", "--merchant", SHOP)
    known = registration(add.account(Vendor.WECHATPAY, files["mchid.txt"]))
    assert (known.regime, known.has_platform_certificate, known.md5) == (
        Regime.PUBLIC_KEY,
        False,
        False,
    )
    assert not [name for name in files if name.startswith("wechatpay_")]
    assert files["pub_key_id.txt"].startswith("PUB_KEY_ID_")


def test_a_new_shop_is_opened_with_its_account(add: Adding) -> None:
    files = add.done("--antom", "--name", "Tee und mehr", "--currency", "JPY", "--city", "Tokyo")
    account = add.account(Vendor.ANTOM, files["client-id.txt"])
    store = open_store(add.file)
    with store.reading() as books:
        shop = books.directory.merchant(account.merchant_id)
    store.close()
    assert shop is not None
    assert (shop.name, shop.currency.code) == ("Tee und mehr", "JPY")
    assert '"JPY"' in files["example.py"]


@pytest.mark.parametrize("vendor", Vendor)
def test_of_the_demo_shops_account_nothing_is_changed(add: Adding, vendor: Vendor) -> None:
    before = add.file.read_bytes()
    files = add.done(f"--{vendor}")
    assert add.file.read_bytes() == before
    name = {"alipay": "app-id.txt", "antom": "client-id.txt", "wechatpay": "mchid.txt"}[vendor]
    demo = demo_apps.account(vendor, now=Instant(0)).account
    assert files[name] == demo.account_id


def test_nothing_is_written_over(add: Adding) -> None:
    before = add.done("--antom")
    again = add("--antom", "--merchant", SHOP)
    assert again.exit_code == Exit.USAGE
    assert (add.keys / "client-id.txt").read_text() == before["client-id.txt"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "which vendor"),
        (("--antom", "--account-id", "5YNEW"), "--merchant"),
        (("--wechatpay", "--md5"), "--merchant"),
        (("--antom", "--merchant", SHOP, "--name", "Tee"), "--name"),
        (("--antom", "--account-id", "5YNEW", "--merchant", "M0"), "MERCHANT_NOT_FOUND"),
        (("--antom", "--merchant", SHOP, "--terminal", "T9"), "TERMINAL_NOT_FOUND"),
        (("--antom", "--name", "Tee", "--currency", "XXX"), "CURRENCY_UNSUPPORTED"),
    ],
)
def test_an_account_needs_a_vendor_a_shop_and_a_terminal_that_there_are(
    add: Adding, words: tuple[str, ...], said: str
) -> None:
    refused = add(*words)
    assert refused.exit_code != Exit.OK
    assert said in refused.output
    assert not add.keys.exists()


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
def test_openssl_loads_every_key_as_php_and_java_do(add: Adding) -> None:
    add.done("--alipay")

    def modulus(*words: str, given: str) -> str:
        command = [OPENSSL or "", *words, "-noout", "-modulus"]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)  # noqa: S603
        return done.stdout

    texts = {each.name: each.read_text("latin-1") for each in add.keys.iterdir()}
    wrapped = "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n"
    line = texts["app-private-key.txt"]
    lines = "\n".join(line[start : start + 64] for start in range(0, len(line), 64))
    moduli = {
        modulus("rsa", given=wrapped.format(lines)),  # what PHP's AopClient puts together
        modulus("rsa", given=texts["app-private-key-pkcs8.pem"]),
        modulus("rsa", "-pubin", given=texts["app-public-key.pem"]),
        modulus("x509", given=next(text for name, text in texts.items() if "appCert" in name)),
    }
    assert len(moduli) == 1


def test_no_account_is_registered_whose_keys_could_not_be_kept(add: Adding) -> None:
    (add.keys.parent / "a-file").touch()
    blocked = add.keys = add.keys.parent / "a-file" / "keys"
    result = add("--wechatpay", "--account-id", "1900000777", "--merchant", SHOP)
    assert result.exit_code == Exit.USAGE, result.output
    assert f"{blocked} can't be written to" in result.output
    store = open_store(add.file)
    with store.reading() as books:
        assert books.vendor_accounts.find(Vendor.WECHATPAY, "1900000777") is None
    store.close()


def test_the_line_to_begin_with_is_one_for_a_shell_whatever_the_folder_is_called(
    add: Adding, tmp_path: Path
) -> None:
    add.keys = tmp_path / "Bäckerei Süß"
    lines = add("--alipay").output.split("`")
    command = next(line for line in lines if line.startswith("qrpay run"))
    assert shlex.split(command)[-1] == str(add.keys / "example.py")
