"""Cancelling, closing and refunding, with every surprise that production has."""

from __future__ import annotations

import pytest

from ledger.core.parties import register
from ledger.core.records.parties import PartyStatus
from ledger.core.records.spending import OwnLimits
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import DAY, HOUR
from tests.faces.alipay.shop import MERCHANT_ID, AlipayShop


def test_cancelling_what_nobody_knows_is_a_success_without_an_action(shop: AlipayShop) -> None:
    node = shop.call("alipay.trade.cancel", out_trade_no="nobody")
    assert node == {
        "code": "10000",
        "msg": "Success",
        "out_trade_no": "nobody",
        "retry_flag": "N",
    }


def test_a_cancelled_code_can_not_be_scanned_any_more(shop: AlipayShop) -> None:
    code = shop.precreate()
    node = shop.call("alipay.trade.cancel", out_trade_no="A1")
    assert (node["code"], node.get("action")) == ("10000", None)
    with pytest.raises(Exception, match="CLOSED"):
        shop.scan("anna", code)
    assert shop.query().said == ("40004", "ACQ.TRADE_NOT_EXIST")
    assert shop.precreate() != code


def test_a_waiting_trade_is_closed_and_a_paid_one_refunded(shop: AlipayShop) -> None:
    shop.pay(shop.auth_code("anna"), total_amount="60.00")
    before = shop.wallet("anna").balance()
    for _ in range(2):
        node = shop.call("alipay.trade.cancel", out_trade_no="A1")
        assert (node["code"], node["action"], node["retry_flag"]) == ("10000", "close", "N")
    assert shop.query()["trade_status"] == "TRADE_CLOSED"
    paid = shop.pay(shop.auth_code("anna"), "A2")
    for _ in range(2):
        node = shop.call("alipay.trade.cancel", trade_no=paid["trade_no"])
        assert (node["action"], node["out_trade_no"]) == ("refund", "A2")
    assert shop.query("A2")["trade_status"] == "TRADE_CLOSED"
    assert shop.wallet("anna").balance() == before


def test_a_paid_trade_is_cancelled_on_its_day_only(shop: AlipayShop) -> None:
    shop.pay(shop.auth_code("anna"))
    shop.clock.advance(4 * HOUR)  # 20:00 in Beijing becomes midnight
    node = shop.call("alipay.trade.cancel", out_trade_no="A1")
    assert node.said == ("40004", "ACQ.TRADE_CANCEL_TIME_OUT")


def test_a_partly_refunded_trade_can_not_be_cancelled(shop: AlipayShop) -> None:
    shop.pay(shop.auth_code("anna"))
    shop.refund("1.00", "R1")
    node = shop.call("alipay.trade.cancel", out_trade_no="A1")
    assert node.said == ("40004", "ACQ.REASON_TRADE_REFUND_FEE_ERR")


def test_closing_ends_what_waits_and_nothing_else(shop: AlipayShop) -> None:
    shop.scan("anna", shop.precreate())
    closed = shop.call("alipay.trade.close", out_trade_no="A1")
    assert closed["code"] == "10000"
    again = shop.call("alipay.trade.close", out_trade_no="A1")
    assert again.said == ("40004", "ACQ.REASON_TRADE_STATUS_INVALID")
    shop.pay(shop.auth_code("anna"), "A2")
    paid = shop.call("alipay.trade.close", out_trade_no="A2")
    assert paid.said == ("40004", "ACQ.TRADE_STATUS_ERROR")
    closed_number = shop.pay(shop.auth_code("anna"), "A1")
    assert closed_number.said == ("40004", "ACQ.TRADE_HAS_CLOSE")


def test_a_repeated_refund_changes_nothing_and_says_so(shop: AlipayShop) -> None:
    shop.pay(shop.auth_code("anna"))
    first, again = shop.refund("5.00", "R1"), shop.refund("5.00", "R1")
    assert (first["fund_change"], again["fund_change"]) == ("Y", "N")
    assert first["refund_fee"] == again["refund_fee"] == "5.00"
    second = shop.refund("2.95", "R2")
    assert second["refund_fee"] == "7.95"  # of the trade in all
    assert shop.refund("5.01", "R1").said == ("40004", "ACQ.DISCORDANT_REPEAT_REQUEST")
    assert shop.query()["trade_status"] == "TRADE_SUCCESS"
    shop.refund("5.00", "R3")
    assert shop.query()["trade_status"] == "TRADE_CLOSED"


