"""The demo world with shops that speak WeChat Pay's API v2, and a client that checks each answer.

``shop.call("/pay/unifiedorder", body="茶", ...)`` signs as an SDK does and verifies the answer's
sign before it gives it back; ``shop.scan`` and ``shop.authorise`` are a payer's phone.
"""

from __future__ import annotations

from ledger.core.records.payments import Payment
from ledger.core.vendors.wechatpay import Registration
from ledger.faces.wechatpay_v2 import routes
from ledger.protocol.wechatpay_v2_wire import documents, signatures
from ledger.protocol.wechatpay_v2_wire.signatures import SignType
from tests.faces.wechat_merchants import APPID, MCHID, NOTIFY_URL, WechatMerchants

KEY = "0123456789abcdef0123456789ABCDEF"
V3_KEY = "fedcba9876543210fedcba9876543210"
ABOVE = "100001"
"""More than goes without asking."""

TEA = {
    "body": "茶",
    "attach": "table 7",
    "total_fee": "1295",
    "spbill_create_ip": "127.0.0.1",
}

Answer = dict[str, str]


class XmlShop(WechatMerchants):
    """The merchants before API v2; ``wished`` is the failure that calls ask for."""

    def __init__(self) -> None:
        super().__init__(Registration((APPID,), api_v2_key=KEY, api_v3_key=V3_KEY, md5=True))
        self.wished = ""
        routes.install(self.app, self.provider)
        self.http = self.app.test_client()

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
