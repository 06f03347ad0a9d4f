"""``refund`` and ``inquiryRefund``: ``refundRequestId`` stands for one refund of the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from ledger.core.ports import Books
from ledger.core.vendors import antom_prices, orders, refunds
from ledger.core.vendors.orders import Opened
from ledger.core.vendors.refunds import Refunded, WantedRefund
from ledger.faces.antom import fields, mapping
from ledger.faces.antom.desk import Call, deciding
from ledger.faces.antom.quotes import Body
from ledger.faces.antom.results import REFUND, SUCCESS, Refused, code_of, result
from ledger.protocol.antom_wire import values
from ledger.protocol.errors import CallerError
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import Money


def refund(call: Call) -> Body:
    """Give a part of a payment back, or all of it."""
    asked = fields.read(call.body, fields.Refund)
    wanted = values.amount(asked.refund_amount.said())
    return deciding(call, partial(_refund, call, asked, wanted))


def _refund(call: Call, asked: fields.Refund, wanted: Money, books: Books) -> Body:
    opened = orders.require(books, account=call.account, vendor_no=asked.payment_id)
    known = refunds.in_account(books, account=call.account, out_no=asked.refund_request_id)
    if known is not None:
        named = (known.refund.payment_id, mapping.refund_amount(known))
        if named != (opened.payment.payment_id, wanted):
            raise Refused("REPEAT_REQ_INCONSISTENT")
        return _told(known, opened)
    _require_refundable(opened)
    try:
        given = refunds.refund(
            books,
            wanted=_wanted(call, asked, _settled(books, wanted, opened), opened),
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


@dataclass(frozen=True, slots=True)
class _Back:
    """What goes back as it is settled, and the price's part as facts where that is another."""

    amount: Money
    facts: Mapping[str, str] = field(default_factory=dict)


def _settled(books: Books, wanted: Money, opened: Opened) -> _Back:
    price = antom_prices.read(opened.order.facts)
    if price is None:
        return _Back(wanted)
    before = refunds.of_order(books, opened=opened)
    fixed = antom_prices.part(price, opened.payment.amount, before, wanted)
    return _Back(fixed.settled, antom_prices.spelled(fixed.price))


def _wanted(call: Call, asked: fields.Refund, back: _Back, opened: Opened) -> WantedRefund:
    return WantedRefund(
        opened=opened,
        out_no=asked.refund_request_id,
        vendor_no=values.payment_id(call.now, call.provider.entropy(values.ID_BYTES)),
        amount=back.amount,
        notify_url=asked.refund_notify_url,
        facts={"refundReason": asked.refund_reason, **back.facts},
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
