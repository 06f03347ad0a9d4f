"""The gateway: what it reads, whom it believes, and how it refuses; always signed, always 200."""

from __future__ import annotations

import base64
import json
import random
from urllib.parse import urlencode

import pytest
from cryptography import x509

from ledger.core.records.vendors import Vendor
from ledger.core.vendors import alipay
from ledger.faces.alipay import apps, certificates
from ledger.protocol.alipay_wire import envelopes, keys
from tests.faces import signature_log
from tests.faces.alipay.shop import APP_ID, AlipayShop, platform_key
from tests.protocol.alipay.vectors import PUBLIC_KEY

QUERY = "alipay.trade.query"
CONTENT = '{"out_trade_no":"A1"}'
NOT_EXIST = ("40004", "ACQ.TRADE_NOT_EXIST")


def test_everything_in_a_query_by_get_is_as_good_as_a_form(shop: AlipayShop) -> None:
    sent = shop.signed(shop.public(QUERY, biz_content=CONTENT))
    came = shop.app.test_client().get(f"/gateway.do?{urlencode(sent)}")
    assert came.status_code == 200
    assert "ACQ.TRADE_NOT_EXIST" in came.get_data(as_text=True)
    assert came.content_type == "text/html;charset=utf-8"
    assert came.headers["trace_id"]


def test_gbk_is_read_signed_and_answered(shop: AlipayShop) -> None:
    content = json.dumps(
        {"out_trade_no": "A1", "total_amount": "1.00", "subject": "普洱茶"}, ensure_ascii=False
    )
    for method in ("alipay.trade.precreate", QUERY):
        sent = shop.signed(shop.public(method, charset="GBK", biz_content=content))
        answer = shop.post(sent)
        assert answer.headers["Content-Type"] == "text/html;charset=gbk"
        node = shop.node(answer, method, "gbk")
    assert node["sub_msg"] == "交易不存在"
    with shop.store.reading() as books:
        order = books.vendor_orders.by_out_no(Vendor.ALIPAY, APP_ID, "A1")
    assert order
    assert order.facts["subject"] == "普洱茶"


def test_the_old_signature_is_answered_by_the_old_signature(shop: AlipayShop) -> None:
    answer = shop.post(shop.signed(shop.public(QUERY, biz_content=CONTENT, sign_type="RSA")))
    envelope = json.loads(answer.body)
    body = answer.body.decode()
    node = body[body.index(":") + 1 : body.rindex(',"sign"')]
    keys.verify(platform_key().public_key(), node.encode(), envelope["sign"], keys.SignType.RSA)


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        ("app_id", ("40001", "isv.missing-app-id")),
        ("sign", ("40001", "isv.missing-signature")),
        ("sign_type", ("40001", "isv.missing-signature-type")),
        ("timestamp", ("40001", "isv.missing-timestamp")),
        ("version", ("40001", "isv.missing-version")),
    ],
)
def test_what_is_missing_is_named(shop: AlipayShop, left_out: str, code: tuple[str, str]) -> None:
    sent = shop.signed(shop.public(QUERY, biz_content=CONTENT))
    del sent[left_out]
    assert shop.node(shop.post(sent), QUERY).said == code


def test_a_call_of_no_method_is_refused_under_the_name_of_none(shop: AlipayShop) -> None:
    sent = shop.signed(shop.public("", biz_content=CONTENT))
    missing = ("40001", "isv.missing-method")
    assert shop.node(shop.post(sent), "error").said == missing
    del sent["method"]
    assert shop.node(shop.post(sent), "error").said == missing


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"app_id": "2021000000009999"}, ("40002", "isv.invalid-app-id")),
        ({"sign_type": "MD5"}, ("40002", "isv.invalid-signature-type")),
        ({"timestamp": "2026-11-22T12:00:00"}, ("40002", "isv.invalid-timestamp")),
        ({"format": "XML"}, ("40002", "isv.invalid-format")),
        ({"biz_content": "{"}, ("40002", "isv.invalid-parameter")),
        ({"biz_content": '{"a":1,"a":2}'}, ("40002", "isv.invalid-parameter")),
        ({"biz_content": "[" * 9}, ("40002", "isv.invalid-parameter")),
        ({"encrypt_type": "AES"}, ("40003", "isv.decryption-error-unknown")),
        ({"encrypt_type": "DES"}, ("40002", "isv.invalid-encrypt-type")),
        ({"app_cert_sn": "00"}, ("40002", "isv.app-cert-not-exist")),
        ({"notify_url": f"http://127.0.0.1/{'x' * 256}"}, ("40002", "isv.invalid-parameter")),
    ],
)
def test_what_is_wrong_is_named(
    shop: AlipayShop, changed: dict[str, str], code: tuple[str, str]
) -> None:
    sent = shop.public(QUERY, **{"biz_content": CONTENT, **changed})
    if changed.get("sign_type") == "MD5":
        sent["sign"] = "x"
    else:
        sent = shop.signed(sent)
    body = shop.post(sent)
    if "app_cert_sn" in changed:
        assert b'},"alipay_cert_sn":"' in body.body
    assert shop.node(body, QUERY).said == code


