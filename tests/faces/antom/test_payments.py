"""Paying, asking and cancelling by Antom's API, by each way and with each documented failure."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from ledger.core.parties import register, standing
from ledger.core.records.parties import PartyStatus
from ledger.core.records.spending import OwnLimits
from ledger.protocol.instants import HOUR, MINUTE, later
from ledger.protocol.lifecycle import PaymentState
from tests.core.demo_world import SHOP
from tests.faces.antom.antom_shop import AntomShop, Json


def status(shop: AntomShop, no: str = "P1") -> tuple[str, str]:
    """How an inquiry says that a payment stands."""
    told = shop.call("inquiryPayment", {"paymentRequestId": no})
    assert told["result"]["resultCode"] == "SUCCESS"
    return told["paymentStatus"], told["paymentResultCode"]


@pytest.mark.parametrize("till", ["alipay-plus", "alipay"])
def test_a_payment_code_is_paid_at_once(shop: AntomShop, till: str) -> None:
    told = shop.call("pay", shop.by_code(shop.show_code("anna", till)))
    assert told["result"] == {
        "resultCode": "SUCCESS",
        "resultStatus": "S",
        "resultMessage": "Success",
    }
    assert told["paymentAmount"] == {"currency": "EUR", "value": "1295"}
    assert len(told["paymentId"]) == 34
    assert told["pspCustomerInfo"]["pspCustomerId"].startswith("2088")
    assert "paymentQuote" not in told
    assert "actualPaymentAmount" not in told
    assert shop.balance("anna") == 20_000 - 1_295


def test_a_wallet_in_yuan_pays_a_price_in_euro_at_the_quoted_rate(shop: AntomShop) -> None:
    told = shop.bought(name="li-wei")
    assert told["actualPaymentAmount"] == {"currency": "CNY", "value": "10118"}
    quote = told["paymentQuote"]
    assert (quote["quoteCurrencyPair"], quote["quotePrice"]) == ("EUR/CNY", "7.8125")
    assert quote["guaranteed"] == "true"
    assert told["grossSettlementAmount"] == {"currency": "EUR", "value": "1295"}
    assert shop.balance("li-wei") == 500_000 - 10_118


def test_above_the_limit_the_payer_is_asked_and_the_till_inquires(shop: AntomShop) -> None:
    told = shop.call("pay", shop.by_code(shop.show_code("anna", "alipay-plus"), 9_000))
    assert (told["result"]["resultCode"], told["result"]["resultStatus"]) == (
        "PAYMENT_IN_PROCESS",
        "U",
    )
    assert status(shop) == ("PROCESSING", "PAYMENT_IN_PROCESS")
    with shop.store.reading() as books:
        (asked,) = books.payments.of_payer(shop.payer_id("anna"), PaymentState.AUTHORISING, 10)
    shop.authorise(asked, "anna")
    assert status(shop) == ("SUCCESS", "SUCCESS")


def test_an_order_code_is_scanned_and_paid(shop: AntomShop) -> None:
    told = shop.call("pay", shop.asked())
    assert told["result"]["resultStatus"] == "U"
    (detail,) = told["orderCodeForm"]["codeDetails"]
    assert (detail["codeValueType"], detail["displayType"]) == ("QRCODE", "TEXT")
    assert status(shop) == ("PROCESSING", "PAYMENT_IN_PROCESS")
    assert shop.scan_and_pay("li-wei", detail["codeValue"]).state is PaymentState.PAID
    told = shop.call("inquiryPayment", {"paymentId": told["paymentId"], "paymentRequestId": "no"})
    assert told["paymentStatus"] == "SUCCESS"
    assert told["actualPaymentAmount"]["value"] == "10118"


def test_an_entry_code_leads_to_the_payment(shop: AntomShop) -> None:
    factor = {"inStorePaymentScenario": "EntryCode"}
    asked = shop.asked(paymentFactor=factor, paymentRedirectUrl="https://shop.example/")
    asked["order"]["env"]["userAgent"] = "AlipayClient"
    told = shop.call("pay", asked)
    shop.scan_and_pay("anna", told["redirectActionForm"]["redirectUrl"])
    assert status(shop) == ("SUCCESS", "SUCCESS")


def test_the_same_call_again_is_the_same_payment(shop: AntomShop) -> None:
    body = shop.by_code(shop.show_code("anna", "alipay-plus"))
    first, second = shop.call("pay", body), shop.call("pay", body)
    assert first == second
    assert shop.balance("anna") == 20_000 - 1_295


@pytest.mark.parametrize("change", ["amount", "code"])
def test_another_call_with_the_same_number_is_refused(shop: AntomShop, change: str) -> None:
    code = shop.show_code("anna", "alipay-plus")
    shop.call("pay", shop.by_code(code))
    again = shop.by_code(code, 1296) if change == "amount" else shop.by_code("281234567890123456")
    assert shop.result("pay", again) == ("REPEAT_REQ_INCONSISTENT", "F")
    assert shop.balance("anna") == 20_000 - 1_295


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("281006020000000000125733", "INVALID_PAYMENT_CODE"),
        ("281234567890123456", "INVALID_PAYMENT_CODE"),
        ("12", "INVALID_PAYMENT_CODE"),
    ],
)
def test_a_bad_payment_code_fails_for_good_and_says_so_again(
    shop: AntomShop, code: str, expected: str
) -> None:
    body = shop.by_code(code)
    first = shop.call("pay", body)
    assert first["result"]["resultCode"] == expected
    assert shop.call("pay", body) == first
    assert status(shop) == ("FAIL", expected)


def test_a_payer_without_money_fails_and_nothing_is_taken(shop: AntomShop) -> None:
    code = shop.show_code("chen-jing", "alipay-plus")
    assert shop.result("pay", shop.by_code(code, 4_900)) == ("USER_BALANCE_NOT_ENOUGH", "F")
    assert status(shop) == ("FAIL", "USER_BALANCE_NOT_ENOUGH")
    assert shop.balance("chen-jing") == 8_000


def test_a_payer_over_the_daily_limit_fails(shop: AntomShop) -> None:
    own = OwnLimits(shop.payer_id("anna"), daily_minor=100, monthly_minor=None)
    with shop.store.transaction() as books:
        standing.set_limits(books, limits=own, reason="asked for it", now=shop.now)
    assert shop.result("pay", shop.by_code(shop.show_code("anna", "alipay"))) == (
        "USER_AMOUNT_EXCEED_LIMIT",
        "F",
    )


def test_a_blocked_payer_and_a_blocked_shop_are_told_apart(shop: AntomShop) -> None:
    code = shop.show_code("anna", "alipay")
    with shop.store.transaction() as books:
        register.set_payer_status(books, payer_id=shop.payer_id("anna"), status=PartyStatus.BLOCKED)
    assert shop.result("pay", shop.by_code(code)) == ("USER_STATUS_ABNORMAL", "F")
    with shop.store.transaction() as books:
        register.set_merchant_status(books, merchant_id=SHOP, status=PartyStatus.BLOCKED)
    assert shop.result("pay", shop.asked(no="P2")) == ("INVALID_MERCHANT_STATUS", "F")
    assert shop.result("inquiryPayment", {"paymentRequestId": "P2"}) == ("ORDER_NOT_EXIST", "F")


def test_a_till_that_guesses_is_told_to_stop(shop: AntomShop) -> None:
    results = [
        shop.result("pay", shop.by_code(f"28{number:016d}", no=f"P{number}"))[0]
        for number in range(shop.policy.misses_per_minute + 1)
    ]
    assert results[-2:] == ["INVALID_PAYMENT_CODE", "RISK_REJECT"]


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"paymentAmount": {"currency": "CNY", "value": "1295"}}, "PARAM_ILLEGAL"),
        ({"paymentAmount": {"currency": "EUR", "value": "12.95"}}, "PARAM_ILLEGAL"),
        ({"paymentAmount": {"currency": "EUR", "value": "-1"}}, "PARAM_ILLEGAL"),
        ({"paymentAmount": {"currency": "EUR", "value": 12.95}}, "PARAM_ILLEGAL"),
        ({"paymentAmount": "1295"}, "PARAM_ILLEGAL"),
        ({"paymentRequestId": "x" * 65}, "PARAM_ILLEGAL"),
        ({"paymentFactor": {"inStorePaymentScenario": "Telepathy"}}, "PARAM_ILLEGAL"),
        ({"paymentExpiryTime": "tomorrow"}, "PARAM_ILLEGAL"),
        ({"paymentExpiryTime": "2020-01-01T00:00:00+00:00"}, "PARAM_ILLEGAL"),
        ({"paymentExpiryTime": "2026-11-22T12:30:00"}, "PARAM_ILLEGAL"),
        ({"productCode": "CASHIER_PAYMENT"}, "PARAM_ILLEGAL"),
        ({"settlementStrategy": {"settlementCurrency": "USD"}}, "CURRENCY_NOT_SUPPORT"),
    ],
)
def test_bad_fields_are_refused_and_leave_nothing(
    shop: AntomShop, over: Json, expected: str
) -> None:
    assert shop.result("pay", {**shop.asked(), **over}) == (expected, "F")
    assert shop.result("inquiryPayment", {"paymentRequestId": "P1"}) == ("ORDER_NOT_EXIST", "F")


@pytest.mark.parametrize(
    ("value", "expected"), [("0", "PARAM_ILLEGAL"), ("9" * 16, "PAYMENT_AMOUNT_EXCEED_LIMIT")]
)
def test_a_price_of_nothing_is_illegal_and_one_too_high_exceeds_the_limit(
    shop: AntomShop, value: str, expected: str
) -> None:
    assert shop.result("pay", shop.asked(int(value))) == (expected, "F")


def test_unknown_fields_and_numbers_for_texts_are_let_pass(shop: AntomShop) -> None:
    asked = shop.asked(merchantRegion="DE", somethingNew={"a": [1, None]})
    asked["paymentAmount"]["value"] = 1295
    assert shop.result("pay", asked) == ("PAYMENT_IN_PROCESS", "U")


def test_an_unpaid_payment_ends_in_its_time(shop: AntomShop) -> None:
    shop.call("pay", shop.asked())
    shop.now = later(shop.now, 10 * MINUTE)
    shop.expire()
    assert status(shop) == ("FAIL", "ORDER_IS_CLOSED")


def test_a_payer_who_declines_ends_it(shop: AntomShop) -> None:
    told = shop.call("pay", shop.asked())
    code = told["orderCodeForm"]["codeDetails"][0]["codeValue"]
    shop.decline(shop.scan("anna", code).payment, "anna")
    assert status(shop) == ("FAIL", "PROCESS_FAIL")


def test_cancelling_closes_what_is_unpaid_and_gives_back_what_is_paid(shop: AntomShop) -> None:
    shop.call("pay", shop.asked(no="P1"))
    told = shop.call("cancel", {"paymentRequestId": "P1"})
    assert told["result"]["resultStatus"] == "S"
    assert {"paymentId", "paymentRequestId", "cancelTime"} <= set(told)
    paid = shop.bought(no="P2")
    shop.call("cancel", {"paymentId": paid["paymentId"]})
    assert shop.result("cancel", {"paymentId": paid["paymentId"]}) == ("SUCCESS", "S")
    assert shop.balance("anna") == 20_000
    for no in ("P1", "P2"):
        assert status(shop, no) == ("CANCELLED", "ORDER_IS_CANCELED")
    assert shop.result("pay", shop.asked(no="P1")) == ("ORDER_IS_CANCELED", "F")


def test_cancelling_a_failed_payment_succeeds_and_it_stays_failed(shop: AntomShop) -> None:
    shop.call("pay", shop.by_code("281234567890123456"))
    assert shop.result("cancel", {"paymentRequestId": "P1"}) == ("SUCCESS", "S")
    assert status(shop) == ("FAIL", "INVALID_PAYMENT_CODE")


def test_after_a_refund_nothing_can_be_cancelled(shop: AntomShop) -> None:
    paid = shop.bought()
    shop.call("refund", shop.refund_of(paid, 100, "R1"))
    assert shop.result("cancel", {"paymentRequestId": "P1"}) == ("PROCESS_FAIL", "F")


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("cancel", {"paymentRequestId": "none"}, "ORDER_NOT_EXIST"),
        ("inquiryPayment", {"paymentId": "2026"}, "ORDER_NOT_EXIST"),
        ("inquiryPayment", {"paymentId": ["x"]}, "PARAM_ILLEGAL"),
    ],
)
def test_what_is_not_there_can_not_be_found(
    shop: AntomShop, name: str, body: Json, expected: str
) -> None:
    assert shop.result(name, body) == (expected, "F")


def test_a_payment_can_be_cancelled_until_a_quarter_past_midnight_in_beijing(
    shop: AntomShop,
) -> None:
    shop.bought()  # at noon in Greenwich, 20:00 in Beijing
    shop.now = later(shop.now, 4 * HOUR + 15 * MINUTE)
    assert shop.result("cancel", {"paymentRequestId": "P1"}) == ("CANCEL_WINDOW_EXCEED", "F")
    shop.now = later(shop.now, -1)
    assert shop.result("cancel", {"paymentRequestId": "P1"}) == ("SUCCESS", "S")


def test_a_sandbox_client_calls_under_its_own_path(shop: AntomShop) -> None:
    path = "/ams/sandbox/api/v1/payments/inquiryPayment"
    answer = shop.post(path, b'{"paymentRequestId":"P1"}')
    assert shop.read(path, answer)["result"]["resultCode"] == "ORDER_NOT_EXIST"
    assert answer.status_code == HTTPStatus.OK
