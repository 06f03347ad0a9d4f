"""Who may call: signs, keys, MD5, documents that attack, and what a failure tells."""

from __future__ import annotations

from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.faces.wechatpay_v2.routes import ROUTES
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.wechatpay_v2_wire import documents, signatures
from ledger.protocol.wechatpay_v2_wire.signatures import SignType
from tests.faces.wechat_merchants import APPID, MCHID
from tests.faces.wechatpay_v2.xml_shop import KEY, V3_KEY, XmlShop

XXE = b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><mch_id>&x;</mch_id></xml>'


def unheard(answer: dict[str, str]) -> tuple[str, str]:
    """What a failure of communication is told as; it is not signed."""
    assert answer["return_code"] == "FAIL"
    assert "sign" not in answer
    return answer["err_code"], answer["return_msg"]


def test_a_sign_by_another_key_is_told_in_the_vendors_words_and_explained(shop: XmlShop) -> None:
    answer = shop.call("/pay/orderquery", V3_KEY, out_trade_no="tea-0001")
    assert unheard(answer) == ("SIGNERROR", "签名错误，请检查后再试")
    assert answer["explanation"] == "the key is the API v3 key, not the API v2 key"
    assert V3_KEY not in str(answer)
    assert KEY not in str(answer)


def test_a_wrong_text_is_shown_beside_the_right_one(shop: XmlShop) -> None:
    fields = {"out_trade_no": "tea-0001", "appid": APPID, "mch_id": MCHID, "nonce_str": "n"}
    text = "&".join(f"{name}={value}" for name, value in fields.items()) + f"&key={KEY}"
    sign = signatures.digest(text, KEY, SignType.MD5)
    answer = shop.post("/pay/orderquery", documents.write(fields | {"sign": sign}))
    assert answer["explanation"] == "the fields were not sorted by name"
    assert answer["expected_text"].startswith("appid=")
    assert answer["signed_text"].startswith("out_trade_no=")
    assert answer["first_difference"] == "0"


def test_md5_is_taken_from_who_asked_for_it(shop: XmlShop) -> None:
    answer = shop.call("/pay/orderquery", KEY, SignType.MD5, out_trade_no="tea-0001")
    assert answer["err_code"] == "ORDERNOTEXIST"
    shop.register(md5="")
    answer = shop.call("/pay/orderquery", KEY, SignType.MD5, out_trade_no="tea-0001")
    assert unheard(answer)[0] == "SIGNERROR"
    assert "HMAC-SHA256" in answer["explanation"]


def test_a_merchant_without_a_key_and_one_nobody_knows_are_refused(shop: XmlShop) -> None:
    answer = shop.call("/pay/orderquery", mch_id="1", out_trade_no="tea-0001")
    assert unheard(answer) == ("MCHID_NOT_EXIST", "商户号mch_id或sub_mch_id不存在")
    shop.register(api_v2_key="")
    answer = shop.call("/pay/orderquery", out_trade_no="tea-0001")
    assert unheard(answer)[0] == "SIGNERROR"
    assert answer["explanation"] == f"{MCHID} has registered no API v2 key"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "POST_DATA_EMPTY"),
        (b"  \n", "POST_DATA_EMPTY"),
        (XXE, "XML_FORMAT_ERROR"),
        (b"{}", "XML_FORMAT_ERROR"),
        (b"<xml><a>1</a><a>2</a></xml>", "XML_FORMAT_ERROR"),
        (b"<xml><a><b>1</b></a></xml>", "XML_FORMAT_ERROR"),
        (b"<xml><a>\xff</a></xml>", "NOT_UTF8"),
        (b"<xml>" + b"<a>1</a>" * 50_000 + b"</xml>", "XML_FORMAT_ERROR"),
        (b"<xml><appid>1</appid></xml>", "LACK_PARAMS"),
    ],
)
@pytest.mark.parametrize("path", ["/pay/unifiedorder", "/sandboxnew/pay/micropay"])
def test_a_document_that_is_none_is_refused(
    shop: XmlShop, path: str, raw: bytes, code: str
) -> None:
    assert unheard(shop.post(path, raw))[0] == code


