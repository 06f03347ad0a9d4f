"""What is read ahead for many payments, and what they come to, written together at the end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from ledger.core.records.funding import FundingLine
from ledger.core.records.journal import Account, JournalEntry
from ledger.core.records.notices import KeptReceipt, NewEvent, OutboxRow
from ledger.core.records.parties import Device, FeeTerms, Merchant, Payer, Terminal
from ledger.core.records.payments import AuthorisationKept, Claim, Payment, Quote, StateChange
from ledger.core.records.spending import OwnLimits, Purpose
from ledger.protocol.identifiers import PayerId, PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.records import record
from ledger.protocol.signing import KeyRecord

OrderNo = tuple[str, str]
"""A merchant and its own number of a payment."""

Till = tuple[str, str]
"""A merchant and one of its terminals."""

Sum = tuple[PayerId, Purpose, str, Instant]
"""A payer, what is counted, in which currency, on which day."""


_BEGINNING = Instant(0)


@record(frozen=True, slots=True)
class Wanted:
    """By what many payments will be decided: names of rows, each once.

    ``spent_since`` is the first day whose spending matters, ``terms_at`` when fees are looked up.
    """

    payment_ids: Collection[PaymentId] = ()
    order_nos: Collection[OrderNo] = ()
    merchant_ids: Collection[str] = ()
    tills: Collection[Till] = ()
    payer_ids: Collection[PayerId] = ()
    key_ids: Collection[str] = ()
    account_ids: Collection[str] = ()
    spent_since: Instant = _BEGINNING
    terms_at: Instant = _BEGINNING


@record(frozen=True, slots=True)
class SpentOnDay:
    """What a payer has spent on a day, of a purpose, in minor units."""

    payer_id: PayerId
    purpose: Purpose
    currency: str
    day: Instant
    spent_minor: int


@record(frozen=True, slots=True)
class Ahead:
    """The rows there are of what was ``wanted``; payments and accounts stay locked.

    ``claims``, ``consents``, ``receipts`` and ``lines`` are those of the payments found,
    ``granted`` the payers who were ever given a coupon or points, ``spent`` what was spent in all.
    """

    wanted: Wanted
    payments: list[Payment]
    claims: list[Claim]
    consents: list[AuthorisationKept]
    receipts: list[KeptReceipt]
    lines: list[FundingLine]
    merchants: list[Merchant]
    terminals: list[Terminal]
    fee_terms: list[FeeTerms]
    payers: list[Payer]
    own_limits: list[OwnLimits]
    granted: list[PayerId]
    spent: list[SpentOnDay]
    keys: list[KeyRecord]
    accounts: list[Account]


@record(frozen=True, slots=True)
class SignersAhead:
    """Keys, and the devices that some of them belong to."""

    keys: list[KeyRecord]
    devices: list[Device]


@record(frozen=True, slots=True)
class Clearing:
    """An entry that moved a merchant's money and is in no batch yet."""

    entry_id: str
    merchant_id: str
    currency: str
    event_at: Instant


@dataclass(slots=True)
class Gathered:
    """What many payments come to. ``opened`` are new, ``changed`` were there: before and after.

    ``accounts`` are new; the balances of all follow from ``entries``, which stand in the sequence
    in which they were booked. ``spent`` are sums to add.
    """

    opened: dict[PaymentId, Payment] = field(default_factory=dict)
    changed: dict[PaymentId, tuple[Payment, Payment]] = field(default_factory=dict)
    steps: list[StateChange] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    claims: dict[PaymentId, Claim] = field(default_factory=dict)
    consents: list[AuthorisationKept] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    entries: list[JournalEntry] = field(default_factory=list)
    clearing: list[Clearing] = field(default_factory=list)
    receipts: list[KeptReceipt] = field(default_factory=list)
    outbox: list[OutboxRow] = field(default_factory=list)
    spent: dict[Sum, int] = field(default_factory=dict)
    events: list[NewEvent] = field(default_factory=list)
