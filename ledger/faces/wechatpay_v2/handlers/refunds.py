"""Refunds: asked for, and looked up by any of four numbers.

The platform answers that a refund was accepted and tells the outcome later; here it is given back
at once, and a query says so, if the call does not ask for another outcome. The same number again is
the same refund. In production a call has to present the merchant's TLS certificate; here it may.
"""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.core.vendors import refunds
from ledger.core.vendors.orders import Opened
from ledger.core.vendors.refunds import Refunded, WantedRefund
from ledger.core.vendors.wechatpay.notify_urls import require_notify_url
from ledger.faces import Provider
from ledger.faces.wechatpay_v2 import mapping
from ledger.faces.wechatpay_v2.calls.call import Call
from ledger.faces.wechatpay_v2.handlers.orders import opened_by
from ledger.faces.wechatpay_v2.mapping import Told
from ledger.protocol.errors.checkout import OrderNotFound
from ledger.protocol.errors.wechatpay import RefundTooOften, RefundTotalDiffers
from ledger.protocol.errors.wechatpay_v2 import RefundUnknown
from ledger.protocol.wechatpay_wire import numbers

PARTS_MOST = 50
SHOWN_MOST = 10
"""So many refunds one answer tells of; ``offset`` passes over the first ones."""


def refund(provider: Provider, books: Books, call: Call) -> Told:
    """Give a part of an order back; again is the same refund.

    Raises ``OrderNotFound``, ``RefundTotalDiffers``, ``RefundTooOften``, and what
    ``refunds.refund`` raises.
    """
    opened = opened_by(books, call)
    amount = call.fee(books, "refund_fee", "refund_fee_type")
    if call.fee(books, "total_fee", "refund_fee_type") != opened.payment.amount:
        raise RefundTotalDiffers(f"the order is {opened.payment.amount.minor_units}")
    known = refunds.in_account(books, account=call.account, out_no=call.text("out_refund_no"))
    if known is not None:
        if (known.vendor_refund.payment_id, known.refund.amount) != (
            opened.order.payment_id,
            amount,
        ):
            raise RefundTotalDiffers(f"{known.vendor_refund.out_no} stands for another refund")
        return mapping.refund(opened, known)
    if len(books.vendor_orders.refunds(opened.order.payment_id)) >= PARTS_MOST:
        raise RefundTooOften(opened.order.out_no)
    given = {"reason": call.text("refund_desc"), "refund_account": call.text("refund_account")}
    wanted = WantedRefund(
        opened=opened,
        out_no=call.text("out_refund_no"),
        vendor_no=numbers.refund_id(
            f"{call.account.account_id} {call.text('out_refund_no')}", call.now
        ),
        amount=amount,
        notify_url=require_notify_url(call.text("notify_url")),
        facts={name: value for name, value in given.items() if value},
        outcome=call.negative.refund_outcome,
    )
    made = refunds.refund(
        books, wanted=wanted, now=call.now, ids=provider.ids, key=provider.signing_key
    )
    return mapping.refund(opened, made)


def query(_provider: Provider, books: Books, call: Call) -> Told:
    """Look up one refund by its own number, or all of an order; raises ``RefundUnknown``."""
    opened, found = _found(books, call)
    if not found:
        raise RefundUnknown(opened.order.out_no)
    offset = int(call.text("offset") or 0)
    told = mapping.refund_query(books, opened, found[offset : offset + SHOWN_MOST])
    return told | {"total_refund_count": len(found)} if call.text("offset") else told


def _order(books: Books, call: Call) -> Opened:
    """Find an order; that nobody made it is told as if nothing of it had been given back."""
    try:
        return opened_by(books, call)
    except OrderNotFound as unknown:
        raise RefundUnknown(unknown.detail) from unknown


def _found(books: Books, call: Call) -> tuple[Opened, list[Refunded]]:
    refund_id, out_refund_no = call.text("refund_id"), call.text("out_refund_no")
    if not refund_id and not out_refund_no:
        opened = _order(books, call)
        return opened, refunds.of_order(books, opened=opened)
    one = refunds.in_account(books, account=call.account, out_no=out_refund_no, vendor_no=refund_id)
    order = books.vendor_orders.of_payment(one.vendor_refund.payment_id) if one else None
    if one is None or order is None:
        raise RefundUnknown(refund_id or out_refund_no)
    return Opened(order, one.payment), [one]
