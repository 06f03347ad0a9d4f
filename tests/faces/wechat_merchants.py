"""The demo world with merchants of WeChat Pay, for both of its faces."""

from __future__ import annotations

import flask

from ledger.core.parties import register
from ledger.core.records.parties import Terminal
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts, orders
from ledger.core.vendors.wechatpay import Registration
from ledger.faces import Provider
from ledger.kit import web
from tests.core.demo_world import SHOP
from tests.core.ground import shop
from tests.core.vendors.shoppers import ShopperWorld
from tests.faces.vendor_world import WorldClock

TEA_HOUSE = "M2088DEMO000003"
APPID = "wx8888888888888888"
MCHID, SP_MCHID, SUB_MCHID, EURO_MCHID = "1900000001", "1900000009", "1900000010", "1900000021"
NOTIFY_URL = "http://127.0.0.1:9/notify"


class WechatMerchants(ShopperWorld):
    """A tea house in China, a drugstore in Berlin, a service provider and its sub-merchant.

    ``app`` is without addresses yet; ``paused`` are the seconds for which answers were kept back.
    """

    def __init__(self, registered: Registration) -> None:
        super().__init__()
        self.paused: list[float] = []
        with self.store.transaction() as books:
            register.register_merchant(books, merchant=shop(TEA_HOUSE, "Cha", zh="茶", code="CNY"))
            register.register_terminal(books, terminal=Terminal(TEA_HOUSE, "T01", "T01", "Mitte"))
            for mchid, merchant_id, settings in (
                (MCHID, TEA_HOUSE, registered),
                (SP_MCHID, TEA_HOUSE, registered),
                (SUB_MCHID, TEA_HOUSE, Registration(sp_mchid=SP_MCHID)),
                (EURO_MCHID, SHOP, registered),
            ):
                account = VendorAccount(
                    Vendor.WECHATPAY, mchid, merchant_id, "T01", self.now, settings.settings()
                )
                accounts.register(books, account=account)
        self.provider = Provider(
            store=self.store,
            signing_key=self.key,
            policy=self.policy,
            rates=self.rates,
            clock=WorldClock(self),
            entropy=self.entropy,
            ids=self.ids,
            pause=self.paused.append,
        )
        self.app = flask.Flask("ledger", static_folder=None)
        web.install(self.app, "ledger", clock=WorldClock(self), entropy=self.entropy)

    def register(self, mchid: str = MCHID, **settings: str) -> None:
        """Change what a merchant registered; an empty text takes a setting away."""
        with self.store.transaction() as books:
            account = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=mchid)
            accounts.change_settings(books, account=account, settings=settings)

    def opened(self, out_trade_no: str = "tea-0001", mchid: str = MCHID) -> orders.Opened:
        """Give an order as the books hold it."""
        with self.store.reading() as books:
            account = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=mchid)
            return orders.require(books, account=account, out_no=out_trade_no)
