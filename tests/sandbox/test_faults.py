"""Each fault, seen from outside: by a till that calls, and by a merchant that is told."""

from __future__ import annotations

import http.client
import urllib.error
from collections.abc import Callable

import pytest

from ledger.protocol import rsa
from ledger.protocol.alipay_wire import keys
from ledger.protocol.alipay_wire.parameters import SIGN, notice_text
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.sandbox import FaultMeaningless, FaultUnknown, WalletOffline
from ledger.protocol.errors.trust import SignatureInvalid, SignatureMissing
from ledger.protocol.lifecycle import PaymentState
from ledger.sandbox.faults import Concerned, Fault, FaultKind, Faults
from ledger.sandbox.faults.kinds import Strikes, kind_of
from ledger.sandbox.record.calls import called
from ledger.testing.play import Play
from tests.sandbox.merchant import Till, Told, wechat_order

BROKEN = (urllib.error.URLError, http.client.HTTPException, ConnectionError)
REFUND = "alipay.trade.refund"


@pytest.fixture
def paid(qrpay: Play, till: Till) -> str:
    qrpay.wallet().pay(till.shown("A-1"))
    qrpay.notifications.wait("payment.paid")
    return "A-1"


def refund(till: Till) -> Callable[[], object]:
    return lambda: till.call(REFUND, out_trade_no="A-1", refund_amount="5.00", out_request_no="R1")


def refunded(till: Till) -> str:
    asked = {"out_trade_no": "A-1", "out_request_no": "R1"}
    return str(till.call("alipay.trade.fastpay.refund.query", **asked).get("refund_amount", "0"))


@pytest.mark.usefixtures("paid")
def test_a_lost_answer_is_of_a_call_that_was_done(qrpay: Play, till: Till) -> None:
    qrpay.faults.add("answer.lost", call=REFUND, times=1)
    with pytest.raises(BROKEN):
        refund(till)()
    assert refunded(till) == "5.00"
    [lost] = qrpay.requests.find(REFUND)
    assert (lost.status, lost.faults) == (200, ("answer.lost",))
    refund(till)()
    qrpay.assert_books_balanced()


@pytest.mark.usefixtures("paid")
def test_a_lost_call_was_not_done(qrpay: Play, till: Till) -> None:
    qrpay.faults.add("call.lost", call=REFUND, times=1)
    with pytest.raises(BROKEN):
        refund(till)()
    assert refunded(till) == "0"


@pytest.mark.usefixtures("paid")
@pytest.mark.parametrize(("kind", "left"), [("call.unknown", "5.00"), ("call.failed", "0")])
def test_a_failure_of_the_providers_says_nothing_of_what_was_done(
    qrpay: Play, till: Till, kind: str, left: str
) -> None:
    qrpay.faults.add(kind, call=REFUND, times=1)
    answered = refund(till)()
    assert isinstance(answered, dict)
    assert answered["code"] == "20000"
    assert refunded(till) == left


@pytest.mark.parametrize(
    ("kind", "error"),
    [("answer.wrongly-signed", SignatureInvalid), ("answer.unsigned", SignatureMissing)],
)
def test_an_answer_that_cannot_be_believed(
    qrpay: Play, till: Till, kind: str, error: type[QrpayError]
) -> None:
    qrpay.faults.add(kind, times=1)
    with pytest.raises(error):
        till.status("A-1")
    assert till.status("A-1") == "ACQ.TRADE_NOT_EXIST"


def test_a_slow_answer_is_one(qrpay: Play, till: Till) -> None:
    qrpay.faults.add("answer.slow", delay="50ms", times=1)
    assert till.status("A-1") == "ACQ.TRADE_NOT_EXIST"
    assert qrpay.requests.all()[0].faults == ("answer.slow",)


def test_a_fault_is_of_one_order_one_merchant_or_one_call(qrpay: Play, till: Till) -> None:
    qrpay.faults.add("call.failed", order_no="A-2")
    qrpay.faults.add("call.failed", merchant="M2088DEMO000002")
    qrpay.faults.add("call.failed", call="alipay.trade.close")
    assert till.status("A-1") == "ACQ.TRADE_NOT_EXIST"
    assert till.status("A-2") == "aop.unknow-error"
    qrpay.faults.clear(1)
    assert till.status("A-2") == "ACQ.TRADE_NOT_EXIST"
    qrpay.faults.add("call.failed", merchant="M2088DEMO000001")
    assert till.status("A-2") == "aop.unknow-error"


def test_a_lost_notification_comes_again(qrpay: Play, till: Till, told: Told) -> None:
    qrpay.faults.add("notification.lost", times=1)
    qrpay.wallet().pay(till.shown("A-1"))
    qrpay.clock.advance("4m")
    assert len(told.forms) == 1
    assert [each.arrived for each in qrpay.notifications.all()] == [False, True]


def test_a_doubled_notification_is_the_same_one(qrpay: Play, till: Till, told: Told) -> None:
    qrpay.faults.add("notification.doubled", times=1)
    qrpay.wallet().pay(till.shown("A-1"))
    qrpay.clock.advance("1d")
    first, second = told.forms
    assert first == second


def test_a_late_notification_waits_for_the_clock(qrpay: Play, till: Till, told: Told) -> None:
    qrpay.faults.add("notification.late", delay="10m", times=1)
    qrpay.wallet().pay(till.shown("A-1"))
    qrpay.clock.advance("599s")
    assert told.forms == []
    qrpay.clock.advance("1s")
    assert len(told.forms) == 1
    [about] = qrpay.notifications.find()[0].about
    assert about.attempt == 1


