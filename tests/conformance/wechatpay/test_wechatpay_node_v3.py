"""npm's wechatpay-node-v3, unmodified, sells here; its notifications are verified and opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.protocol.wechatpay_wire import page_orders, signatures
from tests.conformance.environments import node, node_program, play
from tests.conformance.wechatpay.stage import APPID, NEW_MCHID, Stage
from tests.kit.answered import Json
from tests.processes.services import wait_for
from tests.protocol.wechatpay.vectors import MERCHANT
from tests.protocol.wechatpay_bills.reading import table

REQUIREMENT = "wechatpay-node-v3@2.2.1"
PROGRAM = Path(__file__).with_name("programs") / "wechatpay_node_v3_shop.cjs"


def _played(stage: Stage, told: Json) -> Json:
    folder = node(REQUIREMENT)
    with stage.redirected() as environment:
        seen = play([node_program(), PROGRAM], told, folder=folder, environment=environment)
    assert isinstance(seen, dict)
    return seen


def test_a_shop_without_a_platform_certificate_is_told_that_there_is_none(stage: Stage) -> None:
    assert _played(stage, stage.told(NEW_MCHID)) == {"stopped": "拉取平台证书失败"}


def test_it_sells_and_gives_back(stage: Stage) -> None:
    day = stage.sell_yesterday("bill-1")
    wait_for("the news of yesterday's sale", lambda: stage.notified or None)
    stage.notified.clear()
    seen = _played(stage, {**stage.told(), "day": day})
    assert len(seen["certificates"]) == 1
    assert seen["native"]["data"]["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    assert seen["unpaid"]["data"]["trade_state"] == "NOTPAY"
    paid = seen["paid"]["data"]
    assert paid["trade_state"] == "SUCCESS"
    assert seen["by_id"]["data"] == paid
    assert seen["refund"]["data"]["status"] == "PROCESSING"
    assert seen["refunded"]["data"]["status"] == "SUCCESS"
    assert "prepay_id=" in seen["h5"]["data"]["h5_url"]
    assert seen["close"]["status"] == 204
    assert seen["close_paid"]["status"] == 400
    first, second = seen["notified"]
    assert (first["event_type"], first["resource"]) == ("TRANSACTION.SUCCESS", paid)
    assert second["event_type"] == "REFUND.SUCCESS"
    for each in (first, second):
        assert (each["holds"], each["holds_as_object"], each["holds_altered"]) == (
            True,
            True,
            False,
        )
    for name, rows in (("bill", 2), ("flow", 2)):
        bill = seen[name]
        assert (bill["status"], bill["holds"]) == (200, True)
        assert len(table(bill["text"].encode())[0]) == rows
    _require_pay_sign(seen["jsapi"]["data"], page_orders.page_text, "paySign")
    _require_pay_sign(seen["app"]["data"], page_orders.app_text, "sign")


def _require_pay_sign(handed: dict[str, str], text: object, name: str) -> None:
    """What the SDK hands to a page or an app is signed as a wallet checks it."""
    package = handed.get("package", "")
    prepay_id = handed.get("prepayid") or package.removeprefix("prepay_id=")
    timestamp = handed.get("timeStamp") or handed.get("timestamp") or ""
    nonce = handed.get("nonceStr") or handed.get("noncestr") or ""
    assert callable(text)
    signed = text(APPID, timestamp, nonce, prepay_id)
    try:
        signatures.verify(MERCHANT.public_key, signed, handed[name])
    except KeyError:
        pytest.fail(f"no {name} in {sorted(handed)}")
