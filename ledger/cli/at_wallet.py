"""``qrpay wallet pay``, ``code`` and ``answer``: a phone for trying an integration with.

    qrpay wallet pay https://qr.alipay.com/bax0… --as li-wei      scan a code and agree
    qrpay wallet code --for alipay-plus --as anna                 digits for a till to scan
    qrpay wallet answer --as anna                                 the PIN, where the payer is asked

They speak to the wallet service that ``qrpay up`` keeps running.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from ledger.cli.checkout import Document, Phone, Service
from ledger.cli.demo.story import Story
from ledger.cli.pay import agree
from ledger.cli.up import data_option, running_urls
from ledger.kit.terminal import json_option
from ledger.protocol.payment_code import PREFIXES


def payer_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add the option that says whose wallet it is."""
    return click.option("--as", "name", default="li-wei", show_default=True, help="Whose wallet.")(
        command
    )


@click.command()
@click.argument("code")
@payer_option
@data_option
@json_option
def pay(code: str, name: str, data: Path, *, as_json: bool) -> None:
    """Scan CODE, the text of a shop's code, and agree to pay. Exit code 0 means paid."""
    phone = Phone(Service(running_urls(data)["wallet"]), name)
    review = phone.scan_text(code)["review"]
    if review is None:
        raise click.UsageError("the code is a sticker's: `qrpay pay AMOUNT --mode sticker`")
    _tell(agree(phone, review, Story(aloud=not as_json)), as_json=as_json)


def _tell(answered: Document, *, as_json: bool) -> None:
    if as_json:
        told = {"payment_id": answered["payment_id"], "state": answered["state"]}
        click.echo(json.dumps({**told, "refusal": answered["refusal"]}))
    if answered["refusal"]:
        raise click.ClickException(f"not paid: {answered['refusal']}")


@click.command()
@click.option(
    "--for",
    "till",
    type=click.Choice([*PREFIXES]),
    default="native",
    show_default=True,
    help="Whose API the till speaks that scans it.",
)
@payer_option
@data_option
@json_option
def code(till: str, name: str, data: Path, *, as_json: bool) -> None:
    """Print a payment code, as the phone shows it: good for one payment within this minute."""
    digits = Phone(Service(running_urls(data)["wallet"]), name).payment_code(till)
    click.echo(json.dumps({"digits": digits, "payer": name}) if as_json else digits)


@click.command()
@click.option("--no", "says_no", is_flag=True, help="Say no.")
@payer_option
@data_option
@json_option
def answer(name: str, data: Path, *, says_no: bool, as_json: bool) -> None:
    """Wait until a till asks the payer, and agree with the PIN. Exit code 0 means answered."""
    phone = Phone(Service(running_urls(data)["wallet"]), name)
    review = phone.wait_for_question()
    story = Story(aloud=not as_json)
    if not says_no:
        _tell(agree(phone, review, story), as_json=as_json)
        return
    story.tell("wallet", f"{name} sees {review['payee']['name']}, and says no")
    _tell({**phone.decline(review), "refusal": ""}, as_json=as_json)
