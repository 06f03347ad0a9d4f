"""The demo world with shops that speak WeChat Pay's API v3, and a client that checks each answer.

``world.post("/v3/pay/transactions/native", {...})`` signs as an SDK does and verifies the answer's
signature before it gives it back; ``world.scan`` and ``world.authorise`` are a payer's phone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.core.records.payments import Payment
from ledger.core.vendors.wechatpay import Platform, PlatformKey, Regime, Registration
from ledger.faces.wechatpay import routes
from ledger.faces.wechatpay.calls import desk
from ledger.faces.wechatpay.calls.call import Face
from ledger.faces.wechatpay.served import PREFIXES
from ledger.kit import web
from ledger.protocol.wechatpay_wire import authorization, signatures
from ledger.protocol.wechatpay_wire.signed_texts import answer_text
from tests.faces.wechat_merchants import APPID, MCHID, NOTIFY_URL, WechatMerchants
from tests.protocol.wechatpay import vectors
from tests.protocol.wechatpay.vectors import MERCHANT, MERCHANT_KEY, PLATFORM

API_V3_KEY = "0123456789abcdef0123456789abcdef"
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012026112200000000000001"

PLATFORM_KEY = PlatformKey(PLATFORM.serial_no, vectors.PLATFORM_KEY, PLATFORM)
PUBLIC_KEY = PlatformKey(PUBLIC_KEY_ID, vectors.PLATFORM_PUBLIC_KEY)


@dataclass(frozen=True)
class Answer:
    """An answer whose signature holds."""

    status: int
    body: dict[str, object]
    headers: Mapping[str, str]

    @property
    def code(self) -> object:
        return self.body.get("code")


class WechatWorld(WechatMerchants):
    """The merchants before API v3."""

    def __init__(self) -> None:
        super().__init__(
            Registration(appids=(APPID,), certificates=MERCHANT.pem, api_v3_key=API_V3_KEY)
        )
        self.platform = Platform((PLATFORM_KEY,), PUBLIC_KEY)
        face = Face(self.provider, lambda: self.platform)
        routes.install(self.app, face)
        for prefix in PREFIXES:
            web.draw_under(self.app, prefix, lambda error: desk.refuse(face, error))
        self.http = self.app.test_client()

    def use_public_key(self) -> None:
        """The tea house changes over to the platform public key."""
        self.register(regime=Regime.PUBLIC_KEY)

    # calls

    def get(self, target: str, *, mchid: str = MCHID, serial: str = "") -> Answer:
        return self.call("GET", target, b"", mchid=mchid, serial=serial)

    def post(
        self,
        target: str,
        body: Mapping[str, object],
        *,
        mchid: str = MCHID,
        serial: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        raw = json.dumps(body).encode()
        return self.call("POST", target, raw, mchid=mchid, serial=serial, headers=headers)

    def call(
        self,
        method: str,
        target: str,
        raw: bytes,
        *,
        mchid: str = MCHID,
        serial: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a signed call and check that its answer is signed."""
        signed = {"Authorization": self.authorize(method, target, raw, mchid=mchid)}
        if serial:
            signed["Wechatpay-Serial"] = serial
        return self.call_as_is(method, target, raw, {**signed, **(headers or {})})

    def authorize(self, method: str, target: str, raw: bytes, *, mchid: str = MCHID) -> str:
        """Sign a call; the Authorization header."""
        return authorization.sign(
            method,
            target,
            raw,
            mchid=mchid,
            serial_no=MERCHANT.serial_no,
            key=MERCHANT_KEY,
            nonce=self.entropy(16).hex(),
            now=self.now,
        )

    def call_as_is(
        self, method: str, target: str, raw: bytes, headers: Mapping[str, str]
    ) -> Answer:
        """Send these very headers, and check that the answer is signed all the same."""
        sent = {"Accept": "*/*", "User-Agent": "test", "Content-Type": "application/json"}
        response = self.http.open(target, method=method, data=raw, headers={**sent, **headers})
        answer = response.get_data()
        signed = response.headers
        key = self.platform.named(signed["Wechatpay-Serial"])
        assert key is not None
        text = answer_text(signed["Wechatpay-Timestamp"], signed["Wechatpay-Nonce"], answer)
        signatures.verify(key.private_key.public_key(), text, signed["Wechatpay-Signature"])
        assert signed["Wechatpay-Signature-Type"] == "WECHATPAY2-SHA256-RSA2048"
        return Answer(response.status_code, json.loads(answer or b"{}"), dict(signed))

    # bodies

    def wanted(self, out_trade_no: str = "tea-0001", total: int = 1295) -> dict[str, object]:
        """An order of tea."""
        return {
            "appid": APPID,
            "mchid": MCHID,
            "description": "茶",
            "out_trade_no": out_trade_no,
            "notify_url": NOTIFY_URL,
            "attach": "table 7",
            "amount": {"total": total, "currency": "CNY"},
        }

    def by_code(
        self, name: str, out_trade_no: str = "tea-0001", total: int = 1295
    ) -> dict[str, object]:
        """An order to be paid by the code on a payer's phone."""
        wanted = self.wanted(out_trade_no, total)
        del wanted["notify_url"]
        scene = {"store_info": {"id": "1"}}
        return {
            **wanted,
            "payer": {"auth_code": self.show_code(name, "wechatpay")},
            "scene_info": scene,
        }

    # the payer

    def sold(self, out_trade_no: str = "tea-0001", total: int = 1295) -> Payment:
        """An order by native code, paid by Li Wei."""
        answer = self.post("/v3/pay/transactions/native", self.wanted(out_trade_no, total))
        return self.scan_and_pay("li-wei", str(answer.body["code_url"]))
