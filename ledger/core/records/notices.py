"""What the parties are told and were answered: receipts, notifications, events, replies.

A signed text is kept as it was sealed (``ledger.protocol.messages.Signed``).
"""

from __future__ import annotations

from enum import StrEnum

from ledger.protocol.identifiers import PayerId, PaymentId, ReceiptId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import NotificationEvent, ReceiptKind, Signed
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class KeptReceipt:
    """A signed receipt, and whose it is; with an empty text once its payer was erased."""

    receipt_id: ReceiptId
    kind: ReceiptKind
    payment_id: PaymentId
    refund_id: RefundId | None
    merchant_id: str
    payer_id: PayerId
    occurred_at: Instant
    signed: Signed

    @property
    def is_erased(self) -> bool:
        """Whether the signed text was taken out because its payer was erased."""
        return not self.signed.text


class DeliveryState(StrEnum):
    """Where a notification stands: to be sent, taken by the merchant, or given up."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


@record(frozen=True, slots=True)
class OutboxRow:
    """A notification on its way to a merchant.

    ``due_at`` is when to try next; while an attempt runs it is moved ahead by the lease, so a
    notifier that died in between is followed by another. ``answer`` is the last one, shortened.
    """

    notification_id: str
    event: NotificationEvent
    merchant_id: str
    payment_id: PaymentId
    refund_id: RefundId | None
    notification: Signed
    receipt_id: ReceiptId | None
    created_at: Instant
    due_at: Instant
    attempts: int = 0
    state: DeliveryState = DeliveryState.PENDING
    answer: str = ""


@record(frozen=True, slots=True)
class KeptAttempt:
    """An attempt to tell a merchant, and what was answered, shortened.

    ``number`` counts from 1, and from 1 again after somebody had the notification sent again.
    """

    notification_id: str
    number: int
    made_at: Instant
    answer: str


@record(frozen=True, slots=True)
class NewEvent:
    """A live event that has no number yet."""

    audience: str
    name: str
    payment_id: PaymentId
    state: PaymentState
    occurred_at: Instant


@record(frozen=True, slots=True)
class LiveEvent:
    """A change somebody may watch live; ``sequence`` rises through all audiences."""

    sequence: int
    audience: str
    name: str
    payment_id: PaymentId
    merchant_order_no: str
    state: PaymentState
    occurred_at: Instant


@record(frozen=True, slots=True)
class StoredReply:
    """The answer that belongs to an Idempotency-Key; ``replayed`` when it is not the first time."""

    status: int
    body: str
    replayed: bool = False


@record(frozen=True, slots=True)
class SpentKey:
    """An Idempotency-Key whose reply is no longer kept: its digest, and the request it was for."""

    digest: str
    fingerprint: str
    created_at: Instant


@record(frozen=True, slots=True)
class KeyedReply:
    """A stored reply with the request it belongs to."""

    scope: str
    key: str
    fingerprint: str
    status: int
    body: str
    created_at: Instant
