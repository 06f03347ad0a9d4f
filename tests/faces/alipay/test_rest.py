"""V3: the same methods at addresses of their own, signed by headers both ways."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from urllib.parse import quote

import pytest

from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts, alipay
from ledger.faces.alipay import apps
from ledger.protocol.alipay_wire import envelopes, keys, rest
from tests.faces import signature_log
from tests.faces.alipay.shop import APP_ID, AlipayShop, platform_key
from tests.kit.answered import Answer
from tests.protocol.alipay.vectors import KEY, PUBLIC_KEY

TRADE = "/v3/alipay/trade"
TERMS = {"out_trade_no": "A1", "total_amount": "12.95", "subject": "茶"}


def authorization(
    shop: AlipayShop, method: str, target: str, body: bytes, *, more: str = "", token: str = ""
) -> str:
    text = f"app_id={APP_ID}{more},nonce=n1,timestamp={shop.clock.now()}"
    credentials = rest.authorization(f"{rest.SCHEME} {text},sign=x")
    content = rest.call_text(credentials, method, target, body, token)
    return f"{rest.SCHEME} {text},sign={keys.sign(KEY, content)}"


def send(shop: AlipayShop, method: str, target: str, body: bytes = b"", **headers: str) -> Answer:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    headers.setdefault("Authorization", authorization(shop, method, target, body))
    came = shop.app.test_client().open(
        target, method=method, data=body, headers=headers, content_type="application/json"
    )
    answer = Answer(came.status_code, dict(came.headers), came.get_data())
    signed = rest.answer_text(
        answer.headers["alipay-timestamp"], answer.headers["alipay-nonce"], answer.body
    )
    keys.verify(platform_key().public_key(), signed, answer.headers["alipay-signature"])
    assert answer.headers["alipay-trace-id"]
    return answer


def call(shop: AlipayShop, name: str, content: Mapping[str, object]) -> Answer:
    return send(shop, "POST", f"{TRADE}/{name}", json.dumps(content).encode())


def test_a_whole_checkout(shop: AlipayShop) -> None:
    made = call(shop, "precreate", dict(TERMS))
    assert (made.status, set(made.json)) == (200, {"out_trade_no", "qr_code"})
    asked = f"{TRADE}/query?out_trade_no=A1"
    assert send(shop, "GET", asked).said == (400, "ACQ.TRADE_NOT_EXIST")
    shop.scan_and_pay("anna", made.json["qr_code"])
    assert send(shop, "GET", asked).json["trade_status"] == "TRADE_SUCCESS"
    refund = {"out_trade_no": "A1", "refund_amount": "5.00", "out_request_no": "R1"}
    assert call(shop, "refund", refund).json["fund_change"] == "Y"
    named = {"out_trade_no": "A1", "out_request_no": "R1"}
    assert call(shop, "fastpay/refund/query", named).json["refund_status"] == "REFUND_SUCCESS"
    assert call(shop, "cancel", {"out_trade_no": "nobody"}).json["retry_flag"] == "N"


def test_waiting_for_the_payer_is_a_success_without_a_time_of_payment(shop: AlipayShop) -> None:
    terms = TERMS | {"total_amount": "60.00", "auth_code": shop.auth_code("anna")}
    waiting = call(shop, "pay", dict(terms))
    assert waiting.status == 200
    assert "gmt_payment" not in waiting.json
    assert "trade_no" in waiting.json
    with shop.store.transaction() as books:
        account = accounts.require(books, vendor=Vendor.ALIPAY, account_id=APP_ID)
        chosen = {alipay.WAITING_STATUS: alipay.WaitingStatus.ACCEPTED.value}
        accounts.change_settings(books, account=account, settings=chosen)
    again = call(shop, "pay", dict(terms))
    assert (again.status, again.json) == (202, waiting.json)


def test_a_query_may_come_in_a_body_as_phps_sdk_sends_it(shop: AlipayShop) -> None:
    made = call(shop, "precreate", dict(TERMS))
    assert call(shop, "query", {"out_trade_no": "A1"}).said == (400, "ACQ.TRADE_NOT_EXIST")
    shop.scan_and_pay("anna", made.json["qr_code"])
    asked = send(shop, "GET", f"{TRADE}/query?out_trade_no=A1")
    assert call(shop, "query", {"out_trade_no": "A1"}).json == asked.json


def test_a_query_is_signed_as_it_travels(shop: AlipayShop) -> None:
    for number in ("a b", "a/b&c%", "茶"):
        target = f"{TRADE}/query?out_trade_no={quote(number, safe='')}"
        assert send(shop, "GET", target).said == (400, "ACQ.TRADE_NOT_EXIST")


BODY = b'{"out_trade_no":\n "A1"}'
MISTAKES = {
    "The query was not signed.": (f"{TRADE}/precreate", BODY, "t1"),
    "The body was not signed.": (f"{TRADE}/precreate?a=1", b"", "t1"),
    "The body was spelled anew after signing; sign what is sent.": (
        f"{TRADE}/precreate?a=1",
        b'{"out_trade_no":"A1"}',
        "t1",
    ),
    "alipay-app-auth-token was sent, but not signed.": (f"{TRADE}/precreate?a=1", BODY, ""),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_signature_names_the_mistake_and_shows_both_texts(
    shop: AlipayShop, caplog: pytest.LogCaptureFixture, mistake: str
) -> None:
    signature_log.listen(caplog)
    target, body, token = MISTAKES[mistake]
    header = authorization(shop, "POST", target, body, token=token)
    sent = {"Authorization": header, "alipay_app_auth_token": "t1"}
    refused = send(shop, "POST", f"{TRADE}/precreate?a=1", BODY, **sent)
    assert refused.said == (401, "invalid-signature")
    line = signature_log.explained(caplog)
    for said in (mistake, line["expected"], line["signed"], "First difference at character"):
        assert said in refused.json["message"]
    assert line["why"] == mistake
    assert line["expected"].endswith(f"\n{BODY.decode()}\nt1\n")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", (401, "missing-signature")),
        (f"{rest.SCHEME} nonce=1,timestamp=1795300180000,sign=x", (401, "missing-app-id")),
        (f"{rest.SCHEME} app_id=1,nonce=1,sign=x", (400, "missing-timestamp")),
        (f"{rest.SCHEME} app_id=1,nonce=1,timestamp=1,sign=x", (400, "invalid-timestamp")),
        (f"{rest.SCHEME} app_id=1,nonce=1,timestamp=1795300180000,sign=x", (401, "invalid-app-id")),
    ],
)
def test_credentials_that_lack_something_are_told_by_name(
    shop: AlipayShop, header: str, said: tuple[int, str]
) -> None:
    refused = send(shop, "GET", f"{TRADE}/query", Authorization=header)
    assert refused.said == said
    assert refused.json["links"]


def test_an_address_that_there_is_not_is_told_in_this_form(shop: AlipayShop) -> None:
    assert send(shop, "POST", f"{TRADE}/novelty", b"{}").said == (404, "invalid-method")
    assert send(shop, "GET", f"{TRADE}/pay").said == (404, "invalid-method")
    assert send(shop, "POST", f"{TRADE}/pay", b"{").said == (400, "invalid-parameter")


def test_the_token_of_an_app_is_signed_where_it_is_sent(shop: AlipayShop) -> None:
    target = f"{TRADE}/query?out_trade_no=1"
    signed = authorization(shop, "GET", target, b"", token="t1")
    sent = {"Authorization": signed, "alipay_app_auth_token": "t1"}
    assert send(shop, "GET", target, b"", **sent).said == (400, "ACQ.TRADE_NOT_EXIST")
    other = sent | {"alipay_app_auth_token": "t2"}
    assert send(shop, "GET", target, b"", **other).said == (401, "invalid-signature")


def test_the_certificate_that_the_root_issues_needs_no_registration(shop: AlipayShop) -> None:
    target = f"{TRADE}/query?out_trade_no=1"
    named = f",app_cert_sn={apps.issued(APP_ID, PUBLIC_KEY).sn}"
    header = authorization(shop, "GET", target, b"", more=named)
    answer = send(shop, "GET", target, Authorization=header)
    assert answer.said == (400, "ACQ.TRADE_NOT_EXIST")
    assert len(answer.headers["alipay-sn"]) == 32


def test_contents_can_be_encrypted(shop: AlipayShop) -> None:
    key = bytes(range(16))
    with shop.store.transaction() as books:
        account = accounts.require(books, vendor=Vendor.ALIPAY, account_id=APP_ID)
        settings = {alipay.ENCRYPT_KEY: base64.b64encode(key).decode()}
        accounts.change_settings(books, account=account, settings=settings)
    body = envelopes.encrypt(key, json.dumps(TERMS).encode()).encode()
    answer = send(shop, "POST", f"{TRADE}/precreate", body, alipay_encrypt_type="AES")
    assert json.loads(envelopes.decrypt(key, answer.body.decode()))["out_trade_no"] == "A1"
    assert answer.headers["Content-Type"].startswith("text/plain")
