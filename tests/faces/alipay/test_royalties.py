"""Shares of a trade: receivers are bound, trades shared, and what was shared may come back."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.core.parties import register
from ledger.faces.alipay import numbers
from tests.core.demo_world import KIOSK
from tests.core.demo_world import shop as another_shop
from tests.faces.alipay.shop import MERCHANT_ID, AlipayShop, Node
from tests.faces.alipay.test_rest import TRADE
from tests.faces.alipay.test_rest import call as call_rest
from tests.faces.alipay.test_rest import send as send_rest

RELATION = "alipay.trade.royalty.relation"
SETTLE = "alipay.trade.order.settle"
SELLER, RECEIVER = numbers.seller_id(MERCHANT_ID), numbers.seller_id(KIOSK)
LOGIN = numbers.seller_login(KIOSK)
WRONG = ("40004", "ACQ.INVALID_PARAMETER")
TOO_MUCH = ("40004", "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR")

Said = dict[str, Any]


def bind(shop: AlipayShop, *receivers: Said, method: str = "bind") -> Node:
    listed = list(receivers) or [{"type": "userId", "account": RECEIVER, "memo": "rent"}]
    return shop.call(f"{RELATION}.{method}", receiver_list=listed, out_request_no="B1")


def bound(shop: AlipayShop, **page: object) -> Node:
    return shop.call(f"{RELATION}.batchquery", out_request_no="Q1", **page)


def pay(shop: AlipayShop, out_trade_no: str = "A1") -> str:
    """Sell for 12.95, of which the fee leaves 12.87; the trade's number."""
    return str(shop.pay(shop.auth_code("anna"), out_trade_no)["trade_no"])


def sell_online(shop: AlipayShop) -> str:
    """Sell for 12.95 to one buyer, not at a counter; the trade's number."""
    shop.pay(shop.auth_code("anna"), "A0")
    terms = {"out_trade_no": "A1", "total_amount": "12.95", "subject": "Tea"}
    buyer = shop.query("A0")["buyer_user_id"]
    trade_no = str(shop.call("alipay.trade.create", buyer_id=buyer, **terms)["trade_no"])
    shop.refund("12.95", out_trade_no="A0")
    shop.scan_and_pay("anna", f"https://qr.alipay.com/{trade_no}")
    return trade_no


def part(amount: str = "", **changed: str) -> Said:
    named = {"trans_in": RECEIVER, "trans_in_type": "userId", "royalty_type": "transfer"}
    return named | ({"amount": amount} if amount else {}) | changed


def share(shop: AlipayShop, trade_no: str, *parts: Said, number: str = "S1", **said: str) -> Node:
    wanted = {"out_request_no": number, "trade_no": trade_no, "royalty_parameters": list(parts)}
    return shop.call(SETTLE, **wanted, **said)


def info(shop: AlipayShop) -> Said:
    said = shop.call("alipay.trade.query", out_trade_no="A1", query_options=["trade_settle_info"])
    return dict(said["trade_settle_info"])


def settlement(shop: AlipayShop, **named: str) -> Node:
    return shop.call(f"{SETTLE}.query", **named)


def balances(shop: AlipayShop) -> tuple[int, int]:
    """What is owed to the seller and to the receiver, in cents."""
    with shop.store.reading() as books:
        found = [books.journal.account(f"merchant:{each}:EUR") for each in (MERCHANT_ID, KIOSK)]
    seller, receiver = (each.balance_minor if each else 0 for each in found)
    return seller, receiver


