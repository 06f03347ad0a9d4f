"""What became of a trade, and how a merchant ends one: query, cancel, close.

``alipay.trade.cancel`` undoes whatever there is: a paid trade goes back whole on the day it was
made, an unpaid one is closed. Of one that nobody knows it says success without an ``action``, which
surprises everybody once. A code that nobody has scanned is no trade either; it is closed all the
same, so that no customer can pay what the till has given up.

``alipay.trade.close`` ends an unpaid trade that exists, and only that.
"""

from __future__ import annotations

from ledger.core.checkout import endings
from ledger.core.records.payments import Payment
from ledger.core.returns import reversals
from ledger.core.vendors.orders import Opened
from ledger.faces.alipay import vouchers, wording
from ledger.faces.alipay.calls.call import NO_LENGTH, Call, Outcome
from ledger.faces.alipay.calls.refusals import business
from ledger.faces.alipay.methods import opening
from ledger.faces.alipay.sharing import settle_info
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import to_decimal

_ENDED = (PaymentState.CLOSED, PaymentState.REVERSED, PaymentState.DECLINED)


def query(call: Call) -> Outcome:
    """Tell how a trade stands."""
    opened = existing(call)
    payment, order = opened.payment, opened.order
    fields: wording.Fields = {
        "trade_no": order.vendor_no,
        "out_trade_no": order.out_no,
        "trade_status": wording.trade_status(opened, call.now),
        "total_amount": to_decimal(payment.amount),
        **wording.paid_amounts(call.books, payment),
        **wording.buyer(call.books, payment),
        **wording.exchange(call.books, payment),
        **{
            name: order.facts[name]
            for name in ("store_id", "terminal_id", "passback_params")
            if name in order.facts
        },
    }
    if payment.payer_id:
        fields["buyer_user_type"] = "PRIVATE"
    if payment.paid_at is not None:
        fields["send_pay_date"] = to_beijing(payment.paid_at)
        fields["store_name"] = call.merchant.names.zh
        fields["fund_bill_list"] = wording.channels(call.books, payment)
        fields |= vouchers.amounts(call.books, payment)
        listed = vouchers.listed(call.books, payment)
        if listed and vouchers.DETAILS in call.content.names("query_options"):
            fields[vouchers.DETAILS] = listed
        if settle_info.OPTION in call.content.names("query_options"):
            fields[settle_info.OPTION] = settle_info.told(call.books, payment)
    return Outcome(fields)


def existing(call: Call) -> Opened:
    """Find the trade a call names; ``TRADE_NOT_EXIST`` also for a code that nobody scanned."""
    opened = call.named_order()
    if opened is None or not wording.exists(opened):
        raise business("TRADE_NOT_EXIST")
    return opened


def cancel(call: Call) -> Outcome:
    """Undo a trade, whatever became of it; again is a success, too."""
    opened = call.named_order()
    if opened is None:
        out_no = call.content.text("out_trade_no", NO_LENGTH)
        return Outcome({"out_trade_no": out_no, "retry_flag": "N"})
    fields: wording.Fields = {"out_trade_no": opened.order.out_no, "retry_flag": "N"}
    if wording.exists(opened):
        payment = _undone(call, opened)
        fields["trade_no"] = opened.order.vendor_no
        fields["action"] = "refund" if payment.paid_at is not None else "close"
    else:
        _closed(call, opened.payment)
    return Outcome(fields)


def _closed(call: Call, payment: Payment) -> None:
    endings.close(
        call.books,
        merchant_id=payment.merchant_id,
        payment_id=payment.payment_id,
        now=call.now,
        ids=call.provider.ids,
        key=call.provider.signing_key,
    )


def _undone(call: Call, opened: Opened) -> Payment:
    payment = opened.payment
    if payment.state is PaymentState.DECLINED:
        opening.note(call, opened, wording.GIVEN_UP)
    if payment.state in _ENDED:
        return payment
    if payment.state is PaymentState.FINISHED:
        raise business("TRADE_HAS_FINISHED")
    if payment.refunded.minor_units > 0:
        raise business("REASON_TRADE_REFUND_FEE_ERR", "a part was refunded already")
    if payment.paid_at is not None and _day(call.now) != _day(payment.paid_at):
        raise business("TRADE_CANCEL_TIME_OUT")
    return reversals.reverse(
        call.books,
        merchant_id=payment.merchant_id,
        payment_id=payment.payment_id,
        merchant_order_no=payment.merchant_order_no,
        now=call.now,
        ids=call.provider.ids,
        key=call.provider.signing_key,
    ).payment


def _day(instant: Instant) -> str:
    return to_beijing(instant)[:10]


def close(call: Call) -> Outcome:
    """End an unpaid trade."""
    opened = existing(call)
    payment = opened.payment
    if payment.paid_at is not None:
        raise business("TRADE_STATUS_ERROR", wording.trade_status(opened, call.now))
    if wording.trade_status(opened, call.now) == "TRADE_CLOSED":
        raise business("REASON_TRADE_STATUS_INVALID", "TRADE_CLOSED")
    if payment.state is PaymentState.DECLINED:
        opening.note(call, opened, wording.GIVEN_UP)
    else:
        _closed(call, payment)
    return Outcome({"trade_no": opened.order.vendor_no, "out_trade_no": opened.order.out_no})
