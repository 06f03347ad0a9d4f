"""How a call is refused, in Alipay's words.

Two kinds: the *gateway* refuses what it can't read or does not trust (``40002
isv.invalid-signature``), the *business* what breaks a rule of trades (``40004
ACQ.TRADE_NOT_EXIST``). Either way the answer is signed and has status 200 in V2; V3 tells the same
by ``error``, the V2 sub-code without ``isv.``.

``of`` turns a rule of ours into the code of theirs; what has no row is theirs ``SYSTEM_ERROR``,
which callers read as: the outcome is unknown, ask.
"""

from __future__ import annotations

from typing import Final

from ledger.kit.web import asked, request_log
from ledger.protocol.alipay_wire.explanations import Explanation
from ledger.protocol.errors import (
    CallerError,
    QrpayError,
    checkout,
    codes,
    content,
    privacy,
    vendors,
)
from ledger.protocol.errors.content import RefundTooSmall

SUCCESS: Final = "10000"
IN_PROCESS: Final = "10003"
UNKNOWN: Final = "20000"
TOKEN_PERMISSIONS: Final = "20001"  # noqa: S105 - a class of refusals
MISSING: Final = "40001"
INVALID: Final = "40002"
CONDITIONS: Final = "40003"
BUSINESS: Final = "40004"
PERMISSIONS: Final = "40006"

MESSAGES: Final = {
    SUCCESS: "Success",
    IN_PROCESS: " order success pay inprocess",
    UNKNOWN: "Service Currently Unavailable",
    TOKEN_PERMISSIONS: "Insufficient Token Permissions",
    MISSING: "Missing Required Arguments",
    INVALID: "Invalid Arguments",
    CONDITIONS: "Insufficient Conditions",
    BUSINESS: "Business Failed",
    PERMISSIONS: "Insufficient Permissions",
}
"""The message of each code; the blank before ``order`` is the production system's own."""

ACQ: Final = {
    "ALLOC_AMOUNT_VALIDATE_ERROR": "分账金额超限",
    "AUTH_AMOUNT_NOT_ENOUGH": "预授权金额不足",
    "AUTH_NO_ERROR": "预授权号错误或状态不合法",
    "AUTH_ORDER_HAS_CLOSED": "预授权订单已关闭",
    "AUTH_ORDER_HAS_FINISHED": "预授权订单已完结",
    "AUTH_ORDER_NOT_PAID": "预授权订单未支付",
    "AUTH_TOKEN_IS_NOT_EXIST": "授权token不存在",
    "BUYER_BALANCE_NOT_ENOUGH": "买家余额不足",
    "BUYER_ENABLE_STATUS_FORBID": "买家状态非法",
    "BUYER_NOT_EXIST": "买家不存在",
    "BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR": "买家付款日限额超限",
    "BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR": "买家付款月额度超限",
    "CONTEXT_INCONSISTENT": "交易信息被篡改",
    "CURRENCY_NOT_SUPPORT": "订单币种不支持",
    "DISCORDANT_REPEAT_REQUEST": "不一致的请求",
    "ILLEGAL_SETTLE_STATE": "交易状态不允许结算",
    "INVALID_PARAMETER": "参数无效",
    "MERCHANT_STATUS_NOT_NORMAL": "商户状态异常",
    "NOW_TIME_AFTER_EXPIRE_TIME_ERROR": "当前时间已超过允许支付的时间",
    "PAYMENT_AUTH_CODE_INVALID": (
        "支付失败，获取顾客账户信息失败，请顾客刷新付款码后重新收款，如再次收款失败，"
        "请联系管理员处理。[SOUNDWAVE_PARSER_FAIL]"
    ),
    "PAYMENT_REQUEST_HAS_RISK": "支付有风险",
    "REASON_TRADE_REFUND_FEE_ERR": "退款金额无效",
    "REASON_TRADE_STATUS_INVALID": "交易状态异常",
    "REFUND_AMT_NOT_EQUAL_TOTAL": "退款金额不等于交易总金额",
    "ROYALTY_ACCOUNT_NOT_EXIST": "分账收款方账号不存在",
    "ROYALTY_RECEIVER_INVALID": "分账收款方不合法",
    "SYSTEM_ERROR": "系统异常",
    "TOTAL_FEE_EXCEED": "订单总金额超过限额",
    "TRADE_BUYER_NOT_MATCH": "交易买家不匹配",
    "TRADE_CANCEL_TIME_OUT": "超过撤销时间范围",
    "TRADE_HAS_CLOSE": "交易已经关闭",
    "TRADE_HAS_FINISHED": "交易已完结",
    "TRADE_HAS_SUCCESS": "交易已被支付",
    "TRADE_NOT_EXIST": "交易不存在",
    "TRADE_STATUS_ERROR": "交易状态不合法",
}
"""The business codes given out here, and their words."""

