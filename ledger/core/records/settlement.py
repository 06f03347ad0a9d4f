"""What is settled with merchants: the terms, the movements, the batches and what came back.

Sums are in minor units of the batch's currency and carry their sign: plus is owed to the merchant.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from ledger.core.records.journal import EntryKind
from ledger.protocol.identifiers import BatchId, PaymentId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import SettlementState
from ledger.protocol.money import Currency
from ledger.protocol.records import record


class Calendar(StrEnum):
    """Whose working days count; ``settlement.calendars`` knows them."""

    TARGET2 = "TARGET2"
    CHINA = "CHINA"
    EVERY_DAY = "EVERY_DAY"


@record(frozen=True, slots=True)
class SettlementTerms:
    """When a merchant's business day ends and when its money comes.

    ``cut_off_minute`` counts from midnight in ``time_zone`` (IANA name): a day ends at that time,
    in the following night if it lies before noon. ``delay_days`` are days of ``calendar`` between a
    business day and its payout. ``begins_on`` is the first business day that is settled.
    """

    merchant_id: str
    time_zone: str
    cut_off_minute: int
    calendar: Calendar
    delay_days: int
    begins_on: date


@record(frozen=True, slots=True)
class Movement:
    """A booked capture, refund, reversal or share that waits for its batch, told by the journal.

    ``net_minor`` is what it added to the merchant's account, ``fee_minor`` what went to us with it,
    ``discount_minor`` what the merchant's own coupon took off the price, ``payer_amount_minor``
    what left the payer's side; each is negative where money went back.
    """

    entry_id: str
    kind: EntryKind
    event_at: Instant
    booked_at: Instant
    payment_id: PaymentId
    merchant_order_no: str
    refund_id: RefundId | None
    merchant_refund_no: str | None
    terminal_id: str
    net_minor: int
    discount_minor: int
    fee_minor: int
    payer_amount_minor: int
    payer_currency: str
    rate_numerator: int | None
    rate_denominator: int | None


@record(frozen=True, slots=True)
class BatchLine:
    """A movement in its batch, kept as the merchant was told; ``number`` counts from 1."""

    batch_id: BatchId
    number: int
    entry_id: str
    kind: EntryKind
    event_at: Instant
    booked_at: Instant
    payment_id: PaymentId
    merchant_order_no: str
    refund_id: str
    merchant_refund_no: str
    terminal_id: str
    amount_minor: int
    discount_minor: int
    fee_minor: int
    net_minor: int
    payer_amount_minor: int
    payer_currency: str
    rate: str


@record(frozen=True, slots=True)
class Batch:
    """What a merchant is owed for one business day, in one currency.

    ``net_minor = amount_minor - discount_minor - fee_minor``, as on each of its lines.
    ``opens_at`` is the day's first instant, ``closes_at`` the first one after it.
    ``carried_in_minor + net_minor = paid_out_minor + carried_out_minor``, where ``carried_in`` is
    what the batch before left over and what of earlier payouts came back (``returned_in_minor``).
    ``closed_at``, ``settled_at`` and ``payout_entry_id`` are None until it happened; nothing is
    booked for a batch that has nothing to pay.
    """

    batch_id: BatchId
    merchant_id: str
    currency: Currency
    business_day: date
    state: SettlementState
    opens_at: Instant
    closes_at: Instant
    payout_on: date
    line_count: int = 0
    carried_in_minor: int = 0
    returned_in_minor: int = 0
    amount_minor: int = 0
    discount_minor: int = 0
    fee_minor: int = 0
    net_minor: int = 0
    paid_out_minor: int = 0
    carried_out_minor: int = 0
    closed_at: Instant | None = None
    settled_at: Instant | None = None
    payout_entry_id: str | None = None


@record(frozen=True, slots=True)
class PayoutReturn:
    """A payout that the bank sent back; ``repaid_in`` is the batch that pays it again."""

    batch_id: BatchId
    merchant_id: str
    currency: Currency
    amount_minor: int
    reason: str
    entry_id: str
    returned_at: Instant
    repaid_in: BatchId | None = None
