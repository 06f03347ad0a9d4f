"""Receipts, outbox, live events, replies and nonces, in tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

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
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.errors.trust import NonceReplay
from ledger.protocol.identifiers import PayerId, PaymentId, ReceiptId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.messages import NotificationEvent, ReceiptKind, Signed
from ledger.protocol.records import record
from ledger.store.tables.rows import Tables, as_json

_STAND = """
UPDATE outbox SET due_at = CAST(moved.value ->> 1 AS BIGINT),
    attempts = CAST(moved.value ->> 2 AS BIGINT),
    state = moved.value ->> 3, answer = moved.value ->> 4
FROM {each} AS moved WHERE notification_id = moved.value ->> 0
"""
_DELIVER = """
UPDATE outbox SET state = 'DELIVERED', answer = ?
FROM {each} AS moved WHERE notification_id = moved.value ->> 0
"""

_BEHIND_ALL = "~"
"""Sorts behind every id, by bytes."""


@record(frozen=True, slots=True)
class ReceiptRow:
    """A row of ``receipt``."""

    receipt_id: ReceiptId
    kind: ReceiptKind
    payment_id: PaymentId
    refund_id: RefundId | None
    merchant_id: str
    payer_id: PayerId
    occurred_at: Instant
    text: str
    key_id: str
    signature: str

    @classmethod
    def of(cls, receipt: KeptReceipt) -> ReceiptRow:
        """Spell a receipt as a row."""
        return cls(
            receipt_id=receipt.receipt_id,
            kind=receipt.kind,
            payment_id=receipt.payment_id,
            refund_id=receipt.refund_id,
            merchant_id=receipt.merchant_id,
            payer_id=receipt.payer_id,
            occurred_at=receipt.occurred_at,
            text=receipt.signed.text,
            key_id=receipt.signed.key_id,
            signature=receipt.signed.signature,
        )

    def record(self) -> KeptReceipt:
        """Read the row as a receipt."""
        return KeptReceipt(
            receipt_id=self.receipt_id,
            kind=self.kind,
            payment_id=self.payment_id,
            refund_id=self.refund_id,
            merchant_id=self.merchant_id,
            payer_id=self.payer_id,
            occurred_at=self.occurred_at,
            signed=Signed(self.text, self.key_id, self.signature),
        )


class Receipts:
    """``ledger.core.ports.notices.ReceiptsBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, receipt: KeptReceipt) -> None:
        """Add a receipt."""
        self._tables.insert("receipt", ReceiptRow.of(receipt))

    def find(self, receipt_id: str) -> KeptReceipt | None:
        """Find a receipt."""
        sql = "SELECT * FROM receipt WHERE receipt_id = ?"
        row = self._tables.row(ReceiptRow, sql, receipt_id)
        return row.record() if row else None

    def found(self, receipt_ids: Collection[str]) -> list[KeptReceipt]:
        """Find receipts, in any order."""
        sql = (
            "SELECT receipt.* FROM {each} AS wanted JOIN receipt ON receipt_id = wanted.value ->> 0"
        )
        names = as_json([(receipt_id,) for receipt_id in receipt_ids])
        rows = self._tables.rows(ReceiptRow, sql.format(each=self._tables.each), names)
        return [row.record() for row in rows]

    def of_payment(self, payment_id: PaymentId) -> list[KeptReceipt]:
        """List the receipts of a payment, oldest first."""
        sql = "SELECT * FROM receipt WHERE payment_id = ? ORDER BY receipt_id"
        return [row.record() for row in self._tables.rows(ReceiptRow, sql, payment_id)]

    def of_payer(self, payer_id: PayerId, limit: int, before: str = "") -> list[KeptReceipt]:
        """List a payer's receipts, newest first: those older than ``before``."""
        sql = (
            "SELECT * FROM receipt WHERE payer_id = ? AND receipt_id < ?"
            " ORDER BY receipt_id DESC LIMIT ?"
        )
        bound = before or _BEHIND_ALL
        return [row.record() for row in self._tables.rows(ReceiptRow, sql, payer_id, bound, limit)]

    def page(self, after: str, limit: int) -> list[KeptReceipt]:
        """List all receipts by id, those behind ``after``."""
        sql = "SELECT * FROM receipt WHERE receipt_id > ? ORDER BY receipt_id LIMIT ?"
        return [row.record() for row in self._tables.rows(ReceiptRow, sql, after, limit)]


