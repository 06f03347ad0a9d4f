"""``qrpay pos refund``: give back what was paid, all of it or a part."""

from __future__ import annotations

from urllib.parse import quote

import click
import msgspec

from ledger.kit.terminal import json_option
from ledger.protocol.lifecycle import RefundState
from ledger.protocol.money import currency, parse_decimal
from pos.cli.service import Exit, or_could_not, till, url_option
from pos.web.views import RefundView

SHOP_CURRENCY = "EUR"
ALL = "all"


@click.command()
@click.argument("sale")
@click.argument("amount")
@click.option("--reason", default="", help="What it is for; the provider is told.")
@click.option("--key", default="", help="Makes a repeated command the same refund.")
@url_option
@json_option
def refund(
    sale: str, amount: str, *, reason: str, key: str, url: str | None, as_json: bool
) -> None:
    """Give back AMOUNT euro (like 3.00, or `all`) of a SALE (like sal_01M8...).

    Exit codes: 0 given back; 1 the provider refused it, or has not answered yet (the till goes on
    asking: look again, don't refund again); 2 not even asked for.
    """
    wanted: dict[str, object] = {"reason": reason} if reason else {}
    with or_could_not():
        if amount != ALL:
            wanted["amount_minor"] = parse_decimal(amount, currency(SHOP_CURRENCY)).minor_units
        headers = {"Idempotency-Key": key} if key else {}
        made = till(url).post(
            f"/api/sales/{quote(sale, safe='')}/refunds", wanted, RefundView, headers
        )
    if as_json:
        click.echo(msgspec.json.encode(made))
    else:
        click.echo(f"{made.state}: refund {made.merchant_refund_no}")
        if made.reason:
            click.echo(f"  the provider said: {made.reason}")
    if made.state != RefundState.SUCCEEDED:
        raise SystemExit(Exit.LOOK)
