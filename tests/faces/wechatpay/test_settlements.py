"""What a shop overseas is told of its payouts, and of what it is still owed."""

from __future__ import annotations

import pytest

from ledger.protocol.instants import DAY
from tests.core.settlement.shop_days import FIRST_DAY, ONE_DAY, ShopDays
from tests.faces.wechat_merchants import EURO_MCHID, MCHID, SP_MCHID, SUB_MCHID
from tests.faces.wechatpay.shop_world import Answer, WechatWorld
from tests.faces.wechatpay.test_variants import in_euro

PATH = "/v3/global/settle/settlements"
EVER = {"settle_start_date": "20261101", "settle_end_date": "20261231"}

Query = dict[str, str]


@pytest.fixture
def days(world: WechatWorld) -> ShopDays:
    return ShopDays(world)


def ask(world: WechatWorld, state: str, mchid: str = EURO_MCHID, **query: str) -> Answer:
    asked = {"settle_state": state, "limit": "10", "offset": "0", **query}
    told = "&".join(f"{name}={value}" for name, value in asked.items())
    return world.get(f"{PATH}?{told}", mchid=mchid)


def sell(world: WechatWorld, number: str = "tea-0001") -> None:
    wanted = in_euro(world) | {"out_trade_no": number}
    made = world.post("/v3/global/transactions/native", wanted, mchid=EURO_MCHID)
    world.scan_and_pay("li-wei", str(made.body["code_url"]))


def test_a_sale_is_owed_until_its_payout_and_told_as_settled_then(
    world: WechatWorld, days: ShopDays
) -> None:
    sell(world)
    back = {"mchid": EURO_MCHID, "out_trade_no": "tea-0001", "out_refund_no": "back-1"}
    part = {"amount": {"refund": 250, "total": 1750, "currency": "EUR"}}
    assert world.post("/v3/global/refunds", {**back, **part}, mchid=EURO_MCHID).status == 200
    sums = {"currency": "EUR", "pay": 1750, "refund": -250, "net": 1500, "fee": 0}
    days_of_trade = {"trade_start_date": "20261122", "trade_end_date": "20261122"}
    owed = ask(world, "UNSETTLE").body
    assert owed == {
        "data": [
            {
                "batch_id": "",
                "settlement_date": "",
                **days_of_trade,
                "amount": {"settled": 0, "unsettle": 1500, **sums},
                "wallet_region": "CHINA_MAINLAND",
            }
        ],
        "total_count": 1,
        "offset": 0,
        "limit": 1,
    }
    batch = days.pay_out(days.close(FIRST_DAY))
    assert ask(world, "UNSETTLE").body["data"] == []
    assert ask(world, "SETTLED", **EVER).body["data"] == [
        {
            "batch_id": batch.batch_id,
            "settlement_date": "20261123",
            **days_of_trade,
            "amount": {"settled": 1500, "unsettle": 0, **sums},
            "wallet_region": "CHINA_MAINLAND",
        }
    ]


def test_payouts_are_listed_by_their_days_and_from_a_place_on(
    world: WechatWorld, days: ShopDays
) -> None:
    for day in range(3):
        sell(world, f"tea-000{day}")
        days.pay_out(days.close(FIRST_DAY + day * ONE_DAY))
        world.wait(DAY // 24)
    whole = ask(world, "SETTLED", **EVER).body
    assert isinstance(whole["data"], list)
    second = ask(world, "SETTLED", **EVER, offset="1", limit="1").body
    assert (second["data"], second["total_count"], second["limit"]) == ([whole["data"][1]], 3, 1)
    on = {"settle_start_date": "20261123", "settle_end_date": "20261123"}
    assert ask(world, "SETTLED", **on).body["data"] == whole["data"][:1]


@pytest.mark.parametrize(
    "query",
    [
        {"settle_state": "PAID"},
        {"settle_state": ""},
        {"limit": "31"},
        {"limit": "00000000000031"},
        {"limit": ""},
        {"limit": "-1"},
        {"offset": "a"},
        {"settle_start_date": ""},
        {"settle_end_date": ""},
        {"settle_end_date": "2026-11-23"},
        {"settle_end_date": "20261301"},
        {"settle_end_date": "20261031"},
    ],
)
def test_a_query_that_can_not_be_is_refused(world: WechatWorld, query: Query) -> None:
    refused = ask(world, "SETTLED", **EVER | query)
    assert (refused.status, refused.code) == (400, "PARAM_ERROR")


def test_nobody_asks_at_home_or_for_a_merchant_of_another_provider(world: WechatWorld) -> None:
    for asked in (
        ask(world, "UNSETTLE", mchid=MCHID),
        ask(world, "UNSETTLE", mchid=SP_MCHID, sub_mchid=SUB_MCHID),
        ask(world, "UNSETTLE", sub_mchid=SUB_MCHID),
    ):
        assert (asked.status, asked.code) == (403, "NO_AUTH")


def test_where_no_settlement_was_agreed_there_is_none(world: WechatWorld) -> None:
    sell(world)
    asked = ask(world, "UNSETTLE")
    assert (asked.status, asked.code) == (404, "RESOURCE_NOT_EXISTS")
    assert ask(world, "SETTLED", **EVER).body["data"] == []
