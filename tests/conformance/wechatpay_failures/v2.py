"""What API v2 refuses, as wechatpy meets it: each way with its cause, by the vendor's own codes.

Which code stands on which call's page: ``ledger.protocol.wechatpay_wire.codes.v2``. The last two
calls are no methods of their own: whoever says something by hand uses the SDK's ``post`` and
``get``, which sign nothing.
"""

from __future__ import annotations

from ledger.protocol.wechatpay_wire.codes.v2 import codes_of
from tests.conformance.wechatpay_failures.failure import Failure, Json, SdkCall, Step

WECHATPY = "wechatpy"
_ONE = (WECHATPY,)

_ORDER: Json = {
    "body": "tea 茶",
    "total_fee": 1295,
    "client_ip": "127.0.0.1",
    "out_trade_no": "{no}",
    "notify_url": "http://127.0.0.1:9/notify",
}
_BY_CODE: Json = {
    **{name: value for name, value in _ORDER.items() if name != "notify_url"},
    "auth_code": "130000000000000001",
}
_NO = {"out_trade_no": "{no}"}
_BACK: Json = {"total_fee": 1295, "refund_fee": 300, "out_refund_no": "R-{no}", **_NO}

CALLS = {
    "order.create": SdkCall("POST /pay/unifiedorder", {"trade_type": "NATIVE", **_ORDER}, _ONE),
    "order.query": SdkCall("POST /pay/orderquery", _NO, _ONE),
    "order.close": SdkCall("POST /pay/closeorder", _NO, _ONE),
    "order.reverse": SdkCall("POST /secapi/pay/reverse", _NO, _ONE),
    "micropay.create": SdkCall("POST /pay/micropay", _BY_CODE, _ONE),
    "micropay.query": SdkCall("POST /pay/orderquery", _NO, _ONE),
    "refund.apply": SdkCall("POST /secapi/pay/refund", _BACK, _ONE),
    "refund.query": SdkCall("POST /pay/refundquery", {"out_refund_no": "R-{no}"}, _ONE),
    "tools.download_bill": SdkCall("POST /pay/downloadbill", {"bill_date": "{sold}"}, _ONE),
    "tools.download_fundflow": SdkCall("POST /pay/downloadfundflow", {"bill_date": "{sold}"}, _ONE),
    "tools.auto_code_to_openid": SdkCall(
        "POST /tools/authcodetoopenid", {"auth_code": "130000000000000001"}, _ONE
    ),
    "get": SdkCall("POST /pay/orderquery", {"url": "pay/orderquery"}, _ONE),
    "post": SdkCall("POST /pay/orderquery", {"url": "pay/orderquery"}, _ONE),
}
CODES = {name: codes_of(call.address) for name, call in CALLS.items()}
OF_ITS_OWN = [name for name in CALLS if "." in name]
"""The calls that are methods, each of which can be refused on demand."""


def _code(number: int) -> Json:
    """Say digits that stand for an outcome (docs/use/faults.md)."""
    return {"auth_code": f"1300000000000000{number:02}"}


_ASKED = Step("micropay.create", {**_code(4), "total_fee": 50_000})
_PAID = ("order.create", "pay")
_FIFTY = tuple(
    Step("refund.apply", {"out_refund_no": f"R-{{no}}-{part}", "refund_fee": 1})
    for part in range(50)
)

DOCUMENTS = (
    Failure("no POST", "get", "REQUIRE_POST_METHOD"),
    Failure("no document", "post", "POST_DATA_EMPTY"),
    Failure("a document without an end", "post", "XML_FORMAT_ERROR", said={"data": "<xml><a>"}),
    Failure(
        "a document that is not in UTF-8",
        "post",
        "NOT_UTF8",
        said={"data": "<xml><a>\udcff</a></xml>"},
    ),
    Failure("another key", "order.query", "SIGNERROR", client="stranger"),
    Failure("a number of nobody's", "order.query", "MCHID_NOT_EXIST", client="nobody"),
    Failure("somebody else's sub-merchant", "order.create", "NOAUTH", client="provider"),
    Failure(
        "a shop that is blocked",
        "order.create",
        "NOAUTH",
        before=("block shop",),
        after=("unblock shop",),
    ),
)

ORDERS = (
    Failure("an app id that is not bound", "order.create", "APPID_MCHID_NOT_MATCH", client="app"),
    Failure("nothing that is sold", "order.create", "LACK_PARAMS", said={"body": None}),
    Failure("a price below nothing", "order.create", "PARAM_ERROR", said={"total_fee": -1}),
    Failure("no payer", "order.create", "PARAM_ERROR", said={"trade_type": "JSAPI"}),
    Failure("another currency", "order.create", "PARAM_ERROR", said={"fee_type": "USD"}),
    Failure(
        "the number again with another price",
        "order.create",
        "INVALID_REQUEST",
        said={"total_fee": 1296},
        before=("order.create",),
    ),
    Failure("the number again, once it is paid", "order.create", "ORDERPAID", before=_PAID),
    Failure(
        "the number again, once it is closed",
        "order.create",
        "ORDERCLOSED",
        before=("order.create", "order.close"),
    ),
    Failure(
        "a number of a payment by code",
        "order.create",
        "OUT_TRADE_NO_USED",
        said={"total_fee": 50_000},
        before=(_ASKED,),
    ),
    Failure("a number that nobody used", "order.query", "ORDERNOTEXIST"),
    Failure(
        "a number of the platform's that it never gave",
        "order.query",
        "ORDERNOTEXIST",
        said={"transaction_id": "4200000000202611220000000000"},
    ),
    Failure("a number that nobody used", "micropay.query", "ORDERNOTEXIST"),
    Failure("a number that nobody used", "order.close", "ORDERNOTEXIST"),
    Failure("an order that is paid", "order.close", "ORDERPAID", before=_PAID),
    Failure(
        "an order that is closed",
        "order.close",
        "ORDERCLOSED",
        before=("order.create", "order.close"),
    ),
    Failure("a payment by code", "order.close", "INVALID_REQUEST", before=(_ASKED,)),
)

