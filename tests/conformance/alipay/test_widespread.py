"""``python-alipay-sdk``, unmodified, its verification on: whole checkouts and each refusal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger.protocol import rsa
from tests.conformance.alipay.stage import Stage
from tests.conformance.environments import play, python
from tests.kit.answered import Json
from tests.processes.services import wait_for
from tests.protocol.alipay.vectors import PUBLIC_KEY

REQUIREMENT = "python-alipay-sdk==3.4.0"
PROGRAM = Path(__file__).with_name("programs") / "widespread.py"


def run(said: Json) -> list[Any]:
    """Run the SDK; what each call gave."""
    answers = play([python(REQUIREMENT), PROGRAM], said)
    assert isinstance(answers, list)
    return answers


def call(stage: Stage, *calls: tuple[str, Json], mode: str = "said") -> list[Any]:
    """Call by the SDK."""
    return run(getattr(stage, mode) | {"calls": calls})


def terms(number: str, amount: str = "12.95") -> Json:
    return {"subject": "Tea", "out_trade_no": number, "total_amount": amount}


@pytest.mark.parametrize("mode", ["said", "certified"])
def test_a_code_made_by_the_sdk_is_scanned_and_paid(alipay_stage: Stage, mode: str) -> None:
    stage, number = alipay_stage, alipay_stage.new_no()
    named = {"out_trade_no": number}
    made, unknown = call(
        stage,
        ("api_alipay_trade_precreate", terms(number) | {"notify_url": stage.notify_url}),
        ("api_alipay_trade_query", named),
        mode=mode,
    )
    assert made["code"] == "10000"
    assert unknown["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    shown = stage.phone().pay(made["qr_code"])
    assert shown["state"] == "PAID", shown
    paid, part, again, asked, none = call(
        stage,
        ("api_alipay_trade_query", named),
        ("api_alipay_trade_refund", named | {"refund_amount": "5.00", "out_request_no": "R1"}),
        ("api_alipay_trade_refund", named | {"refund_amount": "5.00", "out_request_no": "R1"}),
        ("api_alipay_trade_fastpay_refund_query", named | {"out_request_no": "R1"}),
        ("api_alipay_trade_fastpay_refund_query", named | {"out_request_no": "R9"}),
        mode=mode,
    )
    assert (paid["trade_status"], paid["pay_currency"]) == ("TRADE_SUCCESS", "CNY")
    assert (part["fund_change"], again["fund_change"]) == ("Y", "N")
    assert asked["refund_status"] == "REFUND_SUCCESS"
    assert none == {"code": "10000", "msg": "Success"}
    told = wait_for("the notification", lambda: _told(stage, number))
    assert told
    assert run(stage.said | {"notification": told}) == [True]
    forged = told | {"total_amount": "0.01"}
    assert run(stage.said | {"notification": forged}) == [False]


def _told(stage: Stage, number: str) -> dict[str, str] | None:
    return next((told for told in stage.notified if told.get("out_trade_no") == number), None)


def pay(number: str, auth_code: str, amount: str = "12.95") -> tuple[str, Json]:
    content = terms(number, amount) | {"scene": "bar_code", "auth_code": auth_code}
    return "api_alipay_trade_pay", content


def test_a_payment_code_is_paid_asked_about_or_refused(alipay_stage: Stage) -> None:
    stage = alipay_stage
    at_once, asked, guessed = stage.new_no(), stage.new_no(), stage.new_no()
    paid, repeated, refused, unknown = call(
        stage,
        pay(at_once, stage.digits()),
        pay(at_once, "280000000000000000"),
        pay(guessed, "280000000000000000"),
        ("api_alipay_trade_query", {"out_trade_no": guessed}),
    )
    assert paid["code"] == "10000"
    assert repeated["sub_code"] == "ACQ.TRADE_HAS_SUCCESS"
    assert refused["sub_code"] == "ACQ.PAYMENT_AUTH_CODE_INVALID"
    assert unknown["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    waiting, status = call(
        stage,
        pay(asked, stage.digits("anna"), "60.00"),
        ("api_alipay_trade_query", {"out_trade_no": asked}),
    )
    assert (waiting["code"], waiting["msg"]) == ("10003", " order success pay inprocess")
    assert status["trade_status"] == "WAIT_BUYER_PAY"
    anna = stage.phone("anna")
    anna.approve(anna.pending()[0])
    status, undone, after = call(
        stage,
        ("api_alipay_trade_query", {"out_trade_no": asked}),
        ("api_alipay_trade_cancel", {"out_trade_no": asked}),
        ("api_alipay_trade_query", {"out_trade_no": asked}),
    )
    assert status["trade_status"] == "TRADE_SUCCESS"
    assert (undone["action"], undone["retry_flag"]) == ("refund", "N")
    assert after["trade_status"] == "TRADE_CLOSED"


def test_the_refusals_of_unscanned_closed_and_unknown_trades(alipay_stage: Stage) -> None:
    stage, number = alipay_stage, alipay_stage.new_no()
    made, closed, unknown, other = call(
        stage,
        ("api_alipay_trade_precreate", terms(number)),
        ("api_alipay_trade_close", {"out_trade_no": number}),
        ("api_alipay_trade_cancel", {"out_trade_no": "nobody"}),
        ("api_alipay_trade_precreate", terms(number, "13.00")),
    )
    assert closed["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    assert (unknown["code"], unknown.get("action")) == ("10000", None)
    assert other["sub_code"] == "ACQ.CONTEXT_INCONSISTENT"
    stage.phone().scan(made["qr_code"])
    closed, refund = call(
        stage,
        ("api_alipay_trade_close", {"out_trade_no": number}),
        ("api_alipay_trade_refund", {"out_trade_no": number, "refund_amount": "1.00"}),
    )
    assert closed["code"] == "10000"
    assert refund["sub_code"] == "ACQ.TRADE_HAS_CLOSE"


def test_braces_in_what_is_answered_do_not_break_its_verification(alipay_stage: Stage) -> None:
    number = alipay_stage.new_no()
    (refused,) = call(
        alipay_stage,
        ("api_alipay_trade_precreate", terms(number) | {"timeout_express": '}{"x"'}),
    )
    assert refused["sub_code"] == "ACQ.INVALID_PARAMETER"
    assert '}{"x"' in refused["sub_msg"]


def test_the_wrong_key_is_explained_by_an_answer_that_verifies(alipay_stage: Stage) -> None:
    said = alipay_stage.said | {
        "app_id": "2021000000000009",
        "calls": [("api_alipay_trade_query", {"out_trade_no": "1"})],
    }
    (refused,) = run(said)
    assert refused["sub_code"] == "isv.invalid-app-id"
    forged = alipay_stage.said | {"sign_type": "RSA"}
    (older,) = run(forged | {"calls": [("api_alipay_trade_query", {"out_trade_no": "1"})]})
    assert older["sub_code"] == "ACQ.TRADE_NOT_EXIST"


def test_an_answer_of_another_platform_is_not_believed(alipay_stage: Stage) -> None:
    said = alipay_stage.said
    foreign = said | {"alipay_public_key": rsa.spell_public(PUBLIC_KEY)}
    (raised,) = run(foreign | {"calls": [("api_alipay_trade_query", {"out_trade_no": "1"})]})
    assert raised["raised"] == "AliPayValidationError"


def test_a_browser_pays_and_brings_back_what_the_sdk_believes(alipay_stage: Stage) -> None:
    stage, numbers = alipay_stage, [alipay_stage.new_no() for _ in range(3)]
    page, wap, app = call(
        stage,
        ("api_alipay_trade_page_pay", terms(numbers[0]) | {"return_url": stage.return_url}),
        ("api_alipay_trade_wap_pay", terms(numbers[1]) | {"return_url": stage.return_url}),
        ("api_alipay_trade_app_pay", terms(numbers[2])),
    )
    for brought in (page, wap):
        said = stage.paid_at_the_cashier(brought)
        assert run(stage.said | {"notification": said}) == [True]
        assert run(stage.said | {"notification": said | {"total_amount": "0.01"}}) == [False]
    assert stage.phone().pay(app)["state"] == "PAID"
    (paid,) = call(stage, ("api_alipay_trade_query", {"out_trade_no": numbers[2]}))
    assert paid["trade_status"] == "TRADE_SUCCESS"
