"""The sub-books of what the parties are told and were answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from ledger.core.records.notices import (
    DeliveryState,
    KeptAttempt,
    KeptReceipt,
    KeyedReply,
    LiveEvent,
    NewEvent,
    OutboxRow,
    SpentKey,
)
from ledger.protocol.identifiers import PayerId, PaymentId
from ledger.protocol.instants import Instant


class ReceiptsBook(Protocol):
    """Signed receipts."""

    def add(self, receipt: KeptReceipt) -> None:
        """Add a receipt."""

    def find(self, receipt_id: str) -> KeptReceipt | None:
        """Find a receipt."""

    def found(self, receipt_ids: Collection[str]) -> list[KeptReceipt]:
        """Find receipts, in any order."""

    def of_payment(self, payment_id: PaymentId) -> list[KeptReceipt]:
        """List the receipts of a payment, oldest first."""

    def of_payer(self, payer_id: PayerId, limit: int, before: str = "") -> list[KeptReceipt]:
        """List a payer's receipts, newest first: those older than ``before`` (empty: all)."""

    def page(self, after: str, limit: int) -> list[KeptReceipt]:
        """List all receipts by id, those behind ``after`` (empty: from the first)."""


class OutboxBook(Protocol):
    """Notifications on their way to merchants."""

    def add(self, row: OutboxRow) -> None:
        """Add a notification."""

    def find(self, notification_id: str) -> OutboxRow | None:
        """Find a notification."""

    def due(self, now: Instant, limit: int) -> list[OutboxRow]:
        """List pending notifications whose time has come, the longest waiting first."""

    def waiting(self) -> int:
        """Count the pending notifications, due or not."""

    def latest(self, limit: int, state: DeliveryState | None = None) -> list[OutboxRow]:
        """List the newest notifications, newest first; of one state, or all."""

    def of_payment(self, payment_id: PaymentId) -> list[OutboxRow]:
        """List the notifications about a payment, oldest first."""

    def replace(self, row: OutboxRow) -> None:
        """Put a notification's new standing in place of the old."""

    def replace_all(self, rows: Sequence[OutboxRow]) -> None:
        """Put the new standing of many in place of the old."""

    def deliver(self, notification_ids: Collection[str], answer: str) -> None:
        """Note that merchants took all of these, and what they said."""

    def keep_attempts(self, attempts: Sequence[KeptAttempt]) -> None:
        """Keep what became of attempts, in their sequence."""

    def attempts(self, notification_id: str) -> list[KeptAttempt]:
        """List the attempts that were kept of a notification, oldest first."""


class EventsBook(Protocol):
    """Changes to watch live, in one rising sequence."""

    def add(self, event: NewEvent) -> None:
        """Add an event for one audience."""

    def after(self, audience: str, sequence: int, limit: int) -> list[LiveEvent]:
        """List an audience's events behind ``sequence``, oldest first."""

    def last(self, audience: str) -> int:
        """Give the sequence number of an audience's newest event, 0 if there is none."""

    def prune(self, before: Instant) -> int:
        """Forget events from before then; how many."""


class IdempotencyBook(Protocol):
    """Replies by scope and key."""

    def find(self, scope: str, key: str) -> KeyedReply | None:
        """Find the reply to a key; in a transaction the pair stays locked until the end."""

    def add(self, reply: KeyedReply) -> None:
        """Add a reply; scope and key are unique."""

    def older_than(self, before: Instant, limit: int) -> list[KeyedReply]:
        """List replies from before then, the oldest first."""

    def spend(self, reply: KeyedReply, key: SpentKey) -> None:
        """Keep no more of a reply than that its key was used."""

    def spent(self, digest: str) -> SpentKey | None:
        """Find a key whose reply is no longer kept."""

    def prune_spent(self, before: Instant, limit: int) -> int:
        """Forget spent keys from before then, at most ``limit``; how many."""


class NoncesBook(Protocol):
    """Nonces of signed requests, kept while their signatures could still be accepted."""

    def remember(self, *, key_id: str, nonce: str, expires_at: Instant) -> None:
        """Keep a nonce; one that this key has used before raises ``NonceReplay``."""

    def prune(self, now: Instant) -> int:
        """Forget nonces that expired; how many."""
