"""How a trade begins: a code to scan, a payment code scanned, a trade for a known buyer.

``alipay.trade.precreate`` makes a code and no trade. ``alipay.trade.pay`` takes a payer's code and
is answered at once: paid (10000), the payer is asked (10003), or refused, and then no trade is
left behind and the same number can be tried again. ``alipay.trade.create`` makes a trade for one
buyer, who is handed it inside of an app.
"""

from __future__ import annotations

import re

from ledger.core.records.payments import Payment
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import aliases, codes
from ledger.core.vendors.orders import Opened
from ledger.faces.alipay import numbers, vouchers, wording
from ledger.faces.alipay.calls.call import Call, Outcome
from ledger.faces.alipay.calls.refusals import IN_PROCESS, SUCCESS, business
from ledger.faces.alipay.methods import opening
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.money import to_decimal
from ledger.protocol.records import replace

AUTH_CODE_LENGTH = 35
"""Of a face's, which begins with ``fp``; codes on a phone have up to 24 digits."""
OUR_AUTH_CODE = re.compile(r"(2[5-9]|30)[0-9]{16}", re.ASCII)
_SCENES = ("", "bar_code", "wave_code", "security_code")


def precreate(call: Call) -> Outcome:
    """Make an order that a wallet can scan; the same order again is the same code."""
    wanted = opening.wanted(call, by=wording.SHOWN, presented=Presented.MERCHANT)
    until = opening.code_until(call, wanted.expires_at)
    opened = opening.shown(call, replace(wanted, code_until=until))
    return Outcome({"out_trade_no": wanted.out_no, "qr_code": opened.order.code})


def pay(call: Call) -> Outcome:
    """Collect from the payer whose code was scanned."""
    scene = call.content.text("scene", 32)
    if scene not in _SCENES:
        raise business("INVALID_PARAMETER", f"scene is one of {', '.join(_SCENES[1:])}")
    auth_code = call.content.needed("auth_code", AUTH_CODE_LENGTH)
    wanted = opening.wanted(call, by=wording.CODE_READ, presented=Presented.CONSUMER)
    opened = opening.known(call, wanted)
    if opened is not None:
        return stands(call, opened)
    if not OUR_AUTH_CODE.fullmatch(auth_code):
        raise business("PAYMENT_AUTH_CODE_INVALID")
    opened = opening.open_anew(call, wanted)
    provider = call.provider
    collected = codes.pay_with_code(
        call.books,
        opened=opened,
        **provider.scanned(call.books, auth_code),
        rates=provider.rates,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    return collected_at_once(call, replace(opened, payment=collected.payment))


def collected_at_once(call: Call, opened: Opened) -> Outcome:
    """Answer the call that has just made a trade; if that says it is paid, this is noted."""
    if opened.payment.state is PaymentState.PAID:
        opening.note(call, opened, wording.ANSWERED)
    return stands(call, opened)


def stands(call: Call, opened: Opened) -> Outcome:
    """Tell how a trade stands: paid, or the payer is asked."""
    payment = opened.payment
    fields: wording.Fields = {
        "trade_no": opened.order.vendor_no,
        "out_trade_no": opened.order.out_no,
        "total_amount": to_decimal(payment.amount),
        **wording.buyer(call.books, payment),
        **wording.paid_amounts(call.books, payment),
        **wording.exchange(call.books, payment),
    }
    if payment.state is not PaymentState.PAID:
        return Outcome(fields, IN_PROCESS)
    return Outcome({**fields, **_paid(call, payment)}, SUCCESS)


def _paid(call: Call, payment: Payment) -> wording.Fields:
    fields: wording.Fields = {
        "gmt_payment": to_beijing(payment.paid_at or call.now),
        "fund_bill_list": wording.channels(call.books, payment),
        "store_name": call.merchant.names.zh,
        **vouchers.amounts(call.books, payment),
    }
    listed = vouchers.listed(call.books, payment)
    return fields | ({vouchers.DETAILS: listed} if listed else {})


def create(call: Call) -> Outcome:
    """Make a trade for one buyer; it exists at once."""
    buyer_id = call.content.text("buyer_id", 28) or call.content.text("buyer_open_id", 128)
    if not buyer_id:
        raise business("INVALID_PARAMETER", "buyer_id or buyer_open_id is needed")
    wanted = opening.wanted(call, by="buyer", presented=Presented.MERCHANT)
    opened = opening.known(call, wanted)
    if opened is None:
        _require_buyer(call, buyer_id)
        code = numbers.trade_code(wanted.vendor_no)
        opened = opening.open_anew(call, replace(wanted, code=code, payer_alias=buyer_id))
    elif opened.order.payer_alias not in ("", buyer_id):
        raise business("TRADE_BUYER_NOT_MATCH")
    return Outcome({"trade_no": opened.order.vendor_no, "out_trade_no": opened.order.out_no})


def _require_buyer(call: Call, buyer_id: str) -> None:
    payer = aliases.payer_called(
        call.books,
        called=buyer_id,
        vendor=Vendor.ALIPAY,
        merchant_id=call.merchant.merchant_id,
    )
    if payer is None:
        raise business("BUYER_NOT_EXIST", buyer_id)
