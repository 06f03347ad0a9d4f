"""``qrpay pay``: one payment at the services that ``qrpay up`` keeps running."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from ledger.cli.checkout import COLLECTING, PAID, Document, Phone, Service, Till
from ledger.cli.demo.story import Story, money
from ledger.cli.up import data_option, running_urls
from ledger.kit.terminal import json_option
from ledger.protocol.errors.codes import OfferNeeded
from ledger.protocol.money import currency, parse_decimal
from ledger.protocol.payment_code import SHOWN_TO

SHOP_CURRENCY = "EUR"


@click.command()
@click.argument("amount")
@click.option(
    "--mode",
    type=click.Choice(["scan", "at-once", "code", "sticker"]),
    default="scan",
    show_default=True,
    help="Scan the till's code and agree to the offer, pay it at once (in euro, without a coupon;"
    " else there is an offer), show a payment code, or scan a sticker and type the amount.",
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
    outcome = MODES[mode](till, phone, minor_units, story)
    if as_json:
        told = {"paid": not outcome.reason, "reason": outcome.reason, "sale": outcome.sale}
        click.echo(json.dumps(told))
    if outcome.reason:
        raise click.ClickException(f"not paid: {outcome.reason}")


@dataclass(frozen=True)
class Outcome:
    """What came of it: the till's sale, if there is one, and why it is not paid, if it is not."""

    sale: Document | None
    reason: str = ""


def scan(till: Till, phone: Phone, minor_units: int, story: Story) -> Outcome:
    """Let the phone read the picture that the till shows."""
    sale = till.ring_up(amount_minor=minor_units)
    _, picture = till.show_code(sale)
    story.tell("till", f"shows a signed code for {money(minor_units, SHOP_CURRENCY)}")
    refused = agree(phone, phone.scan(picture)["review"], story)["refusal"]
    if refused:
        return Outcome(till.abandon(sale), refused)
    return _settled(till, sale, story)


def at_once(till: Till, phone: Phone, minor_units: int, story: Story) -> Outcome:
    """Let the phone pay what the till shows, with one request each; with an offer where it must."""
    sale = till.sell_at_once(minor_units)
    text = sale["collection"]["code"]
    story.tell("till", f"shows a signed code for {money(minor_units, SHOP_CURRENCY)}, by itself")
    refused = _without_an_offer(phone, text, story)
    if refused == OfferNeeded.code:
        story.tell("wallet", "there is more to agree to than the price: it asks for the offer")
        refused = agree(phone, phone.scan_text(text)["review"], story)["refusal"]
    if refused:
        return Outcome(till.abandon(sale), refused)
    return _settled(till, sale, story)


def _without_an_offer(phone: Phone, text: str, story: Story) -> str:
    """Let the phone pay a code's price; gives what it was refused with, empty when it paid."""
    try:
        seen = phone.look(text)
    except OfferNeeded as refusal:
        return refusal.code
    amount = money(seen["amount_minor"], seen["currency"])
    story.tell("wallet", f"{phone.name} sees {seen['payee']['name']}, {amount}, and pays at once")
    return str(phone.pay_at_once(text, seen)["refusal"])


def code(till: Till, phone: Phone, minor_units: int, story: Story) -> Outcome:
    """Let the till read the phone's payment code; the payer agrees where that is needed."""
    sale = till.ring_up(amount_minor=minor_units)
    digits = phone.payment_code(SHOWN_TO.get(till.acquirer(), "native"))
    answered = till.read_code(sale, digits)
    story.tell("till", f"reads the payment code: the sale is {answered['state']}")
    if answered["state"] == COLLECTING:
        agree(phone, phone.wait_for_question(), story)
    return _settled(till, sale, story)


def sticker(till: Till, phone: Phone, minor_units: int, story: Story) -> Outcome:
    """Let the payer scan a sticker and type the amount."""
    text, _ = till.sticker()
    scanned = phone.scan_text(text, amount_minor=minor_units)
    answered = agree(phone, scanned["review"], story)
    if answered["refusal"]:
        return Outcome(None, answered["refusal"])
    sale = till.wait_for_sticker_sale(answered["payment_id"])
    story.tell("till", f"was told: the sale is {sale['state']}")
    return Outcome(sale)


MODES: Mapping[str, Callable[[Till, Phone, int, Story], Outcome]] = {
    "scan": scan,
    "at-once": at_once,
    "code": code,
    "sticker": sticker,
}


def agree(phone: Phone, review: Document, story: Story) -> Document:
    """Let the payer agree to what the wallet shows; gives what the wallet answers."""
    taken = money(review["payer_amount_minor"], review["payer_currency"])
    seen = [review["payee"]["name"], *funded(review), str(taken)]
    story.tell("wallet", f"{phone.name} sees {', '.join(seen)}, and agrees")
    answered = phone.approve(review)
    why = f", {answered['refusal']}" if answered["refusal"] else ""
    story.tell("wallet", f"the provider answers: {answered['state']}{why}")
    return answered


def funded(review: Document) -> list[str]:
    """Tell a price and what pays a part of it; nothing where the payer pays all of it."""
    if not review["funding"]:
        return []
    code = review["currency"]
    parts = (f"{part['source']} -{money(part['amount_minor'], code)}" for part in review["funding"])
    return [f"price {money(review['amount_minor'], code)}", *parts]


def _settled(till: Till, sale: Document, story: Story) -> Outcome:
    settled = till.wait_until_settled(sale)
    story.tell("till", f"the sale is {settled['state']}")
    if settled["state"] == PAID:
        return Outcome(settled)
    return Outcome(settled, settled["collection"]["reason"])
