"""Bodies of statements: what was settled with a merchant for one business day, line by line.

A line's amounts carry their sign: a payment adds, a refund or a reversal takes away, and a fee that
goes back with them is negative too, as is the discount (the merchant's own coupon) of what goes
back. So sums are sums, and ``net = amount - discount - fee`` on every line.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta

from ledger.protocol.lifecycle import SettlementState
from ledger.protocol.native_wire.basics import CurrencyCode, InstantText, View

SignedMinor = Annotated[
    int, Meta(description="whole minor units; minus takes away", examples=[-1295])
]
STATEMENT_COLUMNS: Final = (
    "number",
    "kind",
    "event_at",
    "booked_at",
    "payment_id",
    "merchant_order_no",
    "refund_id",
    "merchant_refund_no",
    "terminal_id",
    "amount",
    "discount",
    "fee",
    "net",
    "payer_amount",
    "payer_currency",
    "rate",
)
"""The columns of a statement as a table: a line's fields, its amounts as decimals."""

DayText = Annotated[str, Meta(description="a calendar day (ISO 8601)", examples=["2026-11-21"])]


class MovementKind(StrEnum):
    """Why a merchant's money moved: between payer and merchant, or shared between merchants."""

    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"
    SHARE = "share"


class StatementLine(View, frozen=True, kw_only=True):
    """One movement: a payment captured, a refund given, a payment reversed, or one that was shared.

    A share has a minus where this merchant shared its own payment, a plus where it received of
    another's, whose order number and terminal then stand here; what comes back of it has the sign
    turned. The payer has no part in it.

    ``event_at`` is when it happened, ``booked_at`` when it was written down: one that was booked
    after its day was closed stands in the next statement. The payer's amount is in the payer's
    currency, signed like the merchant's; ``rate`` is the exact fraction ``num/den`` it was
    exchanged at, empty where nothing was.
    """

    number: int
    kind: MovementKind
    event_at: InstantText
    booked_at: InstantText
    payment_id: str
    merchant_order_no: str
    refund_id: str
    merchant_refund_no: str
    terminal_id: str
    amount_minor: SignedMinor
    discount_minor: SignedMinor
    fee_minor: SignedMinor
    net_minor: SignedMinor
    payer_amount_minor: SignedMinor
    payer_currency: CurrencyCode
    rate: str


class StatementView(View, frozen=True, kw_only=True):
    """A settlement batch and its lines; the sums are those of the whole batch.

    ``carried_in_minor + net_minor = paid_out_minor + carried_out_minor``: what is owed is paid out
    on ``payout_on``; what the merchant owes us waits for the next batch. ``lines`` holds at most a
    thousand of ``line_count``; the query ``after_line`` asks for those behind a number.
    """

    batch_id: str
    merchant_id: str
    currency: CurrencyCode
    business_day: DayText
    state: SettlementState
    opens_at: InstantText
    closes_at: InstantText
    carried_in_minor: SignedMinor
    amount_minor: SignedMinor
    discount_minor: SignedMinor
    fee_minor: SignedMinor
    net_minor: SignedMinor
    paid_out_minor: SignedMinor
    carried_out_minor: SignedMinor
    payout_on: DayText
    line_count: int
    lines: list[StatementLine]


class Document(View, frozen=True, kw_only=True):
    """A body that is text of another kind than JSON."""

    text: str


class StatementCsv(Document, frozen=True, kw_only=True):
    """The whole statement as a table (RFC 4180, UTF-8), with the columns of a line and a total."""


class StatementCamt(Document, frozen=True, kw_only=True):
    """The whole statement as ISO 20022 camt.053.001.08."""
