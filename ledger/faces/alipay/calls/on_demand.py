"""Refusals for which these books have no cause, or that somebody wants without one.

A sandbox can ask for any code that the reference of a method lists (docs/use/faults.md): cards,
agreements, secondary merchants and limits of real accounts do not exist here, yet a program must
know what to do when it is told of them. Nothing is done by such a call, and nothing is remembered.
"""

from __future__ import annotations

from typing import Final

from ledger.faces.alipay.calls.refusals import ACQ, BUSINESS, GATEWAY, UNKNOWN, Refusal
from ledger.faces.alipay.deposits.refused import FUND
from ledger.faces.alipay.methods.bills import BILL
from ledger.kit.web import on_demand
from ledger.protocol.alipay_wire.codes import GATEWAY_CLASSES, codes_of

_WORDS: Final = {
    **{f"ACQ.{name}": words for name, words in ACQ.items()},
    **{code: words for code, (_, words) in GATEWAY.items()},
    **FUND,
    **BILL,
    "ACCESS_FORBIDDEN": "无权限使用该产品",
    "ACQ.ACCESS_FORBIDDEN": "无权限使用接口",
    "ACQ.AGREEMENT_ERROR": "协议信息异常",
    "ACQ.AGREEMENT_INVALID": "用户协议失效",
    "ACQ.AGREEMENT_NOT_EXIST": "用户协议不存在",
    "ACQ.AGREEMENT_STATUS_NOT_NORMAL": "用户协议状态异常",
    "ACQ.ALREADY_FINISH_ALLOC": "交易分账已完结",
    "ACQ.AMOUNT_OR_CURRENCY_ERROR": "订单金额或币种错误",
    "ACQ.APPLY_PC_MERCHANT_CODE_ERROR": "申请商户码失败",
    "ACQ.BEYOND_PAY_RESTRICTION": "商户收款额度超限",
    "ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION": "订单金额超过当日累计限额",
    "ACQ.BEYOND_PER_RECEIPT_RESTRICTION": "商户收款金额超过月限额",
    "ACQ.BEYOND_PER_RECEIPT_SINGLE_RESTRICTION": "订单金额超过单笔限额",
    "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH": "用户银行卡余额不足",
    "ACQ.BUYER_BANKCARD_DECLINED": "用户银行卡被拒绝",
    "ACQ.BUYER_BANKCARD_INVALID": "用户银行卡无效",
    "ACQ.BUYER_ERROR": "买家状态异常",
    "ACQ.BUYER_LIMIT_EXCEEDED": "买家额度超限",
    "ACQ.BUYER_SELLER_EQUAL": "买卖家不能相同",
    "ACQ.CANCEL_NOT_ALLOWED": "交易不允许撤销",
    "ACQ.CERT_EXPIRED": "凭证过期",
    "ACQ.CUSTOMER_VALIDATE_ERROR": "账户已注销或被冻结",
    "ACQ.CYCLE_PAY_DATE_NOT_MATCH": "扣款日期不在签约允许的范围之内",
    "ACQ.CYCLE_PAY_SINGLE_FEE_EXCEED": "单笔扣款金额超过签约限制",
    "ACQ.CYCLE_PAY_TOTAL_FEE_EXCEED": "累计扣款金额超过签约限制",
    "ACQ.CYCLE_PAY_TOTAL_TIMES_EXCEED": "扣款次数超过签约限制",
    "ACQ.DEFAULT_SETTLE_RULE_NOT_EXIST": "默认结算规则不存在",
    "ACQ.DUP_OUT_REQUEST_NO": "商户请求号重复",
    "ACQ.ENTERPRISE_PAY_BIZ_ERROR": "因公付业务异常",
    "ACQ.ERROR_BALANCE_PAYMENT_DISABLE": "余额支付功能关闭",
    "ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT": "买家未通过人行认证",
    "ACQ.EXIST_FORBIDDEN_WORD": "订单信息中包含违禁词",
    "ACQ.INVALID_RECEIVE_ACCOUNT": "收款账户不支持",
    "ACQ.INVALID_STORE_ID": "商户门店编号无效",
    "ACQ.MERCHANT_PERM_RECEIPT_DAY_LIMIT": "超过单日累计收款额度",
    "ACQ.MERCHANT_PERM_RECEIPT_SINGLE_LIMIT": "超过单笔收款限额",
    "ACQ.MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT": "商户暂停收款",
    "ACQ.MOBILE_PAYMENT_SWITCH_OFF": "用户的无线支付开关关闭",
    "ACQ.NOT_ALLOW_PARTIAL_REFUND": "不支持部分退款",
    "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE": "没有可用的支付工具",
    "ACQ.ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND": "使用代金券的交易不允许退款",
    "ACQ.PARTNER_ERROR": "应用APP_ID填写错误",
    "ACQ.PAYMENT_FAIL": "支付失败",
    "ACQ.PRE_AUTH_PROD_CODE_INCONSISTENT": "预授权产品码不一致",
    "ACQ.PULL_MOBILE_CASHIER_FAIL": "唤起移动收银台失败",
    "ACQ.REASON_ILLEGAL_STATUS": "交易状态异常",
    "ACQ.REASON_TRADE_BEEN_FREEZEN": "交易被冻结",
    "ACQ.REFUND_ACCOUNT_NOT_EXIST": "退款出资账号不存在或异常",
    "ACQ.REFUND_CHARGE_ERROR": "退收费异常",
    "ACQ.REFUND_FEE_ERROR": "交易退款金额有误",
    "ACQ.REQUEST_AMOUNT_EXCEED": "请求金额超限",
    "ACQ.RISK_MERCHANT_IP_NOT_EXIST": "未传入用户IP信息",
    "ACQ.SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID": "二级商户账户异常",
    "ACQ.SECONDARY_MERCHANT_ID_BLANK": "二级商户编号错误",
    "ACQ.SECONDARY_MERCHANT_ID_INVALID": "二级商户不存在",
    "ACQ.SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT": "二级商户状态异常",
    "ACQ.SECONDARY_MERCHANT_NOT_MATCH": "二级商户信息不匹配",
    "ACQ.SECONDARY_MERCHANT_STATUS_ERROR": "二级商户状态异常",
    "ACQ.SELLER_BALANCE_NOT_ENOUGH": "卖家余额不足",
    "ACQ.SELLER_BEEN_BLOCKED": "商家账号被冻结",
    "ACQ.SELLER_NOT_EXIST": "卖家不存在",
    "ACQ.SUB_GOODS_SIZE_MAX_COUNT": "子商品明细超长",
    "ACQ.TRADE_NOT_ALLOW_REFUND": "当前交易不允许退款",
    "ACQ.TRADE_SETTLE_ERROR": "交易结算异常",
    "ACQ.TXN_RESULT_ACCOUNT_BALANCE_NOT_ENOUGH": "分账方余额不足",
    "ACQ.UN_SUPPORT_TRADE_SCENE": "不支持该交易场景",
    "ACQ.USER_FACE_PAYMENT_SWITCH_OFF": "用户当面付付款开关关闭",
    "ACQ.USER_NOT_MATCH_ERR": "交易用户不匹配",
    "CANCEL_OPERATION_TIME_OUT": "超过可撤销的时间",
    "MONEY_NOT_ENOUGH": "顾客余额不足",
    "NO_BILL_DATA": "没有账单数据",
    "PAYEE_NOT_EXIST": "收款方账号不存在",
    "PAYER_PAYEE_EQUAL": "收付款方不能相同",
    "PULL_MOBILE_CASHIER_FAIL": "唤起移动收银台失败",
    "UNKNOWN_ERROR": "未知错误",
    "aop.app-auth-token-time-out": "应用授权令牌已过期",
    "aop.auth-token-time-out": "访问令牌已过期",
    "aop.invalid-app-auth-token": "无效的应用授权令牌",
    "aop.invalid-app-auth-token-no-api": "应用授权令牌未授权当前接口",
    "aop.invalid-auth-token": "无效的访问令牌",
    "aop.no-product-reg-by-partner": "商户未签约该产品",
    "isp.unknow-error": "服务暂不可用",
    "isv.code-invalid": "授权码无效",
    "isv.decryption-error-missing-encrypt-type": "解密出错, 缺少加密类型",
    "isv.insufficient-isv-permissions": "权限不足",
    "isv.insufficient-user-permissions": "用户权限不足",
}
_UNKNOWN: Final = ("ACQ.SYSTEM_ERROR", "SYSTEM_ERROR")


def refuse(method: str) -> None:
    """Raise ``Refusal`` by the code that was asked for, if one was and the method lists it."""
    code = on_demand.wanted_code()
    if code and code in codes_of(method):
        kind = GATEWAY_CLASSES.get(code, UNKNOWN if code in _UNKNOWN else BUSINESS)
        raise Refusal(kind, code, _WORDS[code])
