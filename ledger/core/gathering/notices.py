"""Receipts, notifications and live events in memory."""

from __future__ import annotations

from ledger.core.gathering.undo import InMemory, Undo, ahead_of
from ledger.core.records.gathering import Ahead, Gathered
from ledger.core.records.notices import KeptReceipt, NewEvent, OutboxRow
from ledger.protocol.identifiers import PaymentId


class GatheredReceipts(InMemory):
    """Receipts of the payments that were read ahead, and new ones."""

    def __init__(self, ahead: Ahead, gathered: Gathered, undo: Undo) -> None:
        self._gathered = gathered
        self._undo = undo
        self._kept: dict[PaymentId, tuple[KeptReceipt, ...]]
        self._kept = dict.fromkeys(ahead.wanted.payment_ids, ())
        for receipt in ahead.receipts:
            self._kept[receipt.payment_id] = (*self._kept[receipt.payment_id], receipt)

    def add(self, receipt: KeptReceipt) -> None:
        """Add a receipt."""
        of_payment = ahead_of(self._kept, receipt.payment_id)
        self._undo.put(self._kept, receipt.payment_id, (*of_payment, receipt))
        self._undo.append(self._gathered.receipts, receipt)

    def of_payment(self, payment_id: PaymentId) -> list[KeptReceipt]:
        """List the receipts of a payment, oldest first."""
        return list(ahead_of(self._kept, payment_id))


class GatheredOutbox(InMemory):
    """Notifications on their way."""

    def __init__(self, gathered: Gathered, undo: Undo) -> None:
        self._gathered = gathered
        self._undo = undo

    def add(self, row: OutboxRow) -> None:
        """Add a notification."""
        self._undo.append(self._gathered.outbox, row)


class GatheredEvents(InMemory):
    """Changes to watch live; their numbers are drawn when they are written."""

    def __init__(self, gathered: Gathered, undo: Undo) -> None:
        self._gathered = gathered
        self._undo = undo

    def add(self, event: NewEvent) -> None:
        """Add an event for one audience."""
        self._undo.append(self._gathered.events, event)
