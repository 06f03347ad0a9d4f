"""What the till's API answers: a sale as cashier, kiosk and payer's screen see it.

Amounts are minor units of ``currency``, instants RFC 3339 text in UTC. ``now`` is the till's time,
so that a screen can count down by its own clock. The salt of a basket is shown with its receipts
only: it belongs to who bought it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ledger.protocol.instants import Instant, to_text
from ledger.protocol.messages import FundingSource, Intent, Receipt, Signed, discount
from pos.acquirers.intents import Attempt, Profile, Refund
from pos.collect import Event, Mode, Phase
from pos.counter.late import LATE_STATES
from pos.counter.refunds import refunded
from pos.goods.catalogue import Language, Names, Product
from pos.store.evidence import Alarm
from pos.store.late_payments import Decision, LatePayment, LateState
from pos.till import SALE_STATES, Sale, SaleState


class ProductView(Struct, frozen=True):
    """An article; ``name`` in the language that was asked for."""

    sku: str
    name: str
    price_minor: int
    currency: str
    vat_percent: int


class LineView(Struct, frozen=True):
    """A line of a basket, as it was sold."""

    sku: str
    name: Names
    quantity: int
    unit_price_minor: int
    gross_minor: int
    vat_percent: int


class VatView(Struct, frozen=True):
    """The VAT of one rate: gross is net and VAT."""

    vat_percent: int
    gross_minor: int
    net_minor: int
    vat_minor: int


class CollectionView(Struct, frozen=True):
    """The latest attempt to collect a sale. ``code`` is there while it may be shown."""

    payment_id: str
    merchant_order_no: str
    mode: Mode
    profile: Profile
    phase: Phase
    told: Event | None
    reason: str
    code: str | None
    expires_at: str


class RefundView(Struct, frozen=True):
    """A refund; ``reason`` says why it failed."""

    merchant_refund_no: str
    refund_id: str
    amount_minor: int
    state: str
    reason: str
    created_at: str


class LateView(Struct, frozen=True):
    """A payment that is given back after its collection had ended; ``meaning`` is for screens."""

    payment_id: str
    why: str
    state: LateState
    meaning: str
    told_at: str


class DecisionView(Struct, frozen=True):
    """What a person decided about the sale."""

    decision: str
    reason: str
    decided_at: str


class SaleView(Struct, frozen=True):
    """A sale with everything a screen needs."""

    sale_id: str
    state: SaleState
    meaning: str
    lines: list[LineView]
    total_minor: int
    refunded_minor: int
    currency: str
    vat: list[VatView]
    sticker_id: str
    created_at: str
    now: str
    collection: CollectionView | None
    refunds: list[RefundView]
    late_payments: list[LateView]
    decisions: list[DecisionView]
    intent: Intent
    captured_minor: int | None
    asked_key: str


class FundingView(Struct, frozen=True):
    """What coupons or points paid of an amount; ``merchant-coupon`` is the shop's own."""

    source: FundingSource
    amount_minor: int


class ReceiptView(Struct, frozen=True):
    """One signed receipt, opened, and sealed as the provider gave it.

    ``settled_minor`` is what the shop gets of the amount, or gives back: all but its own coupon.
    """

    kind: str
    receipt_id: str
    amount_minor: int
    currency: str
    payer_amount_minor: int
    payer_currency: str
    funding: list[FundingView]
    settled_minor: int
    ppid: str
    occurred_at: str
    signed: dict[str, str]


class ReceiptsView(Struct, frozen=True):
    """All receipts of a sale, the paper they are printed on, and what proves the basket.

    ``basket_hash`` is SHA-256 of ``basket/v1``, a line feed, the salt and the text ``basket``.
    """

    receipts: list[ReceiptView]
    paper: str
    basket: str
    basket_salt: str
    basket_hash: str


class AlarmView(Struct, frozen=True):
    """Something a person has to look at."""

    raised_at: str
    code: str
    detail: str
    sale_id: str | None


