"""Trades in every state, and the calls that each method refuses for it: method, content, code."""

from __future__ import annotations

from ledger.faces.alipay import numbers
from tests.conformance.alipay.refusals.legs import Call
from tests.core.demo_world import KIOSK
from tests.faces.alipay.shop import MERCHANT_ID, AlipayShop
from tests.kit.answered import Json

Cause = tuple[Call, str]
"""A call, and by which code it is refused."""

NOBODY = "2088000000000000"
TERMS = {"total_amount": "12.95", "subject": "Tea"}
_RELATION = "alipay.trade.royalty.relation"
SELLING = ("precreate", "create", "pay")


def trade(method: str, code: str, **content: object) -> Cause:
    """A cause among the methods of trades."""
    return (f"alipay.trade.{method}", dict(content)), f"ACQ.{code}"


def prepare(shop: AlipayShop) -> None:
    """Let there be a trade that waits, one that is paid, one given back in part, one closed."""
    shop.scan("anna", shop.precreate("waits"))
    shop.scan_and_pay("anna", shop.precreate("paid"))
    shop.scan_and_pay("anna", shop.precreate("part"))
    assert shop.refund("5.00", "R1", "part")["code"] == "10000"
    shop.scan("anna", shop.precreate("closed"))
    assert shop.call("alipay.trade.close", out_trade_no="closed")["code"] == "10000"


def paid_by(shop: AlipayShop) -> tuple[str, str]:
    """The number by which the platform knows the paid trade, and its buyer's."""
    known = shop.query("paid")
    return known["trade_no"], known["buyer_user_id"]


def of_selling(shop: AlipayShop) -> list[Cause]:
    """What each way to begin a trade is refused for."""
    _, buyer = paid_by(shop)
    found = []
    for method in SELLING:
        terms = {
            "precreate": TERMS,
            "create": TERMS | {"buyer_id": buyer},
            "pay": TERMS | {"auth_code": shop.auth_code("anna")},
        }[method]
        found += [
            trade(method, "INVALID_PARAMETER", **terms | {"out_trade_no": "no?"}),
            trade(method, "TOTAL_FEE_EXCEED", **_sold(terms, "new", "100000000.01")),
            trade(method, "CONTEXT_INCONSISTENT", **_sold(terms, "waits", "1.00")),
            trade(method, "TRADE_HAS_SUCCESS", **_sold(terms, "paid")),
            trade(method, "TRADE_HAS_CLOSE", **_sold(terms, "closed")),
            trade(
                method,
                "NOW_TIME_AFTER_EXPIRE_TIME_ERROR",
                **_sold(terms, "new") | {"time_expire": "2026-11-22 19:59:59"},
            ),
        ]
    return found


def _sold(terms: Json, number: str, amount: str = "12.95") -> Json:
    return terms | {"out_trade_no": number, "total_amount": amount}


def of_buyers(shop: AlipayShop) -> list[Cause]:
    """What a trade is refused for by who shall pay it."""
    _, buyer = paid_by(shop)
    made = TERMS | {"out_trade_no": "made", "buyer_id": buyer}
    assert shop.call("alipay.trade.create", **made)["code"] == "10000"
    poor = {"auth_code": shop.auth_code("chen-jing")}
    rich = {"auth_code": shop.auth_code("li-wei")}
    new = TERMS | {"out_trade_no": "new"}
    return [
        trade("create", "BUYER_NOT_EXIST", **new, buyer_id=NOBODY),
        trade("create", "TRADE_BUYER_NOT_MATCH", **made | {"buyer_id": NOBODY}),
        trade("pay", "PAYMENT_AUTH_CODE_INVALID", **new, auth_code="28" + "0" * 16),
        trade("pay", "BUYER_BALANCE_NOT_ENOUGH", **_sold(new | poor, "new", "49.00")),
        trade("pay", "CURRENCY_NOT_SUPPORT", **new | rich, trans_currency="USD"),
    ]


