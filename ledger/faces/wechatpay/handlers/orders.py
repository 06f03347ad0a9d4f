"""Orders that a wallet is led to: by a code on a screen, from a page, from an app.

The same number with the same parameters is the same order, and gives a fresh code or session while
the old one dies; with others it is refused. An order can be paid until ``time_expire`` and for as
long as its code lives; it closes by itself after seven days, as the platform's do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.vendors import Vendor, VendorFace, VendorOrder
from ledger.core.vendors import aliases
from ledger.core.vendors.orders import Opened, Wanted, find, open_order
from ledger.core.vendors.wechatpay import ASKED_KEY, regime_asked
from ledger.core.vendors.wechatpay.notify_urls import require_notify_url
from ledger.faces import Provider
from ledger.faces.wechatpay import parties
from ledger.faces.wechatpay.answering import Outcome
from ledger.faces.wechatpay.bodies import CreateOrder
from ledger.faces.wechatpay.calls.call import Call
from ledger.faces.wechatpay.parties import Asked
from ledger.protocol.errors.checkout import OrderAlreadyPaid, OrderNumberReused
from ledger.protocol.errors.content import FieldFormat, FieldMissing
from ledger.protocol.errors.wechatpay import (
    OpenidMissing,
    ReentryDiffers,
    TimeFormat,
)
from ledger.protocol.instants import DAY, HOUR, MINUTE, Instant, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money, currency
from ledger.protocol.wechatpay_wire import numbers, times

ORDER_LIFE_MS = 7 * DAY
LOOPBACK = "127.0.0.1"
SOONEST_MS = 1 * MINUTE
"""A ``time_expire`` that is sooner is moved there without a word."""


@dataclass(frozen=True)
class Kind:
    """A kind of order: its ``trade_type``, how long its code lives, how the code is made and told.

    ``code`` is given the order's prepay id and a drawn token.
    """

    trade_type: str
    life_ms: int
    code: Callable[[str, str], str]
    told_as: str
    names_payer: bool = False
    names_page: bool = False
    is_overseas: bool = False


def _page_url(prepay_id: str, token: str) -> str:
    page = "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb"
    return f"{page}?prepay_id={prepay_id}&package={token}"


NATIVE = Kind(
    "NATIVE",
    2 * HOUR,
    lambda _, token: f"weixin://wxpay/bizpayurl?pr={token}",
    "code_url",
)
JSAPI = Kind("JSAPI", 2 * HOUR, lambda prepay_id, _: prepay_id, "prepay_id", names_payer=True)
APP = Kind("APP", 2 * HOUR, lambda prepay_id, _: prepay_id, "prepay_id")
H5 = Kind("MWEB", 5 * MINUTE, _page_url, "h5_url", names_page=True)
KINDS = {"native": NATIVE, "jsapi": JSAPI, "app": APP, "h5": H5}
"""At home, by the last part of the address."""

OVERSEAS_KINDS = {
    **{name: replace(kind, is_overseas=True) for name, kind in KINDS.items()},
    "native": replace(NATIVE, code=lambda _, token: f"weixin://wxpay/s/{token}", is_overseas=True),
    "mweb": replace(H5, told_as="mweb_url", is_overseas=True),
}
"""Overseas, where ``mweb`` is the vendor's own name and ``h5`` the one of its older texts."""


@dataclass(frozen=True)
class Wish:
    """An order as a call asks for it."""

    call: Call
    asked: Asked
    body: CreateOrder
    trade_type: str
    is_overseas: bool = False

    @property
    def name(self) -> str:
        """What the vendor's numbers of this order are derived from."""
        return f"{self.asked.account.account_id} {self.body.out_trade_no}"

    @property
    def transaction_id(self) -> str:
        """The platform's number of it."""
        return numbers.transaction_id(self.name, self.call.now)

    @property
    def digest(self) -> str:
        """Its parameters, to know them again; a payment code is new with each attempt."""
        payer = self.body.payer and msgspec.structs.replace(self.body.payer, auth_code="")
        same = msgspec.structs.replace(self.body, payer=payer)
        spelled = msgspec.json.encode(same, order="sorted")
        return hashlib.sha256(self.trade_type.encode() + b"\0" + spelled).hexdigest()

    @property
    def facts(self) -> dict[str, str]:
        """What only this face needs of it."""
        signer, seller = self.call.account, self.asked.account
        scene = self.body.scene_info
        said = {
            "appid": self.asked.appid,
            "sub_appid": self.asked.sub_appid,
            "sp_mchid": "" if seller == signer else signer.account_id,
            "attach": self.body.attach,
            "description": self.body.description,
            "device_info": scene.device_id if scene else "",
            "trade_type": self.trade_type,
            "overseas": "yes" if self.is_overseas else "",
            "digest": self.digest,
            ASKED_KEY: regime_asked(self.call.asked_serial),
        }
        return {name: value for name, value in said.items() if value}


