"""Deposits: frozen by a code or a payment code, taken in parts, unfrozen, told and asked after."""

from __future__ import annotations

import pytest

from ledger.app import ledger_of
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts, alipay
from ledger.protocol.instants import Instant
from tests.faces.alipay.listener import URL, Listener
from tests.faces.alipay.shop import APP_ID, AlipayShop, Node

FUND = "alipay.fund.auth"
ORDER = {"out_order_no": "D1", "out_request_no": "D1-1"}
PART = {"total_amount": "3.50", "subject": "Power bank", "product_code": "PRE_AUTH"}
ASKED = ORDER | {"order_title": "Power bank", "amount": "30.00", "product_code": "PRE_AUTH"}


def frozen(shop: AlipayShop, payer: str = "anna") -> Node:
    """A deposit that a payer agreed to by scanning."""
    code = shop.call(f"{FUND}.order.voucher.create", **ASKED)["code_value"]
    shop.scan_and_pay(payer, code)
    return asked_after(shop)


def asked_after(shop: AlipayShop, **named: str) -> Node:
    return shop.call(f"{FUND}.operation.detail.query", **(named or ORDER))


def take(shop: AlipayShop, auth_no: str, amount: str, number: str, mode: str = "") -> Node:
    return shop.call(
        "alipay.trade.pay",
        out_trade_no=number,
        total_amount=amount,
        subject="Power bank",
        auth_no=auth_no,
        product_code="PRE_AUTH",
        **({"auth_confirm_mode": mode} if mode else {}),
    )


def unfreeze(shop: AlipayShop, auth_no: str, amount: str, number: str) -> Node:
    return shop.call(
        f"{FUND}.order.unfreeze",
        auth_no=auth_no,
        out_request_no=number,
        amount=amount,
        remark="back again",
    )


def test_a_code_is_no_deposit_before_somebody_scans(shop: AlipayShop) -> None:
    made = shop.call(f"{FUND}.order.voucher.create", **ASKED)
    assert made["code_type"] == "qrCode"
    assert shop.call(f"{FUND}.order.voucher.create", **ASKED)["code_value"] == made["code_value"]
    assert asked_after(shop).said == ("40004", "AUTH_ORDER_NOT_EXIST")
    offer = shop.scan("anna", made["code_value"])
    waiting = asked_after(shop)
    assert (waiting["order_status"], waiting["status"]) == ("INIT", "INIT")
    shop.agree("anna", offer, made["code_value"])
    done = asked_after(shop)
    assert (done["order_status"], done["status"], done["rest_amount"]) == (
        *("AUTHORIZED", "SUCCESS"),
        "30.00",
    )
    again = shop.call(f"{FUND}.order.voucher.create", **ASKED)
    assert again.said == ("40004", "FREEZE_ALREADY_SUCCESS")
    other = shop.call(f"{FUND}.order.voucher.create", **ASKED | {"amount": "31.00"})
    assert other.said == ("40004", "UNIQUE_VIOLATION")


