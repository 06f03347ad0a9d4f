"""The demo world with shops that speak WeChat Pay's API v2, and a client that checks each answer.

``shop.call("/pay/unifiedorder", body="茶", ...)`` signs as an SDK does and verifies the answer's
sign before it gives it back; ``shop.scan`` and ``shop.authorise`` are a payer's phone.
"""

from __future__ import annotations

import flask

from ledger.core.parties import register
from ledger.core.records.parties import Terminal
from ledger.core.records.payments import Payment
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts, orders
from ledger.core.vendors.wechatpay import Registration
from ledger.faces import Provider
from ledger.faces.wechatpay_v2 import routes
from ledger.kit import web
from ledger.protocol.wechatpay_v2_wire import documents, signatures
from ledger.protocol.wechatpay_v2_wire.signatures import SignType
from tests.core.demo_world import SHOP
from tests.core.ground import shop
from tests.core.vendors.shoppers import ShopperWorld
from tests.faces.vendor_world import WorldClock

TEA_HOUSE = "M2088DEMO000003"
APPID = "wx8888888888888888"
MCHID, SP_MCHID, SUB_MCHID, EURO_MCHID = "1900000001", "1900000009", "1900000010", "1900000021"
KEY = "0123456789abcdef0123456789ABCDEF"
V3_KEY = "fedcba9876543210fedcba9876543210"
NOTIFY_URL = "http://127.0.0.1:9/notify"
ABOVE = "100001"
"""More than goes without asking."""

TEA = {
    "body": "茶",
    "attach": "table 7",
    "total_fee": "1295",
    "spbill_create_ip": "127.0.0.1",
}

Answer = dict[str, str]


class XmlShop(ShopperWorld):
    """A tea house in China, a drugstore in Berlin, a service provider and its sub-merchant."""

    def __init__(self) -> None:
        super().__init__()
        self.paused: list[float] = []
        self.wished = ""
        registered = Registration((APPID,), api_v2_key=KEY, api_v3_key=V3_KEY, md5=True)
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
        app = flask.Flask("ledger", static_folder=None)
        web.install(app, "ledger", clock=WorldClock(self), entropy=self.entropy)
        routes.install(app, self.provider)
        self.http = app.test_client()

    def register(self, mchid: str = MCHID, **settings: str) -> None:
        """Change what a merchant registered; an empty text takes a setting away."""
        with self.store.transaction() as books:
            account = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=mchid)
            accounts.change_settings(books, account=account, settings=settings)

    # calls

    def call(
        self, path: str, key: str = KEY, by: SignType = SignType.HMAC_SHA256, /, **told: str
    ) -> Answer:
        """Send a signed call and check the sign of its answer, unless it failed unheard."""
        fields = {"appid": APPID, "mch_id": MCHID, "nonce_str": self.entropy(16).hex(), **told}
        if by is SignType.HMAC_SHA256:
            fields["sign_type"] = by.value
        signed = fields | {"sign": signatures.sign(fields, key, by)}
        answer = self.post(path, documents.write(signed))
        if answer["return_code"] == "SUCCESS":
            assert answer["sign"] == signatures.sign(answer, key, by)
        return answer

    def post(self, path: str, raw: bytes, method: str = "POST") -> Answer:
        """Send these very bytes, and ask for the failure that is ``wished`` for."""
        headers = {"Wechatpay-Negative-Test": self.wished} if self.wished else {}
        response = self.http.open(path, method=method, data=raw, headers=headers)
        assert response.status_code == 200
        return documents.read(response.get_data())

    def order(self, out_trade_no: str = "tea-0001", /, **told: str) -> Answer:
        """Ask for an order of tea, by native code if nothing else is said."""
        kind = {"notify_url": NOTIFY_URL, "trade_type": "NATIVE"}
        fields = {**TEA, "out_trade_no": out_trade_no, **kind, **told}
        return self.call("/pay/unifiedorder", **fields)

    def micropay(self, name: str, out_trade_no: str = "tea-0001", /, **told: str) -> Answer:
        """Collect from the code on a payer's phone."""
        fields = {**TEA, "out_trade_no": out_trade_no, **told}
        fields.setdefault("auth_code", self.show_code(name, "wechatpay"))
        return self.call("/pay/micropay", **fields)

    def query(self, out_trade_no: str = "tea-0001", /, **told: str) -> Answer:
        """Look an order up."""
        return self.call("/pay/orderquery", **{"out_trade_no": out_trade_no, **told})

    def refund_part(self, fee: int, out_refund_no: str = "back-0001", /, **told: str) -> Answer:
        """Give a part of the order back."""
        wanted = {"out_trade_no": "tea-0001", "out_refund_no": out_refund_no}
        fees = {"refund_fee": str(fee), "total_fee": TEA["total_fee"]}
        return self.call("/secapi/pay/refund", **{**wanted, **fees, **told})

    # the payer

    def sold(self, out_trade_no: str = "tea-0001", /, **told: str) -> Payment:
        """An order by native code, paid by Li Wei."""
        return self.scan_and_pay("li-wei", self.order(out_trade_no, **told)["code_url"])

    def opened(self, out_trade_no: str = "tea-0001", mchid: str = MCHID) -> orders.Opened:
        """An order as the books hold it."""
        with self.store.reading() as books:
            account = accounts.require(books, vendor=Vendor.WECHATPAY, account_id=mchid)
            return orders.require(books, account=account, out_no=out_trade_no)
