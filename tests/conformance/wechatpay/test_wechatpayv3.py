"""PyPI's wechatpayv3, unmodified, its verification on, sells here in both key regimes."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.environments import play, python
from tests.conformance.wechatpay.stage import MCHID, NEW_MCHID, SP_MCHID, Stage
from tests.protocol.wechatpay_bills.reading import table

REQUIREMENT = "wechatpayv3==2.0.4"
PROGRAM = Path(__file__).with_name("programs") / "wechatpayv3_shop.py"

Seen = dict[str, Any]


def _played(stage: Stage, *plays: str, mchid: str = MCHID, **told: object) -> Seen:
    """Let the SDK's program play, with nothing but its environment telling it of this machine."""
    document = {**stage.told(mchid), "plays": plays, "public_key_mode": False, **told}
    with stage.redirected() as environment:
        seen = play([python(REQUIREMENT), PROGRAM], document, environment=environment)
    assert isinstance(seen, dict)
    return seen


@pytest.mark.parametrize(
    ("mchid", "public_key_mode"),
    [(MCHID, False), (MCHID, True), (NEW_MCHID, True)],
    ids=["certificate", "public key", "public key, no certificate"],
)
def test_it_sells_and_gives_back(stage: Stage, mchid: str, public_key_mode: bool) -> None:  # noqa: FBT001
    if public_key_mode:
        stage.sign_by_public_key(mchid)
    seen = _played(stage, "sell", mchid=mchid, public_key_mode=public_key_mode)["sell"]
    assert seen["native"][1]["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    assert seen["unpaid"][1]["trade_state"] == "NOTPAY"
    assert seen["paid"][1]["trade_state"] == "SUCCESS"
    assert seen["paid"][1]["attach"] == "table 7"
    assert seen["by_id"] == seen["paid"]
    assert (seen["close_paid"][0], seen["close_paid"][1]["code"]) == (400, "ORDER_PAID")
    assert seen["refund"][1]["status"] == "PROCESSING"
    assert seen["refund_again"] == seen["refund"]
    assert seen["refunded"][1]["status"] == "SUCCESS"
    paid, refunded = seen["notified"]
    assert (paid["event_type"], paid["resource"]) == ("TRANSACTION.SUCCESS", seen["paid"][1])
    assert refunded["event_type"] == "REFUND.SUCCESS"
    assert refunded["resource"]["refund_status"] == "SUCCESS"
    for kind in ("jsapi", "app"):
        assert seen[kind][1]["prepay_id"].startswith("wx")
    assert "prepay_id=" in seen["h5"][1]["h5_url"]
    assert seen["close"] == [204, {}]
    assert seen["closed"][1]["trade_state"] == "CLOSED"


def test_a_service_provider_sells_for_its_sub_merchant(stage: Stage) -> None:
    seen = _played(stage, "sell", mchid=SP_MCHID, partner=True)["sell"]
    paid = seen["paid"][1]
    assert (paid["sp_mchid"], paid["sub_mchid"], paid["trade_state"]) == (
        SP_MCHID,
        stage.told()["sub_mchid"],
        "SUCCESS",
    )
    assert seen["notified"][0]["resource"] == paid
    assert seen["refunded"][1]["status"] == "SUCCESS"
    assert seen["close"] == [204, {}]


@pytest.mark.parametrize("mchid", [MCHID, SP_MCHID], ids=["merchant", "service provider"])
def test_it_collects_by_the_code_on_a_phone_and_takes_it_back(stage: Stage, mchid: str) -> None:
    seen = _played(stage, "collect", mchid=mchid, partner=mchid == SP_MCHID)["collect"]
    status, small = seen["small"]
    assert (status, small["trade_state"], small["trade_type"]) == (200, "SUCCESS", "MICROPAY")
    assert (seen["large"][0], seen["large"][1]["code"]) == (202, "USERPAYING")
    assert seen["asked"][1]["trade_state"] == "USERPAYING"
    assert seen["agreed"][1]["trade_state"] == "SUCCESS"
    for name in ("small", "large"):
        assert seen[f"reversed_{name}"][0] == 200
    assert seen["revoked"][1]["trade_state"] == "REVOKED"
    assert stage.phone().balance() == 500_000
    assert stage.notified == []


def test_a_shop_without_a_platform_certificate_can_not_begin_by_certificates(stage: Stage) -> None:
    seen = _played(stage, "order", mchid=NEW_MCHID, number="new-1")
    assert seen["stopped"].startswith("No wechatpay platform certificate")


def test_the_change_to_the_public_key_stops_a_shop_that_names_no_key(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "qrpay.request.wechatpay")

    def ordered(number: str, *, public_key_mode: bool) -> Seen:
        seen = _played(stage, "order", public_key_mode=public_key_mode, number=number)
        order: Seen = seen["order"]
        return order

    for mode in (False, True):
        assert "answer" in ordered(f"before-{mode}", public_key_mode=mode)
    stage.sign_by_public_key(MCHID)
    assert ordered("after-False", public_key_mode=False) == {"stopped": "ValueError"}
    assert "no Wechatpay-Serial came with the call" in caplog.records[-1].getMessage()
    assert "answer" in ordered("after-True", public_key_mode=True)
    assert "Wechatpay-Serial asked for PUB_KEY_ID_" in caplog.records[-1].getMessage()


def test_a_new_certificate_is_fetched_and_a_forged_signature_is_not_believed(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "qrpay.request.wechatpay")
    seen = _played(stage, "rotate")["rotate"]
    assert [seen[name]["answer"][0] for name in ("before", "after")] == [200, 200]
    [told] = seen["notified"]
    assert told["event_type"] == "TRANSACTION.SUCCESS"
    signed_by = {json.loads(record.getMessage())["signed_by"] for record in caplog.records}
    assert len(signed_by) == 2
    assert set(seen["probed"]) == {"stopped"}


@pytest.mark.parametrize("public_key_mode", [False, True], ids=["certificate", "public key"])
def test_it_downloads_bills_and_hides_names_by_either_key(
    stage: Stage,
    public_key_mode: bool,  # noqa: FBT001
) -> None:
    day = stage.sell_yesterday("bill-1", "bill-2")
    days = {"day": day, "today": stage.today()}
    seen = _played(stage, "bills", "elsewhere", public_key_mode=public_key_mode, days=days)
    bills = seen["bills"]
    for name, rows in (("all", 4), ("refunds", 2), ("flow", 4)):
        bill = bills[name]
        assert (bill["status"], bill["holds"]) == (200, True)
        found, _sums = table(bill["text"].encode())
        assert len(found) == rows
    sold = [row["商户订单号"] for row in table(bills["all"]["text"].encode())[0]]
    assert set(sold) == {"bill-1", "bill-2"}
    assert (bills["today"][0], bills["today"][1]["code"]) == (400, "STATEMENT_CREATING")
    assert (bills["before"][0], bills["before"][1]["code"]) == (400, "NO_STATEMENT_EXIST")
    status, asked = seen["elsewhere"]["asked"]
    assert (status, asked["message"]) == (400, "该退款单状态不是退款异常")