def test_parts_are_taken_and_unfrozen_until_nothing_is_left(shop: AlipayShop) -> None:
    auth_no = frozen(shop, "li-wei")["auth_no"]
    first = take(shop, auth_no, "3.50", "T1")
    assert (first["code"], first["total_amount"]) == ("10000", "3.50")
    assert shop.query("T1")["trade_status"] == "TRADE_SUCCESS"
    assert take(shop, auth_no, "3.50", "T1").said == ("40004", "ACQ.TRADE_HAS_SUCCESS")
    back = unfreeze(shop, auth_no, "6.50", "U1")
    assert (back["status"], back["amount"]) == ("SUCCESS", "6.50")
    assert unfreeze(shop, auth_no, "6.50", "U1")["operation_id"] == back["operation_id"]
    assert unfreeze(shop, auth_no, "6.51", "U1").said == ("40004", "UNIQUE_VIOLATION")
    assert unfreeze(shop, auth_no, "20.01", "U2").said == ("40004", "REQUEST_AMOUNT_EXCEED")
    told = asked_after(shop, auth_no=auth_no, out_request_no="U1")
    assert (told["operation_type"], told["rest_amount"]) == ("UNFREEZE", "20.00")
    assert (told["total_freeze_amount"], told["total_pay_amount"]) == ("30.00", "3.50")
    too_much = take(shop, auth_no, "20.01", "T2")
    assert too_much.said == ("40004", "ACQ.AUTH_AMOUNT_NOT_ENOUGH")
    assert take(shop, auth_no, "12.00", "T2", "COMPLETE")["code"] == "10000"
    assert asked_after(shop)["order_status"] == "FINISH"
    assert take(shop, auth_no, "1.00", "T3").said == ("40004", "ACQ.AUTH_ORDER_HAS_FINISHED")
    assert unfreeze(shop, auth_no, "1.00", "U3").said == ("40004", "ORDER_ALREADY_FINISH")
    assert shop.refund("12.00", out_trade_no="T2")["fund_change"] == "Y"


def test_a_payment_code_is_always_asked_about(shop: AlipayShop) -> None:
    code = shop.auth_code("anna")
    asked = ASKED | {"auth_code": code, "auth_code_type": "bar_code", "amount": "1.00"}
    waiting = shop.call(f"{FUND}.order.freeze", **asked)
    assert (waiting["code"], waiting["status"]) == ("10003", "INIT")
    early = take(shop, waiting["auth_no"], "1.00", "T1")
    assert early.said == ("40004", "ACQ.AUTH_ORDER_NOT_PAID")
    shop.agree("anna", shop.asked("anna"))
    done = shop.call(f"{FUND}.order.freeze", **asked)
    assert (done["code"], done["status"], done["amount"]) == ("10000", "SUCCESS", "1.00")


def test_wrong_codes_are_refused_by_bare_names_and_counted(shop: AlipayShop) -> None:
    for number in range(3):
        asked = ASKED | {"auth_code": f"28{number:016d}", "auth_code_type": "bar_code"}
        refused = shop.call(f"{FUND}.order.freeze", **asked)
        assert refused.said == ("40004", "PAYMENT_AUTH_CODE_INVALID")
    with shop.store.reading() as books:
        assert books.codes.misses("M2088DEMO000001", Instant(0)) == 3
    poor = ASKED | {"amount": "100.00"}
    code = shop.call(f"{FUND}.order.voucher.create", **poor)["code_value"]
    wallet = shop.wallet("chen-jing")
    refused_offer = wallet.agree(wallet.consent(shop.scan("chen-jing", code), code))
    assert refused_offer.json["code"] == "NOT_ENOUGH_FUNDS"
    assert asked_after(shop)["order_status"] == "INIT"


def test_an_operation_is_cancelled_before_and_after_it_is_frozen(shop: AlipayShop) -> None:
    code = shop.call(f"{FUND}.order.voucher.create", **ASKED)["code_value"]
    shop.scan("anna", code)
    cancel = ORDER | {"remark": "changed mind"}
    assert shop.call(f"{FUND}.operation.cancel", **cancel)["action"] == "close"
    assert asked_after(shop)["order_status"] == "CLOSED"
    again = shop.call(f"{FUND}.order.voucher.create", **ASKED)
    assert again.said == ("40004", "ORDER_ALREADY_CLOSED")
    second = ASKED | {"out_order_no": "D2"}
    shop.scan_and_pay("anna", shop.call(f"{FUND}.order.voucher.create", **second)["code_value"])
    for _ in range(2):
        undone = shop.call(f"{FUND}.operation.cancel", **cancel | {"out_order_no": "D2"})
        assert undone["action"] == "unfreeze"
    nobody = shop.call(f"{FUND}.operation.cancel", **cancel | {"out_order_no": "D9"})
    assert nobody.said == ("40004", "AUTH_ORDER_NOT_EXIST")
    missing = shop.call(f"{FUND}.operation.cancel", remark="x")
    assert missing.said == ("40004", "ILLEGAL_ARGUMENT")


