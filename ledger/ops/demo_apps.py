"""The demo shops as vendors know them: an app, a client, merchant numbers, with published keys.

The keys open a sandbox only; whoever speaks to a ledger of their own registers one of their own.
"""

from __future__ import annotations

from importlib import resources
from typing import Final, NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ledger.core.parties.register import register_merchant, register_terminal
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant, Names, Terminal
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts, antom
from ledger.core.vendors.alipay import APP_PUBLIC_KEY
from ledger.core.vendors.wechatpay import Registration
from ledger.kit.secrets import rsa_keys
from ledger.ops.seed import TILLS
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


class DemoAccount(NamedTuple):
    """An account of a demo shop, and the published key whose other half it has registered."""

    account: VendorAccount
    key: RSAPrivateKey


def account(vendor: Vendor, *, now: Instant) -> DemoAccount:
    """Give the demo shop's account with a vendor: the drugstore's, or the tea house's."""
    if vendor is Vendor.WECHATPAY:
        known = wechatpay_mchid()
        settings = known.registration.settings()
        sells = VendorAccount(vendor, known.mchid, *_at(TEA_TABLE), now, settings)
        return DemoAccount(sells, rsa_keys.read(known.private_key))
    app, setting = (
        (alipay_app(), APP_PUBLIC_KEY)
        if vendor is Vendor.ALIPAY
        else (antom_client(), antom.PUBLIC_KEY)
    )
    key = rsa_keys.read(app.private_key)
    settings = {setting: rsa.spell_public(key.public_key())}
    return DemoAccount(
        VendorAccount(vendor, app.app_id, *_at(TILLS[0].terminal), now, settings), key
    )


def _at(terminal: Terminal) -> tuple[str, str]:
    return terminal.merchant_id, terminal.terminal_id


def register(books: Books, *, now: Instant) -> None:
    """Let the demo shops be known by app, client and merchant numbers, unless they are already."""
    for vendor in Vendor:
        sells = account(vendor, now=now).account
        if books.vendor_accounts.find(vendor, sells.account_id) is not None:
            continue
        if vendor is Vendor.WECHATPAY:
            _open_the_tea_house(books)
            overseas = wechatpay_mchid().overseas_mchid
            at_till = VendorAccount(vendor, overseas, *_at(TILLS[0].terminal), now, sells.settings)
            accounts.register(books, account=at_till)
        accounts.register(books, account=sells)


def _open_the_tea_house(books: Books) -> None:
    register_merchant(books, merchant=TEA_HOUSE)
    register_terminal(books, terminal=TEA_TABLE)
