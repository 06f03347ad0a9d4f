"""A day of retries passes in a moment, and the gaps are those of the schedules, exactly."""

from __future__ import annotations

import itertools
import json

import pytest

from ledger.core.notices.notifications import RETRY_AFTER_MS
from ledger.faces.alipay import announcer
from ledger.kit.clock import pause
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.errors.sandbox import TimeGoesOn
from ledger.protocol.instants import HOUR, MINUTE
from ledger.testing.play import Play
from tests.sandbox.merchant import Till, Told, wechat_order

LOOK_EVERY_S = 0.02


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


def test_time_does_not_pass_backwards(qrpay: Play) -> None:
    with pytest.raises(TimeGoesOn):
        qrpay.clock.advance("-1s")
