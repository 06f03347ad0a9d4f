"""Receivers, shares and their parts."""

from __future__ import annotations

from ledger.protocol.identifiers import PaymentId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class Receiver:
    """A merchant (``receiver_id``) who may get shares of another's payments; ``memo`` says why."""

    merchant_id: str
    receiver_id: str
    memo: str
    bound_at: Instant


@record(frozen=True, slots=True)
class SharePart:
    """What one receiver gets of a payment, or gives back of what it got; above zero."""

    receiver_id: str
    amount: Money


@record(frozen=True, slots=True)
class Share:
    """One request to share a payment, booked as one entry.

    ``share_no`` is the provider's number, ``request_no`` the merchant's, which counts inside of the
    payment. With a ``refund_id`` it is the way back: the receivers give that much to the merchant.
    """

    share_no: str
    payment_id: PaymentId
    request_no: str
    entry_id: str
    created_at: Instant
    parts: tuple[SharePart, ...]
    refund_id: RefundId | None = None