@pytest.mark.usefixtures("paid")
def test_a_notification_is_overtaken(qrpay: Play, till: Till, told: Told) -> None:
    qrpay.faults.add("notification.out-of-order", times=1)
    for request, amount in (("R1", "5.00"), ("R2", "7.95")):
        till.call(REFUND, out_trade_no="A-1", refund_amount=amount, out_request_no=request)
    qrpay.clock.advance(0)
    assert [form.get("out_biz_no", "") for form in told.forms] == ["", "R2", "R1"]


def test_a_wrongly_signed_notification_is_recognised(qrpay: Play, till: Till, told: Told) -> None:
    told.answer = b"fail"
    qrpay.faults.add("notification.wrongly-signed", times=1)
    qrpay.wallet().pay(till.shown("A-1"))
    qrpay.clock.advance("4m")
    platform = rsa.public_key(qrpay.alipay.platform_public_key)

    def holds(form: dict[str, str]) -> bool:
        try:
            keys.verify(platform, notice_text(form).encode(), form[SIGN])
        except SignatureInvalid:
            return False
        return True

    assert [holds(form) for form in told.forms] == [False, True]


def test_a_payer_declines_whatever_a_test_has_them_do(qrpay: Play, till: Till) -> None:
    qrpay.faults.add("payer.declines", payer="anna")
    assert qrpay.wallet("anna").pay(till.shown("A-1")).state is PaymentState.DECLINED
    assert qrpay.wallet("li-wei").pay(till.shown("A-2")).state is PaymentState.PAID


def test_a_phone_without_network_can_only_show_a_code(qrpay: Play, till: Till) -> None:
    code = till.shown("A-1")
    qrpay.faults.add("wallet.offline", payer="anna")
    with pytest.raises(WalletOffline):
        qrpay.wallet("anna").scan(code)
    assert qrpay.wallet("anna").payment_code("alipay").startswith("28")
    assert qrpay.wallet("li-wei").pay(code).state is PaymentState.PAID


def test_a_skewed_clock_is_the_providers_alone(qrpay: Play, till: Till, told: Told) -> None:
    qrpay.faults.add("clock.skew", delay="8h")
    qrpay.wallet().pay(till.shown("A-1"))
    qrpay.notifications.wait("payment.paid")
    [form] = told.forms
    assert form["notify_time"][:13] != qrpay.clock.text().replace("T", " ")[:13]
    assert qrpay.notifications.all()[0].at - qrpay.clock.now() == 8 * 3600 * 1000


def test_what_is_drawn_is_the_same_for_the_same_seed() -> None:
    def struck(seed: str) -> list[bool]:
        faults = Faults(seed)
        faults.add(Fault(FaultKind.CALL_FAILED, percent=30))
        return [bool(faults.strike(Strikes.CALL, Concerned())) for _ in range(200)]

    assert struck("1") == struck("1") != struck("2")
    assert 35 <= sum(struck("1")) <= 85


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.ANSWER_SLOW),
        Fault(FaultKind.CALL_LOST, percent=0),
        Fault(FaultKind.CALL_LOST, percent=101),
        Fault(FaultKind.CALL_LOST, times=-1),
        Fault(FaultKind.NOTIFICATION_LATE, delay_ms=-1),
    ],
)
def test_a_fault_that_means_nothing_is_refused(fault: Fault) -> None:
    faults = Faults("1")
    with pytest.raises(FaultMeaningless):
        faults.add(fault)
    assert faults.is_empty


def test_a_fault_of_another_name_is_refused() -> None:
    with pytest.raises(FaultUnknown, match=r"answer\.lost"):
        kind_of("answer.late")
    with pytest.raises(FaultUnknown):
        Faults("1").clear(3)


def test_a_magic_amount_asks_for_its_fault_once(qrpay: Play, till: Till, told: Told) -> None:
    with pytest.raises(BROKEN):
        till.shown("A-1", "7.01")
    qrpay.wallet().pay(till.shown("A-1", "7.01"))
    assert till.status("A-1") == "TRADE_SUCCESS"
    with pytest.raises(SignatureInvalid):
        till.shown("A-2", "7.06")
    qrpay.wallet().pay(till.shown("A-3", "7.12"))
    qrpay.clock.advance(0)
    assert [form["out_trade_no"] for form in told.forms] == ["A-1", "A-3", "A-3"]


def test_a_magic_amount_is_read_in_every_way_of_speaking(qrpay: Play, told: Told) -> None:
    with pytest.raises(urllib.error.HTTPError):
        wechat_order(qrpay, "tea-0001", told.url, fen=704)
    assert wechat_order(qrpay, "tea-0001", told.url, fen=704).startswith("weixin://")
    older = b"<xml><mch_id>1900000001</mch_id><total_fee>704</total_fee></xml>"
    assert called("POST", "/pay/unifiedorder", "", {}, older).amount_minor == 704
    native = b'{"request":{"text":"type=request/v1\\namount_minor=704\\ncurrency=EUR"}}'
    assert called("POST", "/v1/payments", "", {}, native).amount_minor == 704
    in_store = b'{"paymentAmount":{"currency":"EUR","value":"704"},"paymentRequestId":"A-1"}'
    assert called("POST", "/ams/api/v1/payments/pay", "", {}, in_store).amount_minor == 704