def test_an_unknown_deposit_and_one_of_another_product_are_named(shop: AlipayShop) -> None:
    auth_no = frozen(shop)["auth_no"]
    assert take(shop, "2026112210002000000000000000", "1.00", "T1").said[1] == "ACQ.AUTH_NO_ERROR"
    other = shop.call(
        "alipay.trade.pay", out_trade_no="T1", total_amount="1.00", subject="x", auth_no=auth_no
    )
    assert other.said[1] == "ACQ.AUTH_TOKEN_IS_NOT_EXIST"
    unknown = asked_after(shop, auth_no=auth_no, out_request_no="U7")
    assert unknown.said == ("40004", "AUTH_OPERATION_NOT_EXIST")
    as_a_trade = shop.call("alipay.trade.query", trade_no=auth_no)
    assert as_a_trade.said == ("40004", "ACQ.TRADE_NOT_EXIST")


@pytest.mark.parametrize(("choice", "parts"), [("all", ["T1"]), ("later", [])])
def test_the_merchant_is_told_of_the_freezing_and_of_each_part_if_it_chose_so(
    shop: AlipayShop, listener: Listener, choice: str, parts: list[str]
) -> None:
    with shop.store.transaction() as books:
        account = accounts.require(books, vendor=Vendor.ALIPAY, account_id=APP_ID)
        accounts.change_settings(books, account=account, settings={alipay.PAID_NOTICES: choice})
    public = {"notify_url": URL}
    code = shop.call_with(f"{FUND}.order.voucher.create", public, **ASKED)["code_value"]
    shop.scan_and_pay("anna", code)
    ledger_of(shop.app).notifier.deliver_due()
    (told,) = listener.told
    assert (told["notify_type"], told["operation_type"]) == ("fund_auth_freeze", "FREEZE")
    assert (told["rest_amount"], told["out_order_no"]) == ("30.00", "D1")
    taken = shop.call_with(
        "alipay.trade.pay", public, auth_no=told["auth_no"], out_trade_no="T1", **PART
    )
    assert taken.said == ("10000", "")
    ledger_of(shop.app).notifier.deliver_due()
    assert [each["out_trade_no"] for each in listener.told[1:]] == parts


def test_a_deposit_that_is_not_held_gives_nothing(shop: AlipayShop) -> None:
    code = shop.call(f"{FUND}.order.voucher.create", **ASKED)["code_value"]
    shop.scan("anna", code)
    auth_no = asked_after(shop)["auth_no"]
    assert unfreeze(shop, auth_no, "1.00", "U1").said == ("40004", "ILLEGAL_STATUS")
    shop.call(f"{FUND}.operation.cancel", **ORDER, remark="changed mind")
    assert take(shop, auth_no, "1.00", "T1").said == ("40004", "ACQ.AUTH_ORDER_HAS_CLOSED")
    assert unfreeze(shop, auth_no, "1.00", "U1").said == ("40004", "ORDER_ALREADY_CLOSED")


def test_a_deposit_is_taken_from_the_buyer_who_is_named(shop: AlipayShop) -> None:
    part = {
        "out_trade_no": "T1",
        "total_amount": "1.00",
        "subject": "x",
        "auth_no": frozen(shop)["auth_no"],
        "product_code": "PRE_AUTH",
    }
    other = shop.call("alipay.trade.pay", **part, buyer_id="2088000000000000")
    assert other.said == ("40004", "ACQ.TRADE_BUYER_NOT_MATCH")
    buyer = asked_after(shop)["payer_user_id"]
    assert shop.call("alipay.trade.pay", **part, buyer_id=buyer)["code"] == "10000"
