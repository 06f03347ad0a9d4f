"""``qrpay ledger merchant add``: let a shop be known by a vendor's number, and write its key files.

    qrpay ledger merchant add keys --antom                                   the demo shop's own
    qrpay ledger merchant add keys --antom --account-id 5YX --merchant M2088DEMO000002

A new account is drawn a key; its private half is written into the folder and told nowhere else. Of
the demo shop's account, whose key is published, nothing is changed. The provider's key is the one
its ledger signs with, made if there is none yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ledger import config
from ledger.cli.books_place import place_option
from ledger.cli.books_place.writing import operators_clock, writing
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts, antom
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.ops import demo_apps
from ledger.protocol import rsa

PRIVATE: Final = 0o600
PUBLIC: Final = 0o644

Files = Mapping[str, tuple[str, int]]
"""By name, a file's text and its mode."""

_SNIPPET: Final = """\
# pip install global-open-sdk-python
from pathlib import Path

from com.alipay.ams.api.default_alipay_client import DefaultAlipayClient

client = DefaultAlipayClient(
    "https://open-de-global.alipay.com",  # led to this ledger, see docs/use/antom.md
    "{account_id}",
    Path("merchant-private-key-pkcs1.txt").read_text(),
    Path("antom-public-key.pem").read_text(),
)
"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--antom",
    "vendor",
    flag_value=Vendor.ANTOM.value,
    required=True,
    help="For Antom's in-store API (Alipay+).",
)
@click.option("--account-id", help="Register a new client of this id; without it, the demo shop's.")
@click.option("--merchant", help="Whose the new account is, like M2088DEMO000001.")
@click.option("--terminal", default="T01", show_default=True, help="At which terminal it sells.")
@place_option
def add(
    folder: Path,
    *,
    vendor: str,
    account_id: str | None,
    merchant: str | None,
    terminal: str,
    books: str,
) -> None:
    """Write the keys of a shop's account with a vendor into FOLDER, in every form SDKs want.

    Private keys are for their owner's eyes only. FOLDER is a new one, or empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty: keys are never written over")
    demo = demo_apps.antom_client()
    key = rsa.private_key(demo.private_key) if account_id is None else rsa_keys.draw()
    if account_id is not None:
        _register(books, _account(Vendor(vendor), account_id, merchant, terminal), key)
    for path in _written(folder, _files(account_id or demo.app_id, key)):
        click.echo(path)


def _account(vendor: Vendor, account_id: str, merchant: str | None, terminal: str) -> VendorAccount:
    if merchant is None:
        raise click.UsageError("a new account needs the --merchant whose it is")
    now = operators_clock().now()
    return VendorAccount(vendor, account_id, merchant, terminal, now)


def _register(place: str, account: VendorAccount, key: RSAPrivateKey) -> None:
    settings = {antom.PUBLIC_KEY: rsa.spell_public(key.public_key())}
    with writing(place) as (books, _):
        accounts.register(books, account=replace(account, settings=settings))


def _files(account_id: str, key: RSAPrivateKey) -> Files:
    secrets = SecretFolder(config.from_environment().vendor_keys_path)
    platform = rsa_keys.keep(secrets, antom.PLATFORM_KEY).public_key()
    own, theirs = rsa.spell_public(key.public_key()), rsa.spell_public(platform)
    private = {
        f"merchant-private-key-{form.replace('-line', '')}.{'txt' if 'line' in form else 'pem'}": (
            text,
            PRIVATE,
        )
        for form, text in rsa.forms(key).items()
    }
    return private | {
        "client-id.txt": (account_id, PUBLIC),
        "merchant-public-key.pem": (own, PUBLIC),
        "merchant-public-key.txt": (rsa.one_line(own), PUBLIC),
        "antom-public-key.pem": (theirs, PUBLIC),
        "antom-public-key.txt": (rsa.one_line(theirs), PUBLIC),
        "example.py": (_SNIPPET.format(account_id=account_id), PUBLIC),
    }


def _written(folder: Path, files: Files) -> list[Path]:
    """Write files; which ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (text, mode) in files.items():
        path = folder / name
        path.touch(mode=mode)
        path.write_text(text, encoding="utf-8")
    return [folder / name for name in files]
