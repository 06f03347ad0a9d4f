"""What the books hold about one payer, beyond payments and receipts: movements of their money."""

from __future__ import annotations

from ledger.core.records.journal import EntryKind
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class Movement:
    """One posting on a payer's account: plus came in, minus went out (minor units)."""

    entry_id: str
    kind: EntryKind
    booked_at: Instant
    payment_id: PaymentId | None
    note: str
    account_id: str
    amount_minor: int
    currency: str
    balance_after: int
