"""``qrpay ledger trial-balance``: all accounts by kind, debit beside credit, sums of zero.

A balance above zero is something we owe (credit), one below is something we have or spent (debit);
in each currency both columns have the same sum.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

import click

from ledger.cli.books import books_options, looking_at
from ledger.core.books.accounts import AccountKind, kind_of
from ledger.core.records.journal import Account
from ledger.protocol.money import Money, to_decimal

_PLACES = {kind: place for place, kind in enumerate(AccountKind)}


@click.command("trial-balance")
@books_options
def trial_balance(books: str, *, as_json: bool) -> None:
    """Print all accounts by kind with debit and credit; both sums are the same."""
    with looking_at(books) as view:
        found = sorted(view.journal.accounts(), key=_place)
    if as_json:
        click.echo(json.dumps([_told(rows) for rows in by_currency(found)]))
        return
    for rows in by_currency(found):
        for line in table(rows):
            click.echo(line)


def by_currency(found: Sequence[Account]) -> list[list[Account]]:
    """Part the accounts by currency, each in the sequence of the chart."""
    return [list(rows) for _, rows in groupby(found, key=lambda account: account.currency.code)]


def _place(account: Account) -> tuple[str, int, str]:
    return account.currency.code, _PLACES[kind_of(account.account_id)], account.account_id


def table(rows: Sequence[Account]) -> list[str]:
    """Set the accounts of one currency out in columns, with the sums below."""
    code = rows[0].currency.code
    lines = [f"{code:<46} {'debit':>16} {'credit':>16}"]
    lines += [_line(row.account_id, _debit(row), _credit(row), rows[0]) for row in rows]
    return [*lines, _line("sum", *_sums(rows), rows[0]), ""]


def _line(name: str, debit: int, credit: int, of: Account) -> str:
    columns = (to_decimal(Money(minor, of.currency)) if minor else "" for minor in (debit, credit))
    return f"{name:<46} {next(columns):>16} {next(columns):>16}".rstrip()


def _told(rows: Sequence[Account]) -> dict[str, object]:
    debit, credit = _sums(rows)
    return {
        "currency": rows[0].currency.code,
        "accounts": [
            {
                "account_id": row.account_id,
                "kind": kind_of(row.account_id).value,
                "debit_minor": _debit(row),
                "credit_minor": _credit(row),
            }
            for row in rows
        ],
        "debit_minor": debit,
        "credit_minor": credit,
        "difference_minor": credit - debit,
    }


def _sums(rows: Sequence[Account]) -> tuple[int, int]:
    return sum(_debit(row) for row in rows), sum(_credit(row) for row in rows)


def _debit(account: Account) -> int:
    return max(-account.balance_minor, 0)


def _credit(account: Account) -> int:
    return max(account.balance_minor, 0)
