"""``qrpay ledger guests``: let strangers in with play money.

Only books of a sandbox should have such a pass: whoever has the token makes payers with play money
until it is used up. A wallet service shows it (``QRPAY_WALLET_GUEST_PASSES``).
"""

from __future__ import annotations

import click

from ledger.cli.books import books_options
from ledger.cli.books_place.writing import writing
from ledger.cli.parties.decide import TOKEN_BYTES
from ledger.core.parties import guests as rules
from ledger.kit.entropy import SystemEntropy
from ledger.kit.terminal import HOW_MANY, tell
from ledger.protocol.money import currency, parse_decimal
from ledger.protocol.signing import b64url


@click.command()
@click.argument("amount")
@click.argument("currency_code", metavar="CURRENCY")
@click.option(
    "--most",
    type=HOW_MANY,
    default=500,
    show_default=True,
    help="How many guests it lets in, in all.",
)
@books_options
def guests(amount: str, currency_code: str, most: int, books: str, *, as_json: bool) -> None:
    """Print a token that lets in guests with AMOUNT of CURRENCY; it is told nowhere else."""
    token = b64url(SystemEntropy()(TOKEN_BYTES))
    money = parse_decimal(amount, currency(currency_code))
    with writing(books) as (written, now):
        rules.give_out(written, token=token, amount=money, guests_most=most, now=now)
    tell({"token": token, "guests_most": most}, token, as_json=as_json)
