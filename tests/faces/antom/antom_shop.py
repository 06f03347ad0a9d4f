"""A shop whose till speaks Antom's API, by the documentation and not by our own code for it."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from werkzeug.test import TestResponse

from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import antom
from ledger.faces.antom import face
from ledger.kit.secrets import rsa_keys
from ledger.protocol import rsa
from tests.core.demo_world import NOON, SHOP
from tests.faces.vendor_world import MERCHANT_KEY, VENDOR_KEYS, VendorWorld

CLIENT = "5YQRPAYTEST000001"
BASE = "/ams/api/v1/payments/"
NOTIFY = "http://127.0.0.1:9/notify/antom?shop=1"
Json = Any


def account() -> VendorAccount:
    """The shop's account."""
    public = rsa.spell_public(MERCHANT_KEY.public_key())
    return VendorAccount(Vendor.ANTOM, CLIENT, SHOP, "T01", NOON, {antom.PUBLIC_KEY: public})


def sign(path: str, client_id: str, time: str, body: bytes) -> str:
    """Sign as the documentation says."""
    signed = f"POST {path}\n{client_id}.{time}.".encode() + body
    raw = MERCHANT_KEY.sign(signed, PKCS1v15(), SHA256())
    value = quote_plus(base64.b64encode(raw))
    return f"algorithm=RSA256, keyVersion=1, signature={value}"


def check(path: str, client_id: str, time: str, body: bytes, header: str) -> None:
    """Check a signature of the provider's."""
    value = base64.b64decode(unquote_plus(header.split("signature=")[1]))
    signed = f"POST {path}\n{client_id}.{time}.".encode() + body
    key = rsa_keys.keep(VENDOR_KEYS, antom.PLATFORM_KEY).public_key()
    key.verify(value, signed, PKCS1v15(), SHA256())


class AntomShop(VendorWorld):
    """The demo drugstore, at Antom."""

    def __init__(self) -> None:
        super().__init__(account(), face)

    def post(self, path: str, body: bytes, **headers: str) -> TestResponse:
        """Send bytes, signed unless ``headers`` say otherwise (``_`` stands for ``-``)."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        time = "1685599933871"
        sent = {
            "client-id": CLIENT,
            "request-time": time,
            "signature": sign(path, said.get("client-id", CLIENT), time, body),
            "content-type": "application/json; charset=UTF-8",
            **said,
        }
        return self.client.post(path, data=body, headers=sent)

    def call(self, name: str, body: Json) -> Json:
        """Make a call and check the answer's signature; gives its body."""
        path = BASE + name
        answer = self.post(path, json.dumps(body).encode())
        return self.read(path, answer)

    def read(self, path: str, answer: TestResponse) -> Json:
        """Check an answer as an SDK does."""
        assert answer.status_code == 200
        named = {name for name, _ in answer.headers}
        assert {"signature", "response-time", "client-id"} <= named
        client_id, time = answer.headers["client-id"], answer.headers["response-time"]
        check(path, client_id, time, answer.data, answer.headers["signature"])
        return json.loads(answer.data)

    def result(self, name: str, body: Json) -> tuple[str, str]:
        """Make a call; gives the result's code and status."""
        result = self.call(name, body)["result"]
        return result["resultCode"], result["resultStatus"]

    def asked(self, minor: int = 1295, *, no: str = "P1", **over: Json) -> Json:
        """The body of ``pay``, for an order code."""
        amount = {"currency": "EUR", "value": str(minor)}
        store = {"referenceStoreId": "S1", "storeName": "Mitte", "storeMCC": "5912"}
        merchant = {
            "referenceMerchantId": "M1",
            "merchantMCC": "5912",
            "merchantName": "Demo Drogerie",
            "store": store,
        }
        order = {
            "referenceOrderId": "o1",
            "orderDescription": "Hand cream",
            "orderAmount": amount,
            "merchant": merchant,
            "env": {"storeTerminalId": "T1"},
        }
        return {
            "productCode": "IN_STORE_PAYMENT",
            "paymentRequestId": no,
            "order": order,
            "paymentAmount": amount,
            "paymentMethod": {"paymentMethodType": "CONNECT_WALLET"},
            "paymentNotifyUrl": NOTIFY,
            "paymentFactor": {"inStorePaymentScenario": "OrderCode"},
            **over,
        }

    def by_code(self, code: str, minor: int = 1295, *, no: str = "P1", **over: Json) -> Json:
        """The body of ``pay``, for a payment code."""
        method = {"paymentMethodType": "CONNECT_WALLET", "paymentMethodId": code}
        factor = {"inStorePaymentScenario": "PaymentCode"}
        return self.asked(minor, no=no, paymentMethod=method, paymentFactor=factor, **over)

    def bought(self, minor: int = 1295, *, no: str = "P1", name: str = "anna") -> Json:
        """A payment by payment code that went well."""
        told = self.call("pay", self.by_code(self.show_code(name, "alipay-plus"), minor, no=no))
        assert told["result"]["resultCode"] == "SUCCESS", told
        return told

    def refund_of(self, paid: Json, minor: int, no: str, **over: Json) -> Json:
        """The body of ``refund``."""
        amount = {"currency": "EUR", "value": str(minor)}
        named = {"refundRequestId": no, "paymentId": paid["paymentId"], "refundAmount": amount}
        return {**named, **over}
