"""Payment by the code on the payer's phone, and undoing it.

What is password-free is paid at once; else the payer is asked on their phone, which is told as
``USERPAYING`` with status 202: query, then reverse. A refused code leaves no order behind, so the
same number may be tried with the next code. No notification is sent, as on the platform.
"""

from __future__ import annotations

from functools import partial

from ledger.core.checkout import payment_codes
from ledger.core.ports import Books
from ledger.core.records.vendors import VendorFace
from ledger.core.vendors.orders import Opened, Wanted, find, open_order
from ledger.core.vendors.wechatpay import payment_codes as by_code
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
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid
from ledger.protocol.errors.content import FieldMissing
from ledger.protocol.instants import later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.wechatpay_wire import numbers


def pay(provider: Provider, books: Books, call: Call) -> Outcome:
    """Collect at home."""
    return _pay(provider, books, call, HOME)


def pay_overseas(provider: Provider, books: Books, call: Call) -> Outcome:
    """Collect overseas."""
    return _pay(provider, books, call, mapping.OVERSEAS)


def _pay(provider: Provider, books: Books, call: Call, style: Style) -> Outcome:
    body = call.sent(CreateOrder)
    asked = parties.of_body(books, call, body)
    wish = Wish(call, asked, body, by_code.TRADE_TYPE, is_overseas=style.is_overseas)
    if style.is_overseas:
        orders.require_overseas(body, by_code.TRADE_TYPE)
    else:
        _require_store(body)
    payment_code = _require_code(body)
    opened = _opened(provider, books, wish)
    collected = by_code.collect(
        books,
        opened=opened,
        scan=partial(provider.scanned, books, payment_code),
        asked=call.negative,
        policy=provider.policy,
        rates=provider.rates,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    if collected.payment.state is PaymentState.AUTHORISING:
        return plain(USER_PAYING)
    return Outcome(200, mapping.transaction(books, collected, style))


def _require_store(body: CreateOrder) -> None:
    """At home the shop has to be named, by the vendor's number of it or its own."""
    store = body.scene_info and body.scene_info.store_info
    if not store or not (store.id or store.out_id):
        raise FieldMissing("scene_info.store_info.id")


def _require_code(body: CreateOrder) -> str:
    if body.payer is None or not body.payer.auth_code:
        raise FieldMissing("payer.auth_code")
    return by_code.require_code(body.payer.auth_code, "payer.auth_code")


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
        _reverse_unseen(provider, books, call, asked, out_no)
        return body
    by_code.reverse(books, known=known, now=call.now, ids=provider.ids, key=provider.signing_key)
    return body


def _reverse_unseen(
    provider: Provider, books: Books, call: Call, asked: Asked, out_no: str
) -> None:
    if not out_no:
        raise OrderNotFound(call.path["transaction_id"])
    name = f"{asked.account.account_id} {out_no}"
    by_code.reverse_unseen(
        books,
        account=asked.account,
        face=VendorFace.WECHATPAY,
        out_no=out_no,
        vendor_no=numbers.transaction_id(name, call.now),
        now=call.now,
        ids=provider.ids,
    )
