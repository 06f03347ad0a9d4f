"""From the books to what a caller is told: the one place where their words and ours meet.

The members stand in the sequence of the vendor's samples.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.records.vendors import Vendor, VendorOrder
from ledger.core.vendors import aliases, refunds
from ledger.core.vendors.orders import Opened
from ledger.core.vendors.refunds import Refunded
from ledger.core.vendors.wechatpay.trade_states import PAID, trade_state
from ledger.faces.wechatpay import promotions
from ledger.protocol.lifecycle import RefundState
from ledger.protocol.wechatpay_wire import rates, times

PROCESSING = "PROCESSING"
SUCCESS = "SUCCESS"
NOT_PAID = "NOTPAY"
STATUS_OF = {
    RefundState.SUCCEEDED: SUCCESS,
    RefundState.PROCESSING: "ABNORMAL",
    RefundState.FAILED: "CLOSED",
}
"""What a query tells of a refund; one that waits has reached its end for now, to the vendor."""

ORIGINAL = "ORIGINAL"
SETTLEMENT_RATE = "SETTLEMENT_RATE"

DESCRIPTIONS = {
    "SUCCESS": "支付成功",
    "REFUND": "订单发生过退款，退款详情请查询退款单",
    "NOTPAY": "订单未支付",
    "CLOSED": "订单已关闭",
    "REVOKED": "已撤销",
    "USERPAYING": "用户支付中",
    "PAYERROR": "支付失败，请撤销订单",
}
CHANGE = "支付用户零钱"
"""Where a refund arrives: the payer's balance."""

Json = dict[str, object]


@dataclass(frozen=True)
class Style:
    """How the two APIs spell the same: at home, and overseas; ``number`` is the platform's own."""

    is_overseas: bool = False
    number: str = "transaction_id"


HOME, OVERSEAS = Style(), Style(is_overseas=True, number="id")
OVERSEAS_NEWS = Style(is_overseas=True)
"""A notification calls the number as at home does."""


def style_of_news(order: VendorOrder) -> Style:
    """Tell how a notification about an order is spelled."""
    return OVERSEAS_NEWS if order.facts.get("overseas") else HOME


def transaction(books: Books, opened: Opened, style: Style = HOME) -> Json:
    """Tell all about an order: what a query, a payment by code and a notification say."""
    order, payment = opened.order, opened.payment
    state = trade_state(books, payment)
    told: Json = {"amount": _amount(books, payment, state, style), **_parties(order)}
    if state in PAID:
        told |= {"attach": order.facts.get("attach", ""), "bank_type": "OTHERS"}
    coupons = promotions.of_order(books, payment) if state in PAID else []
    told |= {"out_trade_no": order.out_no, "promotion_detail": coupons}
    if state in PAID:
        told["payer"] = _payer(books, order, payment)
        if payment.paid_at is not None:
            told["success_time"] = times.to_text(payment.paid_at)
        told[style.number] = order.vendor_no
    told |= {"trade_state": state, "trade_state_desc": DESCRIPTIONS[state]}
    if state == NOT_PAID:
        return told | {"scene_info": {"device_id": order.facts.get("device_info", "")}}
    return told | {"trade_type": order.facts.get("trade_type", "NATIVE")}


def _parties(order: VendorOrder) -> Json:
    facts = order.facts
    if "sp_mchid" not in facts:
        return {"appid": facts.get("appid", ""), "mchid": order.account_id}
    told: Json = {"sp_appid": facts.get("appid", ""), "sp_mchid": facts["sp_mchid"]}
    if facts.get("sub_appid"):
        told["sub_appid"] = facts["sub_appid"]
    return told | {"sub_mchid": order.account_id}


def _amount(books: Books, payment: Payment, state: str, style: Style) -> Json:
    price = payment.amount
    told: Json = {"total": price.minor_units, "currency": price.currency.code}
    paid = payment.payer_amount
    if state in PAID and paid is not None:
        told |= {"payer_total": paid.minor_units, "payer_currency": paid.currency.code}
        if style.is_overseas:
            told["exchange_rate"] = _rate(books, payment)
    return told