GATEWAY: Final = {
    "aop.unknow-error": (UNKNOWN, "系统繁忙"),
    "isv.missing-method": (MISSING, "缺少方法名参数"),
    "isv.missing-signature": (MISSING, "缺少签名参数"),
    "isv.missing-signature-type": (MISSING, "缺少签名类型参数"),
    "isv.missing-signature-key": (MISSING, "缺少签名配置"),
    "isv.missing-app-id": (MISSING, "缺少appId参数"),
    "isv.missing-timestamp": (MISSING, "缺少时间戳参数"),
    "isv.missing-version": (MISSING, "缺少版本参数"),
    "isv.missing-app-cert-sn": (MISSING, "缺少应用公钥证书序列号"),
    "isv.invalid-parameter": (INVALID, "参数无效"),
    "isv.invalid-method": (INVALID, "不存在的方法名"),
    "isv.invalid-format": (INVALID, "无效的数据格式"),
    "isv.invalid-signature-type": (INVALID, "无效签名类型"),
    "isv.invalid-signature": (INVALID, "无效签名"),
    "isv.invalid-encrypt-type": (INVALID, "无效的加密类型"),
    "isv.invalid-app-id": (INVALID, "无效的appId参数"),
    "isv.invalid-timestamp": (INVALID, "非法的时间戳参数"),
    "isv.invalid-charset": (INVALID, "字符集错误"),
    "isv.app-cert-not-exist": (INVALID, "应用公钥证书不存在"),
    "isv.decryption-error-unknown": (CONDITIONS, "解密出错, 未知错误"),
}
"""The gateway's codes: class and words."""


class Refusal(Exception):
    """A call is refused: ``code``, its ``message``, ``sub_code`` and the words for people.

    ``said`` is what was found in this case, added to the words.
    """

    def __init__(self, code: str, sub_code: str, words: str, said: str = "") -> None:
        super().__init__(f"{code} {sub_code} {said}".strip())
        self.code = code
        self.sub_code = sub_code
        self.sub_msg = f"{words}，{said}" if said else words

    @property
    def message(self) -> str:
        """The message of the code."""
        return MESSAGES[self.code]

    @property
    def error(self) -> str:
        """The V3 spelling: business codes as they are, the gateway's without their prefix."""
        return self.sub_code.removeprefix("isv.").removeprefix("aop.").removeprefix("isp.")


def business(reason: str, said: str = "") -> Refusal:
    """Refuse by a business code, named without ``ACQ.``."""
    code = UNKNOWN if reason == "SYSTEM_ERROR" else BUSINESS
    return Refusal(code, f"ACQ.{reason}", ACQ[reason], said)


def gateway(sub_code: str, said: str = "") -> Refusal:
    """Refuse at the gateway."""
    code, words = GATEWAY[sub_code]
    return Refusal(code, sub_code, words, said)


def unsigned(explained: Explanation, said: str) -> Refusal:
    """Refuse a signature that does not hold; the log says why, too."""
    sub_code = "isv.invalid-signature"
    request_log.write_signature("ledger", asked().request_id, sub_code, explained.told)
    return gateway(sub_code, said)


_RULES: Final[dict[type[QrpayError], str]] = {
    checkout.OrderNotFound: "TRADE_NOT_EXIST",
    checkout.OrderNumberReused: "CONTEXT_INCONSISTENT",
    checkout.OrderAlreadyPaid: "TRADE_HAS_SUCCESS",
    checkout.OrderState: "TRADE_HAS_CLOSE",
    checkout.OrderNotPaid: "TRADE_STATUS_ERROR",
    checkout.OrderClaimed: "TRADE_BUYER_NOT_MATCH",
    checkout.MerchantBlocked: "MERCHANT_STATUS_NOT_NORMAL",
    checkout.MerchantNotFound: "MERCHANT_STATUS_NOT_NORMAL",
    checkout.PayerBlocked: "BUYER_ENABLE_STATUS_FORBID",
    checkout.PayerNotFound: "BUYER_NOT_EXIST",
    checkout.DailyLimit: "BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR",
    checkout.MonthlyLimit: "BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR",
    checkout.NotEnoughFunds: "BUYER_BALANCE_NOT_ENOUGH",
    checkout.RefundExceedsCaptured: "REASON_TRADE_REFUND_FEE_ERR",
    RefundTooSmall: "REASON_TRADE_REFUND_FEE_ERR",
    codes.AuthCodeFormat: "PAYMENT_AUTH_CODE_INVALID",
    codes.PaymentAuthCodeInvalid: "PAYMENT_AUTH_CODE_INVALID",
    codes.TooManyAttempts: "PAYMENT_REQUEST_HAS_RISK",
    codes.QrExpired: "NOW_TIME_AFTER_EXPIRE_TIME_ERROR",
    content.AmountOutOfRange: "TOTAL_FEE_EXCEED",
    content.CurrencyMismatch: "CURRENCY_NOT_SUPPORT",
    content.CurrencyUnsupported: "CURRENCY_NOT_SUPPORT",
    privacy.PayerErased: "BUYER_NOT_EXIST",
    vendors.NotShareable: "ILLEGAL_SETTLE_STATE",
    vendors.ReceiverNotBound: "ROYALTY_RECEIVER_INVALID",
    vendors.ReceiverUnfit: "ROYALTY_RECEIVER_INVALID",
    vendors.ShareBackExceeds: "ALLOC_AMOUNT_VALIDATE_ERROR",
    vendors.ShareExceedsLeft: "ALLOC_AMOUNT_VALIDATE_ERROR",
    vendors.ShareNumberReused: "DISCORDANT_REPEAT_REQUEST",
}
"""Which of their codes a broken rule of ours is; subclasses are told like their class."""


def of(error: CallerError) -> Refusal:
    """Tell a rule of ours in Alipay's words."""
    for kind in type(error).__mro__:
        reason = _RULES.get(kind)
        if reason is not None:
            return business(reason, error.detail)
    return business("SYSTEM_ERROR", error.detail)
