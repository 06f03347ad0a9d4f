"""Refunds: in parts, asked for again, never too much, looked up by four numbers."""

from __future__ import annotations

import pytest

from tests.faces.wechat_merchants import EURO_MCHID
from tests.faces.wechatpay_v2.test_orders import told
from tests.faces.wechatpay_v2.xml_shop import XmlShop


def refund_query(shop: XmlShop, **number: str) -> dict[str, str]:
    return shop.call("/pay/refundquery", **number)


def test_a_part_is_given_back_and_the_same_number_again_is_the_same_refund(shop: XmlShop) -> None:
    shop.sold()
    first, again = shop.refund_part(295), shop.refund_part(295)
    assert first["refund_id"] == again["refund_id"]
    assert len(first["refund_id"]) == len("50300908062021020105978994968")
    assert (first["refund_fee"], first["total_fee"], first["cash_refund_fee"]) == (
        "295",
        "1295",
        "295",
    )
    assert shop.balance("li-wei") == 500_000 - 1000
    assert shop.query()["trade_state"] == "REFUND"


def test_refunds_are_looked_up_by_four_numbers(shop: XmlShop) -> None:
    shop.sold()
    one, two = shop.refund_part(295), shop.refund_part(500, "back-0002")
    for number in (
        {"out_trade_no": "tea-0001"},
        {"transaction_id": one["transaction_id"]},
    ):
        answer = refund_query(shop, **number)
        assert answer["refund_count"] == "2"
        assert (answer["refund_id_0"], answer["refund_id_1"]) == (
            one["refund_id"],
            two["refund_id"],
        )
        assert (answer["refund_fee_0"], answer["refund_fee_1"]) == ("295", "500")
        assert answer["refund_status_1"] == "SUCCESS"
        assert answer["refund_recv_accout_0"] == "支付用户零钱"
        assert answer["refund_success_time_0"] == "2026-11-22 20:00:00"
    for number in ({"out_refund_no": "back-0002"}, {"refund_id": two["refund_id"]}):
        answer = refund_query(shop, **number)
        assert (answer["refund_count"], answer["refund_id_0"]) == ("1", two["refund_id"])
    paged = refund_query(shop, out_trade_no="tea-0001", offset="1")
    assert (paged["total_refund_count"], paged["refund_count"]) == ("2", "1")
    assert paged["refund_id_0"] == two["refund_id"]


@pytest.mark.parametrize(
    ("word", "status"), [("REFUND_ABNORMAL", "CHANGE"), ("REFUND_CLOSED", "REFUNDCLOSE")]
)
def test_a_refund_that_does_not_arrive_is_told_so_by_a_query(
    shop: XmlShop, word: str, status: str
) -> None:
    shop.sold()
    shop.wished = word
    shop.refund_part(295)
    shop.wished = ""
    answer = refund_query(shop, out_refund_no="back-0001")
    assert (answer["refund_status_0"], "refund_success_time_0" in answer) == (status, False)
    assert (shop.query()["trade_state"], shop.balance("li-wei")) == ("REFUND", 500_000 - 1295)


def test_a_refund_nobody_asked_for_is_not_found(shop: XmlShop) -> None:
    shop.sold()
    unknown = ("REFUNDNOTEXIST", "退款订单查询失败")
    assert told(refund_query(shop, out_refund_no="none")) == unknown
    assert told(refund_query(shop, refund_id="503")) == unknown
    assert told(refund_query(shop, out_trade_no="tea-0001")) == unknown
    assert told(refund_query(shop, out_trade_no="none")) == unknown
    assert told(refund_query(shop))[0] == "LACK_PARAMS"


def test_never_more_is_given_back_than_was_paid(shop: XmlShop) -> None:
    shop.sold()
    shop.refund_part(1000)
    assert told(shop.refund_part(296, "back-0002")) == (
        "INVALID_REQUEST",
        "累计退款金额大于支付金额",
    )
    shop.refund_part(295, "back-0003")
    assert shop.balance("li-wei") == 500_000
    assert shop.query()["trade_state"] == "REFUND"


@pytest.mark.parametrize(
    ("fee", "total"),
    [(295, 1294), (296, 1295)],
)
def test_a_refund_that_differs_from_what_it_repeats_is_refused(
    shop: XmlShop, fee: int, total: int
) -> None:
    shop.sold()
    shop.refund_part(295)
    assert told(shop.refund_part(fee, total_fee=str(total)))[0] == "REFUND_FEE_MISMATCH"


def test_what_is_not_paid_is_not_refunded(shop: XmlShop) -> None:
    shop.order()
    assert told(shop.refund_part(295))[0] == "INVALID_REQUEST"
    assert told(shop.refund_part(295, out_trade_no="none"))[0] == "ORDERNOTEXIST"


def test_a_payer_in_another_currency_is_told_in_it(shop: XmlShop) -> None:
    who = {"mch_id": EURO_MCHID, "fee_type": "EUR"}
    shop.scan_and_pay("li-wei", shop.order(**who)["code_url"])
    paid = shop.query(mch_id=EURO_MCHID)
    assert (paid["total_fee"], paid["fee_type"]) == ("1295", "EUR")
    assert (paid["cash_fee"], paid["cash_fee_type"]) == ("10118", "CNY")
    answer = shop.refund_part(295, mch_id=EURO_MCHID, refund_fee_type="EUR")
    assert (answer["refund_fee"], answer["cash_refund_fee"]) == ("295", "2304")


def test_an_order_is_given_back_in_fifty_parts_at_most(shop: XmlShop) -> None:
    shop.sold()
    for part in range(50):
        assert shop.refund_part(1, f"back-{part}")["result_code"] == "SUCCESS"
    answer = shop.refund_part(1, "back-50")
    assert answer["err_code"] == "INVALID_REQ_TOO_MUCH"