def _rate(books: Books, payment: Payment) -> Json:
    claim = books.payments.claim(payment.payment_id)
    quote = books.payments.quote(claim.quote_id) if claim and claim.quote_id else None
    rate = (
        rates.ONE if quote is None else rates.to_rate(quote.rate.numerator, quote.rate.denominator)
    )
    return {"type": SETTLEMENT_RATE, "rate": rate}


def _payer(books: Books, order: VendorOrder, payment: Payment) -> Json:
    called = aliases.called(
        books, payment.payer_id, vendor=Vendor.WECHATPAY, merchant_id=payment.merchant_id
    )
    return {"sp_openid" if "sp_mchid" in order.facts else "openid": called}


def refund(books: Books, refunded: Refunded, order: VendorOrder, status: str) -> Json:
    """Tell all about a refund at home."""
    given, kept = refunded.refund, refunded.vendor_refund
    told: Json = {
        "refund_id": kept.vendor_no,
        "out_refund_no": kept.out_no,
        "transaction_id": order.vendor_no,
        "out_trade_no": order.out_no,
        "channel": ORIGINAL,
        "user_received_account": CHANGE,
        "create_time": times.to_text(given.created_at),
        "status": status,
        "funds_account": kept.facts.get("funds_account", "AVAILABLE"),
        "amount": refund_amount(books, refunded),
        "promotion_detail": promotions.of_refund(books, refunded),
    }
    return told | _success_time(books, refunded, status)


def _success_time(books: Books, refunded: Refunded, status: str) -> Json:
    """Tell when a refund arrived, which only one that did has."""
    if status != SUCCESS:
        return {}
    return {"success_time": times.to_text(refunds.arrived_at(books, refunded.refund))}


def refund_amount(books: Books, refunded: Refunded) -> Json:
    """Tell what a refund gives back, in all its members."""
    total, given = refunded.payment.amount, refunded.refund
    paid = refunded.payment.payer_amount or total
    return {
        "total": total.minor_units,
        "refund": given.amount.minor_units,
        "from": [],
        "payer_total": paid.minor_units,
        "payer_refund": given.payer_amount.minor_units,
        "settlement_refund": given.amount.minor_units - given.discount_minor,
        "settlement_total": (total - refunded.payment.discount).minor_units,
        "discount_refund": promotions.amount_of(books, refunded),
        "currency": total.currency.code,
    }


def refund_overseas(books: Books, refunded: Refunded, order: VendorOrder, status: str) -> Json:
    """Tell all about a refund overseas."""
    given, kept = refunded.refund, refunded.vendor_refund
    told: Json = {
        "id": kept.vendor_no,
        "out_refund_no": kept.out_no,
        "transaction_id": order.vendor_no,
        "out_trade_no": order.out_no,
        "channel": ORIGINAL,
        "recv_account": CHANGE,
        "fund_source": kept.facts.get("source", "REFUND_SOURCE_UNSETTLED_FUNDS"),
        "create_time": times.to_text(given.created_at),
        "status": status,
        "amount": {
            "refund": given.amount.minor_units,
            "currency": given.amount.currency.code,
            "payer_refund": given.payer_amount.minor_units,
            "payer_currency": given.payer_amount.currency.code,
            "exchange_rate": _rate(books, refunded.payment),
        },
        "refund_detail": promotions.of_refund(books, refunded),
    }
    return told | _success_time(books, refunded, status)


def refund_news(books: Books, refunded: Refunded, order: VendorOrder, status: str) -> Json:
    """Tell of a refund in a notification, whose members differ from a query's."""
    kept, told = refunded.vendor_refund, refund_amount(books, refunded)
    parties = _parties(order)
    named = {name: value for name, value in parties.items() if name.endswith("mchid")}
    return named | {
        "transaction_id": order.vendor_no,
        "out_trade_no": order.out_no,
        "refund_id": kept.vendor_no,
        "out_refund_no": kept.out_no,
        "refund_status": status,
        **_success_time(books, refunded, status),
        "user_received_account": CHANGE,
        "amount": {name: told[name] for name in ("total", "refund", "payer_total", "payer_refund")},
    }
