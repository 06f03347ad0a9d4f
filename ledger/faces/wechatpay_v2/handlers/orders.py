"""Orders that a wallet is led to, by a code on a screen, from a page, from an app; query and close.

The same number with the same parameters is the same order, and gives a fresh code or session while
the old one dies; with others it is refused. An order can be paid until ``time_expire`` and for as
long as its code lives; it closes by itself after seven days.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from ledger.core.checkout import endings
from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorFace, VendorOrder
from ledger.core.vendors import aliases
from ledger.core.vendors.orders import Opened, Wanted, find, open_order, require
from ledger.core.vendors.wechatpay.notify_urls import require_notify_url
from ledger.faces import Provider
from ledger.faces.wechatpay_v2 import mapping
from ledger.faces.wechatpay_v2.calls.call import Call
from ledger.faces.wechatpay_v2.mapping import Told
from ledger.protocol.errors.checkout import OrderAlreadyPaid, OrderNotFound, OrderNumberReused
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.wechatpay import (
    NotClosable,
    OpenidMissing,
    ReentryDiffers,
)
from ledger.protocol.errors.wechatpay_v2 import OrderIsClosed, OrderIsReversed
from ledger.protocol.instants import DAY, HOUR, MINUTE, Instant, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.wechatpay_v2_wire.values import from_time
from ledger.protocol.wechatpay_wire import numbers

ORDER_LIFE_MS = 7 * DAY
SOONEST_MS = 1 * MINUTE
"""A ``time_expire`` that is sooner is moved there without a word."""

ANEW_EACH_TIME = frozenset(
    {"nonce_str", "sign", "sign_type", "time_start", "time_expire", "spbill_create_ip", "auth_code"}
)
"""What may differ when the same order is asked for again: SDKs draw and clock it for each call."""

_PAID = (PaymentState.PAID, PaymentState.FULLY_REFUNDED, PaymentState.FINISHED)
_WAITING = (PaymentState.AWAITING_PAYER, PaymentState.AUTHORISING)
_OVER = (PaymentState.CLOSED, PaymentState.DECLINED)


@dataclass(frozen=True)
class Kind:
    """A ``trade_type``: how long its code lives, how it is made of prepay id and token, and told.

    ``told_as`` is empty where the prepay id is all that is told.
    """

    life_ms: int
    code: Callable[[str, str], str]
    told_as: str = ""


KINDS = {
    "NATIVE": Kind(2 * HOUR, lambda _, token: f"weixin://wxpay/bizpayurl?pr={token}", "code_url"),
    "JSAPI": Kind(2 * HOUR, lambda prepay_id, _: prepay_id),
    "APP": Kind(2 * HOUR, lambda prepay_id, _: prepay_id),
    "MWEB": Kind(
        5 * MINUTE,
        lambda prepay_id, token: (
            "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb"
            f"?prepay_id={prepay_id}&package={token}"
        ),
        "mweb_url",
    ),
}


def unified_order(provider: Provider, books: Books, call: Call) -> Told:
    """Open an order, or give the same one a new code.

    Raises what ``require_same`` raises, ``FieldFormat``, ``OpenidMissing``, ``NotifyUrlFormat``.
    """
    kind = KINDS.get(call.text("trade_type"))
    if kind is None:
        raise FieldFormat(f"trade_type: {call.text('trade_type')!r}")
    if call.text("trade_type") == "JSAPI" and not (call.text("openid") or call.text("sub_openid")):
        raise OpenidMissing("openid")
    token = numbers.code_token(provider.entropy)
    prepay_id = numbers.prepay_id(f"{name_of(call)} {token}", call.now)
    code = kind.code(prepay_id, token)
    known = find(books, account=call.account, out_no=call.text("out_trade_no"))
    if known is None:
        _open(provider, books, call, kind, code)
    else:
        _reenter(books, known, call, kind, code)
    told: Told = {"prepay_id": prepay_id, "trade_type": call.text("trade_type")}
    return told | {kind.told_as: code} if kind.told_as else told


def name_of(call: Call) -> str:
    """Give what the vendor's numbers of this order are derived from."""
    return f"{call.account.account_id} {call.text('out_trade_no')}"


def facts(call: Call, trade_type: str) -> dict[str, str]:
    """Give what only a face needs of an order; API v3 reads the same ones."""
    said = {
        "appid": call.text("appid"),
        "sub_appid": call.text("sub_appid"),
        "sp_mchid": call.sp_mchid,
        "attach": call.text("attach"),
        "description": call.text("body"),
        "device_info": call.text("device_info"),
        "trade_type": trade_type,
        "sign_type": call.sign_type.value,
        "sandbox": "yes" if call.in_sandbox else "",
        "digest": digest(call),
    }
    return {name: value for name, value in said.items() if value}


