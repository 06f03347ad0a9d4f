"""Signed calls of the demo shops' programs, made beforehand, and a ledger that answers them.

A call is what a server hands over (a WSGI environment), so HTTP is not in the figures. The books
are in a file of their own, with every promise of the embedded store, and each call leaves its lines
in a log that nobody reads.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import flask
from werkzeug.test import EnvironBuilder

from ledger.app import create_app, ledger_of
from ledger.config import Settings
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import aliases
from ledger.faces.alipay import gateway
from ledger.faces.antom import routes
from ledger.kit import vendor_certificates
from ledger.kit.clock import SystemClock
from ledger.kit.web import request_log
from ledger.ops import demo_apps, seed
from ledger.ops.audit import audit
from ledger.protocol import rsa
from ledger.protocol.alipay_wire import keys, rest, spelling
from ledger.protocol.alipay_wire.parameters import call_texts
from ledger.protocol.antom_wire import signatures, values
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.instants import SECOND, Instant, later
from ledger.protocol.wechatpay_wire import authorization
from ledger.store import BooksStore, open_store

Call = Callable[[], bytes]
"""Has one call answered; gives the body of the answer."""

CROWD = 8
CROWDED = f", {CROWD} at a time"
NO = "ASKED-1"
TERMS = {"subject": "Tea", "total_amount": "12.95"}
_OK = "200 OK"
_DONE = b'"code":"10000"'
_V3_QUERY = "/v3/alipay/trade/query?out_trade_no="
_WECHAT_ORDERS = "/v3/pay/transactions"
_WECHAT_DONE = b'"code_url"'


class Desk:
    """A ledger with the demo world in it, and the keys of the demo shop's programs.

    ``callers`` are threads that call at the same time; they begin with the first crowd.
    """

    def __init__(self, app: flask.Flask, store: BooksStore) -> None:
        self.callers = ThreadPoolExecutor(CROWD)
        self._app = app
        self._store = store
        self._alipay, self._antom = demo_apps.alipay_app(), demo_apps.antom_client()
        self._alipay_key = rsa.private_key(self._alipay.private_key)
        self._antom_key = rsa.private_key(self._antom.private_key)
        self._clock = SystemClock()
        self._mchid = demo_apps.wechatpay_mchid()
        self._wechat_key = rsa.private_key(self._mchid.private_key)
        self._acknowledged = {Vendor.ALIPAY: {NO}, Vendor.WECHATPAY: {NO}}

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
        return self._remembered(call, Vendor.ALIPAY, out_trade_no, _DONE)

    def _remembered(self, call: Call, vendor: Vendor, out_no: str, done: bytes) -> Call:
        def act() -> bytes:
            body = call()
            if done in body:
                self._acknowledged[vendor].add(out_no)
            return body

        return act

    def prove(self) -> int:
        """Hold the books against what was acknowledged, and audit them; gives how many orders.

        Raises ``InvariantBroken`` where they hold anything else.
        """
        until = later(self._clock.now(), SECOND)
        ids = {Vendor.ALIPAY: self._alipay.app_id, Vendor.WECHATPAY: self._mchid.mchid}
        stored, wrong = 0, list[str]()
        with self._store.reading() as books:
            for vendor, said in self._acknowledged.items():
                found = books.vendor_orders.of_account(vendor, ids[vendor], Instant(0), until)
                stored += len(found)
                wrong += sorted({each.out_no for each in found} ^ said)
        findings = audit(self._store)
        if findings or wrong:
            raise InvariantBroken(f"{len(wrong)} orders are wrong: {wrong[:3]}; {findings[:3]}")
        return stored

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

    def native_order(self, out_trade_no: str) -> Call:
        """Sign a call of WeChat Pay's for a code; that it was acknowledged is remembered."""
        body = {
            "appid": self._mchid.appid,
            "mchid": self._mchid.mchid,
            "description": "Tea",
            "out_trade_no": out_trade_no,
            "notify_url": "http://127.0.0.1:9/",
            "amount": {"total": 1295, "currency": "CNY"},
        }
        call = self._wechatpay(f"{_WECHAT_ORDERS}/native", json.dumps(body).encode())
        return self._remembered(call, Vendor.WECHATPAY, out_trade_no, _WECHAT_DONE)

    def wechat_query(self, out_trade_no: str) -> Call:
        """Sign a query of WeChat Pay's."""
        asked = f"{_WECHAT_ORDERS}/out-trade-no/{out_trade_no}?mchid={self._mchid.mchid}"
        return self._wechatpay(asked, None)

    def wechat_close(self, out_trade_no: str) -> Call:
        """Sign a call that ends an order of WeChat Pay's."""
        body = json.dumps({"mchid": self._mchid.mchid}).encode()
        return self._wechatpay(f"{_WECHAT_ORDERS}/out-trade-no/{out_trade_no}/close", body)

    def _wechatpay(self, target: str, body: bytes | None) -> Call:
        header = authorization.sign(
            "GET" if body is None else "POST",
            target,
            body or b"",
            mchid=self._mchid.mchid,
            serial_no=vendor_certificates.read(self._mchid.certificate).serial_no,
            key=self._wechat_key,
            nonce="nonce",
            now=self._clock.now(),
        )
        return self._call(
            target, body, Authorization=header, Accept="application/json", User_Agent="bench"
        )

    def _call(self, target: str, body: bytes | None, kind: str = "json", **headers: str) -> Call:
        environ = EnvironBuilder(
            target,
            method="GET" if body is None else "POST",
            data=body,
            content_type=f"application/{kind}",
            headers=[(name.replace("_", "-"), said) for name, said in headers.items()],
        ).get_environ()
        stream = environ["wsgi.input"]

        status = ""

        def start(said: str, *_: object) -> Callable[[bytes], object]:
            nonlocal status
            status = said
            return lambda _: None

        def act() -> bytes:
            stream.seek(0)
            body = b"".join(self._app(environ, start))
            if status != _OK:
                raise ValueError(f"{status}: {body!r}")
            return body

        return act


