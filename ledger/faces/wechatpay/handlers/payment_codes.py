"""Payment by the code on the payer's phone, and undoing it.

What is password-free is paid at once; else the payer is asked on their phone, which is told as
``USERPAYING`` with status 202: query, then reverse. A refused code leaves no order behind, so the
same number may be tried with the next code. No notification is sent, as on the platform.
"""

from __future__ import annotations

import re

from ledger.core.checkout import payment_codes
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.vendors import VendorFace
from ledger.core.returns import reversals
from ledger.core.vendors import codes
from ledger.core.vendors.orders import Opened, Wanted, bury, find, open_order
from ledger.core.vendors.wechatpay import password_free
from ledger.core.vendors.wechatpay.negative_tests import refuse_for_payer
from ledger.faces import Provider
from ledger.faces.wechatpay import mapping, parties
from ledger.faces.wechatpay.answering import Outcome
from ledger.faces.wechatpay.bodies import CreateOrder, EndOrder
from ledger.faces.wechatpay.calls.call import Call
from ledger.faces.wechatpay.calls.codes import USER_PAYING
from ledger.faces.wechatpay.calls.refusals import plain
from ledger.faces.wechatpay.handlers import orders
from ledger.faces.wechatpay.handlers.orders import Wish
from ledger.faces.wechatpay.mapping import HOME, Style
from ledger.faces.wechatpay.parties import Asked
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import OrderNotFound
from ledger.protocol.errors.codes import AuthCodeFormat, PaymentAuthCodeInvalid
from ledger.protocol.errors.content import FieldMissing
from ledger.protocol.errors.wechatpay import NotReversible
from ledger.protocol.errors.wechatpay_v2 import ReversalTooLate
from ledger.protocol.instants import DAY, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money
from ledger.protocol.wechatpay_wire import numbers

TRADE_TYPE = "MICROPAY"
REVERSIBLE_MS = 7 * DAY
_CODE = re.compile(r"1[0-5][0-9]{16}", re.ASCII)


def pay(provider: Provider, books: Books, call: Call) -> Outcome:
    """Collect at home."""
    return _pay(provider, books, call, HOME)


def pay_overseas(provider: Provider, books: Books, call: Call) -> Outcome:
    """Collect overseas."""
    return _pay(provider, books, call, mapping.OVERSEAS)


