"""``qrpay pos deposit``: take a deposit at a till that is running, capture a part, give it back.

    qrpay pos deposit take 30.00
    qrpay pos deposit capture sal_01M803NG4V00000000000000 3.50
    qrpay pos deposit release sal_01M803NG4V00000000000000

Each is one call or two of the till's own API (``pos.web.routes``).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import click

from ledger.kit.terminal import json_option, tell
from ledger.protocol.money import parse_decimal
from pos.cli.service import or_could_not, till, url_option
from pos.goods.catalogue import SHOP_CURRENCY
from pos.web.views import SaleView


@click.group()
def deposit() -> None:
    """Take deposits, capture a part of them, give them back.

    Exit codes: 0 done; 2 not done (it is refused, or the till can't be reached).
    """


@deposit.command()
@click.argument("amount")
@url_option
@json_option
def take(amount: str, *, url: str | None, as_json: bool) -> None:
    """Ask for a deposit of AMOUNT euro and print the code to scan."""
    with or_could_not():
        wanted = {"amount_minor": _minor(amount), "intent": "deposit"}
        opened = till(url).post("/api/sales", wanted, SaleView)
        sale = _said(url, opened.sale_id, "collect", {"mode": "show", "profile": "S"})
    code = (sale.collection and sale.collection.code) or ""
    told = {"sale_id": sale.sale_id, "state": sale.state, "code": code}
    tell(told, sale.sale_id, code, as_json=as_json)


@deposit.command()
@click.argument("sale_id")
@click.argument("amount")
@url_option
@json_option
def capture(sale_id: str, amount: str, *, url: str | None, as_json: bool) -> None:
    """Take AMOUNT euro of the held deposit SALE_ID; the rest goes back."""
    with or_could_not():
        sale = _said(url, sale_id, "capture", {"amount_minor": _minor(amount)})
    _tell(sale, as_json=as_json)


@deposit.command()
@click.argument("sale_id")
@url_option
@json_option
def release(sale_id: str, *, url: str | None, as_json: bool) -> None:
    """Give the held deposit SALE_ID back."""
    with or_could_not():
        sale = _said(url, sale_id, "release", {})
    _tell(sale, as_json=as_json)


def _minor(amount: str) -> int:
    return parse_decimal(amount, SHOP_CURRENCY).minor_units


def _said(url: str | None, sale_id: str, what: str, wanted: Mapping[str, object]) -> SaleView:
    return till(url).post(f"/api/sales/{quote(sale_id, safe='')}/{what}", wanted, SaleView)


def _tell(sale: SaleView, *, as_json: bool) -> None:
    told = {"sale_id": sale.sale_id, "state": sale.state}
    tell(told, f"{sale.sale_id} is {sale.state}. {sale.meaning}", as_json=as_json)
