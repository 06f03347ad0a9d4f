"""Giving back by Antom's API: each number once, never more than was paid."""

from __future__ import annotations

import pytest

from ledger.core.checkout import endings
from ledger.core.notices import notifications
from ledger.core.privacy import erasure
from ledger.protocol.instants import DAY, later
from tests.faces.antom.antom_shop import AntomShop, Json


def test_a_part_goes_back_in_both_currencies_and_is_listed(shop: AntomShop) -> None:
    paid = shop.bought(name="li-wei")
    told = shop.call("refund", shop.refund_of(paid, 295, "R1", refundReason="broken"))
    assert told["result"]["resultStatus"] == "S"
    assert told["paymentId"] == paid["paymentId"]
    assert told["refundAmount"] == {"currency": "EUR", "value": "295"}
    assert told["actualRefundAmount"] == {"currency": "CNY", "value": "2304"}
    inquiry = shop.call("inquiryPayment", {"paymentRequestId": "P1"})
    assert inquiry["paymentStatus"] == "SUCCESS"
    (listed,) = inquiry["transactions"]
    assert (listed["transactionType"], listed["transactionRequestId"]) == ("REFUND", "R1")
    assert shop.balance("li-wei") == 500_000 - 10_118 + 2_304


@pytest.mark.parametrize("by", ["refundId", "refundRequestId"])
def test_a_refund_is_found_by_either_number(shop: AntomShop, by: str) -> None:
    given = shop.call("refund", shop.refund_of(shop.bought(), 295, "R1"))
    told = shop.call("inquiryRefund", {by: given[by]})
    assert (told["refundStatus"], told["refundAmount"]["value"]) == ("SUCCESS", "295")


def test_a_number_gives_back_once(shop: AntomShop) -> None:
    paid = shop.bought()
    body = shop.refund_of(paid, 295, "R1")
    assert shop.call("refund", body) == shop.call("refund", body)
    assert shop.balance("anna") == 20_000 - 1_000
    assert shop.result("refund", shop.refund_of(paid, 296, "R1")) == (
        "REPEAT_REQ_INCONSISTENT",
        "F",
    )


def test_never_more_goes_back_than_was_paid_and_it_stays_a_success(shop: AntomShop) -> None:
    paid = shop.bought()
    assert shop.result("refund", shop.refund_of(paid, 1296, "R1")) == ("REFUND_AMOUNT_EXCEED", "F")
    assert shop.result("refund", shop.refund_of(paid, 1295, "R2")) == ("SUCCESS", "S")
    assert shop.result("refund", shop.refund_of(paid, 1, "R3")) == ("REFUND_AMOUNT_EXCEED", "F")
    told = shop.call("inquiryPayment", {"paymentRequestId": "P1"})
    assert told["paymentStatus"] == "SUCCESS"
    assert shop.balance("anna") == 20_000


def test_only_what_was_paid_and_not_cancelled_can_go_back(shop: AntomShop) -> None:
    waiting = shop.call("pay", shop.asked(no="P1"))
    assert shop.result("refund", shop.refund_of(waiting, 1, "R1")) == ("ORDER_STATUS_INVALID", "F")
    cancelled = shop.bought(no="P2")
    shop.call("cancel", {"paymentRequestId": "P2"})
    assert shop.result("refund", shop.refund_of(cancelled, 1, "R1")) == ("ORDER_IS_CANCELED", "F")


def test_after_a_year_nothing_goes_back(shop: AntomShop) -> None:
    paid = shop.bought()
    shop.now = later(shop.now, 366 * DAY)
    with shop.store.transaction() as books:
        endings.finish_due(
            books, now=shop.now, limit=1, policy=shop.policy, ids=shop.ids, key=shop.key
        )
    assert shop.result("refund", shop.refund_of(paid, 1, "R1")) == ("REFUND_WINDOW_EXCEED", "F")


def test_to_a_payer_who_left_nothing_goes_back(shop: AntomShop) -> None:
    paid = shop.call("pay", shop.asked(shop.balance("anna")))
    shop.scan_and_pay("anna", paid["orderCodeForm"]["codeDetails"][0]["codeValue"])
    with shop.store.transaction() as books:
        told = [row.notification_id for row in books.outbox.due(shop.now, 10)]
        notifications.delivered(books, notification_ids=told)
        erasure.erase(books, payer_id=shop.payer_id("anna"), now=shop.now)
    assert shop.result("refund", shop.refund_of(paid, 100, "R1")) == ("USER_NOT_EXIST", "F")
    assert shop.result("cancel", {"paymentRequestId": "P1"}) == ("USER_NOT_EXIST", "F")


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"refundAmount": {"currency": "CNY", "value": "100"}}, "CURRENCY_NOT_SUPPORT"),
        ({"refundAmount": {"currency": "EUR", "value": "0"}}, "PARAM_ILLEGAL"),
        ({"paymentId": "none"}, "ORDER_NOT_EXIST"),
    ],
)
def test_bad_fields_are_refused(shop: AntomShop, over: Json, expected: str) -> None:
    paid = shop.bought()
    assert shop.result("refund", {**shop.refund_of(paid, 100, "R1"), **over}) == (expected, "F")
    assert shop.result("inquiryRefund", {"refundRequestId": "R1"}) == ("REFUND_NOT_EXIST", "F")
    assert shop.balance("anna") == 20_000 - 1_295
