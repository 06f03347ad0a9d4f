"""``qrpay ledger coupon`` and ``qrpay ledger points``: what payers are given to pay with.

``coupon list`` reads beside a ledger at work. Giving writes: books in a file need their ledger
stopped (``STORE_IN_USE`` otherwise), books in PostgreSQL do not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from ledger.cli.books import books_options, looking_at
from ledger.cli.books_place.writing import writing
from ledger.cli.parties.decide import payer_named
from ledger.core.parties import grants
from ledger.core.records.funding import Grant
from ledger.kit.entropy import SystemEntropy
from ledger.kit.terminal import tell
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import DAY, later, to_text
from ledger.protocol.messages import FundingSource
from ledger.protocol.money import Money, currency, parse_decimal

FUNDED_BY = {"provider": FundingSource.COUPON, "merchant": FundingSource.MERCHANT_COUPON}
"""Whose money a coupon is, by the word for it."""

Command = TypeVar("Command", bound=Callable[..., object])


def grant_options(command: Command) -> Command:
    """Add what coupons and points have in common: where, in which currency, and how long."""
    for option in (
        books_options,
        click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3650)),
        click.option("--merchant", default="", help="Only at this merchant (id); else at all."),
        click.option("--currency", "code", default="EUR", show_default=True),
    ):
        command = option(command)
    return command


@click.group()
def coupon() -> None:
    """Give coupons to payers, and see what there is."""


@coupon.command("grant")
@click.argument("payer")
@click.argument("amount")
@click.option(
    "--funded-by",
    type=click.Choice(list(FUNDED_BY)),
    default="provider",
    show_default=True,
    help="The merchant gets the whole price, or (merchant, with --merchant) that much less.",
)
@grant_options
def grant_coupon(  # noqa: PLR0917 - click names them
    payer: str,
    amount: str,
    funded_by: str,
    code: str,
    merchant: str,
    days: int,
    books: str,
    *,
    as_json: bool,
) -> None:
    """Give PAYER a coupon over AMOUNT (like 2.00), for one sale that costs more."""
    worth = parse_decimal(amount, currency(code))
    given = _grant(books, payer, FUNDED_BY[funded_by], worth, merchant=merchant, days=days)
    tell(_facts(given), _line(given), as_json=as_json)


@coupon.command("list")
@click.argument("payer")
@books_options
def list_coupons(payer: str, books: str, *, as_json: bool) -> None:
    """Print the coupons and points that PAYER was given, and what is left of each."""
    with looking_at(books) as view:
        given = view.funding.grants(payer_named(view, payer).payer_id)
    lines = [*map(_line, given), f"{len(given)} given"]
    tell([_facts(each) for each in given], *lines, as_json=as_json)


@click.group()
def points() -> None:
    """Give loyalty points to payers."""


@points.command("grant")
@click.argument("payer")
@click.argument("number", type=click.IntRange(min=1))
@grant_options
def grant_points(  # noqa: PLR0917 - click names them
    payer: str, number: int, code: str, merchant: str, days: int, books: str, *, as_json: bool
) -> None:
    """Give PAYER so many points, each worth one minor unit of the currency (a cent)."""
    worth = Money(number, currency(code))
    given = _grant(books, payer, FundingSource.POINTS, worth, merchant=merchant, days=days)
    tell(_facts(given), _line(given), as_json=as_json)


def _grant(
    place: str, payer: str, source: FundingSource, worth: Money, *, merchant: str, days: int
) -> Grant:
    with writing(place) as (books, now):
        return grants.grant(
            books,
            payer_id=payer_named(books, payer).payer_id,
            source=source,
            amount=worth,
            merchant_id=merchant,
            valid_until=later(now, days * DAY),
            now=now,
            ids=IdSource(SystemEntropy()),
        )


def _facts(given: Grant) -> dict[str, object]:
    return {
        "grant_id": given.grant_id,
        "source": given.source,
        "amount_minor": given.amount_minor,
        "left_minor": given.left_minor,
        "currency": given.currency,
        "merchant_id": given.merchant_id,
        "valid_until": to_text(given.valid_until),
    }


def _line(given: Grant) -> str:
    money = currency(given.currency)
    left, whole = Money(given.left_minor, money), Money(given.amount_minor, money)
    where = given.merchant_id or "any merchant"
    return (
        f"{given.grant_id}  {given.source}  {left} left of {whole}  {where}"
        f"  until {to_text(given.valid_until)}"
    )
