"""The demo shops' side of a call: spelled, signed with their published keys, and read.

A call is named as the journal of requests names it: ``alipay.trade.pay`` for Alipay's V2 gateway,
``pay`` for Antom, method and target for WeChat Pay's API v3 and the provider's own API. What a
program would find in the answer is given as one object; ``http``, its status, and ``headers`` (in
small letters) stand beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from ledger.faces.alipay.gateway import PATH
from ledger.faces.antom import routes as antom
from ledger.kit import vendor_certificates
from ledger.kit.transport import Response, Transport
from ledger.ops import demo_apps
from ledger.protocol import rsa
from ledger.protocol.alipay_wire import keys, parameters, spelling
from ledger.protocol.antom_wire import signatures as antom_signatures
from ledger.protocol.antom_wire import values
from ledger.protocol.instants import Instant
from ledger.protocol.wechatpay_wire import authorization
from ledger.scenarios.own_till import OwnTill
from ledger.scenarios.script import Json

OWN: Final = "/v1/"
"""How the addresses of the provider's own API begin."""

_OPENS_AN_ORDER: Final = "/v3/pay/transactions/"
_TOLD_BY: Final = {"pay": ("payment",), "refund": ("refund",)}
_NONCE_CHARACTERS: Final = 16


class Tills:
    """What the demo shops' programs say to a provider."""

    def __init__(self, url: str, transport: Transport, notify_url: str) -> None:
        self._url = url
        self._transport = transport
        self._own = OwnTill(url, transport)
        self.notify_url = notify_url

    def call(self, name: str, body: Json, headers: Mapping[str, str], now: Instant) -> Json:
        """Call, and give what was answered; raises what the network raises."""
        if name in antom.CALLS:
            return self._antom(name, body, now)
        if " " not in name:
            return self._alipay(name, body, now)
        method, _, target = name.partition(" ")
        if target.startswith(OWN):
            answer = self._own.call(method, target, body, now)
            return _told(answer, _object(answer))
        return self._wechatpay(method, target, body, headers, now)

    def _alipay(self, name: str, content: Json, now: Instant) -> Json:
        app = demo_apps.alipay_app()
        sent = {
            "app_id": app.app_id,
            "method": name,
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": spelling.to_beijing(now),
            "version": "1.0",
            "notify_url": self.notify_url,
            "biz_content": json.dumps(content),
        }
        text = parameters.call_texts(sent)[0].encode()
        sent["sign"] = keys.sign(rsa.private_key(app.private_key), text)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._post("POST", PATH, headers, urlencode(sent).encode())
        nodes = [node for node in _object(answer).values() if isinstance(node, dict)]
        return _told(answer, nodes[0] if nodes else {})

    def _antom(self, name: str, content: Json, now: Instant) -> Json:
        client, path = demo_apps.antom_client(), f"{antom.VERSIONS[0]}{name}"
        told = {f"{kind}NotifyUrl": self.notify_url for kind in _TOLD_BY.get(name, ())}
        body, time = json.dumps({**content, **told}).encode(), values.time_text(now)
        signed = antom_signatures.content(path, client.app_id, time, body)
        headers = {
            "client-id": client.app_id,
            "request-time": time,
            "signature": antom_signatures.header(rsa.private_key(client.private_key), signed),
            "Content-Type": "application/json; charset=UTF-8",
        }
        answer = self._post("POST", path, headers, body)
        return _told(answer, _object(answer))

    def _wechatpay(
        self, method: str, target: str, content: Json, more: Mapping[str, str], now: Instant
    ) -> Json:
        shop, body = demo_apps.wechatpay_mchid(), b""
        if method == "POST":
            body = json.dumps(self._completed(target, content)).encode()
        signed = authorization.sign(
            method,
            target,
            body,
            mchid=shop.mchid,
            serial_no=vendor_certificates.read(shop.certificate).serial_no,
            key=rsa.private_key(shop.private_key),
            nonce=f"{now}".rjust(_NONCE_CHARACTERS, "0"),
            now=now,
        )
        headers = {
            "Authorization": signed,
            "Accept": "application/json",
            "User-Agent": "qrpay-scenario",
            "Content-Type": "application/json",
            **more,
        }
        answer = self._post(method, target, headers, body)
        return _told(answer, _object(answer))

    def _completed(self, target: str, content: Json) -> Json:
        """Add what each of the shop's orders has."""
        shop = demo_apps.wechatpay_mchid()
        if target.startswith(_OPENS_AN_ORDER) and target.endswith("/close"):
            return {"mchid": shop.mchid, **content}
        if target.startswith(_OPENS_AN_ORDER):
            whose = {"appid": shop.appid, "mchid": shop.mchid}
            told = {} if target.endswith("/codepay") else {"notify_url": self.notify_url}
            return {**whose, **told, **content}
        return {"notify_url": self.notify_url, **content}

    def _post(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        return self._transport.request(method, f"{self._url}{path}", headers, body)


def _object(answer: Response) -> Json:
    try:
        read = json.loads(answer.body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _told(answer: Response, members: Json) -> Json:
    headers = {name.lower(): text for name, text in answer.headers.items()}
    return {**members, "http": answer.status, "headers": headers}
