"""A fault says by which of a vendor's codes the next call is refused."""

from __future__ import annotations

import pytest

from ledger.protocol.errors.sandbox import FaultMeaningless
from ledger.sandbox.faults import Concerned, Fault, FaultKind, Faults
from ledger.sandbox.faults.kinds import Strikes
from ledger.testing.play import Play
from tests.sandbox.merchant import Till
from tests.sandbox.test_magic_codes import PAID, wechatpay, wechatpay_v2

REFUND = "alipay.trade.refund"


def test_a_call_is_refused_by_the_code_that_was_asked_for(qrpay: Play, till: Till) -> None:
    qrpay.wallet().pay(till.shown("A-1"))
    qrpay.faults.add("call.refused", code="ACQ.SELLER_BALANCE_NOT_ENOUGH", times=1)
    asked = {"out_trade_no": "A-1", "refund_amount": "5.00", "out_request_no": "R1"}
    assert till.status("A-1") == "TRADE_SUCCESS"
    refused, done = till.call(REFUND, **asked), till.call(REFUND, **asked)
    assert refused["sub_code"] == "ACQ.SELLER_BALANCE_NOT_ENOUGH"
    assert (done["fund_change"], done["refund_fee"]) == ("Y", "5.00")
    [struck, _] = qrpay.requests.find(REFUND)
    assert struck.faults == ("call.refused",)


def test_wechat_pay_refuses_by_it_too_in_the_form_of_its_version(qrpay: Play) -> None:
    for pay, code in ((wechatpay, "BANK_ERROR"), (wechatpay_v2, "NOTSUPORTCARD")):
        qrpay.faults.add("call.refused", code=code, times=1)
        assert pay(qrpay, f"{code}-1", PAID) == code
        assert pay(qrpay, f"{code}-1", PAID) == "SUCCESS"
    qrpay.assert_books_balanced()


@pytest.mark.parametrize("call", ["pay", "alipay.trade.pay", "POST /v3/alipay/trade/pay", "refund"])
def test_it_strikes_only_calls_that_can_be_refused_by_it(call: str) -> None:
    faults = Faults("1")
    for code in ("ACQ.PAYMENT_FAIL", "RISK_REJECT"):
        faults.add(Fault(FaultKind.CALL_REFUSED, code=code))
    struck = [each.code for each in faults.strike(Strikes.CALL, Concerned(call=call))]
    expected = {"pay": ["RISK_REJECT"], "refund": []}
    assert struck == expected.get(call, ["ACQ.PAYMENT_FAIL"])


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.CALL_REFUSED),
        Fault(FaultKind.CALL_REFUSED, code="ACQ.OF_NOBODY"),
        Fault(FaultKind.CALL_REFUSED, call="alipay.trade.query", code="ACQ.PAYMENT_FAIL"),
        Fault(FaultKind.CALL_FAILED, code="ACQ.PAYMENT_FAIL"),
        Fault(FaultKind.CALL_REFUSED, call="POST /pay/orderquery", code="NOTSUPORTCARD"),
        Fault(FaultKind.CALL_REFUSED, call="POST /v3/pay/transactions/native", code="NOTENOUGH"),
    ],
)
def test_a_code_that_can_not_be_given_is_refused(fault: Fault) -> None:
    with pytest.raises(FaultMeaningless):
        Faults("1").add(fault)
