"""The codes that each method of Alipay's open platform can refuse by, as its reference lists them.

Source: the table of business error codes (业务错误码) at the end of each method's page, open
platform V2 and V3 alike, and the gateway's common codes (公共错误码). A code that a method does not
list is never its answer: SDKs with closed sets of codes break on one.

    >>> "ACQ.SELLER_BALANCE_NOT_ENOUGH" in codes_of("alipay.trade.refund")
    True
    >>> "ACQ.SELLER_BALANCE_NOT_ENOUGH" in codes_of("alipay.trade.pay")
    False
    >>> codes_of("alipay.user.agreement.page.sign")
    frozenset()
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GATEWAY_CLASSES: Final = {
    "aop.unknow-error": "20000",
    "isp.unknow-error": "20000",
    "aop.app-auth-token-time-out": "20001",
    "aop.auth-token-time-out": "20001",
    "aop.invalid-app-auth-token": "20001",
    "aop.invalid-app-auth-token-no-api": "20001",
    "aop.invalid-auth-token": "20001",
    "aop.no-product-reg-by-partner": "20001",
    "isv.missing-signature-key": "40001",
    "isv.decryption-error-missing-encrypt-type": "40001",
    "isv.code-invalid": "40002",
    "isv.insufficient-isv-permissions": "40006",
    "isv.insufficient-user-permissions": "40006",
}
"""Codes of the gateway that any method can be refused by, and the class each belongs to."""


def _bare(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _acq(*lists: str) -> frozenset[str]:
    return frozenset(f"ACQ.{name}" for names in lists for name in names.split())


_ALWAYS = "SYSTEM_ERROR INVALID_PARAMETER"

_SELLING = f"""{_ALWAYS}
ACCESS_FORBIDDEN APPLY_PC_MERCHANT_CODE_ERROR BEYOND_PAY_RESTRICTION
BEYOND_PER_RECEIPT_DAY_RESTRICTION BEYOND_PER_RECEIPT_RESTRICTION
BEYOND_PER_RECEIPT_SINGLE_RESTRICTION BUYER_ENABLE_STATUS_FORBID BUYER_NOT_EXIST
BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR BUYER_SELLER_EQUAL
CONTEXT_INCONSISTENT DEFAULT_SETTLE_RULE_NOT_EXIST ERROR_BUYER_CERTIFY_LEVEL_LIMIT
EXIST_FORBIDDEN_WORD INVALID_RECEIVE_ACCOUNT INVALID_STORE_ID MERCHANT_PERM_RECEIPT_DAY_LIMIT
MERCHANT_PERM_RECEIPT_SINGLE_LIMIT MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT MERCHANT_STATUS_NOT_NORMAL
NOW_TIME_AFTER_EXPIRE_TIME_ERROR PARTNER_ERROR RISK_MERCHANT_IP_NOT_EXIST
SECONDARY_MERCHANT_ALIPAY_ACCOUNT_INVALID SECONDARY_MERCHANT_ID_BLANK SECONDARY_MERCHANT_ID_INVALID
SECONDARY_MERCHANT_ISV_PUNISH_INDIRECT SECONDARY_MERCHANT_NOT_MATCH SECONDARY_MERCHANT_STATUS_ERROR
SELLER_BEEN_BLOCKED SELLER_NOT_EXIST SUB_GOODS_SIZE_MAX_COUNT TOTAL_FEE_EXCEED
TRADE_BUYER_NOT_MATCH TRADE_HAS_CLOSE TRADE_HAS_SUCCESS TRADE_SETTLE_ERROR"""

_PAYING = """AGREEMENT_ERROR AGREEMENT_INVALID AGREEMENT_NOT_EXIST AGREEMENT_STATUS_NOT_NORMAL
AMOUNT_OR_CURRENCY_ERROR AUTH_AMOUNT_NOT_ENOUGH AUTH_NO_ERROR AUTH_ORDER_HAS_CLOSED
AUTH_ORDER_HAS_FINISHED AUTH_ORDER_NOT_PAID AUTH_TOKEN_IS_NOT_EXIST BUYER_BALANCE_NOT_ENOUGH
BUYER_BANKCARD_BALANCE_NOT_ENOUGH BUYER_BANKCARD_DECLINED BUYER_BANKCARD_INVALID
BUYER_LIMIT_EXCEEDED CERT_EXPIRED CURRENCY_NOT_SUPPORT CYCLE_PAY_DATE_NOT_MATCH
CYCLE_PAY_SINGLE_FEE_EXCEED CYCLE_PAY_TOTAL_FEE_EXCEED CYCLE_PAY_TOTAL_TIMES_EXCEED
ERROR_BALANCE_PAYMENT_DISABLE MOBILE_PAYMENT_SWITCH_OFF NO_PAYMENT_INSTRUMENTS_AVAILABLE
PAYMENT_AUTH_CODE_INVALID PAYMENT_FAIL PAYMENT_REQUEST_HAS_RISK PRE_AUTH_PROD_CODE_INCONSISTENT
PULL_MOBILE_CASHIER_FAIL REQUEST_AMOUNT_EXCEED TRADE_STATUS_ERROR UN_SUPPORT_TRADE_SCENE
USER_FACE_PAYMENT_SWITCH_OFF"""

_CANCEL = f"""{_ALWAYS} CANCEL_NOT_ALLOWED REASON_TRADE_BEEN_FREEZEN REASON_TRADE_REFUND_FEE_ERR
SELLER_BALANCE_NOT_ENOUGH TRADE_CANCEL_TIME_OUT TRADE_HAS_FINISHED"""

_REFUND = f"""{_ALWAYS} ALLOC_AMOUNT_VALIDATE_ERROR BUYER_ENABLE_STATUS_FORBID BUYER_ERROR
BUYER_NOT_EXIST CURRENCY_NOT_SUPPORT CUSTOMER_VALIDATE_ERROR DISCORDANT_REPEAT_REQUEST
NOT_ALLOW_PARTIAL_REFUND ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND REASON_TRADE_BEEN_FREEZEN
REASON_TRADE_REFUND_FEE_ERR REASON_TRADE_STATUS_INVALID REFUND_ACCOUNT_NOT_EXIST
REFUND_AMT_NOT_EQUAL_TOTAL REFUND_CHARGE_ERROR REFUND_FEE_ERROR SELLER_BALANCE_NOT_ENOUGH
TRADE_HAS_CLOSE TRADE_HAS_FINISHED TRADE_NOT_ALLOW_REFUND TRADE_NOT_EXIST TRADE_SETTLE_ERROR
TRADE_STATUS_ERROR USER_NOT_MATCH_ERR"""

_CLOSE = f"""{_ALWAYS} REASON_ILLEGAL_STATUS REASON_TRADE_STATUS_INVALID TRADE_NOT_EXIST
TRADE_STATUS_ERROR"""

_SETTLE = f"""{_ALWAYS} ALLOC_AMOUNT_VALIDATE_ERROR ALREADY_FINISH_ALLOC DISCORDANT_REPEAT_REQUEST
DUP_OUT_REQUEST_NO ILLEGAL_SETTLE_STATE ROYALTY_ACCOUNT_NOT_EXIST ROYALTY_RECEIVER_INVALID
TRADE_NOT_EXIST TXN_RESULT_ACCOUNT_BALANCE_NOT_ENOUGH"""

_DEPOSITS = """ACCESS_FORBIDDEN AUTH_OPERATION_NOT_EXIST AUTH_ORDER_NOT_EXIST
CANCEL_OPERATION_TIME_OUT FREEZE_ALREADY_SUCCESS ILLEGAL_ARGUMENT ILLEGAL_STATUS
MONEY_NOT_ENOUGH ORDER_ALREADY_CLOSED ORDER_ALREADY_FINISH PAYEE_NOT_EXIST
PAYER_PAYEE_EQUAL PAYMENT_AUTH_CODE_INVALID PULL_MOBILE_CASHIER_FAIL
REQUEST_AMOUNT_EXCEED SYSTEM_ERROR UNIQUE_VIOLATION"""

_BILLS = """BILL_DATE_BEFORE_REGISTRATION BILL_NOT_EXIST INVAILID_ARGUMENTS NO_BILL_DATA
TYPE_NOT_SUPPORTED UNKNOWN_ERROR"""

_FUND = "alipay.fund.auth"
BY_METHOD: Final[Mapping[str, frozenset[str]]] = {
    "alipay.trade.precreate": _acq(_SELLING),
    "alipay.trade.create": _acq(_SELLING),
    "alipay.trade.page.pay": _acq(_SELLING),
    "alipay.trade.wap.pay": _acq(_SELLING),
    "alipay.trade.app.pay": _acq(_SELLING),
    "alipay.trade.pay": _acq(_SELLING, _PAYING),
    "alipay.trade.query": _acq(_ALWAYS, "ENTERPRISE_PAY_BIZ_ERROR TRADE_NOT_EXIST"),
    "alipay.trade.cancel": _acq(_CANCEL),
    "alipay.trade.close": _acq(_CLOSE),
    "alipay.trade.refund": _acq(_REFUND),
    "alipay.trade.fastpay.refund.query": _acq(_ALWAYS, "TRADE_NOT_EXIST"),
    "alipay.trade.order.settle": _acq(_SETTLE),
    "alipay.trade.order.settle.query": _acq(_ALWAYS, "TRADE_NOT_EXIST"),
    "alipay.trade.order.onsettle.query": _acq(_ALWAYS, "TRADE_NOT_EXIST"),
    "alipay.trade.royalty.rate.query": _acq(_ALWAYS),
    "alipay.trade.royalty.relation.bind": _acq(_ALWAYS),
    "alipay.trade.royalty.relation.unbind": _acq(_ALWAYS),
    "alipay.trade.royalty.relation.batchquery": _acq(_ALWAYS),
    "alipay.data.dataservice.bill.downloadurl.query": _bare(_BILLS),
    f"{_FUND}.order.voucher.create": _bare(_DEPOSITS),
    f"{_FUND}.order.freeze": _bare(_DEPOSITS),
    f"{_FUND}.order.app.freeze": _bare(_DEPOSITS),
    f"{_FUND}.order.unfreeze": _bare(_DEPOSITS),
    f"{_FUND}.operation.detail.query": _bare(_DEPOSITS),
    f"{_FUND}.operation.cancel": _bare(_DEPOSITS),
    "alipay.open.app.alipaycert.download": _acq(_ALWAYS),
}
"""The business codes of each method; those of deposits and of bills are bare, without ``ACQ.``.

Of the methods about shares only ``settle``'s list could be read; the others keep to what each has.
"""


def codes_of(method: str) -> frozenset[str]:
    """Give what a method can be refused by, its own codes and the gateway's; nothing if unknown."""
    own = BY_METHOD.get(method)
    return frozenset() if own is None else own | GATEWAY_CLASSES.keys()