def test_a_share_goes_to_its_receiver_and_the_query_names_it(shop: AlipayShop) -> None:
    trade_no = pay(shop)
    assert bind(shop)["result_code"] == "SUCCESS"
    made = share(shop, trade_no, part("3.00"))
    assert (made["code"], made["trade_no"]) == ("10000", trade_no)
    assert len(made["settle_no"]) == 28
    assert balances(shop) == (987, 300)
    assert info(shop) == {
        "trade_settle_detail_list": [
            {
                "operation_type": "transfer",
                "operation_serial_no": "S1",
                "operation_dt": "2026-11-22 20:00:00",
                "trans_out": SELLER,
                "trans_in": RECEIVER,
                "amount": "3.00",
            }
        ],
        "trade_unsettled_amount": "9.87",
    }
    assert "trade_settle_info" not in shop.query()


def test_a_settlement_is_told_by_its_number_or_by_the_request(shop: AlipayShop) -> None:
    trade_no = pay(shop)
    bind(shop)
    settle_no = str(share(shop, trade_no, part("3.00"), part("0.50"))["settle_no"])
    told = settlement(shop, settle_no=settle_no)
    assert (told["out_request_no"], told["operation_dt"]) == ("S1", "2026-11-22 20:00:00")
    first, second = told["royalty_detail_list"]
    assert first == {
        "operation_type": "transfer",
        "execute_dt": "2026-11-22 20:00:00",
        "trans_out": SELLER,
        "trans_out_type": "userId",
        "trans_in": RECEIVER,
        "trans_in_type": "userId",
        "amount": "3.00",
        "state": "SUCCESS",
        "detail_id": f"{settle_no}0001",
    }
    assert (second["amount"], second["detail_id"]) == ("0.50", f"{settle_no}0002")
    assert settlement(shop, out_request_no="S1", trade_no=trade_no) == told


def test_a_settlement_that_nobody_made_here_is_not_told(shop: AlipayShop) -> None:
    trade_no = pay(shop)
    bind(shop)
    settle_no = str(share(shop, trade_no, part("3.00"))["settle_no"])
    shop.refund("1.00", "R1")
    unknown = ("40004", "ACQ.TRADE_NOT_EXIST")
    assert settlement(shop, settle_no="20261122002530000000000000000000").said == unknown
    for number in ("S2", "R1"):
        assert settlement(shop, out_request_no=number, trade_no=trade_no).said == unknown
    assert settlement(shop, out_request_no="S1", trade_no="1").said == unknown
    for half in ({}, {"out_request_no": "S1"}, {"trade_no": trade_no}):
        assert settlement(shop, **half).said == WRONG
    other = {"app_id": shop.register("2021000000000009", merchant_id=KIOSK)}
    assert shop.call_with(f"{SETTLE}.query", other, settle_no=settle_no).said == unknown


def test_what_is_left_to_share_is_told_and_that_all_may_be(shop: AlipayShop) -> None:
    def left(trade_no: object) -> object:
        return shop.call("alipay.trade.order.onsettle.query", trade_no=trade_no)["unsettled_amount"]

    shop.scan("anna", shop.precreate("A0"))
    assert left(shop.query("A0")["trade_no"]) == "0.00"
    trade_no = pay(shop)
    assert left(trade_no) == "12.87"
    bind(shop)
    share(shop, trade_no, part("3.00"))
    assert left(trade_no) == "9.87"
    assert shop.call("alipay.trade.order.onsettle.query", out_trade_no="A1").said == WRONG
    rate = shop.call("alipay.trade.royalty.rate.query", out_request_no="Q1")
    assert (rate["user_id"], rate["max_ratio"]) == (SELLER, "100")
    assert shop.call("alipay.trade.royalty.rate.query").said == WRONG


def test_the_same_share_again_is_the_same_settlement(shop: AlipayShop) -> None:
    trade_no = pay(shop)
    bind(shop)
    first = share(shop, trade_no, part("3.00"))
    assert share(shop, trade_no, part("3.00")) == first
    other = share(shop, trade_no, part("3.01"))
    assert other.said == ("40004", "ACQ.DISCORDANT_REPEAT_REQUEST")
    shop.refund("12.95")
    bind(shop, method="unbind")
    assert share(shop, trade_no, part("3.00")) == first
    assert balances(shop) == (0, 0)


