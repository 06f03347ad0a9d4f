"""Refunds: asked for, repeated, looked up, refused."""

from __future__ import annotations

import re

import pytest

from ledger.core.notices import notifications
from ledger.core.privacy import erasure
from ledger.core.vendors.wechatpay import PlatformKey
from ledger.protocol.instants import SECOND
from ledger.protocol.wechatpay_wire import seals, times
from tests.faces.wechat_merchants import APPID, MCHID
from tests.faces.wechatpay.shop_world import PLATFORM_KEY, PUBLIC_KEY, Answer, WechatWorld

REFUNDS = "/v3/refund/domestic/refunds"


def _wanted(
    out_refund_no: str = "back-1", refund: int = 300, total: int = 1295
) -> dict[str, object]:
    return {
        "out_trade_no": "tea-0001",
        "out_refund_no": out_refund_no,
        "reason": "cold",
        "amount": {"refund": refund, "total": total, "currency": "CNY"},
    }


def test_a_refund_is_accepted_first_and_done_when_it_is_looked_up(world: WechatWorld) -> None:
    world.sold()
    answer = world.post(REFUNDS, _wanted())
    assert (answer.status, answer.body["status"]) == (200, "PROCESSING")
    assert "success_time" not in answer.body
    assert re.fullmatch(r"503\d{7}20261122\d{11}", str(answer.body["refund_id"]))
    assert answer.body["amount"] == {
        "total": 1295,
        "refund": 300,
        "from": [],
        "payer_total": 1295,
        "payer_refund": 300,
        "settlement_refund": 300,
        "settlement_total": 1295,
        "discount_refund": 0,
        "currency": "CNY",
    }
    done = world.get(f"{REFUNDS}/back-1").body
    assert done == {
        **answer.body,
        "status": "SUCCESS",
        "success_time": times.to_text(world.now),
    }
    order = world.get(f"/v3/pay/transactions/out-trade-no/tea-0001?mchid={MCHID}").body
    assert order["trade_state"] == "REFUND"
    assert world.balance("li-wei") == 500_000 - 1295 + 300


def test_the_same_number_again_pays_back_once(world: WechatWorld) -> None:
    world.sold()
    first = world.post(REFUNDS, _wanted())
    assert world.post(REFUNDS, _wanted()).body == first.body
    other = world.post(REFUNDS, _wanted(refund=301))
    assert (other.status, other.code) == (400, "INVALID_REQUEST")
    assert world.balance("li-wei") == 500_000 - 1295 + 300


def test_an_order_is_found_by_the_platforms_number_and_given_back_whole(
    world: WechatWorld,
) -> None:
    world.sold()
    wanted = {**_wanted(refund=1295), "transaction_id": world.opened().order.vendor_no}
    del wanted["out_trade_no"]
    assert world.post(REFUNDS, wanted).status == 200
    assert world.balance("li-wei") == 500_000
    again = world.post(REFUNDS, _wanted("back-2", refund=1))
    assert (again.status, again.code) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"amount": {"refund": 1296, "total": 1295}}, 400, "INVALID_REQUEST"),
        ({"amount": {"refund": 300, "total": 1294}}, 400, "INVALID_REQUEST"),
        ({"amount": {"refund": 0, "total": 1295}}, 400, "PARAM_ERROR"),
        ({"amount": {"refund": 1, "total": 1295, "currency": "EUR"}}, 400, "PARAM_ERROR"),
        ({"out_trade_no": "tea-9999"}, 404, "RESOURCE_NOT_EXISTS"),
        ({"out_trade_no": ""}, 400, "PARAM_ERROR"),
        ({"out_refund_no": "a b"}, 400, "PARAM_ERROR"),
        ({"reason": "x" * 81}, 400, "PARAM_ERROR"),
        ({"notify_url": "http://127.0.0.1/?a"}, 400, "PARAM_ERROR"),
        ({"sub_mchid": "1900000010"}, 403, "NO_AUTH"),
        ({"funds_account": "SAVINGS"}, 400, "PARAM_ERROR"),
    ],
)
def test_a_refund_that_breaks_a_rule_gives_nothing_back(
    world: WechatWorld, change: dict[str, object], status: int, code: str
) -> None:
    world.sold()
    answer = world.post(REFUNDS, {**_wanted(), **change})
    assert (answer.status, answer.code) == (status, code)
    assert world.balance("li-wei") == 500_000 - 1295
    unknown = world.get(f"{REFUNDS}/back-1")
    assert (unknown.status, unknown.code) == (404, "RESOURCE_NOT_EXISTS")


def test_a_payer_who_left_gets_nothing_back(world: WechatWorld) -> None:
    everything = 500_000
    world.sold(total=everything)
    lost = _lost(world, "REFUND_ABNORMAL", _wanted(total=everything))
    with world.store.transaction() as books:
        told = [row.notification_id for row in books.outbox.due(world.now, 10)]
        notifications.delivered(books, notification_ids=told)
        erasure.erase(books, payer_id=world.payer_id("li-wei"), now=world.now)
    refused = world.post(REFUNDS, _wanted("back-2", total=everything))
    assert (refused.status, refused.code) == (403, "USER_ACCOUNT_ABNORMAL")
    assert refused.body["message"] == "退款请求失败，用户已注销"
    wanted = {"out_refund_no": "back-1", "type": "USER_BANK_CARD"}
    late = world.post(f"{REFUNDS}/{lost.body['refund_id']}/apply-abnormal-refund", wanted)
    assert (late.code, _status(world)) == ("USER_ACCOUNT_ABNORMAL", "ABNORMAL")


def test_an_unpaid_order_has_nothing_to_give_back(world: WechatWorld) -> None:
    world.post("/v3/pay/transactions/native", world.wanted())
    assert world.post(REFUNDS, _wanted()).code == "INVALID_REQUEST"