def create(kind: Kind) -> Callable[[Provider, Books, Call], Outcome]:
    """Make the handler of one kind of order."""

    def handler(provider: Provider, books: Books, call: Call) -> Outcome:
        body = call.sent(CreateOrder)
        asked = parties.of_body(books, call, body)
        wish = Wish(call, asked, body, kind.trade_type, is_overseas=kind.is_overseas)
        _require_complete(body, kind)
        if kind.is_overseas:
            require_overseas(body, kind.trade_type)
        known = find(books, account=wish.asked.account, out_no=body.out_trade_no)
        if known is None:
            order = _open(provider, books, wish, kind).order
        else:
            order = _reenter(provider, books, known, wish, kind)
        return Outcome(200, {kind.told_as: order.code})

    return handler


def _open(provider: Provider, books: Books, wish: Wish, kind: Kind) -> Opened:
    body, now = wish.body, wish.call.now
    wanted = Wanted(
        account=wish.asked.account,
        face=VendorFace.WECHATPAY,
        out_no=body.out_trade_no,
        vendor_no=wish.transaction_id,
        amount=price(books, wish),
        presented=Presented.MERCHANT,
        expires_at=later(now, ORDER_LIFE_MS),
        code=_code(provider, wish, kind),
        code_until=_code_until(body, kind, now),
        notify_url=require_notify_url(body.notify_url),
        payer_alias=_meant(books, wish),
        facts=wish.facts,
    )
    return open_order(books, wanted=wanted, policy=provider.policy, now=now, ids=provider.ids)


def _reenter(
    provider: Provider, books: Books, known: Opened, wish: Wish, kind: Kind
) -> VendorOrder:
    require_same(known, wish)
    order = replace(
        known.order,
        code=_code(provider, wish, kind),
        code_until=_code_until(wish.body, kind, wish.call.now),
    )
    books.vendor_orders.replace(order)
    return order


def require_same(known: Opened, wish: Wish) -> None:
    """Refuse a number that stands for another order, or for one that is over.

    Raises ``OrderAlreadyPaid``, ``OrderNumberReused`` (closed or reversed), ``ReentryDiffers``.
    """
    state = known.payment.state
    if state in (PaymentState.PAID, PaymentState.FULLY_REFUNDED, PaymentState.FINISHED):
        raise OrderAlreadyPaid(known.order.out_no)
    if state not in (PaymentState.AWAITING_PAYER, PaymentState.AUTHORISING):
        raise OrderNumberReused(f"{known.order.out_no} is {state}")
    if known.order.facts.get("digest") != wish.digest:
        raise ReentryDiffers(wish.body.out_trade_no)


def _require_complete(body: CreateOrder, kind: Kind) -> None:
    if not body.notify_url:
        raise FieldMissing("notify_url")
    payer = body.payer
    if kind.names_payer and not (payer and (payer.openid or payer.sp_openid or payer.sub_openid)):
        raise OpenidMissing("payer.openid")
    if kind.names_page:
        _require_page(body)


def _require_page(body: CreateOrder) -> None:
    """Refuse an order from a browser that does not say where the payer's browser is."""
    scene = body.scene_info
    if scene is None or not scene.payer_client_ip:
        raise FieldMissing("scene_info.payer_client_ip")
    if scene.payer_client_ip == LOOPBACK:
        raise FieldFormat(f"scene_info.payer_client_ip: {LOOPBACK} is nobody's browser")
    if scene.h5_info is None:
        raise FieldMissing("scene_info.h5_info")


def require_overseas(body: CreateOrder, trade_type: str) -> None:
    """Refuse an order without what is asked for overseas only: its kind, and what the shop is.

    Raises ``FieldMissing``, ``FieldFormat``.
    """
    for name in ("trade_type", "merchant_category_code"):
        if not getattr(body, name):
            raise FieldMissing(name)
    if body.trade_type != trade_type:
        raise FieldFormat(f"trade_type: {body.trade_type!r} is not paid at this address")


def price(books: Books, wish: Wish) -> Money:
    """Read the amount; no currency is the merchant's own, another is refused when opening."""
    amount = wish.body.amount
    if amount.currency:
        return Money(amount.total, currency(amount.currency))
    return Money(amount.total, require_merchant(books, wish.asked.account.merchant_id).currency)


def _code(provider: Provider, wish: Wish, kind: Kind) -> str:
    token = numbers.code_token(provider.entropy)
    return kind.code(numbers.prepay_id(f"{wish.name} {token}", wish.call.now), token)


def _code_until(body: CreateOrder, kind: Kind, now: Instant) -> Instant:
    until = later(now, kind.life_ms)
    if not body.time_expire:
        return until
    try:
        wanted = times.from_text(body.time_expire)
    except TimeFormat as error:
        raise FieldFormat(f"time_expire: {error}") from error
    return min(until, max(wanted, later(now, SOONEST_MS)))


def _meant(books: Books, wish: Wish) -> str:
    payer = wish.body.payer
    called = payer and (payer.openid or payer.sub_openid or payer.sp_openid)
    if not called:
        return ""
    merchant_id = wish.asked.account.merchant_id
    return aliases.meant(books, called=called, vendor=Vendor.WECHATPAY, merchant_id=merchant_id)