def test_no_more_is_shared_than_is_left_and_all_receivers_get_theirs_or_none(
    shop: AlipayShop,
) -> None:
    trade_no = pay(shop)
    bind(shop)
    assert share(shop, trade_no, part("12.88")).said == TOO_MUCH
    assert share(shop, trade_no, part("6.00"), part("6.88")).said == TOO_MUCH
    shop.refund("2.95", "R1")
    assert share(shop, trade_no, part("9.95")).said == TOO_MUCH
    assert share(shop, trade_no, part("4.00"), part("5.93"))["code"] == "10000"
    assert balances(shop) == (1, 993)
    assert info(shop)["trade_unsettled_amount"] == "0.01"
    assert share(shop, trade_no, part("0.02"), number="S2").said == TOO_MUCH
    assert share(shop, trade_no, part("0.01"), number="S2")["code"] == "10000"


def test_a_percentage_is_of_what_the_seller_received_and_an_amount_beside_it_wins(
    shop: AlipayShop,
) -> None:
    trade_no = pay(shop)
    bind(shop)
    assert share(shop, trade_no, part(amount_percentage="33"))["code"] == "10000"
    assert balances(shop)[1] == 427  # of 12.95, rounded down
    both = part("1.00", amount_percentage="100")
    assert share(shop, trade_no, both, number="S2")["code"] == "10000"
    assert balances(shop)[1] == 527
    whole = part(amount_percentage="100")
    assert share(shop, trade_no, whole, number="S3").said == TOO_MUCH


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (part("0.00"), "INVALID_PARAMETER"),
        (part("-1.00"), "INVALID_PARAMETER"),
        (part(), "INVALID_PARAMETER"),
        (part(amount_percentage="0"), "INVALID_PARAMETER"),
        (part(amount_percentage="101"), "INVALID_PARAMETER"),
        (part(amount_percentage="a"), "INVALID_PARAMETER"),
        (part("1.00", royalty_type="replenish"), "INVALID_PARAMETER"),
        (part("1.00", trans_out=RECEIVER), "INVALID_PARAMETER"),
        (part("1.00", trans_in=""), "INVALID_PARAMETER"),
        (part("1.00", trans_in="2088000000000000"), "ROYALTY_ACCOUNT_NOT_EXIST"),
        (part("1.00", trans_in=SELLER), "ROYALTY_RECEIVER_INVALID"),
        (part("1.00", trans_in_type="cardAliasNo"), "ROYALTY_RECEIVER_INVALID"),
    ],
)
def test_a_share_that_can_not_be_is_refused_by_its_code(
    shop: AlipayShop, wanted: Said, code: str
) -> None:
    trade_no = pay(shop)
    bind(shop)
    assert share(shop, trade_no, part("1.00"), wanted).said == ("40004", f"ACQ.{code}")
    assert balances(shop) == (1287, 0)


def test_only_a_bound_receiver_gets_a_share(shop: AlipayShop) -> None:
    trade_no = pay(shop)
    refused = ("40004", "ACQ.ROYALTY_RECEIVER_INVALID")
    assert share(shop, trade_no, part("1.00")).said == refused
    bind(shop)
    bind(shop, method="unbind")
    assert share(shop, trade_no, part("1.00")).said == refused


def test_only_a_paid_trade_is_shared(shop: AlipayShop) -> None:
    bind(shop)
    refused = ("40004", "ACQ.ILLEGAL_SETTLE_STATE")
    shop.scan("anna", shop.precreate())
    assert share(shop, shop.query()["trade_no"], part("1.00")).said == refused
    trade_no = pay(shop, "A2")
    shop.refund("12.95", out_trade_no="A2")
    assert share(shop, trade_no, part("1.00")).said == refused
    assert share(shop, trade_no, part("1.00"), royalty_mode="later").said == WRONG