def test_an_order_is_given_back_in_fifty_parts_at_most(world: WechatWorld) -> None:
    world.sold()
    for part in range(50):
        assert world.post(REFUNDS, _wanted(f"back-{part}", refund=1)).status == 200
    assert world.post(REFUNDS, _wanted("back-50", refund=1)).code == "INVALID_REQUEST"


def test_a_number_may_have_what_the_vendor_allows(world: WechatWorld) -> None:
    world.sold()
    number = "Ab9_-|*@" * 8
    assert world.post(REFUNDS, _wanted(number)).status == 200
    assert world.get(f"{REFUNDS}/{number}").body["out_refund_no"] == number


def _lost(world: WechatWorld, word: str, wanted: dict[str, object]) -> Answer:
    return world.post(REFUNDS, wanted, headers={"Wechatpay-Negative-Test": word})


def _status(world: WechatWorld, out_refund_no: str = "back-1") -> object:
    return world.get(f"{REFUNDS}/{out_refund_no}").body["status"]


def test_a_refund_that_can_not_reach_the_payer_moves_no_money_until_it_does(
    world: WechatWorld,
) -> None:
    world.sold()
    answer = _lost(world, "REFUND_ABNORMAL", _wanted())
    assert (answer.status, answer.body["status"]) == (200, "PROCESSING")
    told = world.get(f"{REFUNDS}/back-1").body
    assert told == {**answer.body, "status": "ABNORMAL"}
    order = world.get(f"/v3/pay/transactions/out-trade-no/tea-0001?mchid={MCHID}").body
    assert order["trade_state"] == "REFUND"
    assert world.balance("li-wei") == 500_000 - 1295
    # What waits is spoken for, and the rest is not.
    assert world.post(REFUNDS, _wanted("back-2", refund=996)).code == "INVALID_REQUEST"
    assert world.post(REFUNDS, _wanted("back-2", refund=995)).status == 200
    world.wait(60 * SECOND)
    path = f"{REFUNDS}/{answer.body['refund_id']}/apply-abnormal-refund"
    other_card = {"out_refund_no": "back-1", "type": "USER_BANK_CARD"}
    assert world.post(path, other_card).body["status"] == "PROCESSING"
    arrived = world.get(f"{REFUNDS}/back-1").body
    assert (arrived["status"], arrived["success_time"]) == ("SUCCESS", times.to_text(world.now))
    assert arrived["create_time"] != arrived["success_time"]
    assert world.balance("li-wei") == 500_000
    assert world.post(path, other_card).body["message"] == "该退款单状态不是退款异常"


def test_a_closed_refund_gave_nothing_back_and_leaves_room_for_another(world: WechatWorld) -> None:
    world.sold()
    assert _lost(world, "REFUND_CLOSED", _wanted(refund=1295)).body["status"] == "PROCESSING"
    assert _status(world) == "CLOSED"
    assert "success_time" not in world.get(f"{REFUNDS}/back-1").body
    assert world.balance("li-wei") == 500_000 - 1295
    assert world.post(REFUNDS, _wanted("back-2", refund=1295)).status == 200
    assert (_status(world, "back-2"), world.balance("li-wei")) == ("SUCCESS", 500_000)


def test_what_goes_to_the_merchants_card_instead_is_over(world: WechatWorld) -> None:
    world.sold()
    refund_id = _lost(world, "REFUND_ABNORMAL", _wanted()).body["refund_id"]
    path = f"{REFUNDS}/{refund_id}/apply-abnormal-refund"
    own_card = {"out_refund_no": "back-1", "type": "MERCHANT_BANK_CARD"}
    assert world.post(path, {**own_card, "type": "CASH"}).code == "PARAM_ERROR"
    assert world.post(path, own_card).status == 200
    assert (_status(world), world.balance("li-wei")) == ("CLOSED", 500_000 - 1295)


def test_what_waits_is_not_given_back_beside_the_whole(world: WechatWorld) -> None:
    world.post("/v3/pay/transactions/codepay", world.by_code("li-wei"))
    refund_id = _lost(world, "REFUND_ABNORMAL", _wanted()).body["refund_id"]
    undone = {"appid": APPID, "mchid": MCHID}
    world.post("/v3/pay/transactions/out-trade-no/tea-0001/reverse", undone)
    assert world.balance("li-wei") == 500_000
    wanted = {"out_refund_no": "back-1", "type": "USER_BANK_CARD"}
    answer = world.post(f"{REFUNDS}/{refund_id}/apply-abnormal-refund", wanted)
    assert (answer.code, world.balance("li-wei")) == ("INVALID_REQUEST", 500_000)


@pytest.mark.parametrize("named", [PLATFORM_KEY, PUBLIC_KEY], ids=["certificate", "public key"])
def test_a_refund_that_arrived_is_not_sent_elsewhere_and_names_open_all_the_same(
    world: WechatWorld, named: PlatformKey
) -> None:
    world.sold()
    refund_id = world.post(REFUNDS, _wanted()).body["refund_id"]
    path = f"{REFUNDS}/{refund_id}/apply-abnormal-refund"
    wanted = {"out_refund_no": "back-1", "type": "USER_BANK_CARD"}
    hidden = {"real_name": seals.hide("张三", named.private_key.public_key())}
    answer = world.post(path, {**wanted, **hidden}, serial=named.name)
    assert answer.body["message"] == "该退款单状态不是退款异常"
    assert world.post(path, {**wanted, **hidden}).code == "PARAM_ERROR"
    assert (
        world.post(path, {**wanted, "real_name": "张三"}, serial=named.name).code == "PARAM_ERROR"
    )
