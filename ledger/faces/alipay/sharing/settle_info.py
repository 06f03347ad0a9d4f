"""``trade_settle_info`` of a query: what was shared of a trade, and what came back of it."""

from __future__ import annotations

from typing import Final

from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.records.sharing import Share, SharePart
from ledger.core.sharing import shares
from ledger.faces.alipay import numbers
from ledger.faces.alipay.wording import Fields
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.money import Money, to_decimal

OPTION: Final = "trade_settle_info"
"""What ``query_options`` names it by, and the field that it is told in."""


def told(books: Books, payment: Payment) -> Fields:
    """Tell the shares of a paid trade, a row for each part, and what can still be shared."""
    made = books.sharing.shares(payment.payment_id)
    return {
        "trade_settle_detail_list": [
            _row(payment, each, part) for each in made for part in each.parts
        ],
        "trade_unsettled_amount": unsettled(books, payment),
    }


def unsettled(books: Books, payment: Payment) -> str:
    """Spell what of a paid trade its seller could still share, nothing after later refunds."""
    left = shares.left_of(books, payment)
    return to_decimal(max(left, Money(0, payment.amount.currency)))


def moved(payment: Payment, made: Share, part: SharePart) -> Fields:
    """Tell one part of a share, or of what came back of one: who gave whom how much."""
    seller, receiver = numbers.seller_id(payment.merchant_id), numbers.seller_id(part.receiver_id)
    there: Fields = {"trans_out": seller, "trans_in": receiver, "operation_type": "transfer"}
    back: Fields = {"trans_out": receiver, "trans_in": seller, "operation_type": "transfer_refund"}
    return {"amount": to_decimal(part.amount)} | (there if made.refund_id is None else back)


def _row(payment: Payment, made: Share, part: SharePart) -> Fields:
    fields = moved(payment, made, part) | {
        "operation_serial_no": made.request_no,
        "operation_dt": to_beijing(made.created_at),
    }
    if made.refund_id is None:
        return fields
    seller, receiver = numbers.seller_id(payment.merchant_id), numbers.seller_id(part.receiver_id)
    return fields | {"ori_trans_out": seller, "ori_trans_in": receiver}
