"""Refunds of a trade, whole or in parts, and asking after one.

``out_request_no`` numbers the refunds of one trade; without one the whole trade is refunded under
its own number. The same number with the same amount is the same refund, and says so by
``fund_change`` N; a caller that looks at the code alone counts it twice. ``refund_fee`` is what was
refunded of the trade in all. Asking after a refund that there never was is a success without
fields.

``refund_royalty_parameters`` says which receivers of shares give back how much. Without it, a trade
that was made face to face is borne by all in proportion, without being asked, and any other by its
seller alone ("alipay.trade.refund", notes on that parameter).
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.core.records.payments import Payment
from ledger.core.records.sharing import SharePart
from ledger.core.sharing import shares
from ledger.core.vendors import refunds
from ledger.core.vendors.orders import Opened
from ledger.core.vendors.refunds import Refunded, WantedRefund
from ledger.faces.alipay import numbers, wording
from ledger.faces.alipay.calls.call import NO_LENGTH, Call, Outcome
from ledger.faces.alipay.calls.refusals import business
from ledger.faces.alipay.methods.outcomes import existing
from ledger.faces.alipay.sharing import royalties
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import Money, to_decimal

_REASON_LENGTH = 256
_DETAILS = "refund_detail_item_list"


def refund(call: Call) -> Outcome:
    """Give a trade back, or a part of it."""
    opened = existing(call)
    amount = call.amount("refund_amount")
    named = call.content.text("out_request_no", NO_LENGTH)
    number = named or opened.order.out_no
    known = refunds.in_order(call.books, opened=opened, out_no=number)
    back = royalties.given_back(call)
    if known is not None:
        if known.refund.amount != amount:
            raise business("DISCORDANT_REPEAT_REQUEST", to_decimal(known.refund.amount))
        is_alike = shares.taken_back(call.books, known.refund) == back
        if not is_alike and (back or not _is_face_to_face(opened)):
            raise business("DISCORDANT_REPEAT_REQUEST", "refund_royalty_parameters")
        return _given(call, opened, known, changed=False)
    _require_refundable(opened.payment, amount, partly_allowed=bool(named))
    reason = call.content.text("refund_reason", _REASON_LENGTH)
    given = refunds.refund(
        call.books,
        wanted=WantedRefund(
            opened=opened,
            out_no=number,
            vendor_no=f"{opened.order.vendor_no}/{number}",
            amount=amount,
            notify_url=opened.order.notify_url,
            facts={"reason": reason} if reason else {},
        ),
        now=call.now,
        ids=call.provider.ids,
        key=call.provider.signing_key,
    )
    if not back and _is_face_to_face(opened):
        back = shares.in_proportion(call.books, given.refund)
    if back:
        _take_back(call, given, number, back)
    return _given(call, opened, given, changed=True)


def _take_back(call: Call, given: Refunded, number: str, parts: Sequence[SharePart]) -> None:
    shares.take_back(
        call.books,
        refund=given.refund,
        request_no=number,
        share_no=numbers.operation_id(call.now, call.provider.entropy),
        parts=parts,
        now=call.now,
        ids=call.provider.ids,
    )


def _is_face_to_face(opened: Opened) -> bool:
    return opened.order.facts.get("by") in wording.FACE_TO_FACE


def _require_refundable(payment: Payment, amount: Money, *, partly_allowed: bool) -> None:
    if payment.state is PaymentState.FINISHED:
        raise business("TRADE_HAS_FINISHED")
    if payment.state is PaymentState.REVERSED or (
        payment.paid_at is None and payment.state is PaymentState.CLOSED
    ):
        raise business("TRADE_HAS_CLOSE")
    if payment.captured is None:
        raise business("TRADE_STATUS_ERROR", "WAIT_BUYER_PAY")
    if not partly_allowed and amount != payment.captured:
        raise business("REFUND_AMT_NOT_EQUAL_TOTAL", "a part needs out_request_no")


def _given(call: Call, opened: Opened, given: Refunded, *, changed: bool) -> Outcome:
    fields: wording.Fields = {
        "trade_no": opened.order.vendor_no,
        "out_trade_no": opened.order.out_no,
        **wording.buyer(call.books, given.payment),
        "fund_change": "Y" if changed else "N",
        "refund_fee": to_decimal(given.payment.refunded),
        "gmt_refund_pay": to_beijing(given.refund.created_at),
        "send_back_fee": "0.00",
    }
    if _DETAILS in call.content.names("query_options"):
        fields["send_back_fee"] = to_decimal(given.refund.amount)
        fields[_DETAILS] = _details(given)
    return Outcome(fields)


def _details(given: Refunded) -> list[wording.Fields]:
    return [{"fund_channel": wording.OWN_MONEY, "amount": to_decimal(given.refund.amount)}]


def query_refund(call: Call) -> Outcome:
    """Tell of one refund; of none there is nothing to tell."""
    opened = existing(call)
    number = call.content.needed("out_request_no", NO_LENGTH)
    given = refunds.in_order(call.books, opened=opened, out_no=number)
    if given is None:
        return Outcome()
    options = call.content.names("query_options")
    fields: wording.Fields = {
        "trade_no": opened.order.vendor_no,
        "out_trade_no": opened.order.out_no,
        "out_request_no": number,
        "total_amount": to_decimal(opened.payment.amount),
        "refund_amount": to_decimal(given.refund.amount),
        "refund_status": "REFUND_SUCCESS",
    }
    if "reason" in given.vendor_refund.facts:
        fields["refund_reason"] = given.vendor_refund.facts["reason"]
    if "gmt_refund_pay" in options:
        fields["gmt_refund_pay"] = to_beijing(given.refund.created_at)
    if _DETAILS in options:
        fields["send_back_fee"] = to_decimal(given.refund.amount)
        fields[_DETAILS] = _details(given)
    return Outcome(fields)
