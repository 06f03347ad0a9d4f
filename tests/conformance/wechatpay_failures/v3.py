"""What API v3 refuses, as its SDKs meet it: each way with its cause, by the vendor's own codes.

Which code stands on which call's page: ``ledger.protocol.wechatpay_wire.codes.v3``.
"""

from __future__ import annotations

from ledger.protocol.wechatpay_wire.codes.v3 import codes_of
from tests.conformance.wechatpay_failures.failure import Failure, Json, SdkCall, Step

PYTHON, NODE = "wechatpayv3", "wechatpay-node-v3"
BOTH = (PYTHON, NODE)

_ORDERS = "/v3/pay/transactions"
_REFUNDS = "/v3/refund/domestic/refunds"
_PRICE: Json = {"total": 1295, "currency": "CNY"}
_ORDER: Json = {
    "description": "tea 茶",
    "out_trade_no": "{no}",
    "notify_url": "http://127.0.0.1:9/notify",
    "amount": _PRICE,
}
_SCENE: Json = {"payer_client_ip": "14.23.150.211", "h5_info": {"type": "Wap"}}
_BY_CODE: Json = {
    **{name: value for name, value in _ORDER.items() if name != "notify_url"},
    "payer": {"auth_code": "130000000000000001"},
    "scene_info": {"store_info": {"id": "1"}},
}
_ONE = {"out_trade_no": "{no}"}
_BACK: Json = {"out_refund_no": "R-{no}", "amount": {"refund": 300, **_PRICE}, **_ONE}
_ELSEWHERE = {
    "refund_id": "50300000000000000000000000000",
    "out_refund_no": "R-{no}",
    "type": "USER_BANK_CARD",
}
_BILL = {"bill_date": "{sold}", "bill_type": "ALL"}

CALLS = {
    "native": SdkCall(f"POST {_ORDERS}/native", _ORDER, BOTH),
    "jsapi": SdkCall(f"POST {_ORDERS}/jsapi", {**_ORDER, "payer": {"openid": "o1"}}, BOTH),
    "app": SdkCall(f"POST {_ORDERS}/app", _ORDER, BOTH),
    "h5": SdkCall(f"POST {_ORDERS}/h5", {**_ORDER, "scene_info": _SCENE}, BOTH),
    "codepay": SdkCall(f"POST {_ORDERS}/codepay", _BY_CODE, (PYTHON,)),
    "query": SdkCall(f"GET {_ORDERS}/out-trade-no/<out_trade_no>", _ONE, BOTH),
    "query_by_id": SdkCall(
        f"GET {_ORDERS}/id/<transaction_id>",
        {"transaction_id": "4200000000202611220000000000"},
        BOTH,
    ),
    "close": SdkCall(f"POST {_ORDERS}/out-trade-no/<out_trade_no>/close", _ONE, BOTH),
    "reverse": SdkCall(f"POST {_ORDERS}/out-trade-no/<out_trade_no>/reverse", _ONE, (PYTHON,)),
    "refund": SdkCall(f"POST {_REFUNDS}", _BACK, BOTH),
    "query_refund": SdkCall(f"GET {_REFUNDS}/<out_refund_no>", {"out_refund_no": "R-{no}"}, BOTH),
    "abnormal_refund": SdkCall(
        f"POST {_REFUNDS}/<refund_id>/apply-abnormal-refund", _ELSEWHERE, (PYTHON,)
    ),
    "trade_bill": SdkCall("GET /v3/bill/tradebill", _BILL, BOTH),
    "fund_flow_bill": SdkCall(
        "GET /v3/bill/fundflowbill", {"bill_date": "{sold}", "account_type": "BASIC"}, BOTH
    ),
    "download": SdkCall("GET /v3/billdownload/file", {"url": "<download_url>"}, BOTH),
}
CODES = {name: codes_of(call.address) for name, call in CALLS.items()}


def _code(number: int) -> Json:
    """Say digits that stand for an outcome (docs/use/faults.md)."""
    return {"payer": {"auth_code": f"1300000000000000{number:02}"}}


_DEAR: Json = {"amount": {"total": 50_000, "currency": "CNY"}}
_ALL_SHE_HAS: Json = {"amount": {"total": 8_000, "currency": "CNY"}}
_FIFTY = tuple(
    Step("refund", {"out_refund_no": f"R-{{no}}-{part}", "amount": {"refund": 1, **_PRICE}})
    for part in range(50)
)

