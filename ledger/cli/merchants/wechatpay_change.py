"""``qrpay ledger wechatpay-change`` and ``wechatpay-rotate``: what the platform decides.

About a merchant number: here the change from certificates to the public key is played, here MD5 and
signature probes are switched on; what is not named stays as it is. About itself: a new certificate.
"""

from __future__ import annotations

import click

from ledger import config
from ledger.cli.books import books_options
from ledger.cli.books_place.writing import operators_clock
from ledger.cli.merchants.settings import YES, changed, switched
from ledger.core.records.vendors import Vendor
from ledger.core.vendors.wechatpay import Regime, registration
from ledger.core.vendors.wechatpay.registration import NO
from ledger.faces.wechatpay import keys
from ledger.kit.entropy import SystemEntropy
from ledger.kit.secrets import SecretFolder
from ledger.kit.terminal import json_option, tell


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
@books_options
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
    as_json: bool,
) -> None:
    """Change how the platform treats MCHID, and tell how it does now."""
    wanted = {
        "regime": regime,
        "platform_certificate": None if certificate is None else "" if certificate else NO,
        "md5": switched(md5),
        "old_codes": switched(old_codes),
        "bills_today": switched(bills_today),
        "probes": None if probes is None else str(probes or ""),
    }
    told = registration(changed(books, Vendor.WECHATPAY, mchid, wanted))
    facts = {
        "mchid": mchid,
        "regime": told.regime,
        "platform_certificate": told.has_platform_certificate,
        "md5": told.md5,
        "probes": told.probes,
        "old_codes": told.old_codes,
        "bills_today": told.bills_today,
    }
    tell(
        facts,
        f"signed by        {told.regime}",
        f"certificates     {_in_word(is_so=told.has_platform_certificate)}",
        f"MD5              {_in_word(is_so=told.md5)}",
        f"probes           {told.probes} %",
        f"old codes        {_in_word(is_so=told.old_codes)}",
        f"bills of today   {_in_word(is_so=told.bills_today)}",
        as_json=as_json,
    )


def _in_word(*, is_so: bool) -> str:
    return YES if is_so else NO


@click.command("wechatpay-rotate")
@json_option
def wechatpay_rotate(*, as_json: bool) -> None:
    """Give WeChat Pay's platform a new certificate, by which it signs from now on.

    The services may run meanwhile; the old certificate still holds.
    """
    secrets = SecretFolder(config.from_environment().vendor_keys_path)
    drawn = keys.rotate(secrets, SystemEntropy(), operators_clock().now())
    tell({"serial_no": drawn.name}, f"signed by {drawn.name}", as_json=as_json)
