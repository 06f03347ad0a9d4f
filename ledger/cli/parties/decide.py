"""``qrpay ledger block``, ``unblock``, ``limits`` and ``invite``: decide about a party.

Books in a file have one writer: there the ledger has to be stopped first (``qrpay down``), else
they are refused with ``STORE_IN_USE``. In PostgreSQL they work beside it. ``limits`` without a new
limit only looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import click

from ledger.cli.books import books_options, looking_at
from ledger.cli.books_place.writing import operators_clock, writing
from ledger.core import limits as rules
from ledger.core.parties import enrolment, standing
from ledger.core.parties.register import require_payer
from ledger.core.ports import Books
from ledger.core.records.parties import PartyStatus, Payer
from ledger.core.records.spending import Decision, OwnLimits
from ledger.kit.entropy import SystemEntropy
from ledger.kit.terminal import tell
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import Instant, to_text
from ledger.protocol.money import Currency, Money, parse_decimal
from ledger.protocol.signing import b64url

TOKEN_BYTES = 16
BY_POLICY = "policy"

Command = TypeVar("Command", bound=Callable[..., object])


def reason_option(command: Command) -> Command:
    """Add the option that says why; it is kept with the decision."""
    return click.option("--reason", required=True, help="Why; kept with the decision.")(command)


@click.command()
@click.argument("party")
@reason_option
@books_options
def block(party: str, reason: str, books: str, *, as_json: bool) -> None:
    """Block PARTY, a merchant's or payer's id or a payer's name: no payment any more.

    Refunds and reversals of a blocked merchant, and to a blocked payer, go on.
    """
    _set_status(books, party, PartyStatus.BLOCKED, reason, as_json=as_json)


@click.command()
@click.argument("party")
@reason_option
@books_options
def unblock(party: str, reason: str, books: str, *, as_json: bool) -> None:
    """Let PARTY go on that was blocked."""
    _set_status(books, party, PartyStatus.ACTIVE, reason, as_json=as_json)


@click.command()
@click.argument("payer")
@click.option("--daily", help="Most in a day, like 500.00; `policy` for what all others have.")
@click.option("--monthly", help="Most in a calendar month, like 2000.00, or `policy`.")
@click.option("--reason", help="Why; needed to set a limit, and kept with it.")
@books_options
def limits(
    payer: str,
    daily: str | None,
    monthly: str | None,
    reason: str | None,
    books: str,
    *,
    as_json: bool,
) -> None:
    """Tell what PAYER may spend and has spent, or set limits of their own."""
    if daily is not None or monthly is not None:
        if reason is None:
            raise click.UsageError("a new limit needs a --reason")
        with writing(books) as (written, now):
            found = payer_named(written, payer)
            before = written.spending.own_limits(found.payer_id)
            own = OwnLimits(
                found.payer_id,
                _limit(daily, before.daily_minor if before else None, found.currency),
                _limit(monthly, before.monthly_minor if before else None, found.currency),
            )
            standing.set_limits(written, limits=own, reason=reason, now=now)
    with looking_at(books) as view:
        told = _standing(view, payer_named(view, payer), operators_clock().now())
    tell(told.facts(), *told.sentences(), as_json=as_json)


@click.command()
@click.argument("payer")
@books_options
def invite(payer: str, books: str, *, as_json: bool) -> None:
    """Print a token that enrols one more device of PAYER, once; it is told nowhere else."""
    token = b64url(SystemEntropy()(TOKEN_BYTES))
    with writing(books) as (written, now):
        found = payer_named(written, payer)
        enrolment.invite_device(written, token=token, payer_id=found.payer_id, now=now)
    tell({"payer_id": found.payer_id, "token": token}, token, as_json=as_json)


def _set_status(place: str, party: str, status: PartyStatus, reason: str, *, as_json: bool) -> None:
    with writing(place) as (books, now):
        decided = standing.set_status(
            books, party=_party(books, party), status=status, reason=reason, now=now
        )
    tell(_facts(decided), _line(decided), as_json=as_json)


def _party(books: Books, text: str) -> str:
    """Find the id of whom a name means; what is no payer's name is an id already."""
    named = [each.payer_id for each in books.directory.payers() if each.display_name == text]
    if len(named) > 1:
        raise click.UsageError(f"{len(named)} payers are called {text}: name one by its id")
    return named[0] if named else text


def payer_named(books: Books, text: str) -> Payer:
    """Find a payer by name or id; raises ``PayerNotFound``."""
    return require_payer(books, PayerId(_party(books, text)))


def _limit(text: str | None, before: int | None, money: Currency) -> int | None:
    if text is None:
        return before
    return None if text == BY_POLICY else parse_decimal(text, money).minor_units


@dataclass(frozen=True)
class Standing:
    """What a payer may spend, what is spent, and what was decided about them."""

    payer: Payer
    status: PartyStatus
    allowed: tuple[Money, Money]
    spent: tuple[Money, Money]
    decisions: Sequence[Decision]

    def facts(self) -> dict[str, object]:
        """Tell it to programs."""
        return {
            "payer_id": self.payer.payer_id,
            "status": self.status,
            "currency": self.payer.currency.code,
            "daily_minor": self.allowed[0].minor_units,
            "monthly_minor": self.allowed[1].minor_units,
            "spent_today_minor": self.spent[0].minor_units,
            "spent_this_month_minor": self.spent[1].minor_units,
            "decisions": [_facts(each) for each in self.decisions],
        }

    def sentences(self) -> Iterator[str]:
        """Tell it to people."""
        yield f"{self.payer.display_name}  {self.payer.payer_id}  {self.status}"
        periods = ("today", "this month")
        for period, most, gone in zip(periods, self.allowed, self.spent, strict=True):
            left = Money(max(0, (most - gone).minor_units), self.payer.currency)
            yield f"  {period:<11} spent {gone} of {most}, {left} left"
        yield from (f"  {_line(each)}" for each in self.decisions)


def _standing(view: Books, payer: Payer, now: Instant) -> Standing:
    return Standing(
        payer,
        standing.party_status(view, party=payer.payer_id),
        rules.allowed(view, payer=payer, policy=rules.SANDBOX_POLICY),
        rules.spent(view, payer=payer, now=now),
        standing.decisions(view, party=payer.payer_id),
    )


def _facts(decided: Decision) -> dict[str, object]:
    return {
        "party": decided.party,
        "kind": decided.kind,
        "detail": decided.detail,
        "reason": decided.reason,
        "decided_at": to_text(decided.decided_at),
    }


def _line(decided: Decision) -> str:
    what = f"{decided.kind} ({decided.detail})"
    return f"{to_text(decided.decided_at)}  {what}: {decided.reason}"
