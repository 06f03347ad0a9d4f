"""Digits that anybody can type have the outcome of their row, by each face, time after time."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from ledger.app import create_app
from ledger.config import Settings
from ledger.kit.transport import HttpTransport
from ledger.protocol import rsa
from ledger.protocol.alipay_wire import spelling
from ledger.protocol.wechatpay_v2_wire import documents, signatures
from ledger.scenarios.own_till import OwnTill
from ledger.scenarios.script import Json
from ledger.scenarios.tills import Tills
from ledger.store import MEMORY, open_store
from ledger.testing.play import Play
from tests.sandbox.merchant import WITHIN_S, Till

Paying = Callable[[Play, str, int], str]
PAID, AGREES, DECLINES, SILENT, POOR, BLOCKED, INVALID, FAILS = range(1, 9)


def digits(prefix: str, number: int) -> str:
    return f"{prefix}{number:016}"


def sent(url: str, body: bytes, headers: dict[str, str]) -> bytes:
    request = urllib.request.Request(url, body, headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=WITHIN_S) as answer:  # noqa: S310
            raw: bytes = answer.read()
    except urllib.error.HTTPError as refused:
        return refused.read()
    return raw


def alipay(play: Play, order_no: str, number: int, amount: str = "80.00") -> str:
    told = Till(play).call(
        "alipay.trade.pay",
        out_trade_no=order_no,
        total_amount=amount,
        subject="Tea",
        auth_code=digits("28", number),
        scene="bar_code",
    )
    return str(told.get("sub_code", told["code"]))


def wechatpay(play: Play, order_no: str, number: int) -> str:
    body: Json = {
        "description": "Tea",
        "out_trade_no": order_no,
        "payer": {"auth_code": digits("13", number)},
        "scene_info": {"device_id": "T01", "store_info": {"id": "S1"}},
        "amount": {"total": 1295},
    }
    told = Tills(play.ledger_url, HttpTransport(), "").call(
        "POST /v3/pay/transactions/codepay", body, {}, play.clock.now()
    )
    return str(told.get("trade_state", told.get("code")))


def wechatpay_v2(play: Play, order_no: str, number: int) -> str:
    asked = {
        "appid": play.wechatpay.appid,
        "mch_id": play.wechatpay.mchid,
        "nonce_str": order_no,
        "body": "Tea",
        "out_trade_no": order_no,
        "total_fee": "1295",
        "spbill_create_ip": "127.0.0.1",
        "auth_code": digits("10", number),
        "sign_type": "HMAC-SHA256",
    }
    key = play.wechatpay.apiv2_key
    asked["sign"] = signatures.sign(asked, key, signatures.SignType.HMAC_SHA256)
    raw = sent(f"{play.ledger_url}/pay/micropay", documents.write(asked), {})
    told = documents.read(raw)
    return told.get("err_code", told.get("result_code", str(told)))


def antom(play: Play, order_no: str, number: int) -> str:
    amount = {"currency": "EUR", "value": "1295"}
    store = {"referenceStoreId": "S1", "storeName": "Mitte", "storeMCC": "5912"}
    shop = {"referenceMerchantId": "M1", "merchantMCC": "5912", "merchantName": "Demo Drogerie"}
    method = {
        "paymentMethodType": "CONNECT_WALLET",
        "paymentMethodId": digits("28100602", number),
    }
    asked = {
        "productCode": "IN_STORE_PAYMENT",
        "paymentRequestId": order_no,
        "order": {
            "referenceOrderId": order_no,
            "orderDescription": "Tea",
            "orderAmount": amount,
            "merchant": {**shop, "store": store},
            "env": {"storeTerminalId": "T1", "storeTerminalRequestTime": "2026-11-22T12:00:00Z"},
        },
        "paymentAmount": amount,
        "paymentMethod": method,
        "paymentFactor": {"inStorePaymentScenario": "PaymentCode"},
        "paymentNotifyUrl": "http://127.0.0.1:9/notify",
    }
    body, path = json.dumps(asked).encode(), "/ams/api/v1/payments/pay"
    client, time = play.antom.client_id, spelling.to_beijing(play.clock.now())
    key = rsa.private_key(play.antom.private_key)
    made = key.sign(f"POST {path}\n{client}.{time}.".encode() + body, PKCS1v15(), SHA256())
    value = quote_plus(base64.b64encode(made))
    headers = {
        "client-id": client,
        "request-time": time,
        "signature": f"algorithm=RSA256, keyVersion=1, signature={value}",
        "content-type": "application/json; charset=UTF-8",
    }
    told = json.loads(sent(f"{play.ledger_url}{path}", body, headers))
    return str(told["result"]["resultCode"])


def native(play: Play, order_no: str, number: int, prefix: str = "99") -> str:
    asked: Json = {
        "merchant_order_no": order_no,
        "subject": f"Order {order_no}",
        "amount_minor": 1295,
        "currency": "EUR",
        "payment_code": digits(prefix, number),
    }
    till = OwnTill(play.ledger_url, HttpTransport())
    told = json.loads(till.call("POST", "/v1/payments", asked, play.clock.now()).body)
    return str(told["payment"]["state"] if "payment" in told else told["code"])


WORDS: dict[Paying, str] = {
    alipay: "10000 ACQ.BUYER_BALANCE_NOT_ENOUGH ACQ.BUYER_ENABLE_STATUS_FORBID"
    " ACQ.PAYMENT_AUTH_CODE_INVALID aop.unknow-error",
    wechatpay: "SUCCESS NOT_ENOUGH ACCOUNT_ERROR AUTH_CODE_INVALID SYSTEM_ERROR",
    wechatpay_v2: "SUCCESS NOTENOUGH USER_ACCOUNT_ABNORMAL AUTH_CODE_INVALID SYSTEMERROR",
    antom: "SUCCESS USER_BALANCE_NOT_ENOUGH USER_STATUS_ABNORMAL INVALID_PAYMENT_CODE"
    " UNKNOWN_EXCEPTION",
    native: "PAID NOT_ENOUGH_FUNDS PAYER_BLOCKED PAYMENT_AUTH_CODE_INVALID PLAYED",
}
"""Of payers who pay, have too little, are blocked; of a bad code; of a failure."""


@pytest.mark.parametrize("pay", WORDS)
def test_each_face_tells_the_outcome_in_its_own_words(qrpay: Play, pay: Paying) -> None:
    numbers = (PAID, POOR, BLOCKED, INVALID, FAILS)
    told = [pay(qrpay, f"tea-000{number}", number) for number in numbers]
    assert told == WORDS[pay].split()
    assert pay(qrpay, "tea-0009", PAID) == told[0]
    qrpay.assert_books_balanced()


def test_who_is_asked_decides_after_five_seconds_or_never(qrpay: Play) -> None:
    till = Tills(qrpay.ledger_url, HttpTransport(), "")

    def stand() -> list[object]:
        by_no = "GET /v3/pay/transactions/out-trade-no/tea-000"
        mine = f"?mchid={qrpay.wechatpay.mchid}"
        now = qrpay.clock.now()
        return [
            till.call(f"{by_no}{number}{mine}", {}, {}, now)["trade_state"]
            for number in (AGREES, DECLINES, SILENT)
        ]

    for number in (AGREES, DECLINES, SILENT):
        assert wechatpay(qrpay, f"tea-000{number}", number) == "USERPAYING"
    qrpay.clock.advance("4s")
    assert stand() == ["USERPAYING"] * 3
    qrpay.clock.advance("1s")
    assert stand() == ["SUCCESS", "PAYERROR", "USERPAYING"]
    qrpay.clock.advance("1h")
    assert stand() == ["SUCCESS", "PAYERROR", "CLOSED"]


def test_natively_too_who_is_asked_decides_or_never_does(qrpay: Play) -> None:
    for number in (AGREES, DECLINES, SILENT):
        assert native(qrpay, f"tea-000{number}", number) == "AUTHORISING"
    qrpay.clock.advance("5s")
    assert [each.about[0].event for each in qrpay.notifications.all()] == []  # it has no address
    till = OwnTill(qrpay.ledger_url, HttpTransport())
    stand = []
    for number in (AGREES, DECLINES, SILENT):
        by_no = f"/v1/payments?merchant_order_no=tea-000{number}"
        told = json.loads(till.call("GET", by_no, {}, qrpay.clock.now()).body)
        stand.append(told["payments"][0]["state"])
    assert stand == ["PAID", "DECLINED", "AUTHORISING"]


def test_natively_twenty_four_digits_are_magic_as_well(qrpay: Play) -> None:
    told = [native(qrpay, f"tea-000{number}", number, "99000102") for number in (PAID, POOR)]
    assert told == ["PAID", "NOT_ENOUGH_FUNDS"]


def test_its_payer_pays_at_the_first_time_while_time_goes_on(qrpay: Play) -> None:
    qrpay.clock.unfreeze()
    assert [alipay(qrpay, f"A-{count}", PAID) for count in range(3)] == ["10000"] * 3


def test_no_limit_is_in_the_way_of_what_is_paid_at_once(qrpay: Play) -> None:
    told = [alipay(qrpay, f"A-{count}", PAID, "50000.00") for count in range(3)]
    assert told == ["10000"] * 3


def test_a_deposit_is_agreed_to_at_once(qrpay: Play) -> None:
    till = Till(qrpay)
    held = till.call(
        "alipay.fund.auth.order.freeze",
        out_order_no="D-1",
        out_request_no="D-1",
        order_title="Bicycle",
        amount="200.00",
        product_code="PRE_AUTH",
        auth_code=digits("28", PAID),
        auth_code_type="bar_code",
    )
    assert held["status"] == "INIT"
    qrpay.clock.advance("0s")
    asked = {"out_order_no": "D-1", "out_request_no": "D-1", "operation_type": "FREEZE"}
    assert till.call("alipay.fund.auth.operation.detail.query", **asked)["status"] == "SUCCESS"


def test_a_number_of_no_outcome_is_a_code_like_any_other(qrpay: Play) -> None:
    assert alipay(qrpay, "A-1", 99) == "ACQ.PAYMENT_AUTH_CODE_INVALID"


def test_after_a_restore_its_payer_comes_again(qrpay: Play) -> None:
    qrpay.snapshot()
    for _ in "12":
        assert alipay(qrpay, "A-1", AGREES) == "10003"
        qrpay.clock.advance("5s")
        assert Till(qrpay).status("A-1") == "TRADE_SUCCESS"
        qrpay.restore()


def test_a_ledger_that_is_no_sandbox_knows_none(tmp_path: Path) -> None:
    app = create_app(Settings(tmp_path, background=False), store=open_store(MEMORY))
    assert app.extensions["qrpay.ledger"].provider.stand_in is None