def product(of: Product, language: Language) -> ProductView:
    """Show an article of the catalogue."""
    price = of.price
    name = of.name.in_language(language)
    return ProductView(of.sku, name, price.minor_units, price.currency.code, of.vat_percent)


def sale(
    of: Sale,
    attempts: Sequence[Attempt],
    refunds: Sequence[Refund],
    *,
    late_payments: Sequence[LatePayment],
    decisions: Sequence[Decision],
    now: Instant,
) -> SaleView:
    """Show a sale; ``attempts`` with the latest first."""
    return SaleView(
        sale_id=of.sale_id,
        state=of.state,
        meaning=SALE_STATES[of.state],
        lines=_lines(of),
        total_minor=of.total.minor_units,
        refunded_minor=refunded(refunds, of.total).minor_units,
        currency=of.total.currency.code,
        vat=_vat(of),
        sticker_id=of.sticker_id,
        created_at=to_text(of.created_at),
        now=to_text(now),
        collection=_collection(attempts[0]) if attempts else None,
        refunds=[refund(each) for each in refunds],
        late_payments=[_late(each) for each in late_payments],
        decisions=[_decision(each) for each in decisions],
        intent=of.intent,
        captured_minor=None if of.captured is None else of.captured.minor_units,
        asked_key=of.asked_key,
    )


def fresh_sale(of: Sale, attempts: Sequence[Attempt]) -> SaleView:
    """Show a sale that was opened just now."""
    return sale(of, attempts, (), late_payments=(), decisions=(), now=of.created_at)


def refund(of: Refund) -> RefundView:
    """Show a refund."""
    return RefundView(
        merchant_refund_no=of.merchant_refund_no,
        refund_id=of.refund_id,
        amount_minor=of.amount.minor_units,
        state=of.state,
        reason=of.reason,
        created_at=to_text(of.created_at),
    )


def receipt(of: Receipt, signed: Signed) -> ReceiptView:
    """Show a receipt that was checked."""
    return ReceiptView(
        kind=of.kind,
        receipt_id=of.receipt_id,
        amount_minor=of.amount.minor_units,
        currency=of.amount.currency.code,
        payer_amount_minor=of.payer_amount.minor_units,
        payer_currency=of.payer_amount.currency.code,
        funding=[FundingView(part.source, part.minor_units) for part in of.funding],
        settled_minor=of.amount.minor_units - discount(of.funding),
        ppid=of.ppid,
        occurred_at=to_text(of.occurred_at),
        signed=signed.to_json(),
    )


def alarm(of: Alarm) -> AlarmView:
    """Show an alarm."""
    return AlarmView(to_text(of.raised_at), of.code, of.detail, of.sale_id)


def _lines(of: Sale) -> list[LineView]:
    return [
        LineView(
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            unit_price_minor=line.unit_price.minor_units,
            gross_minor=line.gross.minor_units,
            vat_percent=line.vat_percent,
        )
        for line in of.basket.lines
    ]


def _vat(of: Sale) -> list[VatView]:
    return [
        VatView(
            vat_percent=part.vat_percent,
            gross_minor=part.gross.minor_units,
            net_minor=part.net.minor_units,
            vat_minor=part.vat.minor_units,
        )
        for part in of.basket.vat()
    ]


def _late(of: LatePayment) -> LateView:
    told_at = to_text(of.told_at)
    return LateView(of.payment_id, of.why, of.state, LATE_STATES[of.state], told_at)


def _decision(of: Decision) -> DecisionView:
    return DecisionView(of.decision, of.reason, to_text(of.decided_at))


def _collection(of: Attempt) -> CollectionView:
    return CollectionView(
        payment_id=of.payment_id,
        merchant_order_no=of.merchant_order_no,
        mode=of.collection.mode,
        profile=of.profile,
        phase=of.collection.phase,
        told=of.collection.told,
        reason=of.collection.reason,
        code=of.shown_code,
        expires_at=to_text(of.expires_at),
    )
