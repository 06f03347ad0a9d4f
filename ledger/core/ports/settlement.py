"""The sub-book of settlement: terms, what waits for its batch, batches and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from ledger.core.records.settlement import (
    Batch,
    BatchLine,
    Movement,
    PayoutReturn,
    SettlementTerms,
)
from ledger.protocol.identifiers import BatchId, PaymentId
from ledger.protocol.instants import Instant


class SettlementBook(Protocol):
    """What merchants are owed, day by day; adding what is there raises ``InvariantBroken``."""

    def terms(self, merchant_id: str) -> SettlementTerms | None:
        """Find what was agreed with a merchant."""

    def all_terms(self) -> list[SettlementTerms]:
        """List all terms by merchant."""

    def set_terms(self, terms: SettlementTerms) -> None:
        """Keep terms in place of the merchant's older ones."""

    def await_batch(self, entry_id: str, payment_id: PaymentId, event_at: Instant) -> None:
        """Note that an entry moved money of a payment's merchant and is in no batch yet."""

    def await_batch_of(
        self, merchant_id: str, entry_id: str, currency: str, event_at: Instant
    ) -> None:
        """Note that an entry moved money of a merchant, of which it is in no batch yet."""

    def waiting(
        self, merchant_id: str, currency: str, before: Instant, after: Movement | None, limit: int
    ) -> list[Movement]:
        """List movements in no batch with events before an instant, behind ``after``, oldest first.

        They come in the sequence of their events, those of one millisecond by entry.
        """

    def batch(self, batch_id: BatchId) -> Batch | None:
        """Find a batch; in a transaction it stays locked until the end."""

    def batch_of_day(self, merchant_id: str, currency: str, day: date) -> Batch | None:
        """Find the batch of a merchant's day; in a transaction it, or its place, stays locked."""

    def latest_batch(self, merchant_id: str, currency: str) -> Batch | None:
        """Find the batch of the latest business day."""

    def unpaid_batches(self, merchant_id: str, until: date) -> list[Batch]:
        """List the closed batches that are to be paid out by a day, the oldest first."""

    def settled_batches(self, merchant_id: str, since: date, until: date) -> list[Batch]:
        """List the batches whose payout day was from a day on, ``until`` included, oldest first."""

    def add_batch(self, batch: Batch) -> None:
        """Add a batch; a merchant has one for each day and currency."""

    def replace_batch(self, batch: Batch) -> None:
        """Put a batch's new sums and state in place of the old."""

    def add_lines(self, lines: Sequence[BatchLine]) -> None:
        """Add lines to a batch; their entries wait no more."""

    def lines(self, batch_id: BatchId, after: int, limit: int) -> list[BatchLine]:
        """List the lines of a batch behind a number, in the sequence of their numbers."""

    def back_of(self, batch_id: BatchId) -> int:
        """Tell what refunds and reversals took of a batch, discounts aside: zero or less."""

    def payout_return(self, batch_id: BatchId) -> PayoutReturn | None:
        """Find what came back of a batch."""

    def unpaid_returns(self, merchant_id: str, currency: str) -> list[PayoutReturn]:
        """List what came back and no batch pays again yet, in the sequence it came."""

    def add_return(self, returned: PayoutReturn) -> None:
        """Add what came back; there is one return for a batch."""

    def repay_return(self, returned: PayoutReturn, repaid_in: BatchId) -> None:
        """Note which batch pays it again; one that another pays raises ``InvariantBroken``."""