def _pay(provider: Provider, books: Books, call: Call, style: Style) -> Outcome:
    body = call.sent(CreateOrder)
    asked = parties.of_body(books, call, body)
    wish = Wish(call, asked, body, TRADE_TYPE, is_overseas=style.is_overseas)
    if style.is_overseas:
        orders.require_overseas(body, TRADE_TYPE)
    else:
        _require_store(body)
    payment_code = _require_code(body)
    opened = _opened(provider, books, wish)
    limits = password_free.limits(
        books,
        payment=opened.payment,
        policy=provider.policy,
        rates=provider.rates,
        now=call.now,
    )
    paid = codes.pay_with_code(
        books,
        opened=opened,
        **provider.scanned(books, payment_code, call.negative.policy(limits)),
        rates=provider.rates,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    if paid.payment.state is PaymentState.AUTHORISING:
        refuse_for_payer(
            books,
            asked=call.negative,
            payment=paid.payment,
            now=call.now,
            ids=provider.ids,
            key=provider.signing_key,
        )
        return plain(USER_PAYING)
    return Outcome(200, mapping.transaction(books, Opened(opened.order, paid.payment), style))


def _require_store(body: CreateOrder) -> None:
    """At home the shop has to be named, by the vendor's number of it or its own."""
    store = body.scene_info and body.scene_info.store_info
    if not store or not (store.id or store.out_id):
        raise FieldMissing("scene_info.store_info.id")


def _require_code(body: CreateOrder) -> str:
    if body.payer is None or not body.payer.auth_code:
        raise FieldMissing("payer.auth_code")
    if not _CODE.fullmatch(body.payer.auth_code):
        raise AuthCodeFormat("payer.auth_code has 18 digits, the first two from 10 to 15")
    return body.payer.auth_code


def _opened(provider: Provider, books: Books, wish: Wish) -> Opened:
    account, out_no, now = wish.asked.account, wish.body.out_trade_no, wish.call.now
    known = find(books, account=account, out_no=out_no)
    if known is not None:
        orders.require_same(known, wish)
        return known
    wanted = Wanted(
        account=account,
        face=VendorFace.WECHATPAY,
        out_no=out_no,
        vendor_no=wish.transaction_id,
        amount=orders.price(books, wish),
        presented=Presented.CONSUMER,
        expires_at=later(now, provider.policy.payment_lifetime_ms),
        facts=wish.facts,
    )
    return open_order(books, wanted=wanted, policy=provider.policy, now=now, ids=provider.ids)


def count_miss(books: Books, call: Call, refusal: QrpayError) -> None:
    """Remember that this merchant presented a bad code."""
    if not isinstance(refusal, PaymentAuthCodeInvalid):
        return
    body = call.sent(CreateOrder)
    payment_codes.count_miss(
        books,
        merchant_id=parties.of_body(books, call, body).account.merchant_id,
        payment_code=_require_code(body),
        refusal=refusal,
        now=call.now,
    )


def reverse(provider: Provider, books: Books, call: Call) -> Outcome:
    """Undo at home: whatever became of it, nothing is paid; one never seen can't arrive any more.

    Raises ``NotReversible`` for what a wallet was led to by a code, ``ReversalTooLate``.
    """
    body = _undone(provider, books, call)
    named = {
        "appid": body.appid,
        "mchid": body.mchid,
        "sp_appid": body.sp_appid,
        "sp_mchid": body.sp_mchid,
        "sub_mchid": body.sub_mchid,
        "out_trade_no": call.path["out_trade_no"],
    }
    return Outcome(200, {name: value for name, value in named.items() if value})


def reverse_overseas(provider: Provider, books: Books, call: Call) -> Outcome:
    """Undo overseas; there the answer has no body."""
    _undone(provider, books, call)
    return Outcome(204, None)


def _undone(provider: Provider, books: Books, call: Call) -> EndOrder:
    body = call.sent(EndOrder)
    asked = parties.of_body(books, call, body, names_app=False)
    out_no, vendor_no = call.path.get("out_trade_no", ""), call.path.get("transaction_id", "")
    known = find(books, account=asked.account, out_no=out_no, vendor_no=vendor_no)
    if known is None:
        _bury(provider, books, call, asked, out_no)
        return body
    if known.payment.presented is not Presented.CONSUMER:
        raise NotReversible(known.order.out_no)
    if call.now >= later(known.payment.created_at, REVERSIBLE_MS):
        raise ReversalTooLate(known.order.out_no)
    reversals.reverse(
        books,
        merchant_id=asked.account.merchant_id,
        payment_id=known.payment.payment_id,
        merchant_order_no=known.payment.merchant_order_no,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    return body


def _bury(provider: Provider, books: Books, call: Call, asked: Asked, out_no: str) -> None:
    """Leave a tombstone, so that a payment that was on its way is refused when it arrives."""
    if not out_no:
        raise OrderNotFound(call.path["transaction_id"])
    merchant = require_merchant(books, asked.account.merchant_id)
    name = f"{asked.account.account_id} {out_no}"
    wanted = Wanted(
        account=asked.account,
        face=VendorFace.WECHATPAY,
        out_no=out_no,
        vendor_no=numbers.transaction_id(name, call.now),
        amount=Money(0, merchant.currency),
        presented=Presented.CONSUMER,
        expires_at=call.now,
        facts={"trade_type": TRADE_TYPE},
    )
    bury(books, wanted=wanted, now=call.now, ids=provider.ids)
