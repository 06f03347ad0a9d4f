"""Trades begin as in production: no trade before the scan, 10003 with its blank, numbers reused."""

from __future__ import annotations

import re

import pytest

from ledger.protocol.instants import HOUR, MINUTE
from tests.faces.alipay.shop import AlipayShop

NOT_EXIST = ("40004", "ACQ.TRADE_NOT_EXIST")


def test_a_code_makes_no_trade_before_somebody_scans_it(shop: AlipayShop) -> None:
    code = shop.precreate()
    assert re.fullmatch(r"https://qr\.alipay\.com/bax[0-9a-z]{21}", code)
    assert shop.query().said == NOT_EXIST
    assert shop.call("alipay.trade.close", out_trade_no="A1").said == NOT_EXIST
    offer = shop.scan("anna", code)
    waiting = shop.query()
    assert (waiting["trade_status"], waiting["receipt_amount"]) == ("WAIT_BUYER_PAY", "0.00")
    assert re.fullmatch(r"2026112222001[0-9]{15}", waiting["trade_no"])
    shop.agree("anna", offer, code)
    paid = shop.query()
    assert paid["trade_status"] == "TRADE_SUCCESS"
    assert paid["trade_no"] == waiting["trade_no"]
    assert paid["total_amount"] == paid["receipt_amount"] == paid["buyer_pay_amount"] == "12.95"
    assert paid["send_pay_date"] == "2026-11-22 20:00:00"
    assert paid["fund_bill_list"] == [{"amount": "12.95", "fund_channel": "ALIPAYACCOUNT"}]
    assert re.fullmatch(r"2088[0-9]{12}", paid["buyer_user_id"])


def test_a_payer_in_yuan_pays_a_price_in_euro(shop: AlipayShop) -> None:
    shop.scan_and_pay("li-wei", shop.precreate())
    paid = shop.query()
    assert (paid["pay_currency"], paid["pay_amount"]) == ("CNY", "101.18")
    assert (paid["trans_currency"], paid["trans_pay_rate"]) == ("EUR", "7.8125")


def test_the_same_order_again_is_the_same_code_until_that_is_too_old(shop: AlipayShop) -> None:
    code = shop.precreate()
    assert shop.precreate() == code
    shop.clock.advance(2 * HOUR)
    newer = shop.precreate()
    assert newer != code
    shop.scan_and_pay("anna", newer)
    again = shop.call(
        "alipay.trade.precreate", out_trade_no="A1", total_amount="12.95", subject="Tea"
    )
    assert again.said == ("40004", "ACQ.TRADE_HAS_SUCCESS")


@pytest.mark.parametrize("change", [{"total_amount": "12.96"}, {"subject": "Coffee"}])
def test_the_same_number_with_other_terms_is_refused(
    shop: AlipayShop, change: dict[str, str]
) -> None:
    shop.precreate()
    terms = {"out_trade_no": "A1", "total_amount": "12.95", "subject": "Tea"} | change
    again = shop.call("alipay.trade.precreate", **terms)
    assert again.said == ("40004", "ACQ.CONTEXT_INCONSISTENT")


def test_a_payment_code_pays_at_once_below_the_limit(shop: AlipayShop) -> None:
    node = shop.pay(shop.auth_code("anna"))
    assert node.said == ("10000", "")
    assert node["total_amount"] == node["receipt_amount"] == "12.95"
    assert (node["gmt_payment"], node["store_name"]) == ("2026-11-22 20:00:00", "演示药妆店")
    assert shop.query()["trade_status"] == "TRADE_SUCCESS"
    assert shop.pay(shop.auth_code("anna")).said == ("40004", "ACQ.TRADE_HAS_SUCCESS")


