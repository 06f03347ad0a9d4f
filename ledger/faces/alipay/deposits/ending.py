"""Unfreezing a deposit in parts, cancelling an operation, asking after one."""

from __future__ import annotations

from ledger.core.checkout import endings
from ledger.core.checkout.deposits import parts
from ledger.faces.alipay import numbers
from ledger.faces.alipay.calls.call import NO_LENGTH, Call, Outcome
from ledger.faces.alipay.deposits import ledgers
from ledger.faces.alipay.deposits.freezing import operation_fields, was_scanned
from ledger.faces.alipay.deposits.ledgers import Deposit, Operation
from ledger.faces.alipay.deposits.refused import fund
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.money import Money, to_decimal

_REMARK_LENGTH = 100
_NOT_HELD = {
    "INIT": "ILLEGAL_STATUS",
    "FINISH": "ORDER_ALREADY_FINISH",
    "CLOSED": "ORDER_ALREADY_CLOSED",
}


def unfreeze(call: Call) -> Outcome:
    """Give a part of a deposit back, or all of it; the same number again is the same."""
    deposit = _existing(call)
    number = call.content.needed("out_request_no", NO_LENGTH)
    amount, remark = call.amount("amount"), call.content.needed("remark", _REMARK_LENGTH)
    for each in deposit.done:
        if each.out_request_no == number:
            if (each.kind, each.amount_minor) != (ledgers.UNFREEZE, amount.minor_units):
                raise fund("UNIQUE_VIOLATION", f"{number} was another operation")
            return Outcome(operation_fields(call, deposit, each))
    after, operation = _given_back(call, deposit, amount, number, remark)
    return Outcome(operation_fields(call, after, operation))


def _given_back(
    call: Call, deposit: Deposit, amount: Money, number: str, remark: str
) -> tuple[Deposit, Operation]:
    if deposit.status != "AUTHORIZED":
        raise fund(_NOT_HELD[deposit.status])
    if deposit.rest < amount:
        raise fund("REQUEST_AMOUNT_EXCEED", f"{to_decimal(deposit.rest)} is frozen")
    provider = call.provider
    rest = parts.give_back(
        call.books,
        deposit=deposit.now,
        amount=amount,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    operation = Operation(
        numbers.operation_id(call.now, provider.entropy),
        number,
        ledgers.UNFREEZE,
        amount.minor_units,
        call.now,
        remark,
    )
    return ledgers.noted(call, deposit, operation, rest), operation


def cancel_operation(call: Call) -> Outcome:
    """Undo a freezing: one that nobody agreed to is closed, a frozen one is unfrozen."""
    deposit = _existing(call)
    operation = deposit.named(call)
    if operation is None:
        raise fund("AUTH_OPERATION_NOT_EXIST")
    remark = call.content.needed("remark", _REMARK_LENGTH)
    action = "unfreeze" if ledgers.was_held(call.books, deposit) else "close"
    if deposit.status == "INIT":
        provider = call.provider
        endings.close(
            call.books,
            merchant_id=call.merchant.merchant_id,
            payment_id=deposit.head.payment.payment_id,
            now=call.now,
            ids=provider.ids,
            key=provider.signing_key,
        )
    elif deposit.status == "AUTHORIZED":
        if len(deposit.done) > 1:
            raise fund("ILLEGAL_STATUS", "a part was taken or unfrozen already")
        _given_back(call, deposit, deposit.rest, f"{operation.operation_id}C", remark)
    elif deposit.status == "FINISH":
        raise fund("ORDER_ALREADY_FINISH")
    return Outcome(
        {
            "auth_no": deposit.head.order.vendor_no,
            "out_order_no": deposit.head.order.facts["out_order_no"],
            "operation_id": operation.operation_id,
            "out_request_no": operation.out_request_no,
            "action": action,
        }
    )


def query_operation(call: Call) -> Outcome:
    """Tell of one operation, and how the deposit stands."""
    deposit = _existing(call)
    operation = deposit.named(call)
    if operation is None:
        raise fund("AUTH_OPERATION_NOT_EXIST")
    return Outcome(
        {
            **operation_fields(call, deposit, operation),
            "operation_type": operation.kind,
            "order_title": deposit.head.order.facts.get("subject", ""),
            "remark": operation.remark,
            "order_status": deposit.status,
            "rest_amount": to_decimal(deposit.rest),
            "total_freeze_amount": to_decimal(_frozen(call, deposit)),
            "total_pay_amount": to_decimal(deposit.sum(ledgers.PAY)),
            "gmt_create": to_beijing(deposit.head.payment.created_at),
        }
    )


def _frozen(call: Call, deposit: Deposit) -> Money:
    nothing = Money(0, deposit.amount.currency)
    return deposit.amount if ledgers.was_held(call.books, deposit) else nothing


def _existing(call: Call) -> Deposit:
    deposit = ledgers.find(call)
    if deposit is None or not was_scanned(deposit):
        raise fund("AUTH_ORDER_NOT_EXIST")
    return deposit
