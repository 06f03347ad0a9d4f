"""A merchant's side in bytes: calls by Alipay's V2 gateway, and an address that is told things."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ledger.kit import vendor_certificates
from ledger.ops import demo_apps
from ledger.protocol import rsa
from ledger.protocol.alipay_wire import keys, nodes, parameters, spelling
from ledger.protocol.instants import Instant
from ledger.protocol.wechatpay_wire import authorization
from ledger.testing.play import Play

WITHIN_S = 30


@dataclass
class Till:
    """A till that speaks V2, correctly; ``node`` is what the last answer held."""

    play: Play
    notify_url: str = ""

    def call(self, method: str, **content: str) -> dict[str, Any]:
        """Call and verify; raises what the network raises, ``SignatureInvalid`` and its like."""
        raw = self.raw(method, **content)
        platform = rsa.public_key(self.play.alipay.platform_public_key)
        node, _, rest = raw.rpartition(b',"sign":"')
        node = node.removeprefix(b'{"' + nodes.node_name(method).encode() + b'":')
        keys.verify(platform, node, rest.removesuffix(b'"}').decode() if node else "")
        found: dict[str, Any] = json.loads(node)
        return found

    def raw(self, method: str, **content: str) -> bytes:
        """Call; the answer's bytes."""
        sent = {
            "app_id": self.play.alipay.app_id,
            "method": method,
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": spelling.to_beijing(self.play.clock.now()),
            "version": "1.0",
            "notify_url": self.notify_url,
            "biz_content": json.dumps(content),
        }
        sent = {name: text for name, text in sent.items() if text}
        key = rsa.private_key(self.play.alipay.private_key)
        sent["sign"] = keys.sign(key, parameters.call_texts(sent)[0].encode())
        request = urllib.request.Request(self.play.alipay.gateway, urlencode(sent).encode())  # noqa: S310
        with urllib.request.urlopen(request, timeout=WITHIN_S) as answer:  # noqa: S310
            body: bytes = answer.read()
        return body

    def shown(self, order_no: str, amount: str = "12.95") -> str:
        """Show a code for an order; the code."""
        made = self.call(
            "alipay.trade.precreate", out_trade_no=order_no, total_amount=amount, subject="Tea"
        )
        return str(made["qr_code"])

    def status(self, order_no: str) -> str:
        """Ask what became of an order."""
        found = self.call("alipay.trade.query", out_trade_no=order_no)
        return str(found.get("trade_status", found.get("sub_code")))


def wechat_order(play: Play, order_no: str, notify_url: str, fen: int = 1295) -> str:
    """Show a code of WeChat Pay's API v3 for an order; the code."""
    target, body, headers = wechat_request(play.clock.now(), order_no, notify_url, fen)
    request = urllib.request.Request(f"{play.ledger_url}{target}", body, headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=WITHIN_S) as answer:  # noqa: S310
        return str(json.load(answer)["code_url"])


def wechat_request(
    now: Instant, order_no: str, notify_url: str, fen: int = 1295
) -> tuple[str, bytes, dict[str, str]]:
    """Spell and sign the demo tea house's call for a code: target, body, headers."""
    shop, target = demo_apps.wechatpay_mchid(), "/v3/pay/transactions/native"
    body = json.dumps(
        {
            "appid": shop.appid,
            "mchid": shop.mchid,
            "description": "Tea",
            "out_trade_no": order_no,
            "notify_url": notify_url,
            "amount": {"total": fen, "currency": "CNY"},
        }
    ).encode()
    signed = authorization.sign(
        "POST",
        target,
        body,
        mchid=shop.mchid,
        serial_no=vendor_certificates.read(shop.certificate).serial_no,
        key=rsa.private_key(shop.private_key),
        nonce=order_no.ljust(16, "0"),
        now=now,
    )
    headers = {
        "Authorization": signed,
        "Content-Type": "application/json",
        "Accept": "application/json",
        "User-Agent": "till",
    }
    return target, body, headers


@dataclass
class Told:
    """What came to a merchant's address, in the order in which it came."""

    url: str = ""
    answer: bytes = b"success"
    status: int = 200
    bodies: list[bytes] = field(default_factory=list)

    @property
    def forms(self) -> list[dict[str, str]]:
        """What came, as Alipay's forms."""
        return [dict(parse_qsl(body.decode())) for body in self.bodies]


@contextmanager
def merchants_address() -> Iterator[Told]:
    """Listen at an address that keeps what it is told and answers as it was taught."""
    told = Told()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(told.answer)))
            self.end_headers()
            self.wfile.write(told.answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/notify"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