@record(frozen=True, slots=True)
class NotificationRow:
    """A row of ``outbox``."""

    notification_id: str
    event: NotificationEvent
    merchant_id: str
    payment_id: PaymentId
    refund_id: RefundId | None
    text: str
    key_id: str
    signature: str
    receipt_id: ReceiptId | None
    created_at: Instant
    due_at: Instant
    attempts: int
    state: DeliveryState
    answer: str

    @classmethod
    def of(cls, row: OutboxRow) -> NotificationRow:
        """Spell a notification as a row."""
        return cls(
            notification_id=row.notification_id,
            event=row.event,
            merchant_id=row.merchant_id,
            payment_id=row.payment_id,
            refund_id=row.refund_id,
            text=row.notification.text,
            key_id=row.notification.key_id,
            signature=row.notification.signature,
            receipt_id=row.receipt_id,
            created_at=row.created_at,
            due_at=row.due_at,
            attempts=row.attempts,
            state=row.state,
            answer=row.answer,
        )

    def record(self) -> OutboxRow:
        """Read the row as a notification."""
        return OutboxRow(
            notification_id=self.notification_id,
            event=self.event,
            merchant_id=self.merchant_id,
            payment_id=self.payment_id,
            refund_id=self.refund_id,
            notification=Signed(self.text, self.key_id, self.signature),
            receipt_id=self.receipt_id,
            created_at=self.created_at,
            due_at=self.due_at,
            attempts=self.attempts,
            state=self.state,
            answer=self.answer,
        )


class Outbox:
    """``ledger.core.ports.notices.OutboxBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, row: OutboxRow) -> None:
        """Add a notification."""
        self._tables.insert("outbox", NotificationRow.of(row))

    def find(self, notification_id: str) -> OutboxRow | None:
        """Find a notification."""
        sql = "SELECT * FROM outbox WHERE notification_id = ?"
        row = self._tables.held(NotificationRow, sql, notification_id)
        return row.record() if row else None

    def due(self, now: Instant, limit: int) -> list[OutboxRow]:
        """List pending notifications whose time has come, the longest waiting first."""
        sql = (
            "SELECT * FROM outbox WHERE state = 'PENDING' AND due_at <= ?"
            " ORDER BY due_at, notification_id LIMIT ?"
        )
        rows = self._tables.rows(NotificationRow, sql + self._tables.skipping, now, limit)
        return [row.record() for row in rows]

    def waiting(self) -> int:
        """Count the pending notifications, due or not."""
        return self._tables.number("SELECT count(*) FROM outbox WHERE state = 'PENDING'")

    def latest(self, limit: int, state: DeliveryState | None = None) -> list[OutboxRow]:
        """List the newest notifications, newest first."""
        sql = (
            "SELECT * FROM outbox WHERE state = coalesce(?, state)"
            " ORDER BY notification_id DESC LIMIT ?"
        )
        return [row.record() for row in self._tables.rows(NotificationRow, sql, state, limit)]

    def of_payment(self, payment_id: PaymentId) -> list[OutboxRow]:
        """List the notifications about a payment, oldest first."""
        sql = "SELECT * FROM outbox WHERE payment_id = ? ORDER BY notification_id"
        return [row.record() for row in self._tables.rows(NotificationRow, sql, payment_id)]

    def replace(self, row: OutboxRow) -> None:
        """Put a notification's new standing in place of the old."""
        sql = (
            "UPDATE outbox SET due_at = ?, attempts = ?, state = ?, answer = ?"
            " WHERE notification_id = ?"
        )
        standing = (row.due_at, row.attempts, row.state, row.answer)
        self._tables.write_one(sql, *standing, row.notification_id)

    def replace_all(self, rows: Sequence[OutboxRow]) -> None:
        """Put the new standing of many in place of the old."""
        standings = [
            (row.notification_id, row.due_at, row.attempts, row.state, row.answer) for row in rows
        ]
        self._write_each(_STAND, len(rows), as_json(standings))

    def deliver(self, notification_ids: Collection[str], answer: str) -> None:
        """Note that merchants took all of these, and what they said."""
        names = as_json([(notification_id,) for notification_id in notification_ids])
        self._write_each(_DELIVER, len(notification_ids), answer, names)

    def keep_attempts(self, attempts: Sequence[KeptAttempt]) -> None:
        """Keep what became of attempts, in their sequence."""
        self._tables.insert_all("attempt", attempts)

    def attempts(self, notification_id: str) -> list[KeptAttempt]:
        """List the attempts that were kept of a notification, oldest first."""
        sql = (
            "SELECT notification_id, number, made_at, answer FROM attempt"
            " WHERE notification_id = ? ORDER BY sequence"
        )
        return self._tables.rows(KeptAttempt, sql, notification_id)

    def _write_each(self, sql: str, count: int, *params: str) -> None:
        changed = self._tables.write(sql.format(each=self._tables.each), *params) if count else 0
        if changed != count:
            raise InvariantBroken(f"{count} notifications were to be changed, not {changed}")


