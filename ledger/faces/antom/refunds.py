"""``refund`` and ``inquiryRefund``: ``refundRequestId`` stands for one refund of the account."""

from __future__ import annotations

from functools import partial

from ledger.core.ports import Books
from ledger.core.vendors import orders, refunds
from ledger.core.vendors.orders import Opened
from ledger.core.vendors.refunds import Refunded, WantedRefund
from ledger.faces.antom import fields, mapping
from ledger.faces.antom.desk import Call, deciding
from ledger.faces.antom.mapping import Body
from ledger.faces.antom.results import REFUND, SUCCESS, Refused, code_of, result
from ledger.protocol.antom_wire import values
from ledger.protocol.errors import CallerError
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import Money


def refund(call: Call) -> Body:
    """Give a part of a payment back, or all of it."""
    asked = fields.read(call.body, fields.Refund)
    amount = values.amount(asked.refund_amount.said())
    return deciding(call, partial(_refund, call, asked, amount))


def _refund(call: Call, asked: fields.Refund, amount: Money, books: Books) -> Body:
    opened = orders.require(books, account=call.account, vendor_no=asked.payment_id)
    known = refunds.in_account(books, account=call.account, out_no=asked.refund_request_id)
    if known is not None:
        if (known.refund.payment_id, known.refund.amount) != (opened.payment.payment_id, amount):
            raise Refused("REPEAT_REQ_INCONSISTENT")
        return _told(known, opened)
    _require_refundable(opened)
    try:
        given = refunds.refund(
            books,
            wanted=_wanted(call, asked, amount, opened),
            now=call.now,
            ids=call.provider.ids,
            key=call.provider.signing_key,
        )
    except CallerError as refusal:
        raise Refused(code_of(refusal, REFUND), refusal.detail) from refusal
    return _told(given, opened)


def _require_refundable(opened: Opened) -> None:
    state = opened.payment.state
    if state is PaymentState.REVERSED:
        raise Refused("ORDER_IS_CANCELED")
    if state is PaymentState.FINISHED:
        raise Refused("REFUND_WINDOW_EXCEED")


def _wanted(call: Call, asked: fields.Refund, amount: Money, opened: Opened) -> WantedRefund:
    return WantedRefund(
        opened=opened,
        out_no=asked.refund_request_id,
        vendor_no=values.payment_id(call.now, call.provider.entropy(values.ID_BYTES)),
        amount=amount,
        notify_url=asked.refund_notify_url,
        facts={"refundReason": asked.refund_reason},
    )


def _told(given: Refunded, opened: Opened) -> Body:
    named = {"paymentId": opened.order.vendor_no}
    return {"result": result(SUCCESS), **mapping.refund(given), **named}


def inquire(call: Call) -> Body:
    """Tell how a refund stands."""
    asked = fields.read(call.body, fields.FindRefund)
    if not asked.refund_id and not asked.refund_request_id:
        raise Refused("PARAM_ILLEGAL", "refundId or refundRequestId")
    with call.provider.store.reading() as books:
        found = refunds.in_account(
            books,
            account=call.account,
            out_no=asked.refund_request_id,
            vendor_no=asked.refund_id,
        )
    if found is None:
        raise Refused("REFUND_NOT_EXIST")
    return {"result": result(SUCCESS), "refundStatus": "SUCCESS", **mapping.refund(found)}