ORDERS = (
    Failure("a price of nothing", "native", "PARAM_ERROR", 400, {"amount": {"total": 0}}),
    Failure("another merchant's number", "native", "PARAM_ERROR", 400, {"mchid": "1900000099"}),
    Failure(
        "an app id that is not bound",
        "native",
        "APPID_MCHID_NOT_MATCH",
        400,
        {"appid": "wx0000000000000000"},
    ),
    Failure(
        "an address for the news that has a query",
        "app",
        "PARAM_ERROR",
        400,
        {"notify_url": "http://127.0.0.1:9/notify?order=1"},
    ),
    Failure("a time that is none", "app", "PARAM_ERROR", 400, {"time_expire": "20261122200000"}),
    Failure("no payer", "jsapi", "PARAM_ERROR", 400, {"payer": {"openid": ""}}),
    Failure(
        "a visitor from this very machine",
        "h5",
        "PARAM_ERROR",
        400,
        {"scene_info": {**_SCENE, "payer_client_ip": "127.0.0.1"}},
    ),
    Failure(
        "the number again with another price",
        "native",
        "INVALID_REQUEST",
        400,
        {"amount": {"total": 1296}},
        before=("native",),
    ),
    Failure(
        "the number again, once it is paid", "native", "ORDER_PAID", 400, before=("native", "pay")
    ),
    Failure(
        "the number again, once it is closed",
        "native",
        "OUT_TRADE_NO_USED",
        403,
        before=("native", "close"),
    ),
    Failure("a certificate that nobody registered", "native", "SIGN_ERROR", 401, client="stranger"),
    Failure(
        "a clock ten minutes late",
        "native",
        "SIGN_ERROR",
        401,
        before=("hurry",),
        after=("clear",),
    ),
    Failure(
        "a shop that is blocked",
        "native",
        "NO_AUTH",
        403,
        before=("block shop",),
        after=("unblock shop",),
    ),
    Failure("a number that nobody used", "query", "ORDER_NOT_EXIST", 404),
    Failure("a number of the platform's that it never gave", "query_by_id", "ORDER_NOT_EXIST", 404),
    Failure("a number that nobody used", "close", "ORDER_NOT_EXIST", 404),
    Failure("an order that is paid", "close", "ORDER_PAID", 400, before=("native", "pay")),
    Failure(
        "an order by payment code",
        "close",
        "INVALID_REQUEST",
        400,
        before=(Step("codepay", {**_code(4), **_DEAR}),),
    ),
)

PAYMENT_CODES = (
    Failure(
        "digits of another kind",
        "codepay",
        "PARAM_ERROR",
        400,
        {"payer": {"auth_code": "281234567890123456"}},
    ),
    Failure(
        "no shop that scans", "codepay", "PARAM_ERROR", 400, {"scene_info": {"device_id": "1"}}
    ),
    Failure("a code that was used or is old", "codepay", "AUTH_CODE_INVALID", 400, _code(7)),
    Failure("a payer without enough money", "codepay", "NOT_ENOUGH", 403, _code(5)),
    Failure("a payer who is blocked", "codepay", "ACCOUNT_ERROR", 403, _code(6)),
    Failure(
        "more than the payer may spend in a day",
        "codepay",
        "RULE_LIMIT",
        403,
        {"payer": {"auth_code": "<digits>"}, "amount": {"total": 500_001}},
        before=("show code",),
    ),
    Failure("a payer who is asked", "codepay", "USERPAYING", 202, {**_code(4), **_DEAR}),
    Failure(
        "the number again with another price, while the payer is asked",
        "codepay",
        "INVALID_REQUEST",
        400,
        {**_code(4), "amount": {"total": 50_001}},
        before=(Step("codepay", {**_code(4), **_DEAR}),),
    ),
    Failure("the number again, once it is paid", "codepay", "ORDER_PAID", 400, before=("codepay",)),
    Failure(
        "the number again, once it is reversed",
        "codepay",
        "OUT_TRADE_NO_USED",
        403,
        before=("codepay", "reverse"),
    ),
    Failure("a failure of the platform's", "codepay", "SYSTEM_ERROR", 500, _code(8)),
    Failure("an order that is shown", "reverse", "INVALID_REQUEST", 400, before=("native",)),
    Failure(
        "a payment of eight days ago", "reverse", "INVALID_REQUEST", 400, {"out_trade_no": "{old}"}
    ),
    Failure(
        "a payment of which a part went back",
        "reverse",
        "ORDER_CLOSED",
        400,
        before=("codepay", "refund"),
    ),
    Failure(
        "twenty wrong codes within a minute",
        "codepay",
        "FREQUENCY_LIMITED",
        429,
        _code(7),
        before=(Step("codepay", _code(7)),) * 20,
        after=("wait",),
    ),
)

