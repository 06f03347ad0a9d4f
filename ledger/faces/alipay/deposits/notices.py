"""What a merchant is told of a deposit: that it was frozen (``fund_auth_freeze``).

Of what the merchant does to it afterwards the answer tells; a part that is taken is told as the
trade that it is.
"""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.core.records.notices import OutboxRow
from ledger.core.vendors.orders import Opened
from ledger.faces.alipay import wording
from ledger.faces.alipay.deposits import ledgers
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.messages import NotificationEvent
from ledger.protocol.money import to_decimal


def is_deposit(opened: Opened) -> bool:
    """Tell whether an order is a deposit, or holds what is left of one."""
    return opened.order.facts.get("by") in (ledgers.BY, ledgers.REST)


def said(books: Books, row: OutboxRow, opened: Opened) -> dict[str, str] | None:
    """Tell of a deposit that was frozen, None for anything else."""
    if row.event is not NotificationEvent.PAYMENT_HELD:
        return None
    deposit = ledgers.read(books, opened)
    begun, buyer = deposit.done[0], wording.buyer(books, opened.payment)
    frozen = to_decimal(deposit.amount)
    return {
        "notify_type": "fund_auth_freeze",
        "auth_no": opened.order.vendor_no,
        "out_order_no": opened.order.facts["out_order_no"],
        "operation_id": begun.operation_id,
        "out_request_no": begun.out_request_no,
        "operation_type": ledgers.FREEZE,
        "amount": frozen,
        "total_freeze_amount": frozen,
        "total_unfreeze_amount": to_decimal(deposit.sum(ledgers.UNFREEZE)),
        "total_pay_amount": to_decimal(deposit.sum(ledgers.PAY)),
        "rest_amount": to_decimal(deposit.rest),
        "status": "SUCCESS",
        "gmt_create": to_beijing(opened.payment.created_at),
        "gmt_trans": to_beijing(row.created_at),
        "payer_user_id": str(buyer.get("buyer_user_id", "")),
        "payer_logon_id": str(buyer.get("buyer_logon_id", "")),
    }
