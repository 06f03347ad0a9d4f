"""What a program asks to go wrong goes wrong, and the books stay true (API v3)."""

from __future__ import annotations

import pytest

from tests.faces.wechat_merchants import MCHID
from tests.faces.wechatpay.shop_world import Answer, WechatWorld

CODEPAY = "/v3/pay/transactions/codepay"
BY_NO = f"/v3/pay/transactions/out-trade-no/tea-0001?mchid={MCHID}"
BEFORE = 500_000


def _asked(word: str) -> dict[str, str]:
    return {"Wechatpay-Negative-Test": word}


def _collect(world: WechatWorld, word: str) -> Answer:
    return world.post(CODEPAY, world.by_code("li-wei"), headers=_asked(word))


def _state(world: WechatWorld, word: str = "") -> object:
    return world.call("GET", BY_NO, b"", headers=_asked(word)).body["trade_state"]


def test_a_small_amount_asks_for_the_password_where_the_program_wants_it_to(
    world: WechatWorld,
) -> None:
    answer = _collect(world, "MICROPAY_USERPAYING")
    assert (answer.status, answer.code) == (202, "USERPAYING")
    assert _state(world, "MICROPAY_USERPAYING") == "USERPAYING"
    assert world.balance("li-wei") == BEFORE
    world.authorise(world.opened().payment, "li-wei")
    assert _state(world) == "SUCCESS"
    assert world.balance("li-wei") == BEFORE - 1295


def test_a_payer_who_fails_at_the_password_is_seen_by_the_query(world: WechatWorld) -> None:
    assert _collect(world, "MICROPAY_PAYERROR").status == 202
    assert _state(world, "MICROPAY_PAYERROR") == "PAYERROR"
    assert world.balance("li-wei") == BEFORE


@pytest.mark.parametrize(
    ("word", "paid_late", "queried_late"),
    [
        ("MICROPAY_TIMEOUT", [10], [10]),
        ("MICROPAY_PAY_QUERY_TIMEOUT", [10], [10, 10]),
        ("SLOW-3", [3], [3, 3]),
        ("", [], []),
    ],
)
def test_an_answer_comes_late_after_the_payment_was_made(
    world: WechatWorld, word: str, paid_late: list[float], queried_late: list[float]
) -> None:
    assert _collect(world, word).status == 200
    assert world.paused == paid_late
    assert _state(world, word) == "SUCCESS"
    assert world.paused == queried_late
    assert world.balance("li-wei") == BEFORE - 1295


@pytest.mark.parametrize("word", ["MICROPAY_UNKNOWN", "SLOW-0", "SLOW-61", "SLOW-1e3", "nonsense"])
def test_an_unknown_word_is_refused_and_nothing_is_done(world: WechatWorld, word: str) -> None:
    assert _collect(world, word).code == "PARAM_ERROR"
    assert world.balance("li-wei") == BEFORE
