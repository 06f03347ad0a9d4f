"""A shop that speaks V2 to the ledger in bytes, correctly unless told not to.

shop = AlipayShop(folder)
node = shop.call("alipay.trade.precreate", out_trade_no="A1", total_amount="12.95", subject="Tea")
shop.scan_and_pay("anna", node["qr_code"])
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ledger.config import VENDOR_KEYS
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import accounts, alipay, codes
from ledger.faces.alipay import certificates
from ledger.kit.secrets import keep_text, rsa_keys
from ledger.kit.transport import Transport
from ledger.protocol import payment_code, rsa
from ledger.protocol.alipay_wire import keys, nodes, parameters, spelling
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import Instant
from tests.faces.native.http_world import HttpWorld
from tests.kit.answered import Answer, Json
from tests.protocol.alipay.vectors import KEY, PUBLIC_KEY

APP_ID = "2021000000000001"
"""The demo shop's app, whose published key is that of the vectors."""
MERCHANT_ID = "M2088DEMO000001"


@cache
def platform_key() -> RSAPrivateKey:
    """The platform's key, another than the app's; made once, since that takes a while."""
    return rsa_keys.draw()


class Node(dict[str, Any]):
    """An answer's node, its signature checked."""

    @property
    def said(self) -> tuple[str, str]:
        """Code and sub-code, to compare at once."""
        return self["code"], self.get("sub_code", "")


