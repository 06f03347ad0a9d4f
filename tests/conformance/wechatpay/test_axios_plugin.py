"""npm's wechatpay-axios-plugin, unmodified, sells by API v3 and v2; it verifies all answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.protocol.instants import DAY, later
from ledger.protocol.wechatpay_wire import times
from tests.conformance.environments import node, node_program, play
from tests.conformance.wechatpay.stage import EURO_MCHID, MCHID, Stage
from tests.processes.services import wait_for

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
    assert (collect["rate"]["data"]["fee_type"], collect["rate"]["data"]["rate"]) == (
        "EUR",
        "781250000",
    )


def test_it_sells_overseas_and_gives_back_from_what_came_in_today(stage: Stage) -> None:
    stage.sell_overseas_yesterday("hk-0000")
    wait_for("the news of yesterday's sale", lambda: stage.notified or None)
    day = times.to_text(later(stage.clock.now(), -DAY))[:10]
    with stage.redirected() as environment:
        told = {**stage.told(EURO_MCHID), "yesterday": "hk-0000", "day": day, "told_before": 1}
        program = PROGRAM.with_name("axios_plugin_overseas.cjs")
        seen = play(
            [node_program(), program], told, folder=node(REQUIREMENT), environment=environment
        )
    assert isinstance(seen, dict)
    assert (seen["poor"]["status"], seen["poor"]["data"]["code"]) == (403, "NOT_ENOUGH")
    paid = seen["paid"]["data"]
    assert (paid["trade_state"], seen["by_id"]["data"]) == ("SUCCESS", paid)
    assert paid["amount"]["exchange_rate"] == {"type": "SETTLEMENT_RATE", "rate": 781_250_000}
    assert (seen["again"]["status"], seen["again"]["data"]["out_refund_no"]) == (200, "back-1")
    refunded = seen["refunded"]["data"]
    assert (refunded["status"], seen["refunded_by_id"]["data"]) == ("SUCCESS", refunded)
    assert (seen["listed"]["data"]["data"], seen["listed"]["data"]["total_count"]) == (
        [refunded],
        1,
    )
    assert [each["holds"] for each in seen["notified"]] == [True] * 4
    assert {each["resource"].get("refund_status") for each in seen["notified"]} == {
        None,
        "SUCCESS",
    }
    made = {kind: each["data"] for kind, each in seen["prepaid"].items()}
    assert {*made["jsapi"], *made["app"], *made["mweb"]} == {"prepay_id", "mweb_url"}
    assert [seen[name]["status"] for name in ("closed", "undone", "unknown")] == [204, 204, 404]
    assert seen["scanned"]["data"]["trade_state"] == "SUCCESS"
    assert seen["statement"]["holds"]
    assert len(seen["statement"]["rows"]) == 1
    owed = seen["owed"]["data"]["data"][-1]["amount"]
    assert (owed["currency"], owed["refund"]) == ("EUR", -2550)
    assert owed["net"] - owed["fee"] == owed["unsettle"]
    assert seen["settled"]["data"] == {"data": [], "total_count": 0, "offset": 0, "limit": 0}
    assert len(seen["certificates"]["data"]["data"]) == 1
