"""Signed calls of the demo shop's programs, made beforehand, and a ledger that answers them.

A call is what a server hands over (a WSGI environment), so HTTP is not in the figures. The books
are in a file of their own, with every promise of the embedded store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ledger.app import create_app, ledger_of
from ledger.config import Settings
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import aliases
from ledger.faces.alipay import gateway
from ledger.faces.antom import routes
from ledger.kit.clock import SystemClock
from ledger.ops import demo_apps, seed
from ledger.ops.audit import audit
from ledger.protocol import rsa
from ledger.protocol.alipay_wire import keys, rest, spelling
from ledger.protocol.alipay_wire.parameters import call_texts
from ledger.protocol.antom_wire import signatures, values
from ledger.protocol.errors.checkout import InvariantBroken
from ledger.protocol.instants import SECOND, Instant, later
from ledger.store import BooksStore, open_store

Call = Callable[[], bytes]
"""Has one call answered; gives the body of the answer."""

NO = "B1"
TERMS = {"subject": "Tea", "total_amount": "12.95"}
_OK = "200 OK"
_DONE = b'"code":"10000"'
_V3_QUERY = "/v3/alipay/trade/query?out_trade_no="


class Desk:
    """A ledger with the demo world in it, and the keys of the demo shop's programs."""

    def __init__(self, app: flask.Flask, store: BooksStore) -> None:
        self._app = app
        self._store = store
        self._alipay, self._antom = demo_apps.alipay_app(), demo_apps.antom_client()
        self._alipay_key = rsa.private_key(self._alipay.private_key)
        self._antom_key = rsa.private_key(self._antom.private_key)
        self._clock = SystemClock()
        self._acknowledged = {NO}

    def v2(self, method: str, **content: str) -> Call:
        """Sign a call of the V2 gateway."""
        sent = {
            "app_id": self._alipay.app_id,
            "method": method,
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": spelling.to_beijing(self._clock.now()),
            "version": "1.0",
            "biz_content": json.dumps(content),
        }
        text = call_texts(sent)[0].encode()
        sent["sign"] = keys.sign(self._alipay_key, text)
        return self._call(gateway.PATH, urlencode(sent).encode(), "x-www-form-urlencoded")

    def precreate(self, out_trade_no: str) -> Call:
        """Sign a call for a code; that it was acknowledged is remembered."""
        call = self.v2("alipay.trade.precreate", out_trade_no=out_trade_no, **TERMS)

        def act() -> bytes:
            body = call()
            if _DONE in body:
                self._acknowledged.add(out_trade_no)
            return body

        return act

    def prove(self) -> int:
        """Hold the books against what was acknowledged, and audit them; gives how many orders.

        Raises ``InvariantBroken`` where they hold anything else.
        """
        until = later(self._clock.now(), SECOND)
        with self._store.reading() as books:
            stored = {
                each.out_no
                for each in books.vendor_orders.of_account(
                    Vendor.ALIPAY, self._alipay.app_id, Instant(0), until
                )
            }
        found = audit(self._store)
        if found or stored != self._acknowledged:
            wrong = sorted(stored ^ self._acknowledged)
            raise InvariantBroken(f"{len(wrong)} orders are wrong: {wrong[:3]}; {found[:3]}")
        return len(stored)

    def buyer_id(self) -> str:
        """Give the number by which the shop knows a payer."""
        with self._store.reading() as books:
            payer = books.directory.payers()[0]
            shop = seed.DROGERIE.merchant_id
            return aliases.alias(payer, vendor=Vendor.ALIPAY, merchant_id=shop)

    def v3_query(self, out_trade_no: str) -> Call:
        """Sign a query by V3."""
        said = f"app_id={self._alipay.app_id},nonce={out_trade_no},timestamp={self._clock.now()}"
        unsigned = rest.authorization(f"{rest.SCHEME} {said},sign=x")
        target = f"{_V3_QUERY}{out_trade_no}"
        signed = rest.call_text(unsigned, "GET", target, b"")
        signature = keys.sign(self._alipay_key, signed)
        return self._call(target, None, Authorization=f"{rest.SCHEME} {said},sign={signature}")

    def antom(self, name: str, body: dict[str, object]) -> Call:
        """Sign a call of Antom's."""
        path, raw = f"{routes.VERSIONS[0]}{name}", json.dumps(body).encode()
        time, client_id = values.time_text(self._clock.now()), self._antom.app_id
        signed = signatures.content(path, client_id, time, raw)
        return self._call(
            path,
            raw,
            "json",
            **{
                "client-id": client_id,
                "request-time": time,
                "signature": signatures.header(self._antom_key, signed),
            },
        )

    def _call(self, target: str, body: bytes | None, kind: str = "json", **headers: str) -> Call:
        environ = EnvironBuilder(
            target,
            method="GET" if body is None else "POST",
            data=body,
            content_type=f"application/{kind}",
            headers=list(headers.items()),
        ).get_environ()
        stream = environ["wsgi.input"]

        def act() -> bytes:
            stream.seek(0)
            answer, status, _ = run_wsgi_app(self._app, environ)
            body = b"".join(answer)
            if status != _OK:
                raise ValueError(f"{status}: {body!r}")
            return body

        return act


def contestants(desk: Desk, *, at_most: int) -> dict[str, Call]:
    """Give what takes turns, by name; each can be called ``at_most`` times."""
    made = iter([desk.precreate(f"C{number}") for number in range(at_most)])
    trade = desk.v2("alipay.trade.create", **TERMS, out_trade_no=NO, buyer_id=desk.buyer_id())
    asked = desk.antom("pay", _order_code(NO))
    for opening in (trade, asked):
        opening()
    key, text = rsa.private_key(demo_apps.alipay_app().private_key), NO.encode()
    public = key.public_key()

    def signatures_alone() -> bytes:
        signature = keys.sign(key, text)
        keys.verify(public, text, signature)
        return signature.encode()

    def next_code() -> bytes:
        return next(made)()

    return {
        "signatures in Python": signatures_alone,
        "V2 precreate": next_code,
        "V2 query": desk.v2("alipay.trade.query", out_trade_no=NO),
        "V3 query": desk.v3_query(NO),
        "Antom inquiryPayment": desk.antom("inquiryPayment", {"paymentRequestId": NO}),
    }


def _order_code(number: str) -> dict[str, object]:
    price = {"currency": "EUR", "value": "1295"}
    store = {"referenceStoreId": "S1", "storeName": "Mitte", "storeMCC": "5912"}
    merchant = {
        "referenceMerchantId": "M1",
        "merchantMCC": "5912",
        "merchantName": "Demo Drogerie",
        "store": store,
    }
    return {
        "productCode": "IN_STORE_PAYMENT",
        "paymentRequestId": number,
        "order": {"orderAmount": price, "merchant": merchant, "orderDescription": "Tea"},
        "paymentAmount": price,
        "paymentMethod": {"paymentMethodType": "CONNECT_WALLET"},
        "paymentNotifyUrl": "http://127.0.0.1:9/",
        "paymentFactor": {"inStorePaymentScenario": "OrderCode"},
    }


@contextmanager
def desk() -> Iterator[Desk]:
    """Open new books in a folder of their own, for the time of a block."""
    with TemporaryDirectory() as folder:
        settings = Settings(Path(folder), background=False)
        store = open_store(settings.books)
        app = create_app(settings, store=store)
        try:
            yield Desk(app, store)
        finally:
            ledger_of(app).close()
