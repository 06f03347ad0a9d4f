"""How a deposit begins: by a code that is scanned, a payment code, or an app.

``order.voucher.create`` makes a code and, as with trades, no deposit before somebody scans it.
``order.freeze`` takes a payer's code and always asks the payer (10003), who agrees to have money
held and not to pay it. ``order.app.freeze`` is an order string for an app.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Final

from ledger.core.records.vendors import VendorFace
from ledger.core.vendors import codes, orders
from ledger.core.vendors.orders import Opened, Wanted
from ledger.faces.alipay import numbers, wording
from ledger.faces.alipay.calls.call import NO_LENGTH, Call, Outcome
from ledger.faces.alipay.calls.refusals import IN_PROCESS, SUCCESS
from ledger.faces.alipay.deposits import ledgers
from ledger.faces.alipay.deposits.ledgers import Deposit, Operation
from ledger.faces.alipay.deposits.refused import fund
from ledger.faces.alipay.methods import trades
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.instants import MINUTE, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Intent, Presented
from ledger.protocol.money import to_decimal

LIFE_MS: Final = 15 * MINUTE
_TITLE_LENGTH: Final = 100
_TYPES: Final = ("bar_code", "security_code")
_OVER: Final = {"FINISH": "ORDER_ALREADY_FINISH", "CLOSED": "ORDER_ALREADY_CLOSED"}


def create_voucher(call: Call) -> Outcome:
    """Make a code that a wallet scans; the same again is the same code."""
    opened = _shown(call)
    operation = ledgers.read(call.books, opened).done[0]
    return Outcome(
        {
            "out_order_no": opened.order.facts["out_order_no"],
            "out_request_no": operation.out_request_no,
            "code_type": "qrCode",
            "code_value": opened.order.code,
        }
    )


def freeze_in_app(call: Call) -> Outcome:
    """Give an app's wallet the code, and once it is frozen the result."""
    known = _known(call, _wanted(call, Presented.MERCHANT))
    if known is not None and known.status == "AUTHORIZED":
        return Outcome(operation_fields(call, known, known.done[0]))
    return Outcome({"code_value": _shown(call).order.code})


def freeze(call: Call) -> Outcome:
    """Ask the payer whose code was scanned; again tells how it stands."""
    auth_code = call.content.needed("auth_code", trades.AUTH_CODE_LENGTH)
    if call.content.needed("auth_code_type", 32) not in _TYPES:
        raise fund("ILLEGAL_ARGUMENT", f"auth_code_type is one of {', '.join(_TYPES)}")
    wanted = _wanted(call, Presented.CONSUMER)
    deposit = _known(call, wanted)
    if deposit is None or not was_scanned(deposit):
        if not trades.OUR_AUTH_CODE.fullmatch(auth_code):
            raise fund("PAYMENT_AUTH_CODE_INVALID")
        deposit = _collected(call, _open_anew(call, wanted), auth_code)
    code = SUCCESS if deposit.status == "AUTHORIZED" else IN_PROCESS
    return Outcome(operation_fields(call, deposit, deposit.done[0]), code)


def was_scanned(deposit: Deposit) -> bool:
    """Tell whether there is a deposit to speak of: somebody scanned its code, or showed one."""
    return deposit.head.payment.version > 1


def operation_fields(call: Call, deposit: Deposit, operation: Operation) -> wording.Fields:
    """Tell of one operation of a deposit."""
    buyer = wording.buyer(call.books, deposit.head.payment)
    fields: wording.Fields = {
        "auth_no": deposit.head.order.vendor_no,
        "out_order_no": deposit.head.order.facts["out_order_no"],
        "operation_id": operation.operation_id,
        "out_request_no": operation.out_request_no,
        "amount": ledgers.amount_of(operation, deposit),
        "status": _status(call, deposit, operation),
    }
    if buyer:
        fields["payer_user_id"] = buyer["buyer_user_id"]
        fields["payer_logon_id"] = buyer["buyer_logon_id"]
    if fields["status"] == "SUCCESS":
        fields["gmt_trans"] = to_beijing(ledgers.time_of(call.books, deposit, operation))
        fields["fund_amount"] = fields["amount"]
        fields["credit_amount"] = "0.00"
    return fields


def _status(call: Call, deposit: Deposit, operation: Operation) -> str:
    if operation.kind != ledgers.FREEZE or ledgers.was_held(call.books, deposit):
        return "SUCCESS"
    return "INIT" if deposit.status == "INIT" else "CLOSED"


def _wanted(call: Call, presented: Presented) -> Wanted:
    content, now, entropy = call.content, call.now, call.provider.entropy
    out_no = content.needed("out_order_no", ledgers.NUMBER_LENGTH)
    request_no = content.needed("out_request_no", NO_LENGTH)
    amount = call.amount("amount")
    number = numbers.operation_id(now, entropy)
    begun = Operation(number, request_no, ledgers.FREEZE, amount.minor_units, now)
    limit = content.until("pay_timeout", now=now) or content.until("timeout_express", now=now)
    return Wanted(
        account=call.account,
        face=VendorFace.ALIPAY,
        out_no=ledgers.NUMBER.format(out_no),
        vendor_no=numbers.auth_no(now, entropy),
        amount=amount,
        presented=presented,
        expires_at=limit or later(now, LIFE_MS),
        notify_url=call.sent.notify_url,
        facts={
            "by": ledgers.BY,
            "out_order_no": out_no,
            "subject": content.needed("order_title", _TITLE_LENGTH),
            "operations": json.dumps([asdict(begun)]),
        },
        intent=Intent.DEPOSIT,
    )


def _known(call: Call, wanted: Wanted) -> Deposit | None:
    """Find the deposit of the same number, which has to be of the same terms and not over."""
    head = orders.find(call.books, account=call.account, out_no=wanted.out_no)
    if head is None:
        return None
    deposit = ledgers.read(call.books, head)
    begun = json.loads(wanted.facts["operations"])[0]
    is_same = deposit.done and deposit.done[0].out_request_no == begun["out_request_no"]
    if not is_same or deposit.amount != wanted.amount:
        raise fund("UNIQUE_VIOLATION", f"{to_decimal(deposit.amount)} was asked for")
    if was_scanned(deposit) and deposit.status in _OVER:
        raise fund(_OVER[deposit.status])
    return deposit


def _shown(call: Call) -> Opened:
    wanted = _wanted(call, Presented.MERCHANT)
    known = _known(call, wanted)
    if known is not None:
        if known.status == "AUTHORIZED":
            raise fund("FREEZE_ALREADY_SUCCESS")
        is_fresh = call.now < known.head.payment.expires_at
        if known.head.payment.state is not PaymentState.CLOSED and is_fresh:
            return known.head
    return _open_anew(call, replace(wanted, code=numbers.order_code(call.provider.entropy)))


def _open_anew(call: Call, wanted: Wanted) -> Opened:
    """Open a deposit, in place of one of the same number that nobody scanned."""
    provider = call.provider
    before = orders.find(call.books, account=call.account, out_no=wanted.out_no)
    if before is not None:
        orders.supersede(
            call.books, opened=before, now=call.now, ids=provider.ids, key=provider.signing_key
        )
    return orders.open_order(
        call.books, wanted=wanted, policy=provider.policy, now=call.now, ids=provider.ids
    )


def _collected(call: Call, opened: Opened, auth_code: str) -> Deposit:
    provider = call.provider
    asked = codes.pay_with_code(
        call.books,
        opened=opened,
        **provider.scanned(call.books, auth_code),
        rates=provider.rates,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    return ledgers.read(call.books, replace(opened, payment=asked.payment))
