"""From the books' records to what Antom's API answers and tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.core.parties.register import require_payer
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.records.vendors import Vendor, VendorOrder
from ledger.core.vendors import aliases, antom_prices
from ledger.core.vendors.antom_prices import Price
from ledger.core.vendors.orders import Opened
from ledger.core.vendors.refunds import Refunded
from ledger.faces.antom import quotes
from ledger.faces.antom.quotes import Body
from ledger.faces.antom.results import IN_PROCESS, SUCCESS, result
from ledger.protocol.antom_wire import values
from ledger.protocol.errors.checkout import PayerNotFound
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import Money

FAILED: Final = "failed"
"""The fact that keeps the result code of a payment that failed."""

PSP: Final = "ALIPAY_CN"
_WAITING = (PaymentState.AWAITING_PAYER, PaymentState.AUTHORISING, PaymentState.HELD)
_PAID = (PaymentState.PAID, PaymentState.FULLY_REFUNDED, PaymentState.FINISHED)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a payment stands, as ``paymentStatus`` and as a result code."""

    status: str
    code: str


def standing(opened: Opened) -> Standing:
    """Tell where a payment stands."""
    state = opened.payment.state
    if state in _WAITING:
        return Standing("PROCESSING", IN_PROCESS)
    if state in _PAID:
        return Standing("SUCCESS", SUCCESS)
    if state is PaymentState.REVERSED:
        return Standing("CANCELLED", "ORDER_IS_CANCELED")
    declined = "PROCESS_FAIL" if state is PaymentState.DECLINED else "ORDER_IS_CLOSED"
    return Standing("FAIL", opened.order.facts.get(FAILED, declined))


def ids(order: VendorOrder) -> Body:
    """Name a payment by both numbers."""
    return {"paymentRequestId": order.out_no, "paymentId": order.vendor_no}


def payment(books: Books, opened: Opened) -> Body:
    """Tell a payment: numbers, amounts, times, and once it is paid by whom and at which rate."""
    kept, price = opened.payment, antom_prices.read(opened.order.facts)
    told: Body = {
        **ids(opened.order),
        "paymentAmount": values.spell(price.said if price else kept.amount),
        "paymentCreateTime": values.time_text(kept.created_at),
    }
    if kept.state in _PAID or (kept.state is PaymentState.REVERSED and kept.paid_at is not None):
        told |= _paid(books, kept, price)
    return told


def _paid(books: Books, kept: Payment, price: Price | None) -> Body:
    paid: Body = {"grossSettlementAmount": values.spell(kept.amount)}
    if kept.paid_at is not None:
        paid["paymentTime"] = values.time_text(kept.paid_at)
    return paid | quotes.of_payment(books, kept, price) | _payer(books, kept)


def _payer(books: Books, kept: Payment) -> Body:
    if kept.payer_id is None:
        return {}
    try:
        payer = require_payer(books, kept.payer_id)
    except PayerNotFound:
        return {}
    called = aliases.alias(payer, vendor=Vendor.ANTOM, merchant_id=kept.merchant_id)
    masked = f"{called[:4]}{'*' * (len(called) - 8)}{called[-4:]}"
    info = {"pspName": PSP, "pspCustomerId": called, "displayCustomerId": masked}
    return {"pspCustomerInfo": info}


def refund(given: Refunded) -> Body:
    """Tell a refund."""
    kept, order = given.refund, given.vendor_refund
    asked = refund_amount(given)
    told: Body = {
        "refundRequestId": order.out_no,
        "refundId": order.vendor_no,
        "refundAmount": values.spell(asked),
        "refundTime": values.time_text(kept.created_at),
        "grossSettlementAmount": values.spell(kept.amount),
    }
    price = antom_prices.read(order.facts)
    if price is not None:
        told["settlementQuote"] = quotes.of_settlement(given.payment, price)
    if kept.payer_amount.currency != asked.currency:
        told["actualRefundAmount"] = values.spell(kept.payer_amount)
    return told


def refund_amount(given: Refunded) -> Money:
    """Give what was asked back, in the currency of the price."""
    price = antom_prices.read(given.vendor_refund.facts)
    return price.said if price else given.refund.amount


def listed_refund(given: Refunded) -> Body:
    """Tell a refund in the list of a payment's."""
    return {
        "transactionResult": result(SUCCESS),
        "transactionType": "REFUND",
        "transactionStatus": "SUCCESS",
        "transactionId": given.vendor_refund.vendor_no,
        "transactionRequestId": given.vendor_refund.out_no,
        "transactionAmount": values.spell(refund_amount(given)),
        "transactionTime": values.time_text(given.refund.created_at),
    }
