"""Each fault as ``python-alipay-sdk`` meets it: what it raises or reads, and what a query says."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ledger.protocol.errors.sandbox import WalletOffline
from ledger.protocol.lifecycle import PaymentState
from ledger.testing.play import Play
from tests.conformance.environments import play, python
from tests.sandbox.merchant import Told, merchants_address

REQUIREMENT = "python-alipay-sdk==3.4.0"
PROGRAM = Path(__file__).parents[1] / "alipay" / "programs" / "widespread.py"
PATIENCE_S = 60

Call = tuple[str, dict[str, str]]


def said(qrpay: Play, timeout_s: int = PATIENCE_S) -> dict[str, Any]:
    return {
        "gateway": qrpay.alipay.gateway,
        "app_id": qrpay.alipay.app_id,
        "private_key": qrpay.alipay.private_key,
        "alipay_public_key": qrpay.alipay.platform_public_key,
        "timeout": timeout_s,
    }


def run(document: dict[str, Any]) -> list[Any]:
    answers = play([python(REQUIREMENT), PROGRAM], document)
    assert isinstance(answers, list)
    return answers


def pay(qrpay: Play, order_no: str, amount: str = "1.00", name: str = "anna") -> Call:
    digits = qrpay.wallet(name).payment_code("alipay")
    content = {"out_trade_no": order_no, "total_amount": amount, "auth_code": digits}
    return "api_alipay_trade_pay", {"subject": "Tea", "scene": "bar_code", **content}


def query(order_no: str) -> Call:
    return "api_alipay_trade_query", {"out_trade_no": order_no}


def shown(answer: dict[str, str]) -> str:
    """What the SDK made of an answer."""
    known = ("raised", "trade_status", "sub_code", "code")
    return next(str(answer[name]) for name in known if name in answer)


PAID, NEVER = "TRADE_SUCCESS", "ACQ.TRADE_NOT_EXIST"
FAULTS = {
    "answer.lost": ("RemoteDisconnected", PAID),
    "call.lost": ("RemoteDisconnected", NEVER),
    "call.unknown": ("aop.unknow-error", PAID),
    "call.failed": ("aop.unknow-error", NEVER),
    "answer.wrongly-signed": ("AliPayValidationError", PAID),
    "answer.unsigned": ("AliPayException", PAID),
}


def test_after_every_fault_of_a_call_the_query_tells_the_truth(qrpay: Play) -> None:
    calls = []
    for kind in FAULTS:
        qrpay.faults.add(kind, order_no=f"F-{kind}".replace(".", "_"), times=1)
    for fault in qrpay.faults.list():
        calls += [pay(qrpay, fault.order_no), query(fault.order_no)]
    answers = [shown(answer) for answer in run(said(qrpay) | {"calls": calls})]
    met = dict(zip(FAULTS, zip(answers[::2], answers[1::2], strict=True), strict=True))
    assert met == FAULTS
    assert [fault.number for fault in qrpay.faults.list()] == []
    qrpay.assert_books_balanced()


def test_a_code_of_the_vendors_reference_is_the_answer_and_nothing_is_done(qrpay: Play) -> None:
    qrpay.faults.add("call.refused", code="ACQ.PAYMENT_FAIL", times=1)
    refused, asked = run(said(qrpay) | {"calls": [pay(qrpay, "F-1"), query("F-1")]})
    assert (shown(refused), shown(asked)) == ("ACQ.PAYMENT_FAIL", NEVER)


def test_to_a_provider_whose_clock_is_ahead_a_fresh_payment_code_is_old(qrpay: Play) -> None:
    call = pay(qrpay, "F-1")
    qrpay.faults.add("clock.skew", delay="10m", call="alipay.trade.pay")
    refused, asked = run(said(qrpay) | {"calls": [call, query("F-1")]})
    assert (shown(refused), shown(asked)) == ("ACQ.PAYMENT_AUTH_CODE_INVALID", NEVER)


def test_a_payment_goes_on_after_the_sdk_has_given_up_waiting(qrpay: Play) -> None:
    qrpay.faults.add("answer.slow", call="alipay.trade.pay", delay="25s", times=1)
    calls = [pay(qrpay, "F-1"), query("F-1")]
    late, asked = run(said(qrpay, timeout_s=8) | {"calls": calls})
    assert (shown(late), shown(asked)) == ("TimeoutError", PAID)


@pytest.mark.parametrize("kind", ["payer.declines", "wallet.offline"])
def test_a_payer_who_says_no_or_nothing_is_waited_for(qrpay: Play, kind: str) -> None:
    (asked,) = run(said(qrpay) | {"calls": [pay(qrpay, "F-1", "60.00")]})
    assert asked["code"] == "10003"
    question = qrpay.wallet("anna").question()
    qrpay.faults.add(kind, payer="anna")
    with suppress(WalletOffline):
        assert question.approve().state is PaymentState.DECLINED
    (after,) = run(said(qrpay) | {"calls": [query("F-1")]})
    assert after["trade_status"] == "WAIT_BUYER_PAY"


def test_what_the_sdk_verifies_of_broken_notifications(qrpay: Play) -> None:
    """The merchant takes none, so in four minutes each but the late one comes once more."""
    with merchants_address() as told:
        believed = _believed(qrpay, told)
        came = [form["out_trade_no"] for form in told.forms]
    assert came.index("N-next") < came.index("N-out-of-order") < came.index("N-late")
    assert believed == {
        "lost": [True],
        "doubled": [True, True, True],
        "late": [True],
        "forged": [False, True],
        "out-of-order": [True, True],
        "next": [True, True],
    }


def _believed(qrpay: Play, told: Told) -> dict[str, list[bool]]:
    kinds = {
        "lost": ("notification.lost", 0),
        "doubled": ("notification.doubled", 0),
        "late": ("notification.late", 60_000),
        "forged": ("notification.wrongly-signed", 0),
        "out-of-order": ("notification.out-of-order", 0),
        "next": ("", 0),
    }
    calls = []
    for name, (kind, delay) in kinds.items():
        if kind:
            qrpay.faults.add(kind, order_no=f"N-{name}", delay=delay, times=1)
        method, content = pay(qrpay, f"N-{name}")
        calls.append((method, content | {"notify_url": told.url}))
    told.answer = b"fail"
    run(said(qrpay) | {"calls": calls})
    qrpay.clock.advance("4m")
    forms = told.forms
    verified = run(said(qrpay) | {"notifications": forms})
    return {
        name: [
            held
            for form, held in zip(forms, verified, strict=True)
            if form["out_trade_no"] == f"N-{name}"
        ]
        for name in kinds
    }
