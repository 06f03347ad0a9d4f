"""The demo shops as vendors know them: an app, a client, merchant numbers, with published keys.

The keys open a sandbox only; whoever speaks to a ledger of their own registers one of their own.
"""

from __future__ import annotations

from importlib import resources
from typing import Final

import msgspec

from ledger.core.parties.register import register_merchant, register_terminal
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant, Names, Terminal
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts, antom
from ledger.core.vendors.alipay import APP_PUBLIC_KEY
from ledger.core.vendors.wechatpay import Registration
from ledger.ops.seed import DROGERIE, TILLS
from ledger.protocol import rsa
from ledger.protocol.instants import Instant
from ledger.protocol.money import currency

_FILE: Final = "demo_keys.json"


class DemoApp(msgspec.Struct, frozen=True):
    """An app id or a client id, and its private key, PKCS #8 on one line."""

    app_id: str
    private_key: str


class DemoMchid(msgspec.Struct, frozen=True):
    """A merchant of WeChat Pay at home and overseas, which share key, certificate and secrets."""

    mchid: str
    overseas_mchid: str
    appid: str
    api_v3_key: str
    api_v2_key: str
    private_key: str
    certificate: str

    @property
    def registration(self) -> Registration:
        """What the merchant registered."""
        return Registration(
            appids=(self.appid,),
            certificates=self.certificate,
            api_v3_key=self.api_v3_key,
            api_v2_key=self.api_v2_key,
        )


class _DemoKeys(msgspec.Struct, frozen=True):
    alipay: DemoApp
    antom: DemoApp
    wechatpay: DemoMchid


TEA_HOUSE: Final = Merchant(
    merchant_id="M2088DEMO000003",
    name="Demo Teehaus",
    names=Names(de="Demo Teehaus", en="Demo Tea House", zh="演示茶馆"),
    city="Shenzhen",
    country="CN",
    mcc="5812",
    postal_code="518000",
    currency=currency("CNY"),
)
"""Sells in yuan, since at home WeChat Pay knows no other money."""

TEA_TABLE: Final = Terminal(TEA_HOUSE.merchant_id, "T01", "Tisch 1", "Shenzhen")


def alipay_app() -> DemoApp:
    """Give the demo shop's app at Alipay."""
    return _published().alipay


def antom_client() -> DemoApp:
    """Give the demo shop's client at Antom."""
    return _published().antom


def wechatpay_mchid() -> DemoMchid:
    """Give the demo shops' numbers at WeChat Pay."""
    return _published().wechatpay


def _published() -> _DemoKeys:
    text = resources.files("ledger.ops").joinpath(_FILE).read_bytes()
    return msgspec.json.decode(text, type=_DemoKeys)


def register(books: Books, *, now: Instant) -> None:
    """Let the demo shops be known by app, client and merchant numbers, unless they are already."""
    _register(books, Vendor.ALIPAY, alipay_app(), APP_PUBLIC_KEY, now)
    _register(books, Vendor.ANTOM, antom_client(), antom.PUBLIC_KEY, now)
    _register_mchids(books, wechatpay_mchid(), now)


def _register_mchids(books: Books, known: DemoMchid, now: Instant) -> None:
    if books.vendor_accounts.find(Vendor.WECHATPAY, known.mchid) is not None:
        return
    register_merchant(books, merchant=TEA_HOUSE)
    register_terminal(books, terminal=TEA_TABLE)
    settings = known.registration.settings()
    for mchid, terminal in (
        (known.mchid, TEA_TABLE),
        (known.overseas_mchid, TILLS[0].terminal),
    ):
        account = VendorAccount(
            vendor=Vendor.WECHATPAY,
            account_id=mchid,
            merchant_id=terminal.merchant_id,
            terminal_id=terminal.terminal_id,
            added_at=now,
            settings=settings,
        )
        accounts.register(books, account=account)


def _register(books: Books, vendor: Vendor, app: DemoApp, setting: str, now: Instant) -> None:
    if books.vendor_accounts.find(vendor, app.app_id) is not None:
        return
    public = rsa.spell_public(rsa.private_key(app.private_key).public_key())
    account = VendorAccount(
        vendor=vendor,
        account_id=app.app_id,
        merchant_id=DROGERIE.merchant_id,
        terminal_id=TILLS[0].terminal.terminal_id,
        added_at=now,
        settings={setting: public},
    )
    accounts.register(books, account=account)
