"""``qrpay pay``: one payment at the services that ``qrpay up`` keeps running."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from ledger.cli.checkout import Document, Phone, Service, Till
from ledger.cli.story import Story, money
from ledger.cli.up import data_option, json_option, running_urls
from ledger.protocol.money import currency, parse_decimal

SHOP_CURRENCY = "EUR"


@click.command()
@click.argument("amount")
@click.option(
    "--mode",
    type=click.Choice(["scan", "code", "sticker"]),
    default="scan",
    show_default=True,
    help="Scan the till's code, show a payment code, or scan a sticker and type the amount.",
)
@click.option("--as", "name", default="li-wei", show_default=True, help="Whose wallet pays.")
@data_option
@json_option
def pay(amount: str, mode: str, name: str, data: Path, *, as_json: bool) -> None:
    """Pay AMOUNT euro (like 12.95) at the demo shop. Exit code 0 means paid."""
    minor_units = parse_decimal(amount, currency(SHOP_CURRENCY)).minor_units
    urls = running_urls(data)
    story = Story(aloud=not as_json)
    till, phone = Till(Service(urls["pos"])), Phone(Service(urls["wallet"]), name)
    sale = MODES[mode](till, phone, minor_units, story)
    if as_json:
        click.echo(json.dumps({"paid": sale["state"] == "PAID", "sale": sale}))
    if sale["state"] != "PAID":
        raise click.ClickException(f"not paid: the sale is {sale['state']}")


def scan(till: Till, phone: Phone, minor_units: int, story: Story) -> Document:
    """Let the phone read the picture that the till shows."""
    sale = till.ring_up(amount_minor=minor_units)
    _, picture = till.show_code(sale)
    story.tell("till", f"shows a signed code for {money(minor_units, SHOP_CURRENCY)}")
    _agree(phone, phone.scan(picture)["review"], story)
    return _settled(till, sale, story)


def code(till: Till, phone: Phone, minor_units: int, story: Story) -> Document:
    """Let the till read the phone's payment code; the payer agrees where that is needed."""
    sale = till.ring_up(amount_minor=minor_units)
    answered = till.read_code(sale, phone.payment_code())
    story.tell("till", f"reads the payment code: {answered['state']}")
    if answered["state"] == "COLLECTING":
        _agree(phone, phone.wait_for_question(), story)
    return _settled(till, sale, story)


def sticker(till: Till, phone: Phone, minor_units: int, story: Story) -> Document:
    """Let the payer scan a sticker and type the amount."""
    text, _ = till.sticker()
    scanned = phone.scan_text(text, amount_minor=minor_units)
    paid = _agree(phone, scanned["review"], story)
    sale = till.wait_for_sticker_sale(paid["payment_id"])
    story.tell("till", f"was told: {sale['state']}")
    return sale


MODES: Mapping[str, Callable[[Till, Phone, int, Story], Document]] = {
    "scan": scan,
    "code": code,
    "sticker": sticker,
}


def _agree(phone: Phone, review: Document, story: Story) -> Document:
    taken = money(review["payer_amount_minor"], review["payer_currency"])
    story.tell("wallet", f"{phone.name} sees {review['payee']['name']}, {taken}, and agrees")
    paid = phone.approve(review)
    story.tell("wallet", f"the provider answers: {paid['state']}")
    return paid


def _settled(till: Till, sale: Document, story: Story) -> Document:
    settled = till.wait_until_settled(sale)
    story.tell("till", f"the sale is {settled['state']}")
    return settled
