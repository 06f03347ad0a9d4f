"""Payment by the code on the payer's phone: at once, with the payer asked, undone, refused."""

from __future__ import annotations

import pytest

from ledger.core.records.payments import Payment
from ledger.protocol.instants import DAY, later
from tests.faces.wechat_merchants import APPID, EURO_MCHID, MCHID
from tests.faces.wechatpay.shop_world import WechatWorld

CODEPAY = "/v3/pay/transactions/codepay"
BY_NO = "/v3/pay/transactions/out-trade-no/tea-0001"
MINE = f"?mchid={MCHID}"
WHO = {"appid": APPID, "mchid": MCHID}
ABOVE = 100_001
"""More than goes without asking."""


def _payment(world: WechatWorld) -> Payment:
    return world.opened().payment


def test_a_small_amount_is_paid_at_once(world: WechatWorld) -> None:
    answer = world.post(CODEPAY, world.by_code("li-wei"))
    assert (answer.status, answer.body["trade_state"]) == (200, "SUCCESS")
    assert answer.body["trade_type"] == "MICROPAY"
    assert answer.body == world.get(BY_NO + MINE).body
    assert world.balance("li-wei") == 500_000 - 1295


def test_above_the_limit_the_payer_is_asked_and_the_shop_queries(world: WechatWorld) -> None:
    answer = world.post(CODEPAY, world.by_code("li-wei", total=ABOVE))
    assert (answer.status, answer.code) == (202, "USERPAYING")
    assert world.get(BY_NO + MINE).body["trade_state"] == "USERPAYING"
    world.authorise(_payment(world), "li-wei")
    assert world.get(BY_NO + MINE).body["trade_state"] == "SUCCESS"


def test_what_goes_without_the_password_is_limited_by_amount_and_ten_times_a_day(
    world: WechatWorld,
) -> None:
    first = world.post(CODEPAY, world.by_code("li-wei", "tea-0000", ABOVE - 1))
    others = [world.post(CODEPAY, world.by_code("li-wei", f"tea-{n:04}", 1)) for n in range(1, 11)]
    assert [answer.status for answer in (first, *others)] == [200] * 10 + [202]
    assert others[-1].code == "USERPAYING"
    asked = world.opened("tea-0010").payment
    world.authorise(asked, "li-wei")
    by_no = f"/v3/pay/transactions/out-trade-no/tea-0010{MINE}"
    assert world.get(by_no).body["trade_state"] == "SUCCESS"


def test_overseas_the_password_is_asked_for_above_three_thousand_yuan(world: WechatWorld) -> None:
    answers = [
        world.post(
            "/v3/global/micropay/transactions/pay",
            {
                **world.by_code("li-wei", number, total),
                "mchid": EURO_MCHID,
                "amount": {"total": total, "currency": "EUR"},
                "trade_type": "MICROPAY",
                "merchant_category_code": "4111",
            },
            mchid=EURO_MCHID,
        )
        for number, total in (("tea-0001", 38_401), ("tea-0002", 38_400))
    ]
    assert [answer.status for answer in answers] == [202, 200]


def test_a_payer_who_says_no_is_told_as_an_error_of_the_payment(world: WechatWorld) -> None:
    world.post(CODEPAY, world.by_code("li-wei", total=ABOVE))
    world.decline(_payment(world), "li-wei")
    told = world.get(BY_NO + MINE).body
    assert (told["trade_state"], told["trade_state_desc"]) == ("PAYERROR", "支付失败，请撤销订单")


@pytest.mark.parametrize("total", [1295, ABOVE])
def test_a_reversal_ends_what_is_paid_and_what_waits(world: WechatWorld, total: int) -> None:
    world.post(CODEPAY, world.by_code("li-wei", total=total))
    for _ in range(2):
        answer = world.post(f"{BY_NO}/reverse", WHO)
        assert (answer.status, answer.body) == (200, {**WHO, "out_trade_no": "tea-0001"})
    assert world.get(BY_NO + MINE).body["trade_state"] == "REVOKED"
    assert world.balance("li-wei") == 500_000