def digest(call: Call) -> str:
    """Digest the parameters of an order, to know them again."""
    same = [f"{n}={v}" for n, v in sorted(call.fields.items()) if v and n not in ANEW_EACH_TIME]
    return hashlib.sha256("&".join(same).encode()).hexdigest()


def _open(provider: Provider, books: Books, call: Call, kind: Kind, code: str) -> Opened:
    wanted = Wanted(
        account=call.account,
        face=VendorFace.WECHATPAY_V2,
        out_no=call.text("out_trade_no"),
        vendor_no=numbers.transaction_id(name_of(call), call.now),
        amount=call.fee(books, "total_fee", "fee_type"),
        presented=Presented.MERCHANT,
        expires_at=later(call.now, ORDER_LIFE_MS),
        code=code,
        code_until=_code_until(call, kind),
        notify_url=require_notify_url(call.text("notify_url")),
        payer_alias=_meant(books, call),
        facts=facts(call, call.text("trade_type")),
    )
    return open_order(books, wanted=wanted, policy=provider.policy, now=call.now, ids=provider.ids)


def _reenter(books: Books, known: Opened, call: Call, kind: Kind, code: str) -> VendorOrder:
    require_same(known, call)
    order = replace(known.order, code=code, code_until=_code_until(call, kind))
    books.vendor_orders.replace(order)
    return order


def require_same(known: Opened, call: Call) -> None:
    """Refuse a number that stands for another order, or for one that is over.

    Raises ``OrderAlreadyPaid``, ``OrderIsReversed``, ``OrderIsClosed``, ``OrderNumberReused`` (an
    order by code is none by payment code), ``ReentryDiffers``.
    """
    state = known.payment.state
    if state in _PAID:
        raise OrderAlreadyPaid(known.order.out_no)
    if state is PaymentState.REVERSED:
        raise OrderIsReversed(known.order.out_no)
    if state not in _WAITING:
        raise OrderIsClosed(known.order.out_no)
    if (known.payment.presented is Presented.CONSUMER) is not bool(call.text("auth_code")):
        raise OrderNumberReused(f"{known.order.out_no} is paid in another way")
    if known.order.facts.get("digest") != digest(call):
        raise ReentryDiffers(known.order.out_no)


def _code_until(call: Call, kind: Kind) -> Instant:
    until = later(call.now, kind.life_ms)
    if not call.text("time_expire"):
        return until
    return min(until, max(from_time(call.text("time_expire")), later(call.now, SOONEST_MS)))


def _meant(books: Books, call: Call) -> str:
    called = call.text("openid") or call.text("sub_openid")
    if not called:
        return ""
    merchant_id = call.account.merchant_id
    return aliases.meant(books, called=called, vendor=Vendor.WECHATPAY, merchant_id=merchant_id)


def opened_by(books: Books, call: Call) -> Opened:
    """Find an order by the platform's number, which wins, or the merchant's: ``OrderNotFound``."""
    return require(
        books,
        account=call.account,
        out_no=call.text("out_trade_no"),
        vendor_no=call.text("transaction_id"),
    )


def query(_provider: Provider, books: Books, call: Call) -> Told:
    """Look an order up; by the platform's number only once it is paid."""
    opened = opened_by(books, call)
    if call.text("transaction_id") and opened.payment.paid_at is None:
        raise OrderNotFound(f"nobody has paid {opened.order.vendor_no}")
    return mapping.query(books, opened)


def close(provider: Provider, books: Books, call: Call) -> Told:
    """End an unpaid order.

    Raises ``OrderNotFound``, ``OrderAlreadyPaid``, ``OrderIsClosed`` (again), ``NotClosable``.
    """
    opened = require(books, account=call.account, out_no=call.text("out_trade_no"))
    payment = opened.payment
    if payment.presented is Presented.CONSUMER:
        raise NotClosable(opened.order.out_no)
    if payment.state in _OVER:
        raise OrderIsClosed(opened.order.out_no)
    endings.close(
        books,
        merchant_id=payment.merchant_id,
        payment_id=payment.payment_id,
        now=call.now,
        ids=provider.ids,
        key=provider.signing_key,
    )
    return {"result_msg": "OK"}
