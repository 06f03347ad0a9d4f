"""Failures on request: a caller names by a header what should go wrong, and it does.

The platform has ``Wechatpay-Negative-Test`` in the sandbox of its API v2 only. Here its value is

* a code of the vendor's (``SYSTEM_ERROR``, ``FREQUENCY_LIMITED``…): that is the answer, and nothing
  is done;
* ``LOST``: it is done, and the answer is ``SYSTEM_ERROR`` all the same, as when an answer is lost;
* ``SIGNTEST``: it is done, and the answer is signed wrongly, as the platform probes merchants;
* a case of a payment by payment code, or an answer that comes late
  (``ledger.core.vendors.wechatpay.negative_tests``).

A sandbox asks for a code as well (docs/use/faults.md), for programs that can't send a header.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ledger.core.vendors.wechatpay import negative_tests, probes
from ledger.core.vendors.wechatpay.negative_tests import HEADER, LOST, NOTHING, PROBE
from ledger.faces.wechatpay.answering import Outcome
from ledger.faces.wechatpay.calls.call import Call
from ledger.faces.wechatpay.calls.codes import CODES, KINDS, SYSTEM_ERROR, USER_PAYING, Told
from ledger.faces.wechatpay.calls.refusals import plain
from ledger.kit.web import asked, on_demand

NO_CAUSE_HERE = (
    Told(400, "MCH_NOT_EXISTS", "商户号不存在"),
    Told(403, "TRADE_ERROR", "交易错误"),
    Told(500, "BANK_ERROR", "银行系统异常"),
    Told(500, "INVALID_TRANSACTIONID", "订单号非法"),
    Told(500, "OPENID_MISMATCH", "openid和appid不匹配"),
)
"""What the vendor's pages list and nothing in these books leads to: banks, other merchants."""

BY_CODE = {
    told.code: told for told in (*CODES.values(), *KINDS, USER_PAYING, SYSTEM_ERROR, *NO_CAUSE_HERE)
}


def played(
    call: Call,
    perform: Callable[[Call], Outcome],
    *,
    is_query: bool,
    pause: Callable[[float], None],
) -> Outcome:
    """Do the call, or what its header asks for instead; an unknown word is ``FieldFormat``."""
    word = on_demand.wanted_code() or asked().header(HEADER)
    if word in BY_CODE:
        return plain(BY_CODE[word])
    wanted = negative_tests.read(word)
    outcome = perform(call if wanted == NOTHING else replace(call, negative=wanted))
    if late_s := wanted.late_s(is_query=is_query):
        pause(late_s)
    if wanted.word == LOST:
        return plain(SYSTEM_ERROR)
    by_chance = probes.is_probed(call.registration.probes, asked().header("Authorization"))
    is_probe = wanted.word == PROBE or by_chance
    return replace(outcome, is_probe=True) if is_probe else outcome
