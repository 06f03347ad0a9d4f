"""``qrpay ledger merchant change``: how a vendor treats an account, where sources contradict.

    qrpay ledger merchant change --alipay --refund-notices partial --paid-notices later
    qrpay ledger merchant change --antom --unsigned-refusals --expiry-minutes 3

What is not named stays as it is. WeChat Pay has more to decide: ``qrpay ledger wechatpay-change``.
"""

from __future__ import annotations

from typing import Final

import click

from ledger.cli.books import books_options
from ledger.cli.books_place.writing import operators_clock
from ledger.cli.merchants.settings import changed, switched
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import alipay, antom
from ledger.core.vendors.alipay import PaidNotices, RefundNotices, WaitingStatus
from ledger.kit.terminal import tell
from ledger.ops import demo_apps

_DEFAULTS: Final = {
    Vendor.ALIPAY: {
        alipay.REFUND_NOTICES: RefundNotices.ALL.value,
        alipay.PAID_NOTICES: PaidNotices.ALL.value,
        alipay.WAITING_STATUS: WaitingStatus.OK.value,
    },
    Vendor.ANTOM: {
        antom.UNSIGNED_REFUSAL: "no",
        antom.EXPIRY_MINUTES: antom.DEFAULT_EXPIRY_MINUTES,
    },
}
"""By vendor, what can be changed, and what counts unless something was said."""


@click.command()
@click.option("--alipay", "vendor", flag_value=Vendor.ALIPAY.value, help="An app of Alipay's.")
@click.option("--antom", "vendor", flag_value=Vendor.ANTOM.value, help="A client of Antom's.")
@click.option("--account-id", help="Whose app or client id.  [default: the demo shop's]")
@click.option(
    "--refund-notices",
    type=click.Choice([each.value for each in RefundNotices]),
    help="Alipay: which refunds the app is told of.",
)
@click.option(
    "--paid-notices",
    type=click.Choice([each.value for each in PaidNotices]),
    help="Alipay: whether it is told, too, what alipay.trade.pay has answered with 10000.",
)
@click.option(
    "--v3-waiting",
    type=click.Choice([each.value for each in WaitingStatus]),
    help="Alipay: the status by which V3 says that the payer is asked.",
)
@click.option(
    "--unsigned-refusals/--signed-refusals",
    default=None,
    help="Antom: whether a wrong signature is answered without one.",
)
@click.option(
    "--expiry-minutes",
    type=click.IntRange(1, 24 * 60),
    help="Antom: how long a payer has, where the call does not say.",
)
@books_options
def change(
    vendor: str | None,
    *,
    account_id: str | None,
    refund_notices: str | None,
    paid_notices: str | None,
    v3_waiting: str | None,
    unsigned_refusals: bool | None,
    expiry_minutes: int | None,
    books: str,
    as_json: bool,
) -> None:
    """Change how a vendor treats a shop's account, and tell how it does now."""
    if vendor is None:
        raise click.UsageError("which vendor? --alipay or --antom")
    wanted = {
        alipay.REFUND_NOTICES: refund_notices,
        alipay.PAID_NOTICES: paid_notices,
        alipay.WAITING_STATUS: v3_waiting,
        antom.UNSIGNED_REFUSAL: switched(unsigned_refusals),
        antom.EXPIRY_MINUTES: None if expiry_minutes is None else str(expiry_minutes),
    }
    defaults = _DEFAULTS[Vendor(vendor)]
    if foreign := {name for name, said in wanted.items() if said is not None} - defaults.keys():
        raise click.UsageError(f"{vendor} has no {', '.join(sorted(foreign))}")
    now = operators_clock().now()
    named = account_id or demo_apps.account(Vendor(vendor), now=now).account.account_id
    account = changed(books, Vendor(vendor), named, wanted)
    told = {name: account.settings.get(name, default) for name, default in defaults.items()}
    tell(
        {"vendor": vendor, "account_id": named, "settings": told},
        *(f"{name:<16} {said}" for name, said in told.items()),
        as_json=as_json,
    )
