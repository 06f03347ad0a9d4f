"""Each fault as PyPI's ``wechatpayv3`` meets it: what it raises or reads, and what a query says."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ledger.protocol.errors.sandbox import WalletOffline
from ledger.protocol.lifecycle import PaymentState
from ledger.sandbox.record.deliveries import Delivery
from ledger.testing.play import Play
from tests.conformance.environments import play, python
from tests.sandbox.merchant import merchants_address, wechat_order

REQUIREMENT = "wechatpayv3==2.0.4"
PROGRAM = Path(__file__).with_name("programs") / "wechatpayv3_orders.py"
PATIENCE_S = 60


def run(
    qrpay: Play,
    numbers: Sequence[str] = (),
    deliveries: Sequence[Delivery] = (),
    *,
    timeout_s: int = PATIENCE_S,
) -> dict[str, Any]:
    interpreter = python(REQUIREMENT)  # made before anything leads away from the registry
    qrpay.redirect()
    account = qrpay.wechatpay
    document = {
        "mchid": account.mchid,
        "appid": account.appid,
        "serial_no": account.serial_no,
        "private_key": account.private_key,
        "apiv3_key": account.apiv3_key,
        "public_key": account.platform_public_key,
        "public_key_id": account.platform_public_key_id,
        "notify_url": "https://127.0.0.1/notify",
        "timeout": timeout_s,
        "orders": list(numbers),
        "notifications": [
            {"headers": dict(each.headers), "body": each.body.decode()} for each in deliveries
        ],
    }
    seen = play([interpreter, PROGRAM], document)
    assert isinstance(seen, dict)
    return seen


def shown(answer: dict[str, Any]) -> str:
    """What the SDK made of an answer."""
    known = ("raised", "trade_state", "code")
    return next((str(answer[name]) for name in known if name in answer), "made")


MADE, NEVER = "NOTPAY", "ORDER_NOT_EXIST"
FAULTS = {
    "answer.lost": ("ConnectionError", MADE),
    "call.lost": ("ConnectionError", NEVER),
    "call.unknown": ("SYSTEM_ERROR", MADE),
    "call.failed": ("SYSTEM_ERROR", NEVER),
    "answer.wrongly-signed": ("Exception", MADE),
    "answer.unsigned": ("Exception", MADE),
}
"""What the SDK raises for an answer that it can't believe is a plain ``Exception``."""


def test_after_every_fault_of_a_call_the_query_tells_the_truth(qrpay: Play) -> None:
    numbers = {kind: f"F-{kind}".replace(".", "_") for kind in FAULTS}
    for kind, number in numbers.items():
        qrpay.faults.add(kind, order_no=number, times=1)
    seen = run(qrpay, list(numbers.values()))["orders"]
    met = {
        kind: (shown(made), shown(asked)) for kind, (made, asked) in zip(FAULTS, seen, strict=True)
    }
    assert met == FAULTS
    qrpay.assert_books_balanced()


def test_an_order_is_made_after_the_sdk_has_given_up_waiting(qrpay: Play) -> None:
    qrpay.faults.add("answer.slow", delay="25s", times=1)
    [(late, asked)] = run(qrpay, ["F-late"], timeout_s=8)["orders"]
    assert (shown(late), shown(asked)) == ("ReadTimeout", MADE)


def test_a_platform_whose_clock_is_off_refuses_the_call(qrpay: Play) -> None:
    qrpay.faults.add("clock.skew", delay="10m")
    [(made, _)] = run(qrpay, ["F-skewed"])["orders"]
    assert (made["status"], made["code"]) == (401, "SIGN_ERROR")


@pytest.mark.parametrize(
    ("kind", "state"), [("payer.declines", "CLOSED"), ("wallet.offline", MADE)]
)
def test_a_payer_who_says_no_ends_the_order_and_one_who_says_nothing_does_not(
    qrpay: Play, kind: str, state: str
) -> None:
    [(made, _)] = run(qrpay, ["F-asked"])["orders"]
    qrpay.faults.add(kind, payer="li-wei")
    with suppress(WalletOffline):
        assert qrpay.wallet().scan(made["code_url"]).approve().state is PaymentState.DECLINED
    [(_, asked)] = run(qrpay, ["F-asked"])["orders"]
    assert shown(asked) == state


def test_what_the_sdk_opens_of_broken_notifications(qrpay: Play) -> None:
    with merchants_address() as told:
        told.status = 500
        for kind in ("lost", "doubled", "wrongly-signed", "late", "out-of-order", "next"):
            if kind != "next":
                late = "20s" if kind == "late" else 0
                qrpay.faults.add(f"notification.{kind}", order_no=f"N-{kind}", delay=late, times=1)
            qrpay.wallet().pay(wechat_order(qrpay, f"N-{kind}", told.url))
            if kind != "out-of-order":
                qrpay.clock.advance("15s")
    came = [each for each in qrpay.notifications.find("payment.paid") if len(each.about) == 1]
    opened = run(qrpay, deliveries=came)["opened"]
    met: dict[str, list[bool]] = {}
    for delivery, read in zip(came, opened, strict=True):
        met.setdefault(delivery.about[0].order_no, []).append(bool(read))
    assert met["N-lost"][0]
    assert met["N-doubled"][:2] == [True, True]
    assert met["N-wrongly-signed"][:2] == [False, True]
    assert all(met["N-late"] + met["N-out-of-order"] + met["N-next"])
    first = list(met)
    assert first.index("N-out-of-order") > first.index("N-next")
