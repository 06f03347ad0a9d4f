"""``qrpay ledger accounts``, ``journal`` and ``audit``: look into the provider's books.

They read the books beside a ledger that may be at work, and never write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import click

from ledger.cli import Exit
from ledger.cli.books_place import place_option, require_books
from ledger.core.ports import Books
from ledger.core.records.journal import Account, JournalEntry
from ledger.kit.terminal import HOW_MANY, json_option
from ledger.ops.audit import CHECKS, audit
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import to_text
from ledger.protocol.money import Money, to_decimal
from ledger.store import AnyBooksReader, open_reader
from ledger.store.audit import rules

Command = TypeVar("Command", bound=Callable[..., object])


def books_options(command: Command) -> Command:
    """Add the options that say which books to read and how to print."""
    return place_option(json_option(command))


def open_books(place: str | Path) -> AnyBooksReader:
    """Open the books to look at, or say how to get some."""
    require_books(place)
    return open_reader(place)


@contextmanager
def looking_at(place: str | Path) -> Iterator[Books]:
    """Give one consistent state of the books, for the time of a block."""
    reader = open_books(place)
    try:
        with reader.reading() as view:
            yield view
    finally:
        reader.close()


@click.command()
@books_options
def accounts(books: str, *, as_json: bool) -> None:
    """Print the trial balance: every account, and the sum of each currency, which is zero."""
    with looking_at(books) as view:
        found = view.journal.accounts()
        holders = holder_names(view, found)
    if as_json:
        click.echo(json.dumps(trial_balance(found)))
        return
    for line in trial_balance_lines(found, holders):
        click.echo(line)


def holder_names(view: Books, found: Sequence[Account]) -> dict[str, str]:
    """Name the people and shops behind accounts, by account id."""
    return {account.account_id: _holder_name(view, account.account_id) for account in found}


def _holder_name(view: Books, account_id: str) -> str:
    purpose, _, rest = account_id.partition(":")
    holder = rest.rpartition(":")[0]
    if purpose == "payer" and (payer := view.directory.payer(PayerId(holder))):
        return payer.display_name
    if purpose == "merchant" and (merchant := view.directory.merchant(holder)):
        return merchant.name
    return ""


def trial_balance(found: Sequence[Account]) -> dict[str, object]:
    """Tell the accounts' balances in minor units, and the sum of each currency."""
    sums: dict[str, int] = {}
    for account in found:
        code = account.currency.code
        sums[code] = sums.get(code, 0) + account.balance_minor
    balances = {account.account_id: account.balance_minor for account in found}
    return {"accounts": balances, "sums": sums}


def trial_balance_lines(found: Sequence[Account], holders: Mapping[str, str]) -> list[str]:
    """Set the accounts out as a table by currency, each with its sum below."""
    lines = []
    for code in sorted({account.currency.code for account in found}):
        rows = [account for account in found if account.currency.code == code]
        lines += [_balance_line(row.account_id, _amount(row), code, holders) for row in rows]
        total = Money(sum(row.balance_minor for row in rows), rows[0].currency)
        lines += [_balance_line("sum", to_decimal(total), code, holders), ""]
    return lines[:-1]


def _balance_line(account_id: str, amount: str, code: str, holders: Mapping[str, str]) -> str:
    return f"{account_id:<38} {amount:>12} {code}  {holders.get(account_id, '')}".rstrip()


def _amount(account: Account) -> str:
    return to_decimal(Money(account.balance_minor, account.currency))


@click.command()
@click.option(
    "--limit", type=HOW_MANY, default=20, show_default=True, help="How many entries, newest first."
)
@books_options
def journal(books: str, *, limit: int, as_json: bool) -> None:
    """Print the newest entries of the journal; the lines of each sum to zero per currency."""
    with looking_at(books) as view:
        entries = view.journal.latest_entries(limit)
    if as_json:
        click.echo(json.dumps([_entry(entry) for entry in entries]))
        return
    for entry in entries:
        click.echo(f"{to_text(entry.booked_at)}  {entry.kind:<9} {entry.payment_id or entry.note}")
        for posting in entry.postings:
            amount = to_decimal(posting.amount)
            click.echo(f"    {posting.account_id:<44} {amount:>14} {posting.amount.currency.code}")


def _entry(entry: JournalEntry) -> dict[str, object]:
    return {
        "entry_id": entry.entry_id,
        "kind": entry.kind,
        "payment_id": entry.payment_id,
        "event_at": to_text(entry.event_at),
        "booked_at": to_text(entry.booked_at),
        "postings": [
            {
                "account_id": posting.account_id,
                "amount_minor": posting.amount.minor_units,
                "currency": posting.amount.currency.code,
                "balance_after_minor": posting.balance_after,
            }
            for posting in entry.postings
        ],
    }


@click.command("audit")
@books_options
def audit_command(books: str, *, as_json: bool) -> None:
    """Prove the books: sums, balances, states, limits, signatures. Exit code 1 if one fails."""
    with closing(open_books(books)) as reader:
        findings = audit(reader)
    checks = len(rules()) + len(CHECKS)
    if as_json:
        told = [{"rule": f.rule, "subject": f.subject, "detail": f.detail} for f in findings]
        click.echo(json.dumps({"sound": not findings, "checks": checks, "findings": told}))
    else:
        for finding in findings:
            click.echo(str(finding))
        verdict = f"{len(findings)} findings" if findings else "the books are sound"
        click.echo(f"{checks} checks: {verdict}.")
    if findings:
        raise click.exceptions.Exit(Exit.FAILED)
