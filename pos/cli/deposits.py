"""``qrpay pos deposit``: take a deposit at a till that is running, capture a part, give it back.

    qrpay pos deposit take 30.00
    qrpay pos deposit capture sal_01M803NG4V00000000000000 3.50
    qrpay pos deposit release sal_01M803NG4V00000000000000

Each is one call or two of the till's own API (``pos.web.routes``).
"""

from __future__ import annotations

import json
from typing import Any

import click

from ledger.kit.terminal import json_option, tell
from ledger.protocol.money import parse_decimal
from pos.goods.catalogue import SHOP_CURRENCY

JSON_BODY = {"Content-Type": "application/json"}
REFUSED_FROM = 400


@click.group()
@click.option(
    "--till", default="http://127.0.0.1:8401", show_default=True, help="Where the till answers."
)
@click.pass_context
def deposit(context: click.Context, till: str) -> None:
    """Take deposits, capture a part of them, give them back."""
    context.obj = till


@deposit.command()
@click.argument("amount")
@json_option
@click.pass_obj
def take(till: str, amount: str, *, as_json: bool) -> None:
    """Ask for a deposit of AMOUNT euro and print the code to scan."""
    body = {"amount_minor": _minor(amount), "intent": "deposit"}
    sale_id = _post(f"{till}/api/sales", body)["sale_id"]
    sale = _post(f"{till}/api/sales/{sale_id}/collect", {"mode": "show", "profile": "S"})
    code = (sale["collection"] or {}).get("code") or ""
    told = {"sale_id": sale["sale_id"], "state": sale["state"], "code": code}
    tell(told, sale["sale_id"], code, as_json=as_json)


@deposit.command()
@click.argument("sale_id")
@click.argument("amount")
@json_option
@click.pass_obj
def capture(till: str, sale_id: str, amount: str, *, as_json: bool) -> None:
    """Take AMOUNT euro of the held deposit SALE_ID; the rest goes back."""
    body: dict[str, object] = {"amount_minor": _minor(amount)}
    _tell(_post(f"{till}/api/sales/{sale_id}/capture", body), as_json=as_json)


@deposit.command()
@click.argument("sale_id")
@json_option
@click.pass_obj
def release(till: str, sale_id: str, *, as_json: bool) -> None:
    """Give the held deposit SALE_ID back."""
    _tell(_post(f"{till}/api/sales/{sale_id}/release", {}), as_json=as_json)


def _minor(amount: str) -> int:
    return parse_decimal(amount, SHOP_CURRENCY).minor_units


def _tell(sale: dict[str, Any], *, as_json: bool) -> None:
    told = {"sale_id": sale["sale_id"], "state": sale["state"]}
    sentence = f"{sale['sale_id']} is {sale['state']}. {sale['meaning']}"
    tell(told, sentence, as_json=as_json)


def _post(url: str, body: dict[str, object]) -> dict[str, Any]:
    # The transport takes a while to load, which --help need not wait for.
    from ledger.kit.transport import HttpTransport  # noqa: PLC0415

    answer = HttpTransport().request("POST", url, JSON_BODY, json.dumps(body).encode())
    said: dict[str, Any] = json.loads(answer.body)
    if answer.status >= REFUSED_FROM:
        raise click.ClickException(f"{said['code']}: {said.get('detail') or said.get('title')}")
    return said
