"""npm's wechatpay-axios-plugin, unmodified, sells by API v3 and v2; it verifies all answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.environments import node, node_program, play
from tests.conformance.wechatpay.stage import MCHID, Stage

REQUIREMENT = "wechatpay-axios-plugin@0.9.6"
PROGRAM = Path(__file__).with_name("programs") / "axios_plugin_shop.cjs"


@pytest.mark.parametrize("public_key_mode", [False, True], ids=["certificate", "public key"])
def test_it_sells_by_both_versions_and_reads_its_bill(
    stage: Stage,
    public_key_mode: bool,  # noqa: FBT001
) -> None:
    day = stage.sell_yesterday("bill-1")
    if public_key_mode:
        stage.sign_by_public_key(MCHID)
    stage.notified.clear()
    with stage.redirected() as environment:
        told = {**stage.told(), "public_key_mode": public_key_mode, "day": day}
        seen = play(
            [node_program(), PROGRAM], told, folder=node(REQUIREMENT), environment=environment
        )
    assert isinstance(seen, dict)
    sell = seen["sell"]
    paid = sell["paid"]["data"]
    assert (paid["trade_state"], sell["by_id"]["data"]) == ("SUCCESS", paid)
    assert sell["refund"]["data"]["status"] == "PROCESSING"
    assert sell["refunded"]["data"]["status"] == "SUCCESS"
    assert [each["holds"] for each in sell["notified"]] == [True, True]
    assert sell["notified"][0]["resource"] == paid
    assert sell["close"]["status"] == 204
    assert (sell["close_paid"]["status"], sell["unknown"]["status"]) == (400, 404)
    assert seen["bill"]["holds"]
    assert len(seen["bill"]["rows"]) == 2
    collect = seen["collect"]
    assert collect["small"]["data"]["trade_type"] == "MICROPAY"
    assert collect["large"]["data"]["err_code"] == "USERPAYING"
    assert collect["asked"]["data"]["trade_state"] == "USERPAYING"
    assert collect["agreed"]["data"]["trade_state"] == "SUCCESS"
    assert collect["reversed"]["data"]["recall"] == "N"
