"""Payers who can't pay, each told by the vendor's own code."""

from __future__ import annotations

from ledger.core.parties import register
from ledger.core.records.parties import PartyStatus
from tests.faces.wechat_merchants import APPID, MCHID
from tests.faces.wechatpay.shop_world import WechatWorld

CODEPAY = "/v3/pay/transactions/codepay"


def test_a_blocked_payer_is_told_as_an_account_in_error(world: WechatWorld) -> None:
    wanted = world.by_code("li-wei")
    with world.store.transaction() as books:
        register.set_payer_status(
            books, payer_id=world.payer_id("li-wei"), status=PartyStatus.BLOCKED
        )
    answer = world.post(CODEPAY, wanted)
    assert (answer.status, answer.code) == (403, "ACCOUNT_ERROR")


def test_more_than_a_payer_may_spend_in_a_day_is_told_as_a_rule(world: WechatWorld) -> None:
    wanted = world.by_code("li-wei", total=500_001)
    answer = world.post(CODEPAY, wanted)
    assert (answer.status, answer.code) == (403, "RULE_LIMIT")


def test_what_was_given_back_in_part_is_not_reversed(world: WechatWorld) -> None:
    world.post(CODEPAY, world.by_code("li-wei"))
    part = {"refund": 100, "total": 1295, "currency": "CNY"}
    wanted = {"out_trade_no": "tea-0001", "out_refund_no": "R1", "amount": part}
    assert world.post("/v3/refund/domestic/refunds", wanted).status == 200
    body = {"appid": APPID, "mchid": MCHID}
    answer = world.post("/v3/pay/transactions/out-trade-no/tea-0001/reverse", body)
    assert (answer.status, answer.code) == (400, "ORDER_CLOSED")