PAYMENT_CODES = (
    Failure(
        "digits of another kind",
        "micropay.create",
        "AUTH_CODE_INVALID",
        said={"auth_code": "281234567890123456"},
    ),
    Failure(
        "a code that was used or is old", "micropay.create", "AUTH_CODE_INVALID", said=_code(7)
    ),
    Failure("a payer who is asked", "micropay.create", "USERPAYING", said=_ASKED.said),
    Failure("a payer without enough money", "micropay.create", "NOTENOUGH", said=_code(5)),
    Failure("a payer who is blocked", "micropay.create", "USER_ACCOUNT_ABNORMAL", said=_code(6)),
    Failure(
        "more than the payer may spend in a day",
        "micropay.create",
        "RULELIMIT",
        said={"auth_code": "<digits>", "total_fee": 500_001},
        before=("show code",),
    ),
    Failure("a failure of the platform's", "micropay.create", "SYSTEMERROR", said=_code(8)),
    Failure(
        "the number again with another price, while the payer is asked",
        "micropay.create",
        "INVALID_REQUEST",
        said={**_code(4), "total_fee": 50_001},
        before=(_ASKED,),
    ),
    Failure(
        "the number again, once it is paid",
        "micropay.create",
        "ORDERPAID",
        before=("micropay.create",),
    ),
    Failure(
        "the number again, once it is reversed",
        "micropay.create",
        "ORDERREVERSED",
        before=("micropay.create", "order.reverse"),
    ),
    Failure(
        "a number of an order that is shown",
        "micropay.create",
        "OUT_TRADE_NO_USED",
        before=("order.create",),
    ),
    Failure(
        "a number of the platform's that it never gave",
        "order.reverse",
        "ORDERNOTEXIST",
        said={"transaction_id": "4200000000202611220000000000"},
    ),
    Failure("an order that is shown", "order.reverse", "INVALID_REQUEST", before=("order.create",)),
    Failure(
        "a payment of eight days ago",
        "order.reverse",
        "REVERSE_EXPIRE",
        said={"out_trade_no": "{old}"},
    ),
    Failure(
        "digits of another kind",
        "tools.auto_code_to_openid",
        "AUTH_CODE_INVALID",
        said={"auth_code": "281234567890123456"},
    ),
    Failure(
        "a code that was used or is old",
        "tools.auto_code_to_openid",
        "AUTH_CODE_INVALID",
        said=_code(7),
    ),
    Failure(
        "twenty wrong codes within a minute",
        "micropay.create",
        "FREQUENCY_LIMITED",
        said=_code(7),
        before=(Step("micropay.create", _code(7)),) * 20,
        after=("wait",),
    ),
)

REFUNDS = (
    Failure("an order that nobody made", "refund.apply", "ORDERNOTEXIST"),
    Failure(
        "an order that is not paid", "refund.apply", "INVALID_REQUEST", before=("order.create",)
    ),
    Failure(
        "another price than the order's",
        "refund.apply",
        "REFUND_FEE_MISMATCH",
        said={"total_fee": 1294},
        before=_PAID,
    ),
    Failure(
        "more than was paid",
        "refund.apply",
        "INVALID_REQUEST",
        said={"refund_fee": 1296},
        before=_PAID,
    ),
    Failure(
        "the number again with another amount",
        "refund.apply",
        "REFUND_FEE_MISMATCH",
        said={"refund_fee": 301},
        before=(*_PAID, "refund.apply"),
    ),
    Failure(
        "a fifty-first part",
        "refund.apply",
        "INVALID_REQ_TOO_MUCH",
        said={"refund_fee": 1},
        before=(*_PAID, *_FIFTY),
    ),
    Failure(
        "a payer who has left",
        "refund.apply",
        "USER_ACCOUNT_ABNORMAL",
        said={"total_fee": 8_000},
        before=(Step("order.create", {"total_fee": 8_000}), "she pays", "she leaves"),
    ),
    Failure("a refund that nobody asked for", "refund.query", "REFUNDNOTEXIST"),
    Failure(
        "an order that nobody made",
        "refund.query",
        "REFUNDNOTEXIST",
        said={"out_refund_no": None, **_NO},
    ),
    Failure(
        "an order of which nothing went back",
        "refund.query",
        "REFUNDNOTEXIST",
        said={"out_refund_no": None, **_NO},
        before=_PAID,
    ),
)

_TODAY = {"bill_date": "{today}"}

BILLS = (
    Failure("a kind that there is not", "tools.download_bill", "20001", said={"bill_type": "MINE"}),
    Failure("a day without sales", "tools.download_bill", "20002", said={"bill_date": "20260101"}),
    Failure("a day that is not over", "tools.download_bill", "20003", said=_TODAY),
    Failure(
        "an account that there is not",
        "tools.download_fundflow",
        "20001",
        said={"account_type": "MINE"},
    ),
    Failure(
        "a day without movements",
        "tools.download_fundflow",
        "20002",
        said={"bill_date": "20260101"},
    ),
    Failure(
        "a day that is not over",
        "tools.download_fundflow",
        "20003",
        said=_TODAY,
    ),
)

FAILURES = (*DOCUMENTS, *ORDERS, *PAYMENT_CODES, *REFUNDS, *BILLS)
