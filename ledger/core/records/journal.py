"""Accounts and the entries that move money between them.

A posting's amount is signed: plus raises the account's balance, minus lowers it. The postings of
one entry sum to zero in each currency. Nothing is ever edited: giving back books a new entry.
"""

from __future__ import annotations

from enum import StrEnum

from ledger.protocol.identifiers import PaymentId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.money import Currency, Money
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class Account:
    """One balance in one currency, and the rule it carries.

    ``floor_minor`` is the least the balance may be, None where any balance is fine.
    """

    account_id: str
    currency: Currency
    floor_minor: int | None
    balance_minor: int = 0


class EntryKind(StrEnum):
    """Why money moved."""

    ISSUANCE = "ISSUANCE"
    HOLD = "HOLD"
    CAPTURE = "CAPTURE"
    RELEASE = "RELEASE"
    REFUND = "REFUND"
    REVERSAL = "REVERSAL"
    SHARE = "SHARE"
    PAYOUT = "PAYOUT"
    PAYOUT_RETURN = "PAYOUT_RETURN"


@record(frozen=True, slots=True)
class Posting:
    """One line of an entry, with the account's balance before and after it (minor units)."""

    account_id: str
    amount: Money
    balance_before: int
    balance_after: int


@record(frozen=True, slots=True)
class JournalEntry:
    """A movement of money: when it happened (``event_at``), when we wrote it down (``booked_at``).

    The two differ around midnight and after an outage; a statement is by booking day, what the
    parties agreed on by event day.
    """

    entry_id: str
    kind: EntryKind
    event_at: Instant
    booked_at: Instant
    postings: tuple[Posting, ...]
    payment_id: PaymentId | None = None
    refund_id: RefundId | None = None
    note: str = ""
