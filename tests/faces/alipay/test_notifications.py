"""A shop is told of payments and refunds by signed forms, on production's schedule."""

from __future__ import annotations

import json

import pytest

from ledger.core.notices import notifications
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import accounts, alipay
from ledger.faces.alipay.announcer import RETRY_AFTER_MS
from tests.faces.alipay.listener import URL, Listener
from tests.faces.alipay.shop import APP_ID, AlipayShop, Node

ASKED_FOR = "120.00"
"""More than a payment code pays without asking its payer."""


def ordered(shop: AlipayShop, **public: str) -> str:
    node = shop.call_with(
        "alipay.trade.precreate",
        {"notify_url": URL, **public},
        out_trade_no="A1",
        total_amount="12.95",
        subject="50% off",
        passback_params="a%3D1",
    )
    return str(node["qr_code"])


def collected(shop: AlipayShop, out_trade_no: str, total_amount: str) -> Node:
    return shop.call_with(
        "alipay.trade.pay",
        {"notify_url": URL},
        out_trade_no=out_trade_no,
        total_amount=total_amount,
        subject="Tea",
        auth_code=shop.auth_code("anna"),
    )


def deliver(shop: AlipayShop) -> None:
    while shop.ledger.notifier.deliver_due():
        pass


def test_a_paid_trade_is_told_to_the_address_of_its_order(
    shop: AlipayShop, listener: Listener
) -> None:
    shop.scan_and_pay("li-wei", ordered(shop))
    deliver(shop)
    (told,) = listener.told
    asked = shop.query()
    assert told["trade_status"] == "TRADE_SUCCESS"
    assert told["subject"] == "50% off"
    assert told["passback_params"] == "a%3D1"
    assert told["app_id"] == told["auth_app_id"] == APP_ID
    assert (told["notify_type"], told["version"]) == ("trade_status_sync", "1.0")
    assert told["gmt_payment"] == told["notify_time"] == "2026-11-22 20:00:00"
    assert told["buyer_id"] == asked["buyer_user_id"]
    for name in ("trade_no", "out_trade_no", "total_amount", "receipt_amount", "pay_amount"):
        assert told[name] == asked[name]
    assert json.loads(told["fund_bill_list"]) == [
        {"amount": "12.95", "fundChannel": "ALIPAYACCOUNT"}
    ]
    assert "body" not in told  # what is empty is left out
    deliver(shop)
    assert len(listener.told) == 1


@pytest.mark.parametrize("answer", [b"SUCCESS", b"success\n", b"fail", b"", b'{"code":0}'])
def test_whatever_is_not_success_is_told_again_seven_times_under_one_name(
    shop: AlipayShop, listener: Listener, answer: bytes
) -> None:
    listener.answer = answer
    shop.scan_and_pay("anna", ordered(shop))
    deliver(shop)
    for wait_ms in RETRY_AFTER_MS:
        shop.clock.advance(wait_ms - 1)
        before = len(listener.told)
        deliver(shop)
        assert len(listener.told) == before
        shop.clock.advance(1)
        deliver(shop)
    shop.clock.advance(RETRY_AFTER_MS[-1])
    deliver(shop)
    assert len(listener.told) == 8
    assert len({told["notify_id"] for told in listener.told}) == 1
    assert len({told["notify_time"] for told in listener.told}) == 8


def test_a_notification_can_be_sent_again(shop: AlipayShop, listener: Listener) -> None:
    shop.scan_and_pay("anna", ordered(shop))
    deliver(shop)
    with shop.store.transaction() as books:
        order = books.vendor_orders.by_out_no(Vendor.ALIPAY, APP_ID, "A1")
        assert order
        (row,) = books.outbox.of_payment(order.payment_id)
        notifications.resend(books, notification_id=row.notification_id, now=shop.clock.now())
    deliver(shop)
    assert len({told["notify_id"] for told in listener.told}) == 1
    assert len(listener.told) == 2


def test_refunds_are_told_to_the_same_address(shop: AlipayShop, listener: Listener) -> None:
    shop.scan_and_pay("anna", ordered(shop))
    shop.refund("5.00", "R1")
    shop.refund("7.95", "R2")
    deliver(shop)
    paid, part, whole = sorted(listener.told, key=lambda told: told.get("out_biz_no", ""))
    assert "refund_fee" not in paid
    assert (part["trade_status"], part["refund_fee"]) == ("TRADE_SUCCESS", "5.00")
    assert (part["out_biz_no"], part["gmt_refund"]) == ("R1", "2026-11-22 20:00:00.000")
    assert (whole["trade_status"], whole["refund_fee"]) == ("TRADE_CLOSED", "12.95")
    assert len({told["notify_id"] for told in listener.told}) == 3


@pytest.mark.parametrize(("choice", "numbers"), [("partial", ["", "R1"]), ("off", [""])])
def test_an_app_chooses_which_refunds_it_is_told_of(
    shop: AlipayShop, listener: Listener, choice: str, numbers: list[str]
) -> None:
    with shop.store.transaction() as books:
        account = accounts.require(books, vendor=Vendor.ALIPAY, account_id=APP_ID)
        accounts.change_settings(books, account=account, settings={alipay.REFUND_NOTICES: choice})
    shop.scan_and_pay("anna", ordered(shop))
    shop.refund("5.00", "R1")
    shop.refund("7.95", "R2")
    deliver(shop)
    assert sorted(told.get("out_biz_no", "") for told in listener.told) == numbers


def test_an_app_chooses_not_to_be_told_what_an_answer_has_told(
    shop: AlipayShop, listener: Listener
) -> None:
    with shop.store.transaction() as books:
        account = accounts.require(books, vendor=Vendor.ALIPAY, account_id=APP_ID)
        later = {alipay.PAID_NOTICES: alipay.PaidNotices.LATER.value}
        accounts.change_settings(books, account=account, settings=later)
    assert collected(shop, "answered", "1.00").said == ("10000", "")
    assert collected(shop, "asked", ASKED_FOR).said == ("10003", "")
    shop.agree("anna", shop.asked("anna"))
    shop.scan_and_pay("anna", ordered(shop))
    deliver(shop)
    assert {told["out_trade_no"] for told in listener.told} == {"asked", "A1"}


def test_what_was_paid_by_payment_code_is_told_as_well_and_what_is_closed_is_not(
    shop: AlipayShop, listener: Listener
) -> None:
    collected(shop, "A2", "1.00")
    code = ordered(shop)
    shop.scan("anna", code)
    shop.call("alipay.trade.close", out_trade_no="A1")
    deliver(shop)
    assert [told["out_trade_no"] for told in listener.told] == ["A2"]
