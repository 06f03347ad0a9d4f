"""Vendors' SDKs, unmodified, after days were let pass in a sandbox that they know nothing of.

Whoever wants to see a settlement or the last try of a notification leads the sandbox's clock away;
the shop's program goes on by the machine's. Its calls have to be taken, what it is answered and
told has to be fresh to it, and what happened is dated by the sandbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.kit.clock import SharedClock, SystemClock
from ledger.protocol.antom_wire import values
from ledger.protocol.instants import DAY, HOUR, MINUTE, Instant, from_seconds, later
from tests.conformance import environments
from tests.conformance.alipay import test_node, test_official, test_widespread
from tests.conformance.alipay.stage import Stage as AlipayStage
from tests.conformance.antom import test_python as test_antom
from tests.conformance.antom.stage import Stage as AntomStage
from tests.conformance.wechatpay import test_axios_plugin, test_wechatpay_node_v3, test_wechatpayv3
from tests.conformance.wechatpay.stage import Stage as WeChatStage
from tests.processes.services import wait_for

Seen = dict[str, Any]
NODE_PROGRAMS = {
    "wechatpay-node-v3": (test_wechatpay_node_v3.REQUIREMENT, test_wechatpay_node_v3.PROGRAM),
    "wechatpay-axios-plugin": (test_axios_plugin.REQUIREMENT, test_axios_plugin.PROGRAM),
}
PRECREATE = {
    "alipay-sdk-python": "alipay.trade.precreate",
    "python-alipay-sdk": "api_alipay_trade_precreate",
    "alipay-sdk": "alipay.trade.precreate",
}
QUERY = {sdk: method.replace("precreate", "query") for sdk, method in PRECREATE.items()}


@pytest.fixture(params=[26 * HOUR, 40 * DAY], ids=["26 hours", "40 days"])
def ahead_ms(request: pytest.FixtureRequest) -> int:
    """How much was let pass."""
    return int(request.param)


@pytest.fixture
def wechat(tmp_path: Path, ahead_ms: int) -> Iterator[WeChatStage]:
    stage = WeChatStage(tmp_path)
    stage.sell_yesterday("bill-1")
    wait_for("the news of yesterday's sale", lambda: stage.notified or None)
    stage.notified.clear()
    with _led(stage, ahead_ms):
        yield stage


@pytest.fixture
def alipay(tmp_path: Path, ahead_ms: int) -> Iterator[AlipayStage]:
    stage = AlipayStage(tmp_path)
    with _led(stage, ahead_ms):
        yield stage


@pytest.fixture
def antom(tmp_path: Path, ahead_ms: int) -> Iterator[AntomStage]:
    stage = AntomStage(tmp_path)
    with _led(stage, ahead_ms):
        yield stage


@contextmanager
def _led(stage: WeChatStage | AlipayStage | AntomStage, ahead_ms: int) -> Iterator[None]:
    clock = SharedClock(stage.folder / "clock")
    clock.advance(ahead_ms)
    assert clock.ahead_ms() == ahead_ms
    yield
    stage.close()


def require_fresh(stamps: Iterable[Instant]) -> None:
    """Have a program believe these that goes by the machine's clock; there has to be one."""
    ages_ms = [abs(SystemClock().now() - stamp) for stamp in stamps]
    assert ages_ms
    assert max(ages_ms) < 5 * MINUTE


def require_dated(text: str, ahead_ms: int) -> None:
    """Have something dated by the sandbox's clock."""
    dated = from_seconds(int(datetime.fromisoformat(text).timestamp()))
    assert abs(dated - later(SystemClock().now(), ahead_ms)) < 5 * MINUTE


def require_sold(stage: WeChatStage, paid: Seen, ahead_ms: int) -> None:
    """Have an order of WeChat Pay paid and told."""
    assert paid["trade_state"] == "SUCCESS"
    require_dated(paid["success_time"], ahead_ms)
    require_fresh(
        from_seconds(int(each["headers"]["Wechatpay-Timestamp"])) for each in stage.notified
    )


def test_wechatpayv3_sells_and_is_told(wechat: WeChatStage, ahead_ms: int) -> None:
    told = {**wechat.told(), "plays": ["sell"], "public_key_mode": False}
    command = [environments.python(test_wechatpayv3.REQUIREMENT), test_wechatpayv3.PROGRAM]
    with wechat.redirected() as environment:
        seen: Any = environments.play(command, told, environment=environment)
    sell = seen["sell"]
    require_sold(wechat, sell["paid"][1], ahead_ms)
    assert [each["event_type"] for each in sell["notified"]] == [
        "TRANSACTION.SUCCESS",
        "REFUND.SUCCESS",
    ]
    assert sell["close"] == [204, {}]


