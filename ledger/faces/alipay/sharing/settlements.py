"""What became of shares: ``alipay.trade.order.settle.query`` and what is asked beside it.

A share is made at once here, so each part of one that is found is ``SUCCESS``. Three questions of
production's have an answer of ours, as its reference has none that we could read: a number that
nobody knows is ``TRADE_NOT_EXIST``, of a trade that is not paid nothing can be shared, and a part
is numbered by its settlement and its place in it.
"""

from __future__ import annotations

from ledger.core.records.payments import Payment
from ledger.core.records.sharing import Share, SharePart
from ledger.core.sharing import shares
from ledger.faces.alipay import numbers
from ledger.faces.alipay.calls.call import NO_LENGTH, Call, Outcome
from ledger.faces.alipay.calls.refusals import business
from ledger.faces.alipay.methods.outcomes import existing
from ledger.faces.alipay.sharing import settle_info
from ledger.faces.alipay.sharing.receivers import USER_ID
from ledger.faces.alipay.wording import Fields
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.money import Money, to_decimal


def query(call: Call) -> Outcome:
    """Tell a settlement, by its own number or by the trade's and the merchant's request."""
    settle_no = call.content.text("settle_no", NO_LENGTH)
    payment, made = _numbered(call, settle_no) if settle_no else _requested(call)
    parts = enumerate(made.parts, start=1)
    return Outcome(
        {
            "out_request_no": made.request_no,
            "operation_dt": to_beijing(made.created_at),
            "royalty_detail_list": [_detail(payment, made, part, at) for at, part in parts],
        }
    )


def unsettled(call: Call) -> Outcome:
    """Tell what can still be shared of a trade."""
    call.content.needed("trade_no", NO_LENGTH)
    payment = existing(call).payment
    if payment.captured is None:
        left = to_decimal(Money(0, payment.amount.currency))
    else:
        left = settle_info.unsettled(call.books, payment)
    return Outcome({"unsettled_amount": left})


def ratio(call: Call) -> Outcome:
    """Tell how much of a trade may be shared: all of it, as no contract says otherwise here."""
    call.content.needed("out_request_no", NO_LENGTH)
    return Outcome({"user_id": numbers.seller_id(call.merchant.merchant_id), "max_ratio": "100"})


def _numbered(call: Call, settle_no: str) -> tuple[Payment, Share]:
    found = call.books.sharing.share(settle_no)
    payment = found and call.books.payments.find(found.payment_id)
    if not found or not payment or payment.merchant_id != call.merchant.merchant_id:
        raise business("TRADE_NOT_EXIST", "settle_no")
    return payment, found


def _requested(call: Call) -> tuple[Payment, Share]:
    number = call.content.needed("out_request_no", NO_LENGTH)
    call.content.needed("trade_no", NO_LENGTH)
    payment = existing(call).payment
    made = shares.requested(call.books, payment.payment_id, number)
    if made is None:
        raise business("TRADE_NOT_EXIST", "out_request_no")
    return payment, made


def _detail(payment: Payment, made: Share, part: SharePart, at: int) -> Fields:
    return settle_info.moved(payment, made, part) | {
        "trans_out_type": USER_ID,
        "trans_in_type": USER_ID,
        "execute_dt": to_beijing(made.created_at),
        "state": "SUCCESS",
        "detail_id": f"{made.share_no}{at:04}",
    }