def contestants(desk: Desk, *, at_most: int, crowds: int = 1) -> dict[str, Call]:
    """Give what takes turns, by name; each can be called ``at_most`` times.

    Those whose name says ``CROWDED`` have ``CROWD`` calls answered at the same time, ``crowds``
    times at most.
    """
    every = range(at_most + crowds * CROWD)
    made = iter([desk.precreate(f"C{number}") for number in every])
    native = iter([desk.native_order(f"NATIVE{number}") for number in every])
    trade = desk.v2("alipay.trade.create", **TERMS, out_trade_no=NO, buyer_id=desk.buyer_id())
    asked = desk.antom("pay", _order_code(NO))
    for opening in (trade, asked, desk.native_order(NO)):
        opening()
    key, text = rsa.private_key(demo_apps.alipay_app().private_key), NO.encode()
    public = key.public_key()

    def signatures_alone() -> bytes:
        signature = keys.sign(key, text)
        keys.verify(public, text, signature)
        return signature.encode()

    return {
        "signatures in Python": signatures_alone,
        "V2 precreate": partial(_call_next, made),
        f"V2 precreate{CROWDED}": partial(_crowd, desk, made),
        "V2 query": desk.v2("alipay.trade.query", out_trade_no=NO),
        "V3 query": desk.v3_query(NO),
        "Antom inquiryPayment": desk.antom("inquiryPayment", {"paymentRequestId": NO}),
        "WeChat native order": partial(_call_next, native),
        f"WeChat native order{CROWDED}": partial(_crowd, desk, native),
        "WeChat query": desk.wechat_query(NO),
    }


def _call_next(calls: Iterator[Call]) -> bytes:
    return next(calls)()


def _crowd(desk: Desk, calls: Iterator[Call]) -> bytes:
    """Have many callers wait for their answers at the same time."""
    asked = [next(calls) for _ in range(CROWD)]
    return b"".join(desk.callers.map(lambda call: call(), asked))


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
            with _log_for_nobody():
                made = Desk(app, store)
                with made.callers:
                    yield made
        finally:
            ledger_of(app).close()


@contextmanager
def _log_for_nobody() -> Iterator[None]:
    log, level = request_log.LOGGER, request_log.LOGGER.level
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        handler = logging.StreamHandler(nowhere)
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        try:
            yield
        finally:
            log.removeHandler(handler)
            log.setLevel(level)