class Events:
    """``ledger.core.ports.notices.EventsBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, event: NewEvent) -> None:
        """Add an event for one audience."""
        self._tables.insert("live_event", event)

    def add_all(self, events: Sequence[NewEvent]) -> None:
        """Add events in their sequence."""
        self._tables.insert_all("live_event", events)

    def after(self, audience: str, sequence: int, limit: int) -> list[LiveEvent]:
        """List an audience's events behind ``sequence``, oldest first."""
        sql = (
            "SELECT live_event.*, payment.merchant_order_no"
            " FROM live_event JOIN payment USING (payment_id)"
            " WHERE audience = ? AND sequence > ? ORDER BY sequence LIMIT ?"
        )
        return self._tables.rows(LiveEvent, sql, audience, sequence, limit)

    def last(self, audience: str) -> int:
        """Give the sequence number of an audience's newest event, 0 if there is none."""
        sql = "SELECT coalesce(max(sequence), 0) FROM live_event WHERE audience = ?"
        return self._tables.number(sql, audience)

    def prune(self, before: Instant) -> int:
        """Forget events from before then; how many."""
        return self._tables.write("DELETE FROM live_event WHERE occurred_at < ?", before)


class Idempotency:
    """``ledger.core.ports.notices.IdempotencyBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def find(self, scope: str, key: str) -> KeyedReply | None:
        """Find the reply to a key."""
        self._tables.hold("reply", scope, key)
        sql = "SELECT * FROM reply WHERE scope = ? AND key = ?"
        return self._tables.row(KeyedReply, sql, scope, key)

    def add(self, reply: KeyedReply) -> None:
        """Add a reply."""
        self._tables.insert("reply", reply)

    def older_than(self, before: Instant, limit: int) -> list[KeyedReply]:
        """List replies from before then, the oldest first."""
        sql = "SELECT * FROM reply WHERE created_at < ? ORDER BY created_at LIMIT ?"
        return self._tables.rows(KeyedReply, sql + self._tables.locking, before, limit)

    def spend(self, reply: KeyedReply, key: SpentKey) -> None:
        """Keep no more of a reply than that its key was used."""
        sql = "DELETE FROM reply WHERE scope = ? AND key = ?"
        self._tables.write_one(sql, reply.scope, reply.key)
        self._tables.write("DELETE FROM spent_key WHERE digest = ?", key.digest)
        self._tables.insert("spent_key", key)

    def spent(self, digest: str) -> SpentKey | None:
        """Find a key whose reply is no longer kept."""
        return self._tables.row(SpentKey, "SELECT * FROM spent_key WHERE digest = ?", digest)

    def prune_spent(self, before: Instant, limit: int) -> int:
        """Forget spent keys from before then, at most ``limit``; how many."""
        sql = (
            "DELETE FROM spent_key WHERE digest IN"
            " (SELECT digest FROM spent_key WHERE created_at < ? LIMIT ?)"
        )
        return self._tables.write(sql, before, limit)


class Nonces:
    """``ledger.core.ports.notices.NoncesBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def remember(self, *, key_id: str, nonce: str, expires_at: Instant) -> None:
        """Keep a nonce; one that this key has used before raises ``NonceReplay``."""
        sql = (
            "INSERT INTO nonce (key_id, nonce, expires_at) VALUES (?, ?, ?)"
            " ON CONFLICT (key_id, nonce) DO NOTHING"
        )
        if self._tables.write(sql, key_id, nonce, expires_at) != 1:
            raise NonceReplay(f"{key_id} has used this nonce before")

    def prune(self, now: Instant) -> int:
        """Forget nonces that expired; how many."""
        return self._tables.write("DELETE FROM nonce WHERE expires_at < ?", now)
