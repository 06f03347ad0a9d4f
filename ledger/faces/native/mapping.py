"""From the core's records to the bodies of the native API; the only place where the two meet.

Each function is named after the body it makes. Nothing is decided here: what a caller may see was
settled by the query that found the record.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.core.checkout.claims import Offer
from ledger.core.limits import Policy
from ledger.core.parties.enrolment import DeviceEnrolment, TerminalEnrolment
from ledger.core.records.notices import LiveEvent
from ledger.core.records.parties import Merchant, Payer, Terminal
from ledger.core.records.payments import Payment, Quote, Refund
from ledger.core.records.settlement import Batch, BatchLine
from ledger.core.returns.refunds import RefundResult
from ledger.core.settlement.statement import KINDS
from ledger.protocol import native_wire as wire
from ledger.protocol.instants import to_text
from ledger.protocol.lifecycle import PAYMENT_STATES
from ledger.protocol.messages import Intent, Signed
from ledger.protocol.money import Money
from ledger.protocol.signing import b64url


def payment_view(payment: Payment, *, with_fee: bool) -> wire.PaymentView:
    """Show a payment; ``with_fee`` to its merchant alone."""
    return wire.PaymentView(
        payment_id=payment.payment_id,
        merchant_id=payment.merchant_id,
        terminal_id=payment.terminal_id,
        merchant_order_no=payment.merchant_order_no,
        amount_minor=payment.amount.minor_units,
        currency=payment.amount.currency.code,
        state=payment.state,
        next_actor=PAYMENT_STATES[payment.state].next_actor,
        presented=payment.presented,
        subject=payment.subject,
        created_at=to_text(payment.created_at),
        expires_at=to_text(payment.expires_at),
        paid_at=None if payment.paid_at is None else to_text(payment.paid_at),
        refunded_minor=payment.refunded.minor_units,
        fee_minor=payment.fee_minor if with_fee else None,
        fee_returned_minor=payment.fee_returned_minor if with_fee else None,
        discount_minor=(payment.discount_minor or None) if with_fee else None,
        intent=payment.intent,
        hold_until=None if payment.hold_until is None else to_text(payment.hold_until),
        captured_minor=_captured_minor(payment),
    )


def _captured_minor(payment: Payment) -> int | None:
    """Tell what of a deposit was captured; of a sale it goes without saying."""
    if payment.intent is Intent.SALE or payment.captured is None:
        return None
    return payment.captured.minor_units


def payment_result(
    payment: Payment, receipt: Signed | None, *, with_fee: bool
) -> wire.PaymentResult:
    """Show a payment after something happened to it, with the receipt if money moved."""
    return wire.PaymentResult(
        payment=payment_view(payment, with_fee=with_fee),
        receipt=None if receipt is None else wire.SignedText.of(receipt),
    )


def refund_view(refund: Refund) -> wire.RefundView:
    """Show a refund."""
    return wire.RefundView(
        refund_id=refund.refund_id,
        payment_id=refund.payment_id,
        merchant_refund_no=refund.merchant_refund_no,
        amount_minor=refund.amount.minor_units,
        currency=refund.amount.currency.code,
        discount_minor=refund.discount_minor,
        fee_minor=refund.fee_minor,
        state=refund.state,
        reason=refund.reason or None,
        created_at=to_text(refund.created_at),
    )


def refund_result(result: RefundResult) -> wire.RefundResult:
    """Show a refund, the payment after it, and the receipt."""
    return wire.RefundResult(
        refund=refund_view(result.refund),
        payment=payment_view(result.payment, with_fee=True),
        receipt=wire.SignedText.of(result.receipt),
    )


def offer(offered: Offer) -> wire.Offer:
    """Show what the payer is asked to agree to."""
    payment = offered.payment
    return wire.Offer(
        payment=payment_view(payment, with_fee=False),
        payee=_payee_view(offered.merchant),
        amount_minor=payment.amount.minor_units,
        currency=payment.amount.currency.code,
        payer_amount_minor=offered.payer_amount.minor_units,
        payer_currency=offered.payer_amount.currency.code,
        quote=None if offered.quote is None else quote_view(offered.quote),
        funding=[
            wire.FundingView(source=part.source, amount_minor=part.minor_units)
            for part in offered.funding
        ],
        needs_pin=offered.needs_pin,
        claimed_until=to_text(offered.claimed_until),
    )


def _payee_view(merchant: Merchant) -> wire.PayeeView:
    return wire.PayeeView(
        merchant_id=merchant.merchant_id,
        name=merchant.name,
        names=_names(merchant),
        city=merchant.city,
    )


def quote_view(quote: Quote) -> wire.QuoteView:
    """Show a locked exchange rate."""
    return wire.QuoteView(
        quote_id=quote.quote_id,
        rate=str(quote.rate),
        rate_set_by=quote.rate.set_by,
        rate_spread_bps=quote.rate.spread_bps,
        valid_until=to_text(quote.valid_until),
    )


def merchant_view(merchant: Merchant) -> wire.MerchantView:
    """Show a merchant as registered."""
    return wire.MerchantView(
        merchant_id=merchant.merchant_id,
        name=merchant.name,
        names=_names(merchant),
        city=merchant.city,
        country=merchant.country,
        postal_code=merchant.postal_code,
        mcc=merchant.mcc,
        currency=merchant.currency.code,
    )


def statement_view(batch: Batch, lines: Sequence[BatchLine]) -> wire.StatementView:
    """Show a settlement batch with some of its lines."""
    return wire.StatementView(
        batch_id=batch.batch_id,
        merchant_id=batch.merchant_id,
        currency=batch.currency.code,
        business_day=batch.business_day.isoformat(),
        state=batch.state,
        opens_at=to_text(batch.opens_at),
        closes_at=to_text(batch.closes_at),
        carried_in_minor=batch.carried_in_minor,
        amount_minor=batch.amount_minor,
        discount_minor=batch.discount_minor,
        fee_minor=batch.fee_minor,
        net_minor=batch.net_minor,
        paid_out_minor=batch.paid_out_minor,
        carried_out_minor=batch.carried_out_minor,
        payout_on=batch.payout_on.isoformat(),
        line_count=batch.line_count,
        lines=[_statement_line(line) for line in lines],
    )


def _statement_line(line: BatchLine) -> wire.StatementLine:
    return wire.StatementLine(
        number=line.number,
        kind=KINDS[line.kind],
        event_at=to_text(line.event_at),
        booked_at=to_text(line.booked_at),
        payment_id=line.payment_id,
        merchant_order_no=line.merchant_order_no,
        refund_id=line.refund_id,
        merchant_refund_no=line.merchant_refund_no,
        terminal_id=line.terminal_id,
        amount_minor=line.amount_minor,
        discount_minor=line.discount_minor,
        fee_minor=line.fee_minor,
        net_minor=line.net_minor,
        payer_amount_minor=line.payer_amount_minor,
        payer_currency=line.payer_currency,
        rate=line.rate,
    )


def _names(merchant: Merchant) -> dict[str, str]:
    return {"de": merchant.names.de, "en": merchant.names.en, "zh": merchant.names.zh}


def _terminal_view(terminal: Terminal) -> wire.TerminalView:
    return wire.TerminalView(
        terminal_id=terminal.terminal_id,
        label=terminal.label,
        store_label=terminal.store_label,
    )


def terminal_enrolled(enrolment: TerminalEnrolment) -> wire.TerminalEnrolled:
    """Tell a till who it now is."""
    return wire.TerminalEnrolled(
        key_id=enrolment.key.key_id,
        merchant=merchant_view(enrolment.merchant),
        terminal=_terminal_view(enrolment.terminal),
    )


def device_enrolled(enrolment: DeviceEnrolment) -> wire.DeviceEnrolled:
    """Tell a device whose it now is, and the secret behind its payment codes."""
    return wire.DeviceEnrolled(
        device_id=enrolment.device.device_id,
        key_id=enrolment.key.key_id,
        payer=enrolled_payer(enrolment.payer),
        code_secret=b64url(enrolment.device.code_secret),
    )


def enrolled_payer(payer: Payer) -> wire.EnrolledPayer:
    """Show who a payer is."""
    return wire.EnrolledPayer(
        payer_id=payer.payer_id,
        display_name=payer.display_name,
        currency=payer.currency.code,
        locale=payer.locale,
    )


def payer_view(
    payer: Payer, balance: Money, held: Money, *, no_pin_left: Money, policy: Policy
) -> wire.PayerView:
    """Show a payer to themselves.

    Limits are set by the shop's currency; the one shown is for shops of the provider's home market.
    """
    return wire.PayerView(
        payer_id=payer.payer_id,
        display_name=payer.display_name,
        currency=payer.currency.code,
        locale=payer.locale,
        balance_minor=balance.minor_units,
        held_minor=held.minor_units,
        no_pin_limit_minor=policy.without_pin.get(no_pin_left.currency.code, 0),
        no_pin_left_minor=no_pin_left.minor_units,
        no_pin_limit_currency=no_pin_left.currency.code,
    )


def event_view(event: LiveEvent) -> wire.EventView:
    """Show that something happened to a payment."""
    return wire.EventView(
        event_id=event.sequence,
        event=event.name,
        payment_id=event.payment_id,
        merchant_order_no=event.merchant_order_no,
        state=event.state,
        occurred_at=to_text(event.occurred_at),
    )
