"""``qrpay ledger wechatpay-merchant``: a merchant's files, as WeChat Pay's own portal gives them.

``apiclient_key.pem`` and ``apiclient_cert.pem`` are named as every tutorial names them; beside them
lie what the merchant needs of the platform, and ``wechatpay.json`` with all of it for a program to
read. A new merchant number is drawn a key; the demo shops' is published.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from ledger import config
from ledger.cli.books_place import place_option
from ledger.cli.books_place.writing import operators_clock, writing
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts
from ledger.core.vendors.wechatpay import Regime, Registration
from ledger.faces.wechatpay import keys
from ledger.kit import vendor_certificates
from ledger.kit.entropy import SystemEntropy
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.kit.vendor_certificates import Subject
from ledger.ops import demo_apps
from ledger.protocol import rsa
from ledger.protocol.wechatpay_wire import certificates

PRIVATE: Final = 0o600
PUBLIC: Final = 0o644
CERTIFICATE_DAYS: Final = 5 * 365
_SECRET_BYTES: Final = 16


@click.command("wechatpay-merchant")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--mchid", help="Register a new merchant number; without it, the demo tea house's.")
@click.option("--merchant", help="Whose the new number is, like M2088DEMO000003.")
@click.option("--terminal", default="T01", show_default=True, help="At which terminal it sells.")
@click.option("--appid", default="wx8888888888888888", show_default=True, help="Its app id.")
@click.option("--sp-mchid", default="", help="The service provider that acts for it.")
@click.option(
    "--public-key", is_flag=True, help="Sign to it by the platform public key, never a certificate."
)
@place_option
def wechatpay_merchant(
    folder: Path,
    *,
    mchid: str | None,
    merchant: str | None,
    terminal: str,
    appid: str,
    sp_mchid: str,
    books: str,
    public_key: bool,
) -> None:
    """Write a merchant's key, certificate and secrets, and the platform's key, into FOLDER."""
    if mchid is None:
        known = demo_apps.wechatpay_mchid()
        mchid, private_key, registration = known.mchid, known.private_key, known.registration
    elif merchant is None:
        raise click.UsageError("a new number needs the --merchant whose it is")
    else:
        private_key = rsa.spell_private(rsa_keys.draw())
        registration = Registration(
            appids=(appid,),
            certificates=_certified(mchid, private_key),
            api_v3_key=SystemEntropy()(_SECRET_BYTES).hex(),
            api_v2_key=SystemEntropy()(_SECRET_BYTES).hex(),
            regime=Regime.PUBLIC_KEY if public_key else Regime.CERTIFICATE,
            has_platform_certificate=not public_key,
            sp_mchid=sp_mchid,
        )
        _register(books, mchid, (merchant, terminal), registration)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _files(mchid, private_key, registration).items():
        path = folder / name
        path.touch(mode=PRIVATE if name in _SECRET else PUBLIC)
        path.write_text(text, encoding="utf-8")
        click.echo(path)


_SECRET = ("apiclient_key.pem", "wechatpay.json")


def _certified(mchid: str, private_key: str) -> str:
    key = rsa_keys.read(private_key)
    return vendor_certificates.issue(
        Subject("QRPay sandbox", mchid, key.public_key()),
        issuer="Tenpay sandbox merchant authority",
        key=key,
        serial=certificates.serial_number(SystemEntropy()(20)),
        begins=operators_clock().now(),
        days=CERTIFICATE_DAYS,
    )


def _register(
    books: str, mchid: str, sells_at: tuple[str, str], registration: Registration
) -> None:
    merchant_id, terminal_id = sells_at
    with writing(books) as (written, now):
        account = VendorAccount(
            vendor=Vendor.WECHATPAY,
            account_id=mchid,
            merchant_id=merchant_id,
            terminal_id=terminal_id,
            added_at=now,
            settings=registration.settings(),
        )
        accounts.register(written, account=account)


def _files(mchid: str, private_key: str, registration: Registration) -> Mapping[str, str]:
    kept = SecretFolder(config.from_environment().vendor_keys_path)
    public_pem = rsa.spell_public(rsa_keys.keep(kept, keys.PUBLIC_KEY).public_key())
    own = vendor_certificates.read(registration.certificates)
    told = {
        "mchid": mchid,
        "appid": registration.appids[0],
        "serial_no": own.serial_no,
        "apiv3_key": registration.api_v3_key,
        "apiv2_key": registration.api_v2_key,
        "private_key": private_key,
        "certificate": own.pem,
        "public_key_id": keys.public_key_id(public_pem),
        "public_key": public_pem,
    }
    return {
        "apiclient_key.pem": private_key,
        "apiclient_cert.pem": own.pem,
        "pub_key.pem": public_pem,
        "pub_key_id.txt": f"{told['public_key_id']}\n",
        "wechatpay.json": json.dumps(told, indent=1) + "\n",
    }