def test_above_the_limit_the_payer_is_asked_and_the_message_has_a_leading_blank(
    shop: AlipayShop,
) -> None:
    node = shop.pay(shop.auth_code("anna"), total_amount="60.00")
    assert (node["code"], node["msg"]) == ("10003", " order success pay inprocess")
    assert node["receipt_amount"] == node["buyer_pay_amount"] == "0.00"
    assert shop.query()["trade_status"] == "WAIT_BUYER_PAY"
    again = shop.pay("289999999999999999", total_amount="60.00")
    assert (again["code"], again["trade_no"]) == ("10003", node["trade_no"])
    assert shop.pay("289999999999999999", total_amount="60.01").said == (
        "40004",
        "ACQ.CONTEXT_INCONSISTENT",
    )
    shop.agree("anna", shop.asked("anna"))
    assert shop.query()["trade_status"] == "TRADE_SUCCESS"


def test_a_payer_who_says_no_leaves_the_trade_waiting_until_its_time_is_over(
    shop: AlipayShop,
) -> None:
    shop.pay(shop.auth_code("anna"), total_amount="60.00")
    asked = shop.asked("anna")["payment"]["payment_id"]
    assert shop.wallet("anna").post(f"/v1/payments/{asked}/decline", {}).status == 200
    assert shop.query()["trade_status"] == "WAIT_BUYER_PAY"
    shop.clock.advance(3 * HOUR)
    assert shop.query()["trade_status"] == "TRADE_CLOSED"


@pytest.mark.parametrize("method", ["cancel", "close"])
def test_a_till_that_ends_what_the_payer_refused_is_told_that_it_is_closed(
    shop: AlipayShop, method: str
) -> None:
    shop.pay(shop.auth_code("anna"), total_amount="60.00")
    asked = shop.asked("anna")["payment"]["payment_id"]
    assert shop.wallet("anna").post(f"/v1/payments/{asked}/decline", {}).status == 200
    node = shop.call(f"alipay.trade.{method}", out_trade_no="A1")
    assert (node["code"], node.get("action")) == ("10000", {"cancel": "close"}.get(method))
    assert shop.query()["trade_status"] == "TRADE_CLOSED"
    assert shop.call("alipay.trade.close", out_trade_no="A1").said == (
        "40004",
        "ACQ.REASON_TRADE_STATUS_INVALID",
    )


@pytest.mark.parametrize("auth_code", ["280000000000000000", "990000000000000000", "x", "28"])
def test_a_payment_code_of_nobody_leaves_no_trade_behind(shop: AlipayShop, auth_code: str) -> None:
    node = shop.pay(auth_code)
    assert node.said == ("40004", "ACQ.PAYMENT_AUTH_CODE_INVALID")
    assert node["sub_msg"].endswith("[SOUNDWAVE_PARSER_FAIL]")
    assert (node["receipt_amount"], node["out_trade_no"]) == ("0.00", "A1")
    assert shop.query().said == NOT_EXIST
    assert shop.pay(shop.auth_code("anna")).said == ("10000", "")


def test_a_payment_code_pays_once_and_for_a_minute(shop: AlipayShop) -> None:
    code = shop.auth_code("anna")
    shop.pay(code)
    assert shop.pay(code, "A2").said == ("40004", "ACQ.PAYMENT_AUTH_CODE_INVALID")
    old = shop.auth_code("anna")
    shop.clock.advance(2 * MINUTE)
    assert shop.pay(old, "A3").said == ("40004", "ACQ.PAYMENT_AUTH_CODE_INVALID")


def test_who_guesses_payment_codes_is_told_that_it_is_risky(shop: AlipayShop) -> None:
    for number in range(20):
        shop.pay(f"28{number:016d}")
    assert shop.pay(shop.auth_code("anna")).said == ("40004", "ACQ.PAYMENT_REQUEST_HAS_RISK")


def test_a_payer_without_money_can_not_pay(shop: AlipayShop) -> None:
    node = shop.pay(shop.auth_code("chen-jing"), total_amount="40.00")
    assert node.said == ("40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH")
    assert shop.query().said == NOT_EXIST


