"""What an operator decides about a party: blocked or not, and a payer's own limits.

A blocked merchant takes no new payment and a blocked payer makes none, agreed offers included. What
is over can still be put right: a blocked merchant refunds and reverses, and money goes back to a
blocked payer. Both keep seeing their payments and receipts, and tell and are told as before.

Each decision is kept with its reason, and never edited.
"""

from __future__ import annotations

from ledger.core.parties.register import (
    require_merchant,
    require_payer,
    set_merchant_status,
    set_payer_status,
)
from ledger.core.ports import Books
from ledger.core.records.parties import PartyStatus
from ledger.core.records.spending import Decision, DecisionKind, OwnLimits
from ledger.protocol.errors.content import AmountOutOfRange, FieldMissing
from ledger.protocol.identifiers import Kind, PayerId, check_text
from ledger.protocol.instants import Instant
from ledger.protocol.money import MOST_MINOR_UNITS

REASON_LENGTH = 200

_DECISION_OF_STATUS = {
    PartyStatus.BLOCKED: DecisionKind.BLOCK,
    PartyStatus.ACTIVE: DecisionKind.UNBLOCK,
}


def set_status(
    books: Books, *, party: str, status: PartyStatus, reason: str, now: Instant
) -> Decision:
    """Block a party, a merchant or a payer by its id, or let it go on.

    Raises ``MerchantNotFound``, ``PayerNotFound``, ``FieldMissing`` (no reason), ``TextCharacter``.
    """
    check_reason(reason)
    if party.startswith(f"{Kind.PAYER.value}_"):
        set_payer_status(books, payer_id=PayerId(party), status=status)
    else:
        set_merchant_status(books, merchant_id=party, status=status)
    return _keep(books, Decision(party, _DECISION_OF_STATUS[status], status, reason, now))


def set_limits(books: Books, *, limits: OwnLimits, reason: str, now: Instant) -> Decision:
    """Give a payer limits of their own; they count from the next payment on.

    Raises ``PayerNotFound``, ``AmountOutOfRange``, ``FieldMissing``, ``TextCharacter``.
    """
    check_reason(reason)
    require_payer(books, limits.payer_id)
    for minor_units in (limits.daily_minor, limits.monthly_minor):
        if minor_units is not None and not 0 <= minor_units <= MOST_MINOR_UNITS:
            raise AmountOutOfRange(f"a limit of {minor_units}")
    books.spending.set_own_limits(limits)
    detail = f"daily {_told(limits.daily_minor)}, monthly {_told(limits.monthly_minor)}"
    decision = Decision(limits.payer_id, DecisionKind.SET_LIMITS, detail, reason, now)
    return _keep(books, decision)


def decisions(books: Books, *, party: str) -> list[Decision]:
    """List what was decided about a party, oldest first."""
    return books.spending.decisions(party)


def party_status(books: Books, *, party: str) -> PartyStatus:
    """Tell whether a party is blocked; raises ``MerchantNotFound``, ``PayerNotFound``."""
    if party.startswith(f"{Kind.PAYER.value}_"):
        return require_payer(books, PayerId(party)).status
    return require_merchant(books, party).status


def check_reason(reason: str) -> None:
    """Refuse a decision without a reason (``FieldMissing``) or with an unfit one."""
    if not reason.strip():
        raise FieldMissing("reason")
    check_text(reason, REASON_LENGTH)


def _keep(books: Books, decision: Decision) -> Decision:
    books.spending.add_decision(decision)
    return decision


def _told(minor_units: int | None) -> str:
    return "as by policy" if minor_units is None else str(minor_units)