REFUNDS = (
    Failure("an order that nobody made", "refund", "RESOURCE_NOT_EXISTS", 404),
    Failure("an order that is not paid", "refund", "INVALID_REQUEST", 400, before=("native",)),
    Failure(
        "another price than the order's",
        "refund",
        "INVALID_REQUEST",
        400,
        {"amount": {"refund": 300, "total": 1294, "currency": "CNY"}},
        before=("native", "pay"),
    ),
    Failure(
        "more than was paid",
        "refund",
        "INVALID_REQUEST",
        400,
        {"amount": {"refund": 1296, **_PRICE}},
        before=("native", "pay"),
    ),
    Failure(
        "an amount of nothing",
        "refund",
        "PARAM_ERROR",
        400,
        {"amount": {"refund": 0, **_PRICE}},
        before=("native", "pay"),
    ),
    Failure(
        "the number again with another amount",
        "refund",
        "INVALID_REQUEST",
        400,
        {"amount": {"refund": 301, **_PRICE}},
        before=("native", "pay", "refund"),
    ),
    Failure(
        "a fifty-first part",
        "refund",
        "INVALID_REQUEST",
        400,
        {"amount": {"refund": 1, **_PRICE}},
        before=("native", "pay", *_FIFTY),
    ),
    Failure(
        "a payer who has left",
        "refund",
        "USER_ACCOUNT_ABNORMAL",
        403,
        {"amount": {"refund": 300, **_ALL_SHE_HAS["amount"]}},
        before=(Step("native", _ALL_SHE_HAS), "she pays", "she leaves"),
    ),
    Failure("a refund that nobody asked for", "query_refund", "RESOURCE_NOT_EXISTS", 404),
    Failure("a refund that nobody asked for", "abnormal_refund", "RESOURCE_NOT_EXISTS", 404),
    Failure(
        "a refund that arrived",
        "abnormal_refund",
        "INVALID_REQUEST",
        400,
        {"refund_id": "<refund_id>"},
        before=("native", "pay", "refund"),
    ),
    Failure(
        "a kind of card that there is not",
        "abnormal_refund",
        "PARAM_ERROR",
        400,
        {"type": "CASH"},
    ),
)

_TODAY, _NEVER = {"bill_date": "{today}"}, {"bill_date": "{never}"}

BILLS = (
    Failure("a day that is not over", "trade_bill", "STATEMENT_CREATING", 400, _TODAY),
    Failure("a day without sales", "trade_bill", "NO_STATEMENT_EXIST", 400, _NEVER),
    Failure("a kind that there is not", "trade_bill", "PARAM_ERROR", 400, {"bill_type": "MINE"}),
    Failure("a day that is none", "trade_bill", "PARAM_ERROR", 400, {"bill_date": "2026-02-30"}),
    Failure(
        "a day that is not over",
        "fund_flow_bill",
        "STATEMENT_CREATING",
        400,
        _TODAY,
    ),
    Failure(
        "a day without movements",
        "fund_flow_bill",
        "NO_STATEMENT_EXIST",
        400,
        _NEVER,
    ),
    Failure(
        "an account without movements",
        "fund_flow_bill",
        "NO_STATEMENT_EXIST",
        400,
        {"account_type": "FEES"},
    ),
    Failure(
        "an account that there is not",
        "fund_flow_bill",
        "PARAM_ERROR",
        400,
        {"account_type": "MINE"},
    ),
    Failure(
        "an address that nobody gave",
        "download",
        "INVALID_REQUEST",
        400,
        {"url": "https://api.mch.weixin.qq.com/v3/billdownload/file?token=x"},
    ),
    Failure(
        "an address that was given to another shop",
        "download",
        "NO_AUTH",
        403,
        before=("trade_bill",),
        client="other",
    ),
)

FAILURES = (*ORDERS, *PAYMENT_CODES, *REFUNDS, *BILLS)