def test_a_refund_without_a_number_is_the_whole_trade(shop: AlipayShop) -> None:
    shop.pay(shop.auth_code("anna"))
    part = shop.refund("5.00")
    assert part.said == ("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
    assert (part["refund_fee"], part["send_back_fee"]) == ("0.00", "0.00")
    assert shop.refund("12.95")["fund_change"] == "Y"
    asked = shop.call("alipay.trade.fastpay.refund.query", out_trade_no="A1", out_request_no="A1")
    assert (asked["refund_amount"], asked["refund_status"]) == ("12.95", "REFUND_SUCCESS")


def test_more_than_was_paid_is_not_refunded(shop: AlipayShop) -> None:
    shop.pay(shop.auth_code("anna"))
    assert shop.refund("12.96", "R1").said == ("40004", "ACQ.REASON_TRADE_REFUND_FEE_ERR")
    shop.refund("12.00", "R2")
    assert shop.refund("0.96", "R3").said == ("40004", "ACQ.REASON_TRADE_REFUND_FEE_ERR")


def test_what_is_unpaid_closed_or_finished_is_not_refunded(shop: AlipayShop) -> None:
    assert shop.refund("1.00", "R").said == ("40004", "ACQ.TRADE_NOT_EXIST")
    shop.scan("anna", shop.precreate())
    assert shop.refund("1.00", "R").said == ("40004", "ACQ.TRADE_STATUS_ERROR")
    shop.call("alipay.trade.close", out_trade_no="A1")
    assert shop.refund("1.00", "R").said == ("40004", "ACQ.TRADE_HAS_CLOSE")
    shop.pay(shop.auth_code("anna"), "A2")
    shop.clock.advance(366 * DAY)
    shop.ledger.sweeper.sweep()
    assert shop.query("A2")["trade_status"] == "TRADE_FINISHED"
    assert shop.refund("1.00", "R", "A2").said == ("40004", "ACQ.TRADE_HAS_FINISHED")


def test_asking_after_a_refund_there_never_was_is_a_success_without_fields(
    shop: AlipayShop,
) -> None:
    shop.pay(shop.auth_code("anna"))
    node = shop.call("alipay.trade.fastpay.refund.query", out_trade_no="A1", out_request_no="R9")
    assert node == {"code": "10000", "msg": "Success"}


def test_a_refund_tells_where_it_went_if_asked(shop: AlipayShop) -> None:
    shop.pay(shop.auth_code("anna"))
    options = ["refund_detail_item_list", "gmt_refund_pay"]
    given = shop.call(
        "alipay.trade.refund",
        out_trade_no="A1",
        refund_amount="5.00",
        out_request_no="R1",
        refund_reason="too small",
        query_options=options,
    )
    assert (given["send_back_fee"], len(given["refund_detail_item_list"])) == ("5.00", 1)
    asked = shop.call(
        "alipay.trade.fastpay.refund.query",
        out_trade_no="A1",
        out_request_no="R1",
        query_options=options,
    )
    assert asked["refund_reason"] == "too small"
    assert asked["gmt_refund_pay"] == "2026-11-22 20:00:00"


@pytest.mark.parametrize("method", ["query", "cancel", "close", "refund"])
def test_one_app_can_not_touch_the_trade_of_another(shop: AlipayShop, method: str) -> None:
    paid = shop.pay(shop.auth_code("anna"))
    other = shop.another_app()
    node = shop.call_with(
        f"alipay.trade.{method}",
        {"app_id": other},
        trade_no=paid["trade_no"],
        refund_amount="12.95",
    )
    if method == "cancel":
        assert "action" not in node
    else:
        assert node.said == ("40004", "ACQ.TRADE_NOT_EXIST")
    assert shop.query()["trade_status"] == "TRADE_SUCCESS"


def test_a_trade_is_shared_with_nobody_who_does_not_exist(shop: AlipayShop) -> None:
    shared = {
        "out_request_no": "S1",
        "trade_no": "2026112222001000000000000000",
        "royalty_parameters": [{"trans_in": "2088000000000001", "amount": "1.00"}],
    }
    settle = "alipay.trade.order.settle"
    assert shop.call(settle, **shared).said == ("40004", "ACQ.TRADE_NOT_EXIST")
    offer = shop.scan("anna", code := shop.precreate())
    shared["trade_no"] = shop.query()["trade_no"]
    assert shop.call(settle, **shared).said == ("40004", "ACQ.ILLEGAL_SETTLE_STATE")
    shop.agree("anna", offer, code)
    assert shop.call(settle, **shared).said == ("40004", "ACQ.ROYALTY_ACCOUNT_NOT_EXIST")
    for wrong in ([], "all", [1]):
        named = shop.call(settle, **shared | {"royalty_parameters": wrong})
        assert named.said == ("40004", "ACQ.INVALID_PARAMETER")


def test_who_is_blocked_neither_pays_nor_sells(shop: AlipayShop) -> None:
    payer = PayerId(shop.wallet("anna").payer["payer_id"])
    anna, li_wei = shop.auth_code("anna"), shop.auth_code("li-wei")
    with shop.store.transaction() as books:
        register.set_payer_status(books, payer_id=payer, status=PartyStatus.BLOCKED)
    assert shop.pay(anna).said == ("40004", "ACQ.BUYER_ENABLE_STATUS_FORBID")
    with shop.store.transaction() as books:
        register.set_merchant_status(books, merchant_id=MERCHANT_ID, status=PartyStatus.BLOCKED)
    assert shop.pay(li_wei).said == ("40004", "ACQ.MERCHANT_STATUS_NOT_NORMAL")


def test_a_payers_limits_are_named_by_day_and_month(shop: AlipayShop) -> None:
    payer = PayerId(shop.wallet("anna").payer["payer_id"])
    for daily, monthly, code in (
        (100, None, "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR"),
        (None, 100, "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR"),
    ):
        limits = OwnLimits(payer, daily_minor=daily, monthly_minor=monthly)
        with shop.store.transaction() as books:
            books.spending.set_own_limits(limits)
        assert shop.pay(shop.auth_code("anna")).said == ("40004", code)
