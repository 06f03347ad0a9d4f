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
    left = max(shares.left_of(books, payment), Money(0, payment.amount.currency))
    return {
        "trade_settle_detail_list": [
            _row(payment, each, part) for each in made for part in each.parts
        ],
        "trade_unsettled_amount": to_decimal(left),
    }


def _row(payment: Payment, made: Share, part: SharePart) -> Fields:
    seller, receiver = numbers.seller_id(payment.merchant_id), numbers.seller_id(part.receiver_id)
    fields: Fields = {
        "operation_serial_no": made.request_no,
        "operation_dt": to_beijing(made.created_at),
        "amount": to_decimal(part.amount),
    }
    if made.refund_id is None:
        there: Fields = {"trans_out": seller, "trans_in": receiver}
        return fields | there | {"operation_type": "transfer"}
    back: Fields = {
        "trans_out": receiver,
        "trans_in": seller,
        "ori_trans_out": seller,
        "ori_trans_in": receiver,
    }
    return fields | back | {"operation_type": "transfer_refund"}