class AlipayShop(HttpWorld):
    """A ledger with the demo world, and an app of the drugstore that calls V2's gateway."""

    def __init__(
        self, folder: Path, transport: Transport | None = None, *, in_a_file: bool = False
    ) -> None:
        for name in (certificates.KEY, certificates.ROOT_KEY):
            keep_text(folder / VENDOR_KEYS / name, lambda: rsa.spell_private(platform_key()))
        super().__init__(folder, transport, in_a_file=in_a_file)

    def register(self, app_id: str, *, merchant_id: str = MERCHANT_ID, **settings: str) -> str:
        """Let the drugstore, or another shop, be known by an app; its id."""
        registered = {alipay.APP_PUBLIC_KEY: rsa.spell_public(PUBLIC_KEY), **settings}
        account = VendorAccount(
            Vendor.ALIPAY, app_id, merchant_id, "T01", self.clock.now(), registered
        )
        with self.store.transaction() as books:
            accounts.register(books, account=account)
        return app_id

    def another_app(self) -> str:
        """A second app, which signs with the same key."""
        return self.register("2021000000000002")

    def public(self, method: str, **changed: str) -> dict[str, str]:
        """The parameters of a call beside its content, unsigned."""
        return {
            "app_id": APP_ID,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": spelling.to_beijing(self.clock.now()),
            "version": "1.0",
            **changed,
        }

    def signed(self, sent: dict[str, str]) -> dict[str, str]:
        """The same parameters with their signature."""
        text = parameters.call_texts(sent)[0].encode(sent.get("charset", "utf-8"))
        kind = keys.sign_type(sent.get("sign_type", "RSA2"))
        return {**sent, "sign": keys.sign(KEY, text, kind)}

    def post(self, sent: dict[str, str]) -> Answer:
        """Post parameters, the content in the body and the others in the query, as SDKs do."""
        charset = sent.get("charset", "utf-8")
        in_body = {name: value for name, value in sent.items() if name == "biz_content"}
        in_query = {name: value for name, value in sent.items() if name not in in_body}
        came = self.app.test_client().post(
            f"/gateway.do?{urlencode(in_query, encoding=charset)}",
            data=urlencode(in_body, encoding=charset).encode(),
            content_type="application/x-www-form-urlencoded",
        )
        return Answer(came.status_code, dict(came.headers), came.get_data())

    def node(self, answer: Answer, method: str, charset: str = "utf-8") -> Node:
        """Cut the node out of an answer, whose signature holds."""
        assert answer.status == 200
        text = answer.body.decode(charset)
        name = nodes.node_name(method)
        assert text.startswith(f'{{"{name}":{{'), text
        start = len(name) + 4
        value, end = json.JSONDecoder().raw_decode(text, start)
        envelope = json.loads(text)
        keys.verify(platform_key().public_key(), text[start:end].encode(charset), envelope["sign"])
        return Node(value)

    @staticmethod
    def spelled(content: Mapping[str, object]) -> str:
        """Content as it is sent."""
        return json.dumps(content, ensure_ascii=False)

    def orders(self) -> int:
        """How many orders there are of the demo shop's app."""
        with self.store.reading() as books:
            return len(books.payments.unpaid_past(Instant(2**52), 1000))

    def call(self, method: str, **content: object) -> Node:
        """Call a method with some content; the node."""
        return self.call_with(method, {}, **content)

    def call_with(self, method: str, public: dict[str, str], **content: object) -> Node:
        """Call a method with other public parameters."""
        sent = self.signed(self.public(method, biz_content=self.spelled(content), **public))
        return self.node(self.post(sent), method)

    def precreate(self, out_trade_no: str = "A1", total_amount: str = "12.95") -> str:
        """Make an order; its code."""
        node = self.call(
            "alipay.trade.precreate",
            out_trade_no=out_trade_no,
            total_amount=total_amount,
            subject="Tea",
        )
        assert node["code"] == "10000", node
        return str(node["qr_code"])

    def pay(self, auth_code: str, out_trade_no: str = "A1", total_amount: str = "12.95") -> Node:
        """Present a payer's code."""
        return self.call(
            "alipay.trade.pay",
            out_trade_no=out_trade_no,
            total_amount=total_amount,
            subject="Tea",
            scene="bar_code",
            auth_code=auth_code,
        )

    def query(self, out_trade_no: str = "A1") -> Node:
        """Ask how a trade stands."""
        return self.call("alipay.trade.query", out_trade_no=out_trade_no)

    def refund(self, amount: str, number: str = "", out_trade_no: str = "A1") -> Node:
        """Give a part back."""
        numbered = {"out_request_no": number} if number else {}
        return self.call(
            "alipay.trade.refund", out_trade_no=out_trade_no, refund_amount=amount, **numbered
        )

    def auth_code(self, name: str, prefix: str = "28") -> str:
        """A payer's phone shows a payment code."""
        wallet = self.wallet(name)
        answer = wallet.post("/v1/me/payment-codes", {})
        handle = answer.json["handles"][0]
        return payment_code.make(handle, wallet.code_secret, self.clock.now(), prefix).text

    def scan(self, name: str, code: str) -> Json:
        """A payer scans an order's code; the offer."""
        wallet, provider = self.wallet(name), self.ledger.provider
        with self.store.transaction() as books:
            offer = codes.claim(
                books,
                payer_id=PayerId(wallet.payer["payer_id"]),
                code=code,
                rates=provider.rates,
                policy=provider.policy,
                now=self.clock.now(),
                ids=provider.ids,
            )
        return wallet.get(f"/v1/payments/{offer.payment.payment_id}/offer").json

    def agree(self, name: str, offer: Json, code: str = "") -> None:
        """A payer agrees to an offer."""
        wallet = self.wallet(name)
        paid = wallet.agree(wallet.consent(offer, code))
        assert paid.status == 201, paid.body

    def scan_and_pay(self, name: str, code: str) -> None:
        """A payer scans a code and agrees."""
        self.agree(name, self.scan(name, code), code)

    def asked(self, name: str) -> Json:
        """The offer a payer is asked to agree to after their payment code was scanned."""
        wallet = self.wallet(name)
        waiting = wallet.get("/v1/me/payments?state=AUTHORISING").json["payments"]
        return wallet.get(f"/v1/payments/{waiting[0]['payment_id']}/offer").json