def test_a_method_that_is_none_and_a_charset_that_is_none_are_named(shop: AlipayShop) -> None:
    unknown = shop.call("alipay.trade.novelty")
    assert unknown.said == ("40002", "isv.invalid-method")
    sent = shop.public(QUERY, biz_content=CONTENT, charset="latin-1")
    answer = shop.post({**sent, "sign": "x"})
    assert b"isv.invalid-charset" in answer.body
    sent = shop.signed(shop.public('a"b', biz_content=CONTENT))
    assert shop.post(sent).body.startswith(b'{"error_response":{')


def test_a_wrong_signature_shows_both_texts_and_where_they_part(
    shop: AlipayShop, caplog: pytest.LogCaptureFixture
) -> None:
    signature_log.listen(caplog)
    sent = shop.public(QUERY, biz_content=CONTENT)
    signed = shop.signed({**sent, "biz_content": '{"out_trade_no": "A1"}'})
    node = shop.node(shop.post({**sent, "sign": signed["sign"]}), QUERY)
    assert node.said == ("40002", "isv.invalid-signature")
    assert "网关生成的验签字符串为：app_id=2021000000000001&amp;biz_content=" in node["sub_msg"]
    assert "spelled anew" in node["sub_msg"]
    assert "First difference at character 52" in node["sub_msg"]
    line = signature_log.explained(caplog)
    assert 'biz_content={"out_trade_no":"A1"}&' in line["expected"]
    assert 'biz_content={"out_trade_no": "A1"}&' in line["signed"]
    assert line["difference"]["at"] == 52


def test_no_payment_code_gets_into_the_log(
    shop: AlipayShop, caplog: pytest.LogCaptureFixture
) -> None:
    signature_log.listen(caplog)
    code = shop.auth_code("anna")
    sent = shop.public("alipay.trade.pay", biz_content=f'{{"auth_code":"{code}"}}')
    shop.post({**sent, "sign": shop.signed(shop.public(QUERY))["sign"]})
    assert '{"auth_code":"******************"}' in signature_log.explained(caplog)["expected"]
    assert code not in caplog.text


def test_parameters_nobody_knows_are_signed_like_the_others(shop: AlipayShop) -> None:
    known = shop.signed(shop.public(QUERY, biz_content=CONTENT, ws_service_url="", alipay_sdk="x"))
    assert shop.node(shop.post(known), QUERY).said == NOT_EXIST
    added = {**shop.signed(shop.public(QUERY, biz_content=CONTENT)), "target_app_id": "1"}
    assert shop.node(shop.post(added), QUERY).said == ("40002", "isv.invalid-signature")


