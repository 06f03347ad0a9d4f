"""``qrpay ledger statement``: a merchant's closed day, to read, to import, or as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import msgspec

from ledger.cli.books import books_options, looking_at
from ledger.core.records.settlement import BatchLine
from ledger.core.settlement import camt053, csv_statement, statement
from ledger.core.settlement.business_days import day_from_text
from ledger.core.settlement.statement import KINDS, Statement
from ledger.faces.native import mapping
from ledger.ops.settlement import statement_file
from ledger.protocol.instants import to_text
from ledger.protocol.money import Money, to_decimal


@click.command("statement")
@click.argument("merchant")
@click.argument("day")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "camt", "json"]),
    default="text",
    show_default=True,
    help="camt is ISO 20022 camt.053.001.08.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a file, whole or not at all, instead of printing.",
)
@books_options
def statement_command(
    merchant: str, day: str, form: str, output: Path | None, books: str, *, as_json: bool
) -> None:
    """Print what was settled with MERCHANT for its business DAY (2026-11-21).

    --json is --format json.
    """
    form = "json" if as_json else form
    with looking_at(books) as view:
        found = statement.statement(view, merchant_id=merchant, business_day=day_from_text(day))
        parts = spelt(found, statement.all_lines(view, found.batch.batch_id), form)
        if output is None:
            for part in parts:
                click.echo(part, nl=False)
        else:
            statement_file.write(output, parts)


def spelt(found: Statement, lines: Iterable[BatchLine], form: str) -> Iterator[str]:
    """Spell a statement in one of the four forms, part by part."""
    if form == "csv":
        yield from csv_statement.rows(found.batch, lines)
    elif form == "camt":
        yield from camt053.parts(found, lines)
    elif form == "json":
        view = mapping.statement_view(found.batch, list(lines))
        yield msgspec.json.encode(view).decode() + "\n"
    else:
        yield from text(found, lines)


def text(found: Statement, lines: Iterable[BatchLine]) -> Iterator[str]:
    """Set a statement out for reading."""
    batch = found.batch

    def money(minor_units: int) -> str:
        return to_decimal(Money(minor_units, batch.currency))

    yield f"{found.merchant.name}, {batch.business_day}: {batch.batch_id}, {batch.state}\n"
    for line in lines:
        yield (
            f"{line.number:>6}  {to_text(line.event_at)}  {KINDS[line.kind]:<8}"
            f" {line.merchant_order_no:<32} {money(line.amount_minor):>12}"
            f" {money(line.discount_minor):>10} {money(line.fee_minor):>10}"
            f" {money(line.net_minor):>12}\n"
        )
    for name, minor_units in (
        ("carried in", batch.carried_in_minor),
        ("amount", batch.amount_minor),
        ("own coupons", -batch.discount_minor),
        ("fees", -batch.fee_minor),
        (f"paid out on {batch.payout_on}", batch.paid_out_minor),
        ("carried out", batch.carried_out_minor),
    ):
        yield f"{name:<28} {money(minor_units):>14} {batch.currency.code}\n"
