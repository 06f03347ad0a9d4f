"""``qrpay ledger fees``: a merchant's fee table, and how an operator agrees on a new row.

    qrpay ledger fees M2088DEMO000001
    qrpay ledger fees M2088DEMO000001 45 --from 2027-01-01 --minimum 0.05

A row begins with a business day of the merchant, the next one unless told: a day's statement is
reckoned by one row, and a sale that is on its way through a ledger at work keeps the terms it has.
"""

from __future__ import annotations

import json
from datetime import timedelta

import click

from ledger.cli.books import books_options, looking_at
from ledger.cli.books_place.writing import operators_clock, writing
from ledger.core.parties import fee_terms
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.parties import FeeTerms
from ledger.core.settlement.business_days import business_day, day_from_text, opens_at
from ledger.core.settlement.terms import require_terms
from ledger.protocol.instants import Instant, to_text
from ledger.protocol.money import Currency, Money, parse_decimal

_ONE_DAY = timedelta(days=1)


@click.command("fees")
@click.argument("merchant")
@click.argument("bps", type=int, required=False)
@click.option("--from", "day", help="The first business day of a new row.  [default: the next]")
@click.option("--minimum", help="The least fee of a sale, like 0.05.")
@click.option("--maximum", help="The highest fee of a sale, like 5.00.")
@books_options
def fees_command(
    merchant: str,
    bps: int | None,
    books: str,
    *,
    day: str | None,
    minimum: str | None,
    maximum: str | None,
    as_json: bool,
) -> None:
    """Print MERCHANT's fee table; with BPS, agree on a row of so many basis points first."""
    if bps is not None:
        with writing(books) as (written, now):
            terms = _new_row(written, merchant, bps, day=day, bounds=(minimum, maximum), now=now)
            fee_terms.agree(written, terms=terms, now=now)
    elif (day, minimum, maximum) != (None, None, None):
        raise click.UsageError("a new row needs its basis points")
    with looking_at(books) as view:
        money = require_merchant(view, merchant).currency
        table = view.directory.fee_table(merchant)
        in_force = view.directory.fee_terms(merchant, operators_clock().now())
    if as_json:
        click.echo(json.dumps([_facts(row) for row in table]))
        return
    for row in table:
        click.echo(_line(row, money) + ("  in force" if row == in_force else ""))
    click.echo(f"{len(table)} rows")


def _new_row(
    books: Books,
    merchant_id: str,
    bps: int,
    *,
    day: str | None,
    bounds: tuple[str | None, str | None],
    now: Instant,
) -> FeeTerms:
    money = require_merchant(books, merchant_id).currency
    settled = require_terms(books, merchant_id)
    first = day_from_text(day) if day else business_day(settled, now) + _ONE_DAY
    minimum, maximum = (parse_decimal(each, money).minor_units if each else None for each in bounds)
    return FeeTerms(merchant_id, opens_at(settled, first), bps, minimum or 0, maximum)


def _facts(row: FeeTerms) -> dict[str, object]:
    return {
        "valid_from": to_text(row.valid_from),
        "bps": row.bps,
        "minimum_minor": row.minimum_minor,
        "maximum_minor": row.maximum_minor,
    }


def _line(row: FeeTerms, money: Currency) -> str:
    bounds = ""
    if row.minimum_minor:
        bounds += f", at least {Money(row.minimum_minor, money)}"
    if row.maximum_minor is not None:
        bounds += f", at most {Money(row.maximum_minor, money)}"
    return f"{to_text(row.valid_from)}  {row.bps:>5} basis points{bounds}"