def test_of_a_sale_at_a_counter_all_bear_a_refund_by_their_parts(shop: AlipayShop) -> None:
    trade_no = pay(shop)
    bind(shop)
    share(shop, trade_no, part("5.00"))
    for _ in range(2):
        shop.refund("1.00", "R1")  # 500 of 1295: 38.6, of which the cent waits for the next refund
        assert balances(shop) == (1287 - 500 - 99 + 38, 500 - 38)
    assert shop.refund("2.00", "R2")["code"] == "10000"
    assert balances(shop)[1] == 500 - 500 * 300 // 1295
    shop.refund("9.95", "R3")
    assert balances(shop) == (0, 0)
    taken = [each["amount"] for each in info(shop)["trade_settle_detail_list"]]
    assert taken == ["5.00", "0.38", "0.77", "3.85"]


def test_at_a_counter_too_a_refund_can_name_who_gives_back(shop: AlipayShop) -> None:
    trade_no = pay(shop)
    bind(shop)
    share(shop, trade_no, part("5.00"))
    back = [{"trans_out": RECEIVER, "amount": "0.40"}]
    given = {"refund_amount": "1.00", "out_request_no": "R1", "refund_royalty_parameters": back}
    assert shop.call("alipay.trade.refund", trade_no=trade_no, **given)["code"] == "10000"
    assert balances(shop)[1] == 460
    shop.refund("1.00", "R2")
    assert balances(shop)[1] == 500 - 500 * 200 // 1295


def test_of_a_sale_online_a_refund_is_the_sellers_alone_unless_it_names_who_gives_back(
    shop: AlipayShop,
) -> None:
    trade_no = sell_online(shop)
    bind(shop)
    share(shop, trade_no, part("5.00"))
    shop.refund("2.95", "R1")
    assert balances(shop) == (494, 500)

    def refund(amount: str, back: str, number: str = "R2") -> Node:
        given = {"trans_out": RECEIVER, "trans_out_type": "userId", "amount": back}
        return shop.call(
            "alipay.trade.refund",
            out_trade_no="A1",
            refund_amount=amount,
            out_request_no=number,
            refund_royalty_parameters=[given],
        )

    assert refund("9.00", "5.01").said == TOO_MUCH  # more than the receiver has
    assert refund("1.00", "1.01").said == TOO_MUCH  # more than is refunded
    assert balances(shop) == (494, 500)
    for changed in ("Y", "N"):
        assert refund("4.00", "2.50")["fund_change"] == changed
    assert balances(shop) == (494 - 398 + 250, 250)
    assert refund("4.00", "2.49").said == ("40004", "ACQ.DISCORDANT_REPEAT_REQUEST")
    _, back = info(shop)["trade_settle_detail_list"]
    assert (back["operation_type"], back["operation_serial_no"]) == ("transfer_refund", "R2")
    assert (back["trans_out"], back["trans_in"], back["amount"]) == (RECEIVER, SELLER, "2.50")
    assert (back["ori_trans_out"], back["ori_trans_in"]) == (SELLER, RECEIVER)
    assert refund("1.00", "0.50", "R3")["code"] == "10000"


def test_a_cancelled_trade_leaves_its_shares_where_they_are(shop: AlipayShop) -> None:
    trade_no = pay(shop)
    bind(shop)
    share(shop, trade_no, part("3.00"))
    assert shop.call("alipay.trade.cancel", trade_no=trade_no)["action"] == "refund"
    assert balances(shop) == (-300, 300)


def test_receivers_are_listed_page_by_page(shop: AlipayShop) -> None:
    empty = bound(shop)
    assert (empty["receiver_list"], empty["total_record_num"]) == ([], "0")
    bind(shop)
    bind(shop)
    listed = bound(shop)
    assert listed["receiver_list"] == [
        {
            "type": "userId",
            "account": RECEIVER,
            "memo": "rent",
            "login_name": LOGIN,
            "bind_login_name": LOGIN,
        }
    ]
    assert (listed["total_page_num"], listed["current_page_size"]) == ("1", "1")
    assert bound(shop, page_num=2)["receiver_list"] == []
    for page in ({"page_num": 0}, {"page_size": 101}, {"page_size": "a"}):
        assert bound(shop, **page).said == WRONG


