"""The bare codes of ``alipay.fund.auth.*``, and which of them a rule of trades or of ours is."""

from __future__ import annotations

from typing import Final

from ledger.faces.alipay.calls.refusals import BUSINESS, UNKNOWN, Refusal

FUND: Final = {
    "AUTH_OPERATION_NOT_EXIST": "支付宝资金操作流水不存在",
    "AUTH_ORDER_NOT_EXIST": "支付宝资金授权订单不存在",
    "FREEZE_ALREADY_SUCCESS": "资金授权已经成功",
    "ILLEGAL_ARGUMENT": "参数有误",
    "ILLEGAL_STATUS": "状态非法",
    "ORDER_ALREADY_CLOSED": "授权订单已关闭",
    "ORDER_ALREADY_FINISH": "授权订单已完结",
    "PAYMENT_AUTH_CODE_INVALID": "支付授权码无效",
    "REQUEST_AMOUNT_EXCEED": "请求金额超限",
    "SYSTEM_ERROR": "系统错误",
    "UNIQUE_VIOLATION": "商户订单号重复",
}
"""The codes given out here, and their words."""

_OF: Final = {
    "ACQ.CONTEXT_INCONSISTENT": "UNIQUE_VIOLATION",
    "ACQ.CURRENCY_NOT_SUPPORT": "ILLEGAL_ARGUMENT",
    "ACQ.INVALID_PARAMETER": "ILLEGAL_ARGUMENT",
    "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR": "ILLEGAL_ARGUMENT",
    "ACQ.PAYMENT_AUTH_CODE_INVALID": "PAYMENT_AUTH_CODE_INVALID",
    "ACQ.PAYMENT_REQUEST_HAS_RISK": "PAYMENT_AUTH_CODE_INVALID",
    "ACQ.TOTAL_FEE_EXCEED": "ILLEGAL_ARGUMENT",
    "ACQ.TRADE_HAS_CLOSE": "ORDER_ALREADY_CLOSED",
    "ACQ.TRADE_HAS_FINISHED": "ORDER_ALREADY_FINISH",
    "ACQ.TRADE_HAS_SUCCESS": "ORDER_ALREADY_FINISH",
}
"""What a code of trades is called here; any other is ``ILLEGAL_STATUS``."""


def fund(code: str, said: str = "") -> Refusal:
    """Refuse by a bare code."""
    return Refusal(UNKNOWN if code == "SYSTEM_ERROR" else BUSINESS, code, FUND[code], said)


def bare(refusal: Refusal) -> Refusal:
    """Tell a refusal by a bare code; the gateway's stay as they are."""
    if not refusal.sub_code.startswith("ACQ."):
        return refusal
    otherwise = "SYSTEM_ERROR" if refusal.code == UNKNOWN else "ILLEGAL_STATUS"
    _, _, said = refusal.sub_msg.partition("，")
    return fund(_OF.get(refusal.sub_code, otherwise), said)
