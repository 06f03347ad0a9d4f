"""``qrpay ledger wechatpay-change`` and ``wechatpay-rotate``: what the platform decides.

About a merchant number: here the change from certificates to the public key is played, here MD5 and
signature probes are switched on; what is not named stays as it is. About itself: a new certificate.
"""

from __future__ import annotations

import click

from ledger import config
from ledger.cli.books_place import place_option
from ledger.cli.books_place.writing import operators_clock, writing
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts
from ledger.core.vendors.wechatpay import Regime, registration
from ledger.core.vendors.wechatpay.registration import NO
from ledger.faces.wechatpay import keys
from ledger.kit.entropy import SystemEntropy
from ledger.kit.secrets import SecretFolder

_YES = "yes"


@click.command("wechatpay-change")
@click.argument("mchid")
@click.option(
    "--regime",
    type=click.Choice([regime.value for regime in Regime]),
    help="By which key notifications are signed, and calls that name none.",
)
@click.option(
    "--certificate/--no-certificate",
    default=None,
    help="Whether /v3/certificates gives the merchant any.",
)
@click.option("--md5/--no-md5", default=None, help="Whether API v2 may sign by MD5.")
@click.option(
    "--probes",
    type=click.IntRange(0, 100),
    help="How many of a hundred answers and notifications are signed wrongly, to try the merchant.",
)
@click.option(
    "--old-codes/--no-old-codes",
    default=None,
    help="Whether API v3 spells codes as older pages do: NOTENOUGH, ORDERNOTEXIST, RULELIMIT.",
)
@click.option(
    "--bills-today/--no-bills-today",
    default=None,
    help="Whether there are bills of a day that is not over.",
)
@place_option
def wechatpay_change(
    mchid: str,
    *,
    regime: str | None,
    certificate: bool | None,
    md5: bool | None,
    probes: int | None,
    old_codes: bool | None,
    bills_today: bool | None,
    books: str,
) -> None:
    """Change how the platform treats MCHID, and tell how it does now."""
    wanted = {
        "regime": regime,
        "platform_certificate": None if certificate is None else "" if certificate else NO,
        "md5": _switched(md5),
        "old_codes": _switched(old_codes),
        "bills_today": _switched(bills_today),
        "probes": None if probes is None else str(probes or ""),
    }
    settings = {name: said for name, said in wanted.items() if said is not None}
    with writing(books) as (written, _now):
        account = accounts.require(written, vendor=Vendor.WECHATPAY, account_id=mchid)
        changed = accounts.change_settings(written, account=account, settings=settings)
    told = registration(changed)
    click.echo(f"signed by        {told.regime}")
    click.echo(f"certificates     {_in_word(is_so=told.has_platform_certificate)}")
    click.echo(f"MD5              {_in_word(is_so=told.md5)}")
    click.echo(f"probes           {told.probes} %")
    click.echo(f"old codes        {_in_word(is_so=told.old_codes)}")
    click.echo(f"bills of today   {_in_word(is_so=told.bills_today)}")


def _switched(is_on: bool | None) -> str | None:  # noqa: FBT001 - as the option gives it
    return None if is_on is None else _YES if is_on else ""


def _in_word(*, is_so: bool) -> str:
    return _YES if is_so else NO


@click.command("wechatpay-rotate")
def wechatpay_rotate() -> None:
    """Give WeChat Pay's platform a new certificate, by which it signs from now on.

    The services may run meanwhile; the old certificate still holds.
    """
    secrets = SecretFolder(config.from_environment().vendor_keys_path)
    drawn = keys.rotate(secrets, SystemEntropy(), operators_clock().now())
    click.echo(f"signed by {drawn.name}")
