"""Each fault of a call strikes by each face, in the words and at the signature of that face."""

from __future__ import annotations

import http.client
from contextlib import suppress

import pytest

from ledger.protocol.errors.trust import AnswerLost, SignatureInvalid, SignatureMissing
from ledger.sandbox.faults.spoil import stripped
from ledger.testing.play import Play
from tests.sandbox.test_magic_codes import (
    PAID,
    WORDS,
    Paying,
    alipay,
    antom,
    native,
    wechatpay,
    wechatpay_v2,
)

BROKEN = (AnswerLost, http.client.HTTPException, ConnectionError, OSError)
CALLS: dict[Paying, str] = {
    alipay: "alipay.trade.pay",
    antom: "pay",
    native: "POST /v1/payments",
    wechatpay: "POST /v3/pay/transactions/codepay",
    wechatpay_v2: "POST /pay/micropay",
}
MERCHANT = "M2088DEMO000001"
TEA_HOUSE = "M2088DEMO000003"


@pytest.mark.parametrize("pay", CALLS)
def test_a_face_loses_fails_and_leaves_unsigned_what_it_is_told_to(
    qrpay: Play, pay: Paying
) -> None:
    paid, *_, failure = WORDS[pay].split()
    for kind in ("call.lost", "answer.lost"):
        qrpay.faults.add(kind, call=CALLS[pay], times=1)
        with pytest.raises(BROKEN):
            pay(qrpay, f"{kind[:4]}-0001", PAID)
    lost = [(each.faults, each.status > 0) for each in qrpay.requests.find(CALLS[pay])]
    assert lost == [(("call.lost",), False), (("answer.lost",), True)]
    for kind in ("call.failed", "call.unknown"):
        qrpay.faults.add(kind, order_no=f"{kind[5:9]}-0001", times=1)
        assert pay(qrpay, f"{kind[5:9]}-0001", PAID) == failure
    for kind in ("answer.wrongly-signed", "answer.unsigned"):
        qrpay.faults.add(kind, call=CALLS[pay], times=1)
        with suppress(SignatureInvalid, SignatureMissing):  # by programs that verify
            assert pay(qrpay, f"{kind[7:11]}-0001", PAID) == paid
    wrong, unsigned = qrpay.requests.find(CALLS[pay])[-2:]
    assert stripped(wrong.answer_headers, wrong.answer) != (wrong.answer_headers, wrong.answer)
    assert stripped(unsigned.answer_headers, unsigned.answer)[1] == unsigned.answer
    qrpay.assert_books_balanced()


@pytest.mark.parametrize("pay", CALLS)
def test_a_fault_of_a_merchant_leaves_others_alone_by_every_face(qrpay: Play, pay: Paying) -> None:
    own, other = (MERCHANT, TEA_HOUSE)
    if "wechatpay" in pay.__name__:
        own, other = other, own
    paid, *_, failure = WORDS[pay].split()
    qrpay.faults.add("call.failed", merchant=other)
    assert pay(qrpay, "tea-0001", PAID) == paid
    qrpay.faults.add("call.failed", merchant=own)
    assert pay(qrpay, "tea-0002", PAID) == failure


@pytest.mark.parametrize("pay", CALLS)
def test_the_same_seed_strikes_the_same_calls_by_every_face(qrpay: Play, pay: Paying) -> None:
    failure = WORDS[pay].split()[-1]
    qrpay.faults.add("call.failed", call=CALLS[pay], percent=50)
    struck = [pay(qrpay, f"tea-{number:04}", PAID) == failure for number in range(4)]
    assert struck == [True, True, False, True]
