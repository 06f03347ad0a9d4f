"""Failures on request: the header ``Wechatpay-Negative-Test`` of the vendor's own sandbox.

Its value is one of the vendor's cases or of ours
(``ledger.core.vendors.wechatpay.negative_tests``), or an ``err_code``, which then is the answer,
and nothing is done. The vendor's sandbox knows the header below its own addresses only; here it
counts everywhere, since all of this is a sandbox. A sandbox asks for a code as well
(docs/use/faults.md), for programs that can't send a header.
"""

from __future__ import annotations

import flask

from ledger.core.vendors.wechatpay import negative_tests
from ledger.core.vendors.wechatpay.negative_tests import HEADER, PROBE, NegativeTest
from ledger.faces.wechatpay_v2.calls.codes import CODES, KINDS, SYSTEM_ERROR, USER_PAYING, Told
from ledger.kit.web import on_demand
from ledger.protocol.errors.content import FieldFormat

NO_CAUSE_HERE = (
    Told("APPID_NOT_EXIST", "APPID不存在"),
    Told("AUTHCODEEXPIRE", "二维码已过期，请用户在微信上刷新后再试"),
    Told("AUTH_CODE_ERROR", "付款码参数错误"),
    Told("BANKERROR", "银行系统异常"),
    Told("BIZERR_NEED_RETRY", "退款业务流程错误，需要商户触发重试来解决"),
    Told("BUYER_MISMATCH", "支付帐号错误"),
    Told("CERT_ERROR", "证书校验错误"),
    Told("ERROR", "业务错误"),
    Told("INVALID_TRANSACTIONID", "无效transaction_id"),
    Told("NOTSUPORTCARD", "不支持卡类型"),
    Told("TRADE_ERROR", "交易错误"),
    Told("TRADE_OVERDUE", "订单已经超过退款期限"),
)
"""What the vendor's pages list and nothing in these books leads to: banks, cards, certificates."""

BY_CODE = {
    told.code: told for told in (*CODES.values(), *KINDS, USER_PAYING, SYSTEM_ERROR, *NO_CAUSE_HERE)
}


def wanted() -> Told | NegativeTest:
    """Read what the call at hand asks for; an unknown word is ``FieldFormat``."""
    word = on_demand.wanted_code() or flask.request.headers.get(HEADER, "")
    if word in BY_CODE:
        return BY_CODE[word]
    if word == PROBE:
        raise FieldFormat(f"{HEADER}: the platform sends {PROBE} by API v3 only")
    return negative_tests.read(word)
