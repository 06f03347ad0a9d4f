"""What callers send, once: names, lengths and forms as the vendor's pages give them.

One class serves a merchant, a service provider and the overseas API, whose fields differ in names
only; who is meant by them is found out in ``parties``. A member nobody documented is refused, as
the platform does. Lengths count characters.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from ledger.protocol.errors.content import AmountOutOfRange
from ledger.protocol.money import MOST_MINOR_UNITS
from ledger.protocol.native_wire import REFUSED_AS

Text32 = Annotated[str, Meta(max_length=32)]
Text64 = Annotated[str, Meta(max_length=64)]
Text127 = Annotated[str, Meta(max_length=127)]
Text128 = Annotated[str, Meta(max_length=128)]
Text256 = Annotated[str, Meta(max_length=256)]
Fen = Annotated[int, Meta(ge=1, le=MOST_MINOR_UNITS, extra={REFUSED_AS: AmountOutOfRange})]
OutTradeNo = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_\-|*]{6,32}$")]
OutRefundNo = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_\-|*@]{1,64}$")]
Count = Annotated[int, Meta(ge=0, le=MOST_MINOR_UNITS)]


class Body(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A JSON object of a caller."""


class Parties(Body):
    """Who asks for whom: a merchant, or a service provider for its sub-merchant."""

    appid: Text32 = ""
    mchid: Text32 = ""
    sp_appid: Text32 = ""
    sp_mchid: Text32 = ""
    sub_appid: Text32 = ""
    sub_mchid: Text32 = ""


class Amount(Body):
    """A price; no currency means the merchant's own."""

    total: Fen
    currency: Annotated[str, Meta(max_length=16)] = ""


class Payer(Body):
    """Who is to pay: an openid, or the code on the payer's phone."""

    openid: Text128 = ""
    sp_openid: Text128 = ""
    sub_openid: Text128 = ""
    auth_code: Text32 = ""


class Goods(Body):
    """One line of a basket; the provider keeps none of it."""

    merchant_goods_id: Text32 = ""
    wechatpay_goods_id: Text32 = ""
    goods_id: Text32 = ""
    wxpay_goods_id: Text32 = ""
    goods_name: Text256 = ""
    quantity: Count = 0
    unit_price: Count = 0
    price: Count = 0
    refund_amount: Count = 0
    refund_quantity: Count = 0


class Detail(Body):
    """A basket."""

    cost_price: Count = 0
    invoice_id: Text32 = ""
    receipt_id: Text32 = ""
    goods_detail: list[Goods] = msgspec.field(default_factory=list)


class Store(Body):
    """Which shop it is."""

    id: Text32 = ""
    out_id: Text32 = ""
    name: Text256 = ""
    area_code: Text32 = ""
    address: Annotated[str, Meta(max_length=512)] = ""


class WebPage(Body):
    """The page or app that a payment in a browser begins from."""

    type: Text32
    app_name: Text64 = ""
    app_url: Text128 = ""
    bundle_id: Text128 = ""
    package_name: Text128 = ""


class Scene(Body):
    """Where the sale happens."""

    payer_client_ip: Annotated[str, Meta(max_length=45)] = ""
    device_ip: Annotated[str, Meta(max_length=45)] = ""
    device_id: Text32 = ""
    operator_id: Text32 = ""
    store_info: Store | None = None
    h5_info: WebPage | None = None


class Settle(Body):
    """Whether the money is shared with others later."""

    profit_sharing: bool = False


class CreateOrder(Parties, kw_only=True):
    """An order of any kind; ``trade_type`` and ``merchant_category_code`` are used overseas."""

    description: Annotated[str, Meta(min_length=1, max_length=127)]
    out_trade_no: OutTradeNo
    amount: Amount
    time_expire: Text64 = ""
    attach: Text128 = ""
    notify_url: Text256 = ""
    goods_tag: Text32 = ""
    support_fapiao: bool = False
    limit_pay: list[str] | str = ""
    payer: Payer | None = None
    detail: Detail | None = None
    scene_info: Scene | None = None
    settle_info: Settle | None = None
    trade_type: Text32 = ""
    merchant_category_code: Text32 = ""


class EndOrder(Parties):
    """Close or reverse: who asks."""


class RefundFrom(Body):
    """An account that a refund is paid from."""

    account: Text32
    amount: Fen


class RefundAmount(Body):
    """What goes back, and what the order was."""

    refund: Fen
    total: Fen
    currency: Annotated[str, Meta(max_length=16)] = ""
    from_: list[RefundFrom] = msgspec.field(default_factory=list, name="from")


class CreateRefund(Parties, kw_only=True):
    """A refund of an order named by either number."""

    out_refund_no: OutRefundNo
    amount: RefundAmount
    transaction_id: Text32 = ""
    out_trade_no: Text32 = ""
    reason: Annotated[str, Meta(max_length=80)] = ""
    notify_url: Text256 = ""
    funds_account: Text32 = ""
    source: Text32 = ""
    goods_detail: list[Goods] = msgspec.field(default_factory=list)


class AbnormalRefund(Body, kw_only=True):
    """Where a refund that did not arrive should go instead; two members are encrypted."""

    out_refund_no: OutRefundNo
    type: Text32
    sub_mchid: Text32 = ""
    bank_type: Text32 = ""
    bank_account: Annotated[str, Meta(max_length=1024)] = ""
    real_name: Annotated[str, Meta(max_length=1024)] = ""


class Echo(Body, kw_only=True):
    """The self-test of signatures and encryption."""

    echo_message: Annotated[str, Meta(min_length=1, max_length=1024)]
    encrypted_echo_message: Annotated[str, Meta(max_length=1024)] = ""
    notify_url: Text256 = ""
