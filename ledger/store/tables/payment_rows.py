"""Payments and what belongs to them, as rows: money as a number and a currency's code."""

from __future__ import annotations

from ledger.core.records.payments import Claim, Payment, Quote, Rate, Refund
from ledger.protocol.identifiers import PayerId, PaymentId, QuoteId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState, RefundState
from ledger.protocol.messages import Intent, Presented
from ledger.protocol.money import Money, currency
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class PaymentRow:
    """A row of ``payment``."""

    payment_id: PaymentId
    merchant_id: str
    terminal_id: str
    merchant_order_no: str
    amount_minor: int
    currency: str
    subject: str
    basket_hash: str
    presented: Presented
    request_text: str
    state: PaymentState
    created_at: Instant
    expires_at: Instant
    refunded_minor: int
    fee_minor: int
    fee_returned_minor: int
    discount_minor: int
    discount_returned_minor: int
    payer_id: PayerId | None
    payer_amount_minor: int | None
    payer_currency: str | None
    payer_refunded_minor: int
    paid_at: Instant | None
    intent: Intent
    hold_until: Instant | None
    captured_minor: int | None
    version: int

    @classmethod
    def of(cls, payment: Payment) -> PaymentRow:
        """Spell a payment as a row."""
        paid = payment.payer_amount
        return cls(
            payment_id=payment.payment_id,
            merchant_id=payment.merchant_id,
            terminal_id=payment.terminal_id,
            merchant_order_no=payment.merchant_order_no,
            amount_minor=payment.amount.minor_units,
            currency=payment.amount.currency.code,
            subject=payment.subject,
            basket_hash=payment.basket_hash,
            presented=payment.presented,
            request_text=payment.request_text,
            state=payment.state,
            created_at=payment.created_at,
            expires_at=payment.expires_at,
            refunded_minor=payment.refunded.minor_units,
            fee_minor=payment.fee_minor,
            fee_returned_minor=payment.fee_returned_minor,
            discount_minor=payment.discount_minor,
            discount_returned_minor=payment.discount_returned_minor,
            payer_id=payment.payer_id,
            payer_amount_minor=paid.minor_units if paid else None,
            payer_currency=paid.currency.code if paid else None,
            payer_refunded_minor=payment.payer_refunded_minor,
            paid_at=payment.paid_at,
            intent=payment.intent,
            hold_until=payment.hold_until,
            captured_minor=payment.captured.minor_units if payment.captured else None,
            version=payment.version,
        )

    def record(self) -> Payment:
        """Read the row as a payment."""
        paid = None
        if self.payer_amount_minor is not None and self.payer_currency is not None:
            paid = Money(self.payer_amount_minor, currency(self.payer_currency))
        of = currency(self.currency)
        return Payment(
            payment_id=self.payment_id,
            merchant_id=self.merchant_id,
            terminal_id=self.terminal_id,
            merchant_order_no=self.merchant_order_no,
            amount=Money(self.amount_minor, of),
            subject=self.subject,
            basket_hash=self.basket_hash,
            presented=self.presented,
            request_text=self.request_text,
            state=self.state,
            created_at=self.created_at,
            expires_at=self.expires_at,
            refunded=Money(self.refunded_minor, of),
            fee_minor=self.fee_minor,
            fee_returned_minor=self.fee_returned_minor,
            discount_minor=self.discount_minor,
            discount_returned_minor=self.discount_returned_minor,
            payer_id=self.payer_id,
            payer_amount=paid,
            payer_refunded_minor=self.payer_refunded_minor,
            paid_at=self.paid_at,
            intent=self.intent,
            hold_until=self.hold_until,
            captured=None if self.captured_minor is None else Money(self.captured_minor, of),
            version=self.version,
        )