@pytest.mark.parametrize("sdk", NODE_PROGRAMS)
def test_nodes_sdks_sell_and_are_told(wechat: WeChatStage, ahead_ms: int, sdk: str) -> None:
    requirement, program = NODE_PROGRAMS[sdk]
    told = {**wechat.told(), "day": wechat.sold_on}
    with wechat.redirected() as environment:
        seen: Any = environments.play(
            [environments.node_program(), program],
            told,
            folder=environments.node(requirement),
            environment=environment,
        )
    sell = seen.get("sell", seen)
    require_sold(wechat, sell["paid"]["data"], ahead_ms)
    assert [each["holds"] for each in sell["notified"]] == [True, True]
    assert sell["close"]["status"] == 204


@pytest.mark.parametrize("sdk", ["alipay-sdk-python", "python-alipay-sdk", "alipay-sdk"])
def test_alipays_sdks_sell_by_v2_and_are_told(alipay: AlipayStage, ahead_ms: int, sdk: str) -> None:
    number = alipay.new_no()
    terms = {"subject": "Tea", "out_trade_no": number, "total_amount": "12.95"}
    named = {"out_trade_no": number}
    made = called(alipay, sdk, PRECREATE[sdk], terms)
    assert alipay.phone().pay(made.get("qr_code") or made["qrCode"])["state"] == "PAID"
    paid = called(alipay, sdk, QUERY[sdk], named)
    assert (paid.get("trade_status") or paid["tradeStatus"]) == "TRADE_SUCCESS"
    require_dated(f"{paid.get('send_pay_date') or paid['sendPayDate']}+08:00", ahead_ms)
    told = wait_for("the notification", lambda: alipay.notified[0] if alipay.notified else None)
    assert test_node.run(alipay.said | {"notification": told}) == [True]
    assert test_widespread.run(alipay.said | {"notification": told}) == [True]


def called(stage: AlipayStage, sdk: str, method: str, content: Seen) -> Seen:
    """Call by an SDK, as its own tests do; a notification goes to the shop's address."""
    if sdk == "alipay-sdk-python":
        [answer] = test_official.run(
            stage, stage.said | {"calls": [(method, content, stage.notify_url)]}
        )
    elif sdk == "python-alipay-sdk":
        more = {"notify_url": stage.notify_url} if "precreate" in method else {}
        [answer] = test_widespread.run(stage.said | {"calls": [(method, content | more)]})
    else:
        sent = {_camel(name): value for name, value in content.items()}
        calls = [(method, sent, {"notify_url": stage.notify_url})]
        [answer] = test_node.run(stage.said | {"calls": calls})
    assert isinstance(answer, dict)
    return answer


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.title() for each in others)


def test_alipays_sdk_for_node_sells_by_v3_with_certificates(
    alipay: AlipayStage, ahead_ms: int
) -> None:
    number, trade = alipay.new_no(), "/v3/alipay/trade"
    body = {"subject": "Tea", "out_trade_no": number, "total_amount": "12.95"}
    body |= {"notify_url": alipay.notify_url}
    query = ("GET", f"{trade}/query", {"query": {"out_trade_no": number}})
    precreate = ("POST", f"{trade}/precreate", {"body": body})
    [made] = test_node.run(alipay.certified | {"rest": [precreate]})
    assert alipay.phone().pay(made["data"]["qr_code"])["state"] == "PAID"
    [paid] = test_node.run(alipay.certified | {"rest": [query]})
    require_dated(f"{paid['data']['send_pay_date']}+08:00", ahead_ms)


def test_antoms_sdk_sells_and_checks_what_it_is_told(antom: AntomStage, ahead_ms: int) -> None:
    pay = test_antom.by_code(antom)
    paid, seen = antom.run(pay, {"do": "inquire", "no": pay["no"]})
    assert (paid["code"], seen["body"]["paymentStatus"]) == ("SUCCESS", "SUCCESS")
    require_dated(paid["body"]["paymentTime"], ahead_ms)
    [(path, headers, body)] = test_antom.notified(antom, pay["no"])
    headers = {name.lower(): value for name, value in headers.items()}
    require_fresh([values.time_of(headers["request-time"])])
    check = {
        "do": "check",
        "path": path,
        "time": headers["request-time"],
        "body": body.decode(),
        "signature": headers["signature"],
    }
    [believed] = antom.run(check)
    assert believed["good"]
