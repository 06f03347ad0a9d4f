"""PyPI's wechatpy, unmodified, its own check of signs on, sells here by API v2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.environments import play, python
from tests.conformance.wechatpay_v2.stage import APPID, MCHID, Stage
from tests.protocol.wechatpay_bills.reading import table

REQUIREMENTS = ("wechatpy==1.8.18", "cryptography>=45")
PROGRAM = Path(__file__).parent / "programs" / "wechatpy_shop.py"

Seen = dict[str, Any]


def played(stage: Stage, scene: str, *, sandbox: bool = False) -> Seen:
    """Let the SDK's program play a scene."""
    document = {**stage.told(), "plays": [scene], "sandbox": sandbox}
    seen = play([python(*REQUIREMENTS), PROGRAM], document)
    assert isinstance(seen, dict)
    scenes: Seen = seen[scene]
    return scenes


@pytest.mark.parametrize("sandbox", [False, True], ids=["production", "sandbox"])
def test_it_sells_and_gives_back(stage: Stage, sandbox: bool) -> None:  # noqa: FBT001
    seen = played(stage, "sell", sandbox=sandbox)
    answers = [answer for answer in seen.values() if isinstance(answer, dict)]
    assert all(answer["sign_holds"] for answer in answers if "sign_holds" in answer)
    assert seen["native"]["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    assert seen["unpaid"]["trade_state"] == "NOTPAY"
    assert (seen["paid"]["trade_state"], seen["paid"]["attach"]) == ("SUCCESS", "table 7")
    assert seen["by_id"]["out_trade_no"] == "tea-0001"
    assert seen["refund_again"]["refund_id"] == seen["refund"]["refund_id"]
    for found in seen["refunds"]:
        assert found["sign_holds"]
        assert (found["refund_fee_0"], found["refund_status_0"]) == ("300", "SUCCESS")
    assert seen["h5"]["mweb_url"].startswith("https://wx.tenpay.com/")
    assert seen["app_params"]["prepayid"] == seen["app"]["prepay_id"]
    assert seen["jsapi_params"]["package"] == f"prepay_id={seen['jsapi']['prepay_id']}"
    assert seen["close"]["result_code"] == "SUCCESS"
    assert seen["closed"]["trade_state"] == "CLOSED"
    assert stage.phone().balance() == 500_000 - 1295 + 300


@pytest.mark.parametrize("sandbox", [False, True], ids=["production", "sandbox"])
def test_it_verifies_and_opens_notifications(stage: Stage, sandbox: bool) -> None:  # noqa: FBT001
    seen = played(stage, "sell", sandbox=sandbox)
    paid, refunded = seen["told_paid"], seen["told_refunded"]
    assert seen["told_whose"] == {
        "appid": APPID,
        "mch_id": MCHID,
        "out_trade_no": "tea-0001",
        "transaction_id": seen["paid"]["transaction_id"],
    }
    assert (paid["total_fee"], paid["openid"]) == (1295, seen["paid"]["openid"])
    assert (refunded["refund_fee"], refunded["total_fee"]) == (300, 1295)
    assert (refunded["out_refund_no"], refunded["refund_status"]) == ("back-1", "SUCCESS")
    assert refunded["refund_id"] == seen["refund"]["refund_id"]


def test_it_collects_by_the_code_on_a_phone_and_takes_it_back(stage: Stage) -> None:
    seen = played(stage, "collect")
    small = seen["small"]
    assert (small["trade_type"], small["total_fee"], small["sign_holds"]) == (
        "MICROPAY",
        "1295",
        True,
    )
    assert (seen["large"]["code"], seen["large"]["words"]) == (
        "USERPAYING",
        "需要用户输入支付密码",
    )
    assert seen["asked"]["trade_state"] == "USERPAYING"
    assert seen["agreed"]["trade_state"] == "SUCCESS"
    assert seen["refused"]["trade_state"] == "PAYERROR"
    assert seen["whose"]["openid"] == small["openid"]
    assert (seen["guessed"]["code"], seen["foreign"]["code"]) == (
        "AUTH_CODE_INVALID",
        "AUTH_CODE_INVALID",
    )
    for name in ("small", "large"):
        assert seen[f"reversed_{name}"]["recall"] == "N"
    assert seen["revoked"]["trade_state"] == "REVOKED"
    assert seen["again"]["code"] == "ORDERREVERSED"
    assert stage.phone().balance() == 500_000
    assert stage.notified == []


def test_its_bills_hold_what_it_sold(stage: Stage) -> None:
    seen = played(stage, "bills")
    assert seen["early"]["return_code"] == "FAIL"
    bills = {name: table(seen[name].encode()) for name in ("ALL", "SUCCESS", "REFUND", "flow")}
    every, sums = bills["ALL"]
    told = [(row["商户订单号"], row["交易状态"], row["订单金额"]) for row in every]
    assert sorted(told) == [
        ("bill-1", "REFUND", "0.00"),
        ("bill-1", "SUCCESS", "12.95"),
        ("bill-2", "SUCCESS", "12.95"),
    ]
    assert (sums["订单总金额"], sums["申请退款总金额"]) == ("25.90", "3.00")
    assert [len(bills[name][0]) for name in ("SUCCESS", "REFUND", "flow")] == [2, 1, 3]
    assert bills["flow"][1]["支出金额"] == "3.00"
    assert seen["none"]["return_code"] == "FAIL"


def test_md5_is_off_unless_the_merchant_asked_for_it(stage: Stage) -> None:
    assert played(stage, "md5")["code"] == "ORDERNOTEXIST"
    stage.allow_md5(allowed=False)
    assert played(stage, "md5")["code"] == "SIGNERROR"