@record(frozen=True, slots=True)
class ClaimRow:
    """A row of ``claim``."""

    payment_id: PaymentId
    payer_id: PayerId
    payer_amount_minor: int
    payer_currency: str
    quote_id: QuoteId | None
    code_digest: str
    claimed_at: Instant
    claimed_until: Instant

    @classmethod
    def of(cls, claim: Claim) -> ClaimRow:
        """Spell a claim as a row."""
        return cls(
            payment_id=claim.payment_id,
            payer_id=claim.payer_id,
            payer_amount_minor=claim.payer_amount.minor_units,
            payer_currency=claim.payer_amount.currency.code,
            quote_id=claim.quote_id,
            code_digest=claim.code_digest,
            claimed_at=claim.claimed_at,
            claimed_until=claim.claimed_until,
        )

    def record(self) -> Claim:
        """Read the row as a claim."""
        return Claim(
            payment_id=self.payment_id,
            payer_id=self.payer_id,
            payer_amount=Money(self.payer_amount_minor, currency(self.payer_currency)),
            quote_id=self.quote_id,
            code_digest=self.code_digest,
            claimed_at=self.claimed_at,
            claimed_until=self.claimed_until,
        )


@record(frozen=True, slots=True)
class QuoteRow:
    """A row of ``quote``."""

    quote_id: QuoteId
    payment_id: PaymentId
    payer_id: PayerId
    amount_minor: int
    currency: str
    payer_amount_minor: int
    payer_currency: str
    rate_numerator: int
    rate_denominator: int
    rate_set_by: str
    rate_spread_bps: int
    created_at: Instant
    valid_until: Instant

    @classmethod
    def of(cls, quote: Quote) -> QuoteRow:
        """Spell a quote as a row."""
        return cls(
            quote_id=quote.quote_id,
            payment_id=quote.payment_id,
            payer_id=quote.payer_id,
            amount_minor=quote.amount.minor_units,
            currency=quote.amount.currency.code,
            payer_amount_minor=quote.payer_amount.minor_units,
            payer_currency=quote.payer_amount.currency.code,
            rate_numerator=quote.rate.numerator,
            rate_denominator=quote.rate.denominator,
            rate_set_by=quote.rate.set_by,
            rate_spread_bps=quote.rate.spread_bps,
            created_at=quote.created_at,
            valid_until=quote.valid_until,
        )

    def record(self) -> Quote:
        """Read the row as a quote."""
        return Quote(
            quote_id=self.quote_id,
            payment_id=self.payment_id,
            payer_id=self.payer_id,
            amount=Money(self.amount_minor, currency(self.currency)),
            payer_amount=Money(self.payer_amount_minor, currency(self.payer_currency)),
            rate=Rate(
                self.rate_numerator,
                self.rate_denominator,
                self.rate_set_by,
                self.rate_spread_bps,
            ),
            created_at=self.created_at,
            valid_until=self.valid_until,
        )


@record(frozen=True, slots=True)
class RefundRow:
    """A row of ``refund``."""

    refund_id: RefundId
    payment_id: PaymentId
    merchant_id: str
    merchant_refund_no: str
    amount_minor: int
    currency: str
    fee_minor: int
    discount_minor: int
    payer_amount_minor: int
    payer_currency: str
    reason: str
    state: RefundState
    created_at: Instant

    @classmethod
    def of(cls, refund: Refund) -> RefundRow:
        """Spell a refund as a row."""
        return cls(
            refund_id=refund.refund_id,
            payment_id=refund.payment_id,
            merchant_id=refund.merchant_id,
            merchant_refund_no=refund.merchant_refund_no,
            amount_minor=refund.amount.minor_units,
            currency=refund.amount.currency.code,
            fee_minor=refund.fee_minor,
            discount_minor=refund.discount_minor,
            payer_amount_minor=refund.payer_amount.minor_units,
            payer_currency=refund.payer_amount.currency.code,
            reason=refund.reason,
            state=refund.state,
            created_at=refund.created_at,
        )

    def record(self) -> Refund:
        """Read the row as a refund."""
        return Refund(
            refund_id=self.refund_id,
            payment_id=self.payment_id,
            merchant_id=self.merchant_id,
            merchant_refund_no=self.merchant_refund_no,
            amount=Money(self.amount_minor, currency(self.currency)),
            payer_amount=Money(self.payer_amount_minor, currency(self.payer_currency)),
            reason=self.reason,
            state=self.state,
            created_at=self.created_at,
            fee_minor=self.fee_minor,
            discount_minor=self.discount_minor,
        )