def test_a_call_is_a_post(shop: XmlShop) -> None:
    answer = shop.post("/pay/orderquery", b"", method="GET")
    assert unheard(answer) == ("REQUIRE_POST_METHOD", "请使用post方法")


def test_a_sandbox_has_a_key_of_its_own_and_every_operation(shop: XmlShop) -> None:
    keys = {
        shop.call(path)["sandbox_signkey"]
        for path in ("/sandboxnew/pay/getsignkey", "/xdc/apiv2getsignkey/sign/getsignkey")
    }
    (key,) = keys
    assert len(key) == len(KEY)
    for base in ("/sandboxnew", "/xdc/apiv2sandbox"):
        answer = shop.call(f"{base}/pay/orderquery", key, out_trade_no="none")
        assert answer["err_code"] == "ORDERNOTEXIST"
        wrong = shop.call(f"{base}/pay/orderquery", out_trade_no="none")
        assert wrong["explanation"] == "the key is the API v2 key, not the sandbox's key"
    known = {rule.rule for rule in shop.http.application.url_map.iter_rules()}
    for route in ROUTES:
        assert {f"/sandboxnew{route.path}", f"/xdc/apiv2sandbox{route.path}"} <= known


def test_a_failure_of_ours_is_told_as_one_and_nothing_is_half_done(
    shop: XmlShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("ledger.faces.wechatpay_v2.handlers.orders.open_order", fail)
    answer = shop.order()
    assert (answer["result_code"], answer["err_code"]) == ("FAIL", "SYSTEMERROR")
    assert "planted" not in str(answer)


@pytest.mark.parametrize(
    ("method", "told"),
    [
        ("reading", ("FAIL", None, "SYSTEMERROR")),
        ("transaction", ("SUCCESS", "FAIL", "SYSTEMERROR")),
    ],
)
def test_a_store_that_fails_is_told_in_the_vendors_form(
    shop: XmlShop,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    told: tuple[str, str | None, str],
) -> None:
    def fail(*_args: object) -> NoReturn:
        raise ServiceUnavailable("planted")

    monkeypatch.setattr(type(shop.store), method, fail)
    answer = shop.order()
    assert (answer["return_code"], answer.get("result_code"), answer["err_code"]) == told
    assert "planted" not in str(answer)
    monkeypatch.undo()
    assert shop.order()["result_code"] == "SUCCESS"


VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            *("appid", "sub_mch_id", "body", "detail", "attach", "out_trade_no", "total_fee"),
            *("fee_type", "time_start", "time_expire", "notify_url", "trade_type", "openid"),
            *("auth_code", "transaction_id", "out_refund_no", "refund_fee", "offset", "refund_id"),
            *("bill_date", "bill_type", "sign_type"),
        ]
    ),
    VALUES | st.integers(-(10**20), 10**20).map(str) | st.sampled_from(["NATIVE", "JSAPI", "MD5"]),
)


PATHS = [route.path for route in ROUTES]


@given(fields=FIELDS, path=st.sampled_from(PATHS), by=st.sampled_from(SignType))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_fields_that_are_rightly_signed_make_the_service_fail(
    shop: XmlShop, fields: dict[str, str], path: str, by: SignType
) -> None:
    said = {"appid": APPID, "mch_id": MCHID, "nonce_str": "n", **fields}
    said.setdefault("sign_type", by.value)
    signed = said | {"sign": signatures.sign(said, KEY, by)}
    answer = shop.post(path, documents.write(signed))
    assert answer.get("err_code") != "SYSTEMERROR"


@given(raw=st.binary(max_size=300))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_the_service_fail(shop: XmlShop, raw: bytes) -> None:
    assert unheard(shop.post("/pay/micropay", raw))[0] != "SYSTEMERROR"
