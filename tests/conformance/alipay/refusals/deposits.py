"""Deposits in every state, and the calls that each method refuses for it."""

from __future__ import annotations

from tests.conformance.alipay.refusals.trades import TERMS, Cause, trade
from tests.faces.alipay.shop import AlipayShop
from tests.kit.answered import Json

FUND = "alipay.fund.auth"
ASKED = {"order_title": "Power bank", "amount": "30.00", "product_code": "PRE_AUTH"}
REMARK = {"remark": "back"}


def fund(method: str, code: str, **content: object) -> Cause:
    """A cause among the methods of deposits, whose codes are bare."""
    return (f"{FUND}.{method}", dict(content)), code


def named(number: str) -> Json:
    """How a deposit, and its freezing, are named."""
    return {"out_order_no": number, "out_request_no": f"{number}-1"}


def prepare(shop: AlipayShop) -> dict[str, str]:
    """Let there be a deposit that waits, one held, one taken whole, one closed; their numbers."""
    codes = {}
    for number in ("waits", "held", "done", "closed"):
        made = shop.call(f"{FUND}.order.voucher.create", **named(number), **ASKED)
        codes[number] = made["code_value"]
    shop.scan("anna", codes["waits"])
    shop.scan("anna", codes["closed"])
    shop.scan_and_pay("anna", codes["held"])
    shop.scan_and_pay("anna", codes["done"])
    closed = shop.call(f"{FUND}.operation.cancel", **named("closed"), **REMARK)
    assert closed["code"] == "10000"
    auth_nos = {
        number: shop.call(f"{FUND}.operation.detail.query", **named(number))["auth_no"]
        for number in codes
    }
    whole = {"total_amount": "30.00", "subject": "Lost", "product_code": "PRE_AUTH"}
    done = whole | {"out_trade_no": "taken", "auth_no": auth_nos["done"]}
    assert shop.call("alipay.trade.pay", **done)["code"] == "10000"
    return auth_nos


def of_freezing(shop: AlipayShop) -> list[Cause]:
    """What beginning a deposit is refused for."""
    shown = {"auth_code_type": "bar_code", "auth_code": shop.auth_code("anna")}
    other = ASKED | {"amount": "31.00"}
    nothing = ASKED | {"amount": "nothing"}
    found = []
    for method, more in (("voucher.create", {}), ("freeze", shown), ("app.freeze", {})):
        asked = f"order.{method}"
        found += [
            fund(asked, "ILLEGAL_ARGUMENT", **named("new"), **nothing, **more),
            fund(asked, "UNIQUE_VIOLATION", **named("held"), **other, **more),
            fund(asked, "ORDER_ALREADY_FINISH", **named("done"), **ASKED, **more),
            fund(asked, "ORDER_ALREADY_CLOSED", **named("closed"), **ASKED, **more),
        ]
    strange = shown | {"auth_code": "28" + "0" * 16}
    return [
        *found,
        fund("order.voucher.create", "FREEZE_ALREADY_SUCCESS", **named("held"), **ASKED),
        fund("order.freeze", "PAYMENT_AUTH_CODE_INVALID", **named("new"), **ASKED, **strange),
    ]


def of_ending(auth_nos: dict[str, str]) -> list[Cause]:
    """What giving back and asking are refused for."""
    back = {"out_request_no": "U1", "amount": "1.00", **REMARK}
    nobody = {"auth_no": "2026112210002001000000000000"}
    much = {"amount": "30.01"}
    lost = {"out_request_no": "none"}
    held = {"out_order_no": "held"}
    unfreeze, query, cancel = "order.unfreeze", "operation.detail.query", "operation.cancel"
    return [
        fund(unfreeze, "AUTH_ORDER_NOT_EXIST", **back, **nobody),
        fund(unfreeze, "ILLEGAL_ARGUMENT", **back | {"amount": "x"}, auth_no=auth_nos["held"]),
        fund(unfreeze, "ILLEGAL_STATUS", **back, auth_no=auth_nos["waits"]),
        fund(unfreeze, "ORDER_ALREADY_FINISH", **back, auth_no=auth_nos["done"]),
        fund(unfreeze, "ORDER_ALREADY_CLOSED", **back, auth_no=auth_nos["closed"]),
        fund(unfreeze, "REQUEST_AMOUNT_EXCEED", **back | much, auth_no=auth_nos["held"]),
        fund(query, "AUTH_ORDER_NOT_EXIST", **named("nobody")),
        fund(query, "AUTH_OPERATION_NOT_EXIST", **held, **lost),
        fund(query, "ILLEGAL_ARGUMENT", **lost),
        fund(cancel, "AUTH_ORDER_NOT_EXIST", **named("nobody"), **REMARK),
        fund(cancel, "AUTH_OPERATION_NOT_EXIST", **held, **lost, **REMARK),
        fund(cancel, "ORDER_ALREADY_FINISH", **named("done"), **REMARK),
        fund(cancel, "ILLEGAL_ARGUMENT", **named("held")),
    ]


def of_taking(auth_nos: dict[str, str]) -> list[Cause]:
    """What taking a part of a deposit is refused for."""
    part = TERMS | {"out_trade_no": "part-of-it", "product_code": "PRE_AUTH"}
    held = part | {"auth_no": auth_nos["held"]}
    return [
        trade("pay", "AUTH_TOKEN_IS_NOT_EXIST", **held | {"product_code": "FACE_TO_FACE_PAYMENT"}),
        trade("pay", "AUTH_NO_ERROR", **part, auth_no="2026112210002001000000000000"),
        trade("pay", "AUTH_ORDER_NOT_PAID", **part, auth_no=auth_nos["waits"]),
        trade("pay", "AUTH_ORDER_HAS_CLOSED", **part, auth_no=auth_nos["closed"]),
        trade("pay", "AUTH_ORDER_HAS_FINISHED", **part, auth_no=auth_nos["done"]),
        trade("pay", "AUTH_AMOUNT_NOT_ENOUGH", **held | {"total_amount": "30.01"}),
        trade("pay", "TRADE_BUYER_NOT_MATCH", **held, buyer_id="2088000000000000"),
    ]
