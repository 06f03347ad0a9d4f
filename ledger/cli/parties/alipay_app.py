"""``qrpay ledger alipay-app``: an app's keys as files, in every form that Alipay's SDKs want.

Of the demo shop's app nothing is changed. A new app is drawn a key, registered for a merchant, and
its private key is told nowhere else. The platform's keys are the ledger's own, made if there are
none yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ledger import config
from ledger.cli.books_place import place_option
from ledger.cli.books_place.writing import operators_clock, writing
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts
from ledger.core.vendors.alipay import APP_PUBLIC_KEY
from ledger.faces.alipay import certificates
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.ops import demo_apps
from ledger.protocol import rsa

PRIVATE: Final = 0o600
PUBLIC: Final = 0o644


@click.command("alipay-app")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--app-id", help="Register a new app of this id; without it, the demo shop's.")
@click.option("--merchant", help="Whose the new app is, like M2088DEMO000001.")
@click.option("--terminal", default="T01", show_default=True, help="At which terminal it sells.")
@place_option
def alipay_app(
    folder: Path, app_id: str | None, merchant: str | None, terminal: str, books: str
) -> None:
    """Write the keys of an app, and what it needs of the platform, into FOLDER.

    Private keys are for their owner's eyes only.
    """
    demo = demo_apps.alipay_app()
    if app_id is None:
        app_id, key = demo.app_id, rsa.private_key(demo.private_key)
    elif merchant is None:
        raise click.UsageError("a new app needs the --merchant whose it is")
    else:
        key = rsa_keys.draw()
        _register(books, app_id, merchant, terminal, key)
    folder.mkdir(parents=True, exist_ok=True)
    for name, (text, mode) in _files(app_id, key).items():
        path = folder / name
        path.touch(mode=mode)
        path.write_text(text, encoding="ascii")
        click.echo(path)


def _register(place: str, app_id: str, merchant: str, terminal: str, key: RSAPrivateKey) -> None:
    with writing(place) as (books, now):
        account = VendorAccount(
            vendor=Vendor.ALIPAY,
            account_id=app_id,
            merchant_id=merchant,
            terminal_id=terminal,
            added_at=now,
            settings={APP_PUBLIC_KEY: rsa.spell_public(key.public_key())},
        )
        accounts.register(books, account=account)


def _files(app_id: str, key: RSAPrivateKey) -> Mapping[str, tuple[str, int]]:
    """Name the files, each with its text and its mode."""
    secrets = SecretFolder(config.from_environment().vendor_keys_path)
    now = operators_clock().now()
    platform = certificates.platform(secrets, now)
    forms = rsa.forms(key)
    app_public = rsa.spell_public(key.public_key())
    alipay_public = rsa.spell_public(platform.key.public_key())
    cert = certificates.app_certificate(secrets, app_id, key.public_key(), now)
    return {
        "app-id.txt": (app_id, PUBLIC),
        "app-private-key.pem": (forms["pkcs1"], PRIVATE),
        "app-private-key.txt": (forms["pkcs1-line"], PRIVATE),
        "app-private-key-pkcs8.pem": (forms["pkcs8"], PRIVATE),
        "app-private-key-pkcs8.txt": (forms["pkcs8-line"], PRIVATE),
        "app-public-key.pem": (app_public, PUBLIC),
        "app-public-key.txt": (rsa.one_line(app_public), PUBLIC),
        "alipay-public-key.pem": (alipay_public, PUBLIC),
        "alipay-public-key.txt": (rsa.one_line(alipay_public), PUBLIC),
        f"appCertPublicKey_{app_id}.crt": (cert, PUBLIC),
        "alipayCertPublicKey_RSA2.crt": (platform.cert, PUBLIC),
        "alipayRootCert.crt": (platform.root_cert, PUBLIC),
    }
