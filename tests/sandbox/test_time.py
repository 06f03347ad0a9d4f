"""A day of retries passes in a moment, and the gaps are those of the schedules, exactly."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import pytest

from ledger.core.notices.notifications import RETRY_AFTER_MS
from ledger.faces.alipay import announcer
from ledger.kit.clock import SystemClock, pause
from ledger.kit.transport import HttpTransport
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.errors.sandbox import TimeGoesOn
from ledger.protocol.instants import HOUR, MINUTE, Instant, from_seconds, later
from ledger.testing.play import Play
from tests.sandbox.merchant import Till, Told, wechat_order, wechat_request

LOOK_EVERY_S = 0.02
Answered = tuple[int, dict[str, Any], Instant]


def gaps(qrpay: Play, order_no: str) -> list[int]:
    sent = [delivery.at for delivery in qrpay.notifications.find(order_no=order_no)]
    return [after - before for before, after in itertools.pairwise(sent)]


def test_alipays_eight_notifications_come_at_their_times(
    qrpay: Play, till: Till, told: Told
) -> None:
    told.answer = b"fail"
    qrpay.wallet().pay(till.shown("A-1"))
    qrpay.notifications.wait("payment.paid")
    qrpay.clock.advance("2d")
    assert gaps(qrpay, "A-1") == list(announcer.RETRY_AFTER_MS)
    assert len({form["notify_id"] for form in told.forms}) == 1
    assert len({form["notify_time"] for form in told.forms}) == 8


def test_wechat_pays_fifteen_notifications_come_at_their_times(qrpay: Play, told: Told) -> None:
    told.status = 500
    qrpay.wallet().pay(wechat_order(qrpay, "tea-0001", told.url))
    qrpay.notifications.wait("payment.paid")
    qrpay.clock.advance("2d")
    assert gaps(qrpay, "tea-0001") == list(RETRY_AFTER_MS)
    assert len({json.loads(body)["id"] for body in told.bodies}) == 1


def test_they_end_when_the_merchant_has_it(qrpay: Play, told: Told) -> None:
    told.status = 500
    qrpay.wallet().pay(wechat_order(qrpay, "tea-0001", told.url))
    qrpay.notifications.wait("payment.paid")
    qrpay.clock.advance("15s")
    told.status = 204
    qrpay.clock.advance("1d")
    assert gaps(qrpay, "tea-0001") == list(RETRY_AFTER_MS)[:2]


def test_a_code_that_nobody_pays_expires_on_the_way(qrpay: Play, till: Till) -> None:
    code = till.shown("A-1")
    qrpay.wallet().scan(code)
    qrpay.clock.advance("1d")
    assert till.status("A-1") == "TRADE_CLOSED"
    with pytest.raises(QrExpired):
        qrpay.wallet("anna").pay(code)


def test_time_goes_on_by_itself_as_fast_as_it_is_told(qrpay: Play, told: Told) -> None:
    told.status = 500
    stood = qrpay.clock.now()
    qrpay.wallet().pay(wechat_order(qrpay, "tea-0001", told.url))
    qrpay.notifications.wait("payment.paid")
    assert qrpay.clock.now() == stood
    qrpay.clock.speed(300)
    while len(gaps(qrpay, "tea-0001")) < 3:  # the third is due after 60 s, so after a fifth of one
        assert qrpay.clock.now() - stood < 10 * HOUR
        pause(LOOK_EVERY_S)
    frozen = qrpay.clock.freeze()
    tried = len(qrpay.notifications.all())
    assert all(
        made >= meant for made, meant in zip(gaps(qrpay, "tea-0001"), RETRY_AFTER_MS, strict=False)
    )
    assert (qrpay.clock.now(), len(qrpay.notifications.all())) == (frozen, tried)


def test_a_code_expires_while_time_goes_by_itself(qrpay: Play, till: Till) -> None:
    asked = {"out_trade_no": "A-1", "total_amount": "12.95", "subject": "Tea"}
    code = till.call("alipay.trade.precreate", timeout_express="1m", **asked)["qr_code"]
    stood = qrpay.clock.now()
    qrpay.clock.speed(300)
    while qrpay.clock.now() - stood < MINUTE:
        pause(LOOK_EVERY_S)
    qrpay.clock.unfreeze()
    with pytest.raises(QrExpired):
        qrpay.wallet("anna").scan(code)
    assert qrpay.clock.now() - stood < 10 * HOUR


@pytest.mark.parametrize("speed", [-1, 301])
def test_no_time_goes_at_a_speed_like(qrpay: Play, speed: int) -> None:
    with pytest.raises(TimeGoesOn):
        qrpay.clock.speed(speed)


def called(qrpay: Play, signed_at: Instant, order_no: str, notify_url: str = "") -> Answered:
    """Order at WeChat Pay: status, the answer, and when that says it was stamped."""
    url = notify_url or "http://127.0.0.1:9/"
    target, body, headers = wechat_request(signed_at, order_no, url)
    answer = HttpTransport().request("POST", f"{qrpay.ledger_url}{target}", headers, body)
    return answer.status, json.loads(answer.body), from_seconds(stamped(answer.headers))


def stamped(headers: Mapping[str, str]) -> int:
    return int(headers.get("Wechatpay-Timestamp") or headers["wechatpay-timestamp"])


@pytest.mark.parametrize("passed", ["26h", "40d"])
def test_who_knows_nothing_of_a_led_clock_calls_on_and_is_told(
    qrpay: Play, told: Told, passed: str
) -> None:
    qrpay.clock.advance(passed)
    machines = SystemClock().now()
    status, answer, at = called(qrpay, machines, "tea-0001", told.url)
    assert status == HTTPStatus.OK
    assert abs(at - machines) < MINUTE
    assert called(qrpay, qrpay.clock.now(), "tea-0002")[0] == HTTPStatus.OK
    qrpay.wallet().pay(answer["code_url"])
    news = qrpay.notifications.wait("payment.paid")
    assert abs(from_seconds(stamped(news.headers)) - machines) < MINUTE
    assert news.at == qrpay.clock.now()


@pytest.mark.parametrize("off_ms", [-6 * MINUTE, 6 * MINUTE, 13 * HOUR])
def test_what_is_stale_by_both_clocks_is_refused_as_ever(qrpay: Play, off_ms: int) -> None:
    stale = later(SystemClock().now(), off_ms)
    before = called(qrpay, stale, "tea-0001")[:2]
    qrpay.clock.advance("26h")
    after = called(qrpay, stale, "tea-0001")[:2]
    assert before[0] == after[0] == HTTPStatus.UNAUTHORIZED
    assert before[1]["code"] == after[1]["code"] == "SIGN_ERROR"


def test_a_providers_clock_that_is_wrong_is_wrong_wherever_time_was_led(qrpay: Play) -> None:
    qrpay.clock.advance("26h")
    qrpay.faults.add("clock.skew", delay="10m")
    machines = SystemClock().now()
    status, _, at = called(qrpay, machines, "tea-0001")
    assert status == HTTPStatus.UNAUTHORIZED
    assert abs(at - later(machines, 10 * MINUTE)) < MINUTE


def test_time_does_not_pass_backwards(qrpay: Play) -> None:
    with pytest.raises(TimeGoesOn):
        qrpay.clock.advance("-1s")