def test_a_code_that_nobody_scanned_can_be_paid_by_payment_code_instead(shop: AlipayShop) -> None:
    code = shop.precreate()
    assert shop.pay(shop.auth_code("anna")).said == ("10000", "")
    with pytest.raises(Exception, match="no payment"):
        shop.scan("li-wei", code)


def test_a_trade_for_a_buyer_exists_at_once_and_is_for_nobody_else(shop: AlipayShop) -> None:
    shop.pay(shop.auth_code("anna"))
    anna = shop.query()["buyer_user_id"]
    terms = {"out_trade_no": "A2", "total_amount": "3.00", "subject": "Tea"}
    made = shop.call("alipay.trade.create", buyer_id=anna, **terms)
    assert made.said == ("10000", "")
    assert shop.query("A2")["trade_status"] == "WAIT_BUYER_PAY"
    handed = f"https://qr.alipay.com/{made['trade_no']}"
    with pytest.raises(Exception, match="somebody else"):
        shop.scan("li-wei", handed)
    shop.scan_and_pay("anna", handed)
    assert shop.query("A2")["trade_status"] == "TRADE_SUCCESS"
    nobody = shop.call(
        "alipay.trade.create", buyer_id="2088000000000000", **terms | {"out_trade_no": "A3"}
    )
    assert nobody.said == ("40004", "ACQ.BUYER_NOT_EXIST")


WRONG = [
    {"total_amount": "12.955"},
    {"total_amount": "-1"},
    {"total_amount": "1e3"},
    {"total_amount": True},
    {"total_amount": None},
    {"total_amount": []},
    {"subject": ""},
    {"subject": "a/b"},
    {"subject": "x" * 257},
    {"subject": "a\u202eb"},
    {"out_trade_no": ""},
    {"out_trade_no": "a b"},
    {"out_trade_no": "x" * 65},
    {"out_trade_no": {}},
    {"timeout_express": "1.5h"},
    {"time_expire": "tomorrow"},
]


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_wrong_field_is_named(shop: AlipayShop, change: dict[str, object]) -> None:
    terms = {"out_trade_no": "A1", "total_amount": "12.95", "subject": "Tea"} | change
    node = shop.call("alipay.trade.precreate", **terms)
    assert node.said == ("40004", "ACQ.INVALID_PARAMETER")
    assert next(iter(change)) in node["sub_msg"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"total_amount": "0.00"}, "ACQ.TOTAL_FEE_EXCEED"),
        ({"total_amount": "100000000.01"}, "ACQ.TOTAL_FEE_EXCEED"),
        ({"trans_currency": "USD"}, "ACQ.INVALID_PARAMETER"),  # it lists no code of currencies
        ({"time_expire": "2026-11-22 19:59:59"}, "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"),
    ],
)
def test_terms_that_can_not_be_are_refused_by_name(
    shop: AlipayShop, change: dict[str, object], code: str
) -> None:
    terms = {"out_trade_no": "A1", "total_amount": "12.95", "subject": "Tea"} | change
    assert shop.call("alipay.trade.precreate", **terms).said == ("40004", code)


def test_a_payment_code_pays_in_the_merchants_own_currency_only(shop: AlipayShop) -> None:
    for name in ("trans_currency", "settle_currency"):
        terms = {"out_trade_no": "A1", "total_amount": "12.95", "subject": "Tea", name: "USD"}
        node = shop.call("alipay.trade.pay", auth_code=shop.auth_code("anna"), **terms)
        assert node.said == ("40004", "ACQ.CURRENCY_NOT_SUPPORT")


def test_numbers_are_taken_for_texts_and_unknown_fields_for_nothing(shop: AlipayShop) -> None:
    node = shop.call(
        "alipay.trade.precreate",
        out_trade_no=20261122,
        total_amount=12.5,
        subject="Tea",
        goods_detail=[{"goods_id": "1"}],
        novelty=True,
    )
    assert node["out_trade_no"] == "20261122"
    shop.scan("anna", node["qr_code"])
    assert shop.query("20261122")["total_amount"] == "12.50"
