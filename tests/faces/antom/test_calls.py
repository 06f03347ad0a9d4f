"""Who calls Antom's API must prove it, and every answer is signed, refusals too."""

from __future__ import annotations

import json

import pytest
from werkzeug.test import TestResponse

from ledger.core.vendors import accounts, antom
from tests.core.state import state_of
from tests.faces import signature_log
from tests.faces.antom.antom_shop import BASE, CLIENT, AntomShop, sign

PATH = f"{BASE}inquiryPayment"
BODY = b'{"paymentRequestId":"P1"}'


def code_of(shop: AntomShop, answer: TestResponse, path: str = PATH) -> str:
    """The result code of an answer whose signature is good."""
    return str(shop.read(path, answer)["result"]["resultCode"])


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"client_id": "nobody"}, "CLIENT_INVALID"),
        ({"client_id": ""}, "CLIENT_INVALID"),
        ({"signature": ""}, "INVALID_SIGNATURE"),
        ({"signature": "algorithm=RSA256,keyVersion=1"}, "INVALID_SIGNATURE"),
        ({"signature": "nonsense"}, "INVALID_SIGNATURE"),
        ({"signature": "algorithm=HS256,keyVersion=1,signature=AA"}, "INVALID_SIGNATURE"),
        ({"signature": "algorithm=RSA256,keyVersion=1,signature=AA%3D%3D"}, "INVALID_SIGNATURE"),
        ({"signature": "algorithm=RSA256,keyVersion=1,signature=%%%"}, "INVALID_SIGNATURE"),
        ({"signature": "algorithm=RSA256,keyVersion=7,signature=AA"}, "KEY_NOT_FOUND"),
        ({"request_time": "2026-11-21T22:57:13+00:00"}, "INVALID_SIGNATURE"),
        ({"content_type": "text/plain"}, "MEDIA_TYPE_NOT_ACCEPTABLE"),
    ],
)
def test_a_call_that_proves_nothing_is_refused(
    shop: AntomShop, headers: dict[str, str], expected: str
) -> None:
    before = state_of(shop.store)
    assert code_of(shop, shop.post(PATH, BODY, **headers)) == expected
    assert state_of(shop.store) == before


def test_a_signature_for_one_call_is_good_for_no_other(shop: AntomShop) -> None:
    other = sign(f"{BASE}cancel", CLIENT, "1685599933871", BODY)
    assert code_of(shop, shop.post(PATH, BODY, signature=other)) == "INVALID_SIGNATURE"
    altered = sign(PATH, CLIENT, "1685599933871", BODY + b" ")
    assert code_of(shop, shop.post(PATH, BODY, signature=altered)) == "INVALID_SIGNATURE"


TIME = "1685599933871"
SANDBOX = PATH.replace("/api/", "/sandbox/api/")
MISTAKES = {
    "Another path was signed than the one that was called.": (SANDBOX, BODY),
    "The body was spelled anew after signing; sign what is sent.": (
        PATH,
        b'{"paymentRequestId": "P1"}',
    ),
    "The body was not signed.": (PATH, b""),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_signature_is_answered_and_logged_with_both_texts_and_where_they_part(
    shop: AntomShop, caplog: pytest.LogCaptureFixture, mistake: str
) -> None:
    signature_log.listen(caplog)
    path, body = MISTAKES[mistake]
    told = shop.read(PATH, shop.post(PATH, BODY, signature=sign(path, CLIENT, TIME, body)))
    why = told["signatureExplanation"]
    assert why["expected"] == f"POST {PATH}\n{CLIENT}.{TIME}.{BODY.decode()}"
    assert why["signed"] == f"POST {path}\n{CLIENT}.{TIME}.{body.decode()}"
    at = int(why["difference"]["at"])
    assert why["expected"][:at] == why["signed"][:at]
    assert why["expected"][at:].startswith(why["difference"]["expected"])
    assert why["signed"][at:].startswith(why["difference"]["signed"])
    assert mistake in told["result"]["resultMessage"]
    line = signature_log.explained(caplog)
    assert (line["why"], line["expected"], line["signed"]) == (
        mistake,
        why["expected"],
        why["signed"],
    )


def test_a_signature_in_base64_that_was_not_spelled_for_urls_is_told_so(shop: AntomShop) -> None:
    spelled = "algorithm=RSA256,keyVersion=1,signature=ab+d"
    told = shop.read(PATH, shop.post(PATH, BODY, signature=spelled))
    assert "a + was sent as a blank" in told["result"]["resultMessage"]


def test_the_real_services_silence_on_wrong_signatures_can_be_had(shop: AntomShop) -> None:
    with shop.store.transaction() as books:
        accounts.change_settings(
            books, account=shop.account, settings={antom.UNSIGNED_REFUSAL: antom.YES}
        )
    wrong = sign(f"{BASE}cancel", CLIENT, "1685599933871", BODY)
    answer = shop.post(PATH, BODY, signature=wrong)
    assert "signature" not in answer.headers
    assert json.loads(answer.data)["result"]["resultCode"] == "INVALID_SIGNATURE"
    assert code_of(shop, shop.post(PATH, BODY)) == "ORDER_NOT_EXIST"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"paymentRequestId":"P1","paymentRequestId":"P2"}',
        b'{"a":' * 20 + b"1" + b"}" * 20,
        b'{"paymentRequestId":{"a":1}}',
    ],
)
def test_a_body_that_is_no_such_object_is_refused(shop: AntomShop, body: bytes) -> None:
    assert code_of(shop, shop.post(PATH, body)) == "PARAM_ILLEGAL"


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/ams/api/v1/payments/cancelPayment", "NO_INTERFACE_DEF"),
        ("POST", "/ams/api/v2/payments/pay", "NO_INTERFACE_DEF"),
        ("GET", PATH, "METHOD_NOT_SUPPORTED"),
        ("PUT", PATH, "METHOD_NOT_SUPPORTED"),
    ],
)
def test_where_nothing_is_antoms_own_form_is_kept(
    shop: AntomShop, method: str, path: str, expected: str
) -> None:
    answer = shop.client.open(path, method=method, headers={"client-id": CLIENT})
    assert code_of(shop, answer, path) == expected


def test_a_body_without_end_is_refused_in_its_form(shop: AntomShop) -> None:
    answer = shop.post(PATH, b'{"a":"' + b"x" * 70_000 + b'"}')
    assert code_of(shop, answer) == "PARAM_ILLEGAL"


def test_a_failure_of_our_own_is_unknown_not_failed(
    shop: AntomShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.core.vendors.orders.find", lambda *_, **__: 1 // 0)
    told = shop.call("inquiryPayment", {"paymentRequestId": "P1"})
    assert (told["result"]["resultCode"], told["result"]["resultStatus"]) == (
        "UNKNOWN_EXCEPTION",
        "U",
    )
