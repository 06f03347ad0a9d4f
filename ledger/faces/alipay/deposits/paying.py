"""Taking a part of a deposit, by ``alipay.trade.pay`` with ``auth_no``: a trade of its own.

``auth_confirm_mode`` COMPLETE gives what is left back to the payer, NOT_COMPLETE (if nothing is
said) keeps it frozen. Such a trade is paid at once and refunded like any other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ledger.core.checkout.deposits import parts
from ledger.core.vendors import orders
from ledger.core.vendors.orders import Wanted
from ledger.faces.alipay import numbers, wording
from ledger.faces.alipay.calls.call import NO_LENGTH, Call, Outcome
from ledger.faces.alipay.calls.refusals import business
from ledger.faces.alipay.deposits import ledgers
from ledger.faces.alipay.deposits.ledgers import Deposit, Operation
from ledger.faces.alipay.methods import opening, trades
from ledger.protocol.messages import Presented
from ledger.protocol.money import to_decimal

PRODUCTS: Final = ("PRE_AUTH", "PRE_AUTH_ONLINE")
_MODES: Final = ("", "COMPLETE", "NOT_COMPLETE")
_NOT_HELD: Final = {
    "INIT": "AUTH_ORDER_NOT_PAID",
    "CLOSED": "AUTH_ORDER_HAS_CLOSED",
    "FINISH": "AUTH_ORDER_HAS_FINISHED",
}


def pay(call: Call) -> Outcome:
    """Take a part of a deposit."""
    if call.content.text("product_code", 64) not in PRODUCTS:
        raise business("AUTH_TOKEN_IS_NOT_EXIST", f"product_code is {' or '.join(PRODUCTS)}")
    mode = call.content.text("auth_confirm_mode", 32)
    if mode not in _MODES:
        raise business("INVALID_PARAMETER", "auth_confirm_mode is COMPLETE or NOT_COMPLETE")
    wanted = opening.wanted(call, by="auth_no", presented=Presented.CONSUMER)
    opening.known(call, wanted)
    deposit = _deposit(call, wanted)
    opened = opening.open_anew(call, wanted)
    provider = call.provider
    taken = parts.take(
        call.books,
        deposit=deposit.now,
        part=opened.payment,
        keep_rest=mode != "COMPLETE",
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    operation = Operation(
        numbers.operation_id(call.now, provider.entropy),
        wanted.out_no,
        ledgers.PAY,
        wanted.amount.minor_units,
        call.now,
    )
    ledgers.noted(call, deposit, operation, taken.rest)
    return trades.collected_at_once(call, replace(opened, payment=taken.part.payment))


def _deposit(call: Call, wanted: Wanted) -> Deposit:
    """Find the deposit, which has to hold as much as is wanted, of this buyer."""
    auth_no = call.content.needed("auth_no", NO_LENGTH)
    head = orders.find(call.books, account=call.account, vendor_no=auth_no)
    if head is None or head.order.facts.get("by") != ledgers.BY:
        raise business("AUTH_NO_ERROR")
    deposit = ledgers.read(call.books, head)
    if deposit.status != "AUTHORIZED":
        raise business(_NOT_HELD[deposit.status])
    if deposit.rest < wanted.amount:
        raise business("AUTH_AMOUNT_NOT_ENOUGH", f"{to_decimal(deposit.rest)} is frozen")
    buyer_id = call.content.text("buyer_id", 28)
    if buyer_id not in ("", wording.buyer(call.books, head.payment).get("buyer_user_id")):
        raise business("TRADE_BUYER_NOT_MATCH")
    return deposit
