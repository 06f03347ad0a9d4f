"""A till that speaks WeChat Pay's API v3 or v2 by the demo number, over HTTP.

A sale is above what goes without asking; ``collect`` and ``query`` give the one word that counts.
"""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass

from ledger.kit.clock import SystemClock
from ledger.ops import demo_apps
from ledger.protocol import rsa
from ledger.protocol.wechatpay_v2_wire import documents
from ledger.protocol.wechatpay_v2_wire import signatures as signs
from ledger.protocol.wechatpay_v2_wire.signatures import SignType
from ledger.protocol.wechatpay_wire import authorization
from tests.processes.services import COMMAND_WITHIN_S
from tests.protocol.wechatpay.vectors import MERCHANT

DEMO = demo_apps.wechatpay_mchid()
MCHID, APPID = DEMO.mchid, DEMO.registration.appids[0]
ABOVE = 100_001


def _ask(url: str, raw: bytes | None, headers: dict[str, str]) -> bytes:
    sent = {"Accept": "*/*", "User-Agent": "till", **headers}
    request = urllib.request.Request(url, raw, sent)  # noqa: S310 - a service of this test
    with urllib.request.urlopen(request, timeout=COMMAND_WITHIN_S) as answer:  # noqa: S310
        return bytes(answer.read())


@dataclass(frozen=True)
class ByV3:
    """A sale by API v3."""

    ledger: str
    number: str

    def collect(self, digits: str) -> object:
        """Charge the payer whose code it is."""
        wanted = {
            "appid": APPID,
            "mchid": MCHID,
            "description": "tea",
            "out_trade_no": self.number,
            "amount": {"total": ABOVE},
            "payer": {"auth_code": digits},
            "scene_info": {"store_info": {"id": "1"}},
        }
        return self._call("POST", "/v3/pay/transactions/codepay", wanted)["code"]

    def query(self) -> object:
        """Look how it stands."""
        path = f"/v3/pay/transactions/out-trade-no/{self.number}?mchid={MCHID}"
        return self._call("GET", path)["trade_state"]

    def _call(self, method: str, path: str, body: object = None) -> dict[str, object]:
        raw = b"" if body is None else json.dumps(body).encode()
        signed = authorization.sign(
            method,
            path,
            raw,
            mchid=MCHID,
            serial_no=MERCHANT.serial_no,
            key=rsa.private_key(DEMO.private_key),
            nonce="nonce",
            now=SystemClock().now(),
        )
        headers = {"Authorization": signed, "Content-Type": "application/json"}
        told: dict[str, object] = json.loads(_ask(self.ledger + path, raw or None, headers))
        return told


@dataclass(frozen=True)
class ByV2:
    """A sale by API v2."""

    ledger: str
    number: str

    def collect(self, digits: str) -> object:
        """Charge the payer whose code it is."""
        tea = {"body": "tea", "total_fee": str(ABOVE), "spbill_create_ip": "127.0.0.1"}
        return self._call("/pay/micropay", auth_code=digits, **tea)["err_code"]

    def query(self) -> object:
        """Look how it stands."""
        return self._call("/pay/orderquery")["trade_state"]

    def _call(self, path: str, **told: str) -> dict[str, str]:
        who = {"appid": APPID, "mch_id": MCHID, "nonce_str": "n", "sign_type": "HMAC-SHA256"}
        fields = {**who, "out_trade_no": self.number, **told}
        fields["sign"] = signs.sign(fields, DEMO.registration.api_v2_key, SignType.HMAC_SHA256)
        return documents.read(_ask(self.ledger + path, documents.write(fields), {}))