def test_contents_can_be_encrypted_both_ways(shop: AlipayShop) -> None:
    key = bytes(range(16))
    registered = {alipay.ENCRYPT_KEY: base64.b64encode(key).decode()}
    app_id = shop.register("2021000000000003", **registered)
    content = envelopes.encrypt(key, CONTENT.encode())
    public = shop.public(QUERY, app_id=app_id, encrypt_type="AES", biz_content=content)
    answer = shop.post(shop.signed(public))
    envelope = json.loads(answer.body)
    node = envelope["alipay_trade_query_response"]
    keys.verify(platform_key().public_key(), f'"{node}"'.encode(), envelope["sign"])
    assert json.loads(envelopes.decrypt(key, node))["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    wrong = shop.signed({**public, "biz_content": content[:-4] + "AAA="})
    assert shop.node(shop.post(wrong), QUERY).said == ("40003", "isv.decryption-error-unknown")


def test_in_certificate_mode_the_certificate_is_named_and_checked(shop: AlipayShop) -> None:
    secrets, now = shop.ledger.provider.vendor_keys, shop.clock.now()
    cert = certificates.app_certificate(secrets, "2021000000000004", PUBLIC_KEY, now)
    app_id = shop.register("2021000000000004", **{alipay.APP_CERT: cert, alipay.APP_PUBLIC_KEY: ""})
    platform = certificates.platform(secrets, now)
    named = {"app_cert_sn": apps.named(cert).sn, "alipay_root_cert_sn": platform.root_cert_sn}
    public = shop.public(QUERY, app_id=app_id, biz_content=CONTENT, **named)
    answer = shop.post(shop.signed(public))
    assert shop.node(answer, QUERY).said == NOT_EXIST
    assert f'}},"alipay_cert_sn":"{platform.cert_sn}","sign":"'.encode() in answer.body
    keyless = shop.signed(shop.public(QUERY, app_id=app_id, biz_content=CONTENT))
    assert shop.node(shop.post(keyless), QUERY).said == ("40001", "isv.missing-app-cert-sn")


def test_the_platforms_certificate_is_given_by_its_name(shop: AlipayShop) -> None:
    provider = shop.ledger.provider
    platform = certificates.platform(provider.vendor_keys, provider.clock.now())
    method = "alipay.open.app.alipaycert.download"
    given = shop.call(method, alipay_cert_sn=platform.cert_sn)
    content = base64.b64decode(given["alipay_cert_content"])
    named, issuer = x509.load_pem_x509_certificates(content)
    assert apps.named(content.decode()).sn == platform.cert_sn
    named.verify_directly_issued_by(issuer)
    issuer.verify_directly_issued_by(issuer)
    assert shop.call(method, alipay_cert_sn="00").said == ("40004", "ACQ.INVALID_PARAMETER")


def test_the_certificate_is_given_to_an_sdk_that_says_no_version(shop: AlipayShop) -> None:
    provider = shop.ledger.provider
    platform = certificates.platform(provider.vendor_keys, provider.clock.now())
    method = "alipay.open.app.alipaycert.download"
    wanted = json.dumps({"alipay_cert_sn": platform.cert_sn})
    public = shop.public(method, biz_content=wanted)
    del public["version"]
    assert shop.node(shop.post(shop.signed(public)), method)["code"] == "10000"


def test_mutated_calls_are_refused_and_never_fail(shop: AlipayShop) -> None:
    dice = random.Random("calls")  # noqa: S311 - the same calls each time
    sent = shop.signed(shop.public(QUERY, biz_content=CONTENT))
    whole = urlencode(sent).encode()
    client = shop.app.test_client()
    for _ in range(300):
        mutated = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(mutated))
            mutated[place : place + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 3))
        came = client.post(
            "/gateway.do",
            data=bytes(mutated),
            content_type="application/x-www-form-urlencoded",
        )
        assert came.status_code == 200
        assert b"20000" not in came.data[:60]
        assert b'"sign":"' in came.data


def test_mutated_contents_are_refused_and_never_fail(shop: AlipayShop) -> None:
    dice = random.Random("contents")  # noqa: S311 - the same each time
    shop.pay(shop.auth_code("anna"))
    content = json.dumps(
        {"out_trade_no": "A1", "total_amount": "12.95", "subject": "Tea", "auth_code": "28" * 9}
    )
    methods = ["precreate", "pay", "create", "query", "cancel", "refund", "close"]
    for _ in range(100):
        mutated = bytearray(content.encode())
        place = dice.randrange(len(mutated))
        mutated[place : place + dice.randint(0, 9)] = dice.choice(
            [b"\\u0000", b'"', b"[", b"{}", b"1e400", b"\xff", b"null", b"-0", b'":{"a":"']
        )
        method = f"alipay.trade.{dice.choice(methods)}"
        sent = shop.signed(shop.public(method, biz_content=mutated.decode(errors="replace")))
        node = shop.node(shop.post(sent), method)
        assert node["code"] in {"10000", "40002", "40004"}, node