@pytest.mark.parametrize(
    "receiver",
    [
        {"type": "loginName", "account": LOGIN, "name": "Kiosk am Kanal"},
        {"account": RECEIVER},
        {"type": "userId", "account": RECEIVER, "name": "运河小卖部"},
    ],
)
def test_a_receiver_is_bound_by_any_of_its_names(shop: AlipayShop, receiver: Said) -> None:
    assert bind(shop, receiver)["code"] == "10000"
    trade_no = pay(shop)
    by_login = part("1.00", trans_in=LOGIN, trans_in_type="loginName", trans_out=SELLER)
    assert share(shop, trade_no, by_login)["code"] == "10000"


@pytest.mark.parametrize(
    "receiver",
    [
        {"type": "loginName", "account": LOGIN},
        {"type": "loginName", "account": LOGIN, "name": "Somebody else"},
        {"type": "openId", "account": RECEIVER},
        {"type": "userId"},
        {"type": "userId", "account": "2088000000000000"},
        {"type": "userId", "account": SELLER},
        {"type": "userId", "account": RECEIVER, "memo": "x" * 257},
    ],
)
def test_who_can_not_be_bound_is_refused_and_nobody_with_it(
    shop: AlipayShop, receiver: Said
) -> None:
    assert bind(shop, {"account": RECEIVER}, receiver).said == WRONG
    assert bound(shop)["receiver_list"] == []


def test_a_merchant_of_another_currency_is_no_receiver(shop: AlipayShop) -> None:
    with shop.store.transaction() as books:
        merchant = another_shop("M2088DEMO000009", "Tea House", zh="茶馆", code="CNY")
        register.register_merchant(books, merchant=merchant)
    account = numbers.seller_id("M2088DEMO000009")
    assert bind(shop, {"account": account}).said == WRONG


def test_one_to_twenty_receivers_are_bound_by_a_call(shop: AlipayShop) -> None:
    listed: list[Said]
    for listed in ([], [{"account": RECEIVER}] * 21):
        said = {"receiver_list": listed, "out_request_no": "B1"}
        assert shop.call(f"{RELATION}.bind", **said).said == WRONG
    assert bind(shop, *[{"account": RECEIVER}] * 20)["code"] == "10000"


def test_v3_binds_shares_and_refuses_alike(shop: AlipayShop) -> None:
    trade_no = pay(shop)
    listed = {"receiver_list": [{"account": RECEIVER}], "out_request_no": "B1"}
    assert call_rest(shop, "royalty/relation/bind", listed).json == {"result_code": "SUCCESS"}
    wanted = {"out_request_no": "S1", "trade_no": trade_no}
    made = call_rest(shop, "order/settle", wanted | {"royalty_parameters": [part("3.00")]})
    assert (made.status, made.json["trade_no"]) == (200, trade_no)
    much = call_rest(shop, "order/settle", wanted | {"royalty_parameters": [part("9.00")]})
    assert (much.status, much.json["code"]) == (400, "ACQ.DISCORDANT_REPEAT_REQUEST")
    asked = send_rest(shop, "GET", f"{TRADE}/order/settle/query?settle_no={made.json['settle_no']}")
    assert [each["state"] for each in asked.json["royalty_detail_list"]] == ["SUCCESS"]
    left = send_rest(shop, "GET", f"{TRADE}/order/onsettle/query?trade_no={trade_no}")
    assert left.json == {"unsettled_amount": "9.87"}
    rate = send_rest(shop, "GET", f"{TRADE}/royalty/rate/query?out_request_no=Q1")
    assert rate.json == {"user_id": SELLER, "max_ratio": "100"}