def test_what_was_reversed_before_it_arrived_can_never_be_paid(world: WechatWorld) -> None:
    assert world.post(f"{BY_NO}/reverse", WHO).status == 200
    assert world.post(CODEPAY, world.by_code("li-wei")).code == "OUT_TRADE_NO_USED"
    assert world.get(BY_NO + MINE).body["trade_state"] == "REVOKED"
    assert world.balance("li-wei") == 500_000


def test_an_order_by_code_is_reversed_and_not_closed_and_one_on_a_screen_the_other_way(
    world: WechatWorld,
) -> None:
    world.post(CODEPAY, world.by_code("li-wei", total=ABOVE))
    answer = world.post(f"{BY_NO}/close", {"mchid": MCHID})
    assert (answer.code, answer.body["message"]) == (
        "INVALID_REQUEST",
        "当前交易不允许进行普通关单",
    )
    world.post("/v3/pay/transactions/native", world.wanted("tea-0002"))
    undone = world.post("/v3/pay/transactions/out-trade-no/tea-0002/reverse", WHO)
    assert undone.code == "INVALID_REQUEST"


def test_a_reversal_is_possible_for_seven_days(world: WechatWorld) -> None:
    world.post(CODEPAY, world.by_code("li-wei"))
    world.now = later(world.now, 7 * DAY)
    late = world.post(f"{BY_NO}/reverse", WHO)
    assert (late.status, late.code) == (400, "INVALID_REQUEST")
    assert world.balance("li-wei") == 500_000 - 1295
    world.now = later(world.now, -1)
    assert world.post(f"{BY_NO}/reverse", WHO).status == 200


def test_a_code_pays_one_order_and_a_refused_one_leaves_no_order(world: WechatWorld) -> None:
    wanted = world.by_code("li-wei")
    world.post(CODEPAY, wanted)
    assert world.post(CODEPAY, wanted).code == "ORDER_PAID"
    answer = world.post(CODEPAY, {**wanted, "out_trade_no": "tea-0002"})
    assert (answer.status, answer.code) == (400, "AUTH_CODE_INVALID")
    by_no = f"/v3/pay/transactions/out-trade-no/tea-0002{MINE}"
    assert world.get(by_no).code == "ORDER_NOT_EXIST"
    assert world.balance("li-wei") == 500_000 - 1295


def test_asking_again_while_the_payer_is_asked_is_the_same_answer(world: WechatWorld) -> None:
    wanted = world.by_code("li-wei", total=ABOVE)
    assert [world.post(CODEPAY, wanted).code for _ in range(2)] == ["USERPAYING", "USERPAYING"]
    other = {**wanted, "amount": {"total": ABOVE + 1}}
    assert world.post(CODEPAY, other).code == "INVALID_REQUEST"


@pytest.mark.parametrize("code", ["", "28123456789012345", "281234567890123456", "13" + "x" * 16])
def test_a_code_of_another_form_is_refused(world: WechatWorld, code: str) -> None:
    wanted = {**world.by_code("li-wei"), "payer": {"auth_code": code}}
    assert world.post(CODEPAY, wanted).code == "PARAM_ERROR"


def test_the_shop_that_scans_is_named(world: WechatWorld) -> None:
    wanted = {**world.by_code("li-wei"), "scene_info": {"device_id": "1"}}
    assert world.post(CODEPAY, wanted).code == "PARAM_ERROR"
    own = {"store_info": {"out_id": "shop-7"}}
    assert world.post(CODEPAY, {**wanted, "scene_info": own}).status == 200


def test_a_payer_without_enough_money_is_told_so(world: WechatWorld) -> None:
    answer = world.post(CODEPAY, world.by_code("chen-jing", total=8_001))
    assert (answer.status, answer.code) == (403, "NOT_ENOUGH")


def test_who_guesses_codes_has_to_wait(world: WechatWorld) -> None:
    wanted = world.by_code("li-wei")
    guessed = {**wanted, "payer": {"auth_code": "130000000000000000"}}
    answers = [world.post(CODEPAY, guessed) for _ in range(21)]
    assert {answer.code for answer in answers[:20]} == {"AUTH_CODE_INVALID"}
    assert (answers[20].status, answers[20].code) == (429, "FREQUENCY_LIMITED")
