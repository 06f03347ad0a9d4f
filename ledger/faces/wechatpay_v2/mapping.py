"""From the books to what a caller is told: the one place where their words and ours meet.

What is paid in another currency is told as ``cash_fee``.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import aliases, refunds
from ledger.core.vendors.orders import Opened
from ledger.core.vendors.refunds import Refunded
from ledger.core.vendors.wechatpay.trade_states import PAID, trade_state
from ledger.protocol.lifecycle import RefundState
from ledger.protocol.money import Money
from ledger.protocol.wechatpay_v2_wire.values import to_time

Told = dict[str, str | int]

DESCRIPTIONS = {
    "SUCCESS": "支付成功",
    "REFUND": "转入退款",
    "NOTPAY": "订单未支付",
    "CLOSED": "订单已关闭",
    "REVOKED": "订单已撤销",
    "USERPAYING": "需要用户输入支付密码",
    "PAYERROR": "支付失败，请撤销订单",
}
CHANGE = "支付用户零钱"
UNSETTLED = "REFUND_SOURCE_UNSETTLED_FUNDS"
SUCCESS = "SUCCESS"
STATUS_OF = {
    RefundState.SUCCEEDED: SUCCESS,
    RefundState.PROCESSING: "CHANGE",
    RefundState.FAILED: "REFUNDCLOSE",
}
"""What is told of a refund; ``CHANGE`` has nothing to do with the payer's change."""


def query(books: Books, opened: Opened) -> Told:
    """Tell how an order stands; all about it once it is paid."""
    order, state = opened.order, trade_state(books, opened.payment)
    told: Told = {"trade_state": state, "trade_state_desc": DESCRIPTIONS[state]}
    if state in PAID:
        return paid(books, opened) | told
    told["out_trade_no"] = order.out_no
    return told | {name: order.facts[name] for name in ("attach",) if name in order.facts}


def paid(books: Books, opened: Opened) -> Told:
    """Tell all about a paid order: what a query, a payment by code and a notification say."""
    order, payment = opened.order, opened.payment
    cash = payment.payer_amount or payment.amount
    told: Told = {
        "openid": aliases.called(
            books, payment.payer_id, vendor=Vendor.WECHATPAY, merchant_id=payment.merchant_id
        ),
        "is_subscribe": "N",
        "trade_type": order.facts.get("trade_type", "NATIVE"),
        "bank_type": "OTHERS",
        **_fees("total", payment.amount, payment.discount),
        "fee_type": payment.amount.currency.code,
        "cash_fee": cash.minor_units,
        "cash_fee_type": cash.currency.code,
        "transaction_id": order.vendor_no,
        "out_trade_no": order.out_no,
        "attach": order.facts.get("attach", ""),
    }
    if payment.paid_at is not None:
        told["time_end"] = to_time(payment.paid_at)
    return told


def _fees(name: str, whole: Money, discount: Money) -> Told:
    """Tell a price or a refund, and what of it is settled, which a merchant's own coupon lowers."""
    told: Told = {f"{name}_fee": whole.minor_units}
    if discount.minor_units:
        told[f"settlement_{name}_fee"] = (whole - discount).minor_units
        told["coupon_fee" if name == "total" else f"coupon_{name}_fee"] = discount.minor_units
    return told


def refund(opened: Opened, refunded: Refunded) -> Told:
    """Tell of a refund that was accepted."""
    order, payment, given = opened.order, refunded.payment, refunded.refund
    cash = payment.payer_amount or payment.amount
    return {
        "transaction_id": order.vendor_no,
        "out_trade_no": order.out_no,
        "out_refund_no": refunded.vendor_refund.out_no,
        "refund_id": refunded.vendor_refund.vendor_no,
        "refund_channel": "",
        **_fees("refund", given.amount, Money(given.discount_minor, given.amount.currency)),
        **_fees("total", payment.amount, payment.discount),
        "fee_type": payment.amount.currency.code,
        "cash_fee": cash.minor_units,
        "cash_refund_fee": given.payer_amount.minor_units,
        "coupon_refund_count": 0,
    }


def refund_query(books: Books, opened: Opened, found: Sequence[Refunded]) -> Told:
    """Tell of an order's refunds; each one's fields end in its number, from 0."""
    order, payment = opened.order, opened.payment
    cash = payment.payer_amount or payment.amount
    told: Told = {
        "transaction_id": order.vendor_no,
        "out_trade_no": order.out_no,
        **_fees("total", payment.amount, payment.discount),
        "fee_type": payment.amount.currency.code,
        "cash_fee": cash.minor_units,
        "refund_count": len(found),
    }
    for number, refunded in enumerate(found):
        status = STATUS_OF[refunded.refund.state]
        of_one: Told = {
            "out_refund_no": refunded.vendor_refund.out_no,
            "refund_id": refunded.vendor_refund.vendor_no,
            "refund_channel": "ORIGINAL",
            "refund_fee": refunded.refund.amount.minor_units,
            "coupon_refund_fee": refunded.refund.discount_minor,
            "refund_status": status,
            "refund_account": refunded.vendor_refund.facts.get("refund_account", UNSETTLED),
            "refund_recv_accout": CHANGE,  # the vendor's spelling
        }
        if status == SUCCESS:
            of_one["refund_success_time"] = refund_time(books, refunded)
        told |= {f"{name}_{number}": value for name, value in of_one.items()}
    return told


def refund_time(books: Books, refunded: Refunded) -> str:
    """Tell when a refund arrived: here with hyphens and colons, unlike anywhere else in v2."""
    digits = to_time(refunds.arrived_at(books, refunded.refund))
    day, clock = digits[:8], digits[8:]
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {clock[:2]}:{clock[2:4]}:{clock[4:]}"


def refund_news(books: Books, opened: Opened, refunded: Refunded, status: str) -> Told:
    """Tell of a refund in a notification, whose fields differ from a query's."""
    given, kept = refunded.refund, refunded.vendor_refund
    whole, price = given.amount.minor_units, opened.payment.amount.minor_units
    told: Told = {
        "out_refund_no": kept.out_no,
        "out_trade_no": opened.order.out_no,
        "refund_account": kept.facts.get("refund_account", UNSETTLED),
        "refund_fee": whole,
        "refund_id": kept.vendor_no,
        "refund_recv_accout": CHANGE,
        "refund_request_source": "API",
        "refund_status": status,
        "settlement_refund_fee": whole - given.discount_minor,
        "settlement_total_fee": price - opened.payment.discount_minor,
        "total_fee": price,
        "transaction_id": opened.order.vendor_no,
    }
    return told | {"success_time": refund_time(books, refunded)} if status == SUCCESS else told