def of_endings(shop: AlipayShop) -> list[Cause]:
    """What asking, ending, giving back and sharing are refused for."""
    nobody, paid = {"out_trade_no": "nobody"}, {"out_trade_no": "paid"}
    part, closed = {"out_trade_no": "part"}, {"out_trade_no": "closed"}
    back = {"refund_amount": "1.00"}
    much = {"refund_amount": "12.96", "out_request_no": "R2"}
    asked = {"out_request_no": "R1"}
    return [
        trade("query", "TRADE_NOT_EXIST", **nobody),
        trade("query", "INVALID_PARAMETER", query_options=["fund_bill_list"]),
        trade("cancel", "REASON_TRADE_REFUND_FEE_ERR", **part),
        trade("cancel", "INVALID_PARAMETER", operator_id="1"),
        trade("close", "TRADE_NOT_EXIST", **nobody),
        trade("close", "TRADE_STATUS_ERROR", **paid),
        trade("close", "REASON_TRADE_STATUS_INVALID", **closed),
        trade("close", "INVALID_PARAMETER", operator_id="1"),
        trade("refund", "TRADE_NOT_EXIST", **nobody, **back),
        trade("refund", "DISCORDANT_REPEAT_REQUEST", **part, **back, out_request_no="R1"),
        trade("refund", "REASON_TRADE_REFUND_FEE_ERR", **part, **much),
        trade("refund", "REFUND_AMT_NOT_EQUAL_TOTAL", **paid, **back),
        trade("refund", "TRADE_STATUS_ERROR", **back, **asked, out_trade_no="waits"),
        trade("refund", "TRADE_HAS_CLOSE", **closed, **back, **asked),
        trade("refund", "INVALID_PARAMETER", **paid, **asked, refund_amount="a part"),
        trade("fastpay.refund.query", "TRADE_NOT_EXIST", **nobody, **asked),
        trade("fastpay.refund.query", "INVALID_PARAMETER", **paid),
        *_of_sharing(shop),
    ]


def _of_sharing(shop: AlipayShop) -> list[Cause]:
    trade_no, _ = paid_by(shop)
    kiosk = {"account": numbers.seller_id(KIOSK)}
    itself = numbers.seller_id(MERCHANT_ID)
    said = {"out_request_no": "B1", "receiver_list": [kiosk]}
    assert shop.call(f"{_RELATION}.bind", **said)["code"] == "10000"

    def shared(amount: str, to: str = kiosk["account"], number: str = "S2") -> Json:
        share = {"trans_in": to, "amount": amount, "royalty_type": "transfer"}
        return {"out_request_no": number, "royalty_parameters": [share]}

    made = shop.call("alipay.trade.order.settle", trade_no=trade_no, **shared("1.00", number="S1"))
    assert made["code"] == "10000"
    waits, of = shop.query("waits")["trade_no"], {"trade_no": trade_no}
    settle = "order.settle"
    back = {"trans_out": kiosk["account"], "amount": "2.00"}
    refund = {"out_trade_no": "paid", "refund_amount": "3.00", "out_request_no": "R9"}
    return [
        trade(settle, "TRADE_NOT_EXIST", **shared("1.00"), trade_no="20261122220014000000"),
        trade(settle, "ILLEGAL_SETTLE_STATE", **shared("1.00"), trade_no=waits),
        trade(settle, "ROYALTY_ACCOUNT_NOT_EXIST", **shared("1.00", NOBODY), **of),
        trade(settle, "ROYALTY_RECEIVER_INVALID", **shared("1.00", itself), **of),
        trade(settle, "ALLOC_AMOUNT_VALIDATE_ERROR", **shared("11.96"), **of),
        trade(settle, "DISCORDANT_REPEAT_REQUEST", **shared("2.00", number="S1"), **of),
        trade(settle, "INVALID_PARAMETER", **shared("1.00")),
        trade(f"{settle}.query", "TRADE_NOT_EXIST", settle_no=NOBODY),
        trade(f"{settle}.query", "INVALID_PARAMETER", out_request_no="S1"),
        trade("order.onsettle.query", "TRADE_NOT_EXIST", trade_no="20261122220014000000"),
        trade("order.onsettle.query", "INVALID_PARAMETER"),
        trade("royalty.rate.query", "INVALID_PARAMETER"),
        trade("refund", "ALLOC_AMOUNT_VALIDATE_ERROR", **refund, refund_royalty_parameters=[back]),
        *(
            (
                (f"{_RELATION}.{each}", {"out_request_no": "B1", "receiver_list": [{}]}),
                "ACQ.INVALID_PARAMETER",
            )
            for each in ("bind", "unbind")
        ),
        ((f"{_RELATION}.batchquery", {"page_num": 1}), "ACQ.INVALID_PARAMETER"),
    ]


def of_bills() -> list[Cause]:
    """What a bill is refused for."""
    method = "alipay.data.dataservice.bill.downloadurl.query"
    asked = (
        ("INVAILID_ARGUMENTS", {"bill_type": "trade", "bill_date": "yesterday"}),
        ("TYPE_NOT_SUPPORTED", {"bill_type": "stock", "bill_date": "2026-11-21"}),
        ("BILL_NOT_EXIST", {"bill_type": "trade", "bill_date": "2026-11-22"}),
        ("BILL_DATE_BEFORE_REGISTRATION", {"bill_type": "trade", "bill_date": "2020-01-01"}),
    )
    return [((method, content), code) for code, content in asked]
