"""A price in another currency than the shop's is settled at a rate that the call has fixed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from ledger.core.vendors.bills import antom
from ledger.ops.audit import audit
from ledger.protocol.instants import DAY, later
from tests.core.settlement.shop_days import FIRST_DAY, ShopDays
from tests.faces.antom.antom_shop import AntomShop

Json = Any
USD = {"currency": "USD", "value": "1650"}
SETTLED = {"currency": "EUR", "value": "1435"}


def dollars(value: int | str) -> Json:
    return {"currency": "USD", "value": str(value)}


def priced(shop: AntomShop, name: str, price: Json, no: str = "P1", **over: Json) -> Json:
    """Ask to be paid a price by a payment code."""
    asked = shop.by_code(shop.show_code(name, "alipay-plus"), no=no, paymentAmount=price, **over)
    asked["order"] |= {"orderAmount": price}
    return shop.call("pay", asked)


def test_the_answer_has_the_price_what_is_settled_and_both_rates(shop: AntomShop) -> None:
    paid = priced(shop, "li-wei", USD, settlementStrategy={"settlementCurrency": "EUR"})
    assert paid["result"]["resultCode"] == "SUCCESS"
    assert (paid["paymentAmount"], paid["grossSettlementAmount"]) == (USD, SETTLED)
    settled, quote = paid["settlementQuote"], paid["paymentQuote"]
    assert (settled["quoteCurrencyPair"], settled["quotePrice"]) == ("EUR/USD", "1.15")
    assert (quote["quoteCurrencyPair"], quote["guaranteed"]) == ("USD/CNY", "true")
    assert paid["actualPaymentAmount"] == {"currency": "CNY", "value": "11211"}
    assert round(16.50 * float(quote["quotePrice"]), 2) == 112.11
    seen = shop.call("inquiryPayment", {"paymentRequestId": "P1"})
    assert {name: seen[name] for name in paid if name != "result"} == {
        name: value for name, value in paid.items() if name != "result"
    }


def test_a_wallet_in_the_shops_currency_pays_what_is_settled(shop: AntomShop) -> None:
    paid = priced(shop, "anna", USD)
    assert paid["actualPaymentAmount"] == SETTLED
    assert paid["paymentQuote"]["quoteCurrencyPair"] == "USD/EUR"
    assert shop.balance("anna") == 20000 - 1435


def test_a_wallet_in_the_currency_of_the_price_has_no_rate_of_its_own(shop: AntomShop) -> None:
    paid = priced(shop, "li-wei", {"currency": "CNY", "value": "10000"})
    assert paid["grossSettlementAmount"] == {"currency": "EUR", "value": "1280"}
    assert "paymentQuote" not in paid
    assert "actualPaymentAmount" not in paid  # it is the price
    assert paid["settlementQuote"]["quotePrice"] == "7.8125"


def test_parts_of_a_price_go_back_at_its_rate_and_all_of_them_are_all(shop: AntomShop) -> None:
    paid = priced(shop, "anna", USD)
    back = {"paymentId": paid["paymentId"]}
    parts = [500, 149, 1001]
    given = [
        shop.call("refund", back | {"refundRequestId": f"R{value}", "refundAmount": dollars(value)})
        for value in parts
    ]
    assert [each["refundAmount"] for each in given] == [dollars(value) for value in parts]
    settled = [int(each["grossSettlementAmount"]["value"]) for each in given]
    assert (settled, sum(settled)) == ([434, 130, 871], 1435)
    assert {each["settlementQuote"]["quotePrice"] for each in given} == {"1.15"}
    assert given[0]["actualRefundAmount"] == {"currency": "EUR", "value": "434"}
    assert shop.balance("anna") == 20000
    listed = shop.call("inquiryPayment", back)["transactions"]
    assert [each["transactionAmount"]["value"] for each in listed] == ["500", "149", "1001"]
    again = back | {"refundRequestId": "R500", "refundAmount": dollars(500)}
    assert shop.call("refund", again) == given[0]


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (dollars(1651), "REFUND_AMOUNT_EXCEED"),
        ({"currency": "EUR", "value": "100"}, "CURRENCY_NOT_SUPPORT"),
        ({"currency": "JPY", "value": "100"}, "CURRENCY_NOT_SUPPORT"),
    ],
)
def test_what_is_not_a_part_of_the_price_does_not_go_back(
    shop: AntomShop, amount: Json, code: str
) -> None:
    paid = priced(shop, "anna", USD)
    asked = {"paymentId": paid["paymentId"], "refundRequestId": "R1", "refundAmount": amount}
    assert shop.result("refund", asked) == (code, "F")


@pytest.mark.parametrize(
    ("price", "over", "code"),
    [
        ({"currency": "KRW", "value": "18000"}, {}, "CURRENCY_NOT_SUPPORT"),
        (USD, {"settlementStrategy": {"settlementCurrency": "USD"}}, "CURRENCY_NOT_SUPPORT"),
        ({"currency": "JPY", "value": "1"}, {}, "SUCCESS"),
        ({"currency": "USD", "value": "99999999999"}, {}, "USER_AMOUNT_EXCEED_LIMIT"),
    ],
)
def test_a_price_needs_a_rate_and_the_settlement_is_in_the_shops_currency(
    shop: AntomShop, price: Json, over: Json, code: str
) -> None:
    assert priced(shop, "anna", price, **over)["result"]["resultCode"] == code


@pytest.fixture(scope="module")
def settled() -> Iterator[AntomShop]:
    """A shop whose day of prices in dollars was paid out."""
    shop = AntomShop()
    days = ShopDays(shop)
    paid = priced(shop, "anna", USD)
    back = {"paymentId": paid["paymentId"], "refundRequestId": "R1", "refundAmount": dollars(500)}
    shop.call("refund", back)
    shop.bought(1295, no="P2")
    closed = days.close(FIRST_DAY)
    shop.now = later(shop.now, 2 * DAY)
    days.pay_out(closed)
    yield shop
    assert audit(shop.store) == []
    shop.close()


def rows_of(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(content.splitlines()[:-1]))


def test_reports_have_the_price_what_is_settled_and_the_rate(settled: AntomShop) -> None:
    day: date = FIRST_DAY
    with settled.store.reading() as books:
        account = settled.account
        told = antom.transaction_report(books, account=account, day=day, now=settled.now)
        items, summary = antom.settlement_reports(books, account=account, day=day)
    assert [
        (row["transactionAmountValue"], row["transactionCurrency"]) for row in rows_of(told.content)
    ] == [("1650", "USD"), ("-500", "USD"), ("1295", "EUR")]
    rows = rows_of(items.content)
    assert [
        (row["transactionAmountValue"], row["settlementAmountValue"], row["settlementCurrency"])
        for row in rows
    ] == [("1650", "1435", "EUR"), ("-500", "-434", "EUR"), ("1295", "1295", "EUR")]
    assert [(row["quoteCurrencyPair"], row["quotePrice"]) for row in rows] == [
        *(("EUR/USD", "1.15"), ("EUR/USD", "1.15"), ("", ""))
    ]
    assert rows_of(summary.content)[-1]["settlementAmountValue"] == str(1435 - 434 + 1295)
