"""Antom's own SDK for Python, unmodified, checks every answer and sells with it.

``global-open-sdk-python`` calls its real host name by https; only the connection is led here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ledger.ops.audit import audit
from ledger.protocol import rsa
from tests.conformance.antom.stage import Stage
from tests.faces.vendor_world import MERCHANT_KEY
from tests.kit.answered import Json

TOLD_WITHIN_S = 30.0


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = Stage(tmp_path_factory.mktemp("antom"))
    yield made
    assert audit(made.books) == []
    made.close()


def by_code(stage: Stage, value: str = "1295", *, code: str = "", name: str = "li-wei") -> Json:
    """The step that pays by a payment code."""
    shown = code or stage.digits(name)
    return {"do": "pay", "way": "code", "no": stage.new_no(), "value": value, "code": shown}


def test_a_payment_code_is_paid_inquired_and_given_back(stage: Stage) -> None:
    pay = by_code(stage)
    paid, seen = stage.run(pay, {"do": "inquire", "no": pay["no"]})
    assert (paid["code"], paid["status"]) == ("SUCCESS", "S")
    assert paid["body"]["actualPaymentAmount"] == {"currency": "CNY", "value": "10118"}
    assert paid["body"]["paymentQuote"]["quotePrice"] == "7.8125"
    assert seen["body"]["paymentStatus"] == "SUCCESS"
    refund = {
        "do": "refund",
        "no": stage.new_no(),
        "payment_id": paid["body"]["paymentId"],
        "value": "295",
    }
    given, again, asked, much = stage.run(
        refund,
        refund,
        {"do": "inquire_refund", "no": refund["no"]},
        {**refund, "no": stage.new_no(), "value": "1001"},
    )
    assert (given["code"], given["body"]) == ("SUCCESS", again["body"])
    assert asked["body"]["refundStatus"] == "SUCCESS"
    assert (much["code"], much["status"]) == ("REFUND_AMOUNT_EXCEED", "F")


def test_a_price_in_dollars_is_settled_in_euro(stage: Stage) -> None:
    (paid,) = stage.run(by_code(stage, "1650") | {"currency": "USD"})
    assert paid["body"]["grossSettlementAmount"] == {"currency": "EUR", "value": "1435"}
    assert paid["body"]["settlementQuote"]["quotePrice"] == "1.15"
    back = {"do": "refund", "no": stage.new_no(), "value": "1650", "currency": "USD"}
    (given,) = stage.run(back | {"payment_id": paid["body"]["paymentId"]})
    assert given["body"]["grossSettlementAmount"] == paid["body"]["grossSettlementAmount"]
    assert given["body"]["actualRefundAmount"] == paid["body"]["actualPaymentAmount"]


@pytest.mark.parametrize("way", ["order", "entry"])
def test_a_code_is_shown_scanned_by_a_wallet_and_paid(stage: Stage, way: str) -> None:
    pay = {"do": "pay", "way": way, "no": stage.new_no(), "value": "450"}
    (shown,) = stage.run(pay)
    assert (shown["code"], shown["status"]) == ("PAYMENT_IN_PROCESS", "U")
    if way == "order":
        code = shown["body"]["orderCodeForm"]["codeDetails"][0]["codeValue"]
    else:
        code = shown["body"]["redirectActionForm"]["redirectUrl"]
    phone = stage.phone("anna")
    review = phone.scan(code).done["review"]
    assert phone.approve(review).done["outcome"] == "paid"
    (seen,) = stage.run({"do": "inquire", "no": pay["no"]})
    assert seen["body"]["paymentStatus"] == "SUCCESS"


def test_above_the_limit_the_till_waits_and_cancels(stage: Stage) -> None:
    pay = by_code(stage, "9000", name="anna")
    asked, seen, ended, after = stage.run(
        pay,
        {"do": "inquire", "no": pay["no"]},
        {"do": "cancel", "no": pay["no"]},
        {"do": "inquire", "no": pay["no"]},
    )
    assert (asked["code"], asked["status"]) == ("PAYMENT_IN_PROCESS", "U")
    assert seen["body"]["paymentStatus"] == "PROCESSING"
    assert (ended["code"], ended["status"]) == ("SUCCESS", "S")
    assert after["body"]["paymentStatus"] == "CANCELLED"


def test_documented_failures_are_results_and_not_exceptions(stage: Stage) -> None:
    bad = by_code(stage, code="281006020000000000125733")
    poor = by_code(stage, "4900", name="chen-jing")
    done = by_code(stage, "100")
    results = stage.run(
        bad,
        bad,
        poor,
        done,
        {**done, "value": "200"},
        {"do": "inquire", "no": "none"},
        {"do": "cancel", "no": "none"},
        {"do": "inquire_refund", "no": "none"},
        {"do": "refund", "no": stage.new_no(), "payment_id": "none", "value": "1"},
    )
    assert [each.get("code") for each in results] == [
        "INVALID_PAYMENT_CODE",
        "INVALID_PAYMENT_CODE",
        "USER_BALANCE_NOT_ENOUGH",
        "SUCCESS",
        "REPEAT_REQ_INCONSISTENT",
        "ORDER_NOT_EXIST",
        "ORDER_NOT_EXIST",
        "REFUND_NOT_EXIST",
        "ORDER_NOT_EXIST",
    ], results


def test_notifications_pass_the_sdks_own_check(stage: Stage) -> None:
    pay = by_code(stage, "100")
    stage.run(pay)
    told = [each for each in notified(stage, pay["no"]) if pay["no"].encode() in each[2]]
    path, headers, body = told[0]
    headers = {name.lower(): value for name, value in headers.items()}
    check = {
        "do": "check",
        "path": path,
        "time": headers["request-time"],
        "body": body.decode(),
        "signature": headers["signature"],
    }
    good, bad = stage.run(check, {**check, "body": check["body"] + " "})
    assert good["good"]
    assert bad["raised"] == "VerificationError"


def notified(stage: Stage, no: str) -> list[tuple[str, dict[str, str], bytes]]:
    """What the shop was told, once it was told of this number."""
    deadline = time.monotonic() + TOLD_WITHIN_S
    while not any(no.encode() in body for _, _, body in stage.notified):
        assert time.monotonic() < deadline, "the shop was never told"
        time.sleep(0.05)
    return stage.notified


def test_a_wrong_key_is_told_readably_and_a_wrong_provider_is_not_believed(stage: Stage) -> None:
    other = rsa.forms(MERCHANT_KEY)["pkcs1-line"]
    (refused,) = stage.run({"do": "inquire", "no": "x"}, private_key=other)
    assert (refused["code"], refused["status"]) == ("INVALID_SIGNATURE", "F")
    assert "POST /ams/api/v1/payments/inquiryPayment" in str(refused["body"])
    stranger = rsa.spell_public(MERCHANT_KEY.public_key())
    (unbelieved,) = stage.run({"do": "inquire", "no": "x"}, alipay_public_key=stranger)
    assert unbelieved["raised"] == "AlipayApiException"
    assert "verify" in unbelieved["says"]
