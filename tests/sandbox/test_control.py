"""The control API: everything a program of another language needs, for who knows the token."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
from werkzeug.test import TestResponse

from ledger.app import create_app, ledger_of
from ledger.config import Settings
from ledger.kit.clock import SharedClock
from ledger.kit.transport import Response
from ledger.protocol.instants import to_text
from ledger.sandbox.control.guard import PREFIX
from ledger.sandbox.faults.kinds import FaultKind
from ledger.store import MEMORY, open_store
from ledger.testing.accounts import platform_secrets
from tests.ops.vendor_listener import Listener
from tests.sandbox.merchant import wechat_request


class Steered:
    """A ledger that is a sandbox, and a program that steers it."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(folder, background=False, sandbox=True, clock=folder / "clock")
        self.listener = Listener()
        self.app: flask.Flask = create_app(
            settings,
            store=open_store(MEMORY),
            vendor_keys=platform_secrets(),
            transport=self.listener,
        )
        self.clock = SharedClock(folder / "clock")
        self.client = self.app.test_client()
        token = (folder / "sandbox.token").read_text("ascii")
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: object = None) -> TestResponse:
        return self.client.open(f"{PREFIX}/{path}", method=method, json=body, headers=self.headers)

    def told(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer = self.ask(method, path, body)
        assert answer.status_code < 300, answer.json
        told: dict[str, Any] = json.loads(answer.data)
        return told

    def shown_code(self, order_no: str, fen: int = 1295) -> str:
        at = "http://127.0.0.1:9/n"
        target, body, headers = wechat_request(self.clock.now(), order_no, at, fen)
        answer = self.client.post(target, data=body, headers=headers)
        assert answer.json is not None
        return str(answer.json.get("code_url", answer.json.get("code")))

    def close(self) -> None:
        ledger_of(self.app).close()


@pytest.fixture
def steered(tmp_path: Path) -> Iterator[Steered]:
    made = Steered(tmp_path)
    yield made
    made.close()


def test_without_sandbox_mode_nothing_is_there(tmp_path: Path) -> None:
    app = create_app(Settings(tmp_path, background=False), store=open_store(MEMORY))
    assert app.test_client().get(f"{PREFIX}/health").status_code == 404
    assert not (tmp_path / "sandbox.token").exists()
    assert ledger_of(app).sandbox is None
    ledger_of(app).close()


def test_it_is_steered_by_the_token_and_from_here(steered: Steered) -> None:
    assert steered.told("GET", "health")["sandbox"] is True
    for shown in ({}, {"Authorization": "Bearer 0"}, {"Authorization": "Bearer ü"}):
        answer = steered.client.get(f"{PREFIX}/health", headers=shown)
        assert answer.json is not None
        assert (answer.status_code, answer.json["code"]) == (403, "TOKEN_NEEDED")
    elsewhere = steered.client.get(
        f"{PREFIX}/health", headers=steered.headers, environ_base={"REMOTE_ADDR": "192.168.1.7"}
    )
    assert elsewhere.status_code == 404


def test_an_order_is_paid_told_and_remembered(steered: Steered) -> None:
    steered.listener.answer = Response(500, {}, b"")
    code = steered.shown_code("tea-0001")
    asked = steered.told("POST", "payers/li-wei/scan", {"code": code})
    assert (asked["amount_minor"], asked["payee"]) == (1295, "Demo Teehaus")
    assert steered.told("GET", "payers/li-wei")["questions"][0]["amount_minor"] == 1295
    assert steered.told("POST", "payers/li-wei/approve", {})["state"] == "PAID"
    steered.told("POST", "clock", {"advance_ms": 15_000})
    told = steered.told("GET", "notifications?order_no=tea-0001")["notifications"]
    assert [each["about"][0]["attempt"] for each in told] == [1, 2]
    whole = steered.told("GET", f"notifications/{told[0]['number']}")
    assert "ciphertext" in whole["body"]
    (stands,) = whole["stands"]
    assert (stands["state"], stands["attempts"]) == ("PENDING", 2)
    assert stands["next_attempt_at"] > told[1]["at"]
    answered = [(made["number"], made["answer"]) for made in stands["tried"]]
    assert answered == [(1, "500 b''"), (2, "500 b''")]
    first, second = (made["made_at"] for made in stands["tried"])
    assert first <= told[0]["at"] < second <= told[1]["at"]
    again = steered.told(
        "POST", f"notifications/{told[0]['about'][0]['notification_id']}/resend", {}
    )
    assert again["resent"] == told[0]["about"][0]["notification_id"]
    steered.told("POST", "clock", {"advance_ms": 0})
    waited = steered.told("GET", f"wait?event=payment.paid&after={told[1]['number']}")
    assert waited["about"][0]["attempt"] == 1
    asked = steered.told("GET", "requests?order_no=tea-0001")["requests"]
    assert [each["name"] for each in asked] == ["POST /v3/pay/transactions/native"]
    assert "code_url" in steered.told("GET", f"requests/{asked[0]['number']}")["answer"]


def test_time_stands_still_and_goes_on_as_it_is_told(steered: Steered) -> None:
    stood = steered.told("POST", "clock", {"speed": 0})
    assert (stood["speed"], steered.clock.speed) == (0, 0)
    assert steered.told("POST", "clock", {"advance_ms": 60_000})["speed"] == 0
    assert steered.told("GET", "clock") == {"now": to_text(steered.clock.now()), "speed": 0}
    assert steered.told("POST", "clock", {"speed": 1})["speed"] == 1
    refused = steered.ask("POST", "clock", {"speed": 301})
    assert refused.json is not None
    assert (refused.status_code, refused.json["code"]) == (409, "TIME_GOES_ON")


def test_calls_are_counted(steered: Steered) -> None:
    steered.shown_code("tea-0001")
    named = {"call": "POST /v3/pay/transactions/native", "order_no": "tea-0001"}
    assert len(steered.told("POST", "requests/verify", named)["requests"]) == 1
    refused = steered.ask("POST", "requests/verify", {**named, "times": 2})
    assert refused.json is not None
    assert (refused.status_code, refused.json["code"]) == (409, "NOT_SEEN")


def test_faults_are_set_listed_and_cleared(steered: Steered) -> None:
    added = steered.told("POST", "faults", {"kind": "call.failed", "order_no": "tea-0001"})
    assert steered.shown_code("tea-0001") == "SYSTEM_ERROR"
    [fault] = steered.told("GET", "faults")["faults"]
    assert (fault["kind"], fault["struck"]) == ("call.failed", 1)
    steered.told("POST", "seed", {"seed": "2"})
    assert steered.told("GET", "faults")["faults"][0]["struck"] == 0
    steered.told("DELETE", f"faults/{added['number']}")
    assert steered.shown_code("tea-0001").startswith("weixin://")
    kinds = [each["kind"] for each in steered.told("GET", "fault-kinds")["kinds"]]
    assert kinds == [kind.label for kind in FaultKind]
    steered.told("POST", "faults", {"kind": "wallet.offline", "payer": "anna"})
    assert steered.ask("GET", "payers/anna").status_code == 503
    steered.told("POST", "reset", {})
    assert steered.told("GET", "faults")["faults"] == []
    assert steered.told("GET", "requests")["requests"] == []


def test_notifications_are_forwarded_to_this_machine_only(steered: Steered) -> None:
    away = steered.ask("POST", "forward", {"url": "http://shop.example/notify"})
    assert away.status_code == 400
    steered.told("POST", "forward", {"url": "http://127.0.0.1:3000/notify"})
    steered.told("POST", "payers/li-wei/pay", {"code": steered.shown_code("tea-0001")})
    steered.told("POST", "clock", {"advance_ms": 0})
    steered.told("DELETE", "forward")
    steered.told("POST", "payers/li-wei/pay", {"code": steered.shown_code("tea-0002")})
    steered.told("POST", "clock", {"advance_ms": 0})
    urls = [url for url, _, _ in steered.listener.posts]
    assert urls == ["http://127.0.0.1:3000/notify", "http://127.0.0.1:9/n"]


def test_news_of_one_order_can_go_elsewhere_alone(steered: Steered) -> None:
    mine = {"url": "http://127.0.0.1:3000/mine", "order_no": "tea-0001"}
    steered.told("POST", "forward", mine)
    for order_no in ("tea-0001", "tea-0002"):
        steered.told("POST", "payers/li-wei/pay", {"code": steered.shown_code(order_no)})
        steered.told("POST", "clock", {"advance_ms": 0})
    steered.told("DELETE", "forward?order_no=tea-0001")
    steered.told("POST", "forward", {**mine, "order_no": "tea-0003"})
    steered.told("DELETE", "forward")
    steered.told("POST", "payers/li-wei/pay", {"code": steered.shown_code("tea-0003")})
    steered.told("POST", "clock", {"advance_ms": 0})
    urls = [url for url, _, _ in steered.listener.posts]
    assert urls == [mine["url"], "http://127.0.0.1:9/n", "http://127.0.0.1:9/n"]


def test_the_provider_is_put_back_while_it_works(steered: Steered) -> None:
    code = steered.shown_code("tea-0001")
    steered.told("POST", "faults", {"kind": "call.failed", "order_no": "tea-0002"})
    assert steered.told("POST", "snapshots", {"name": "shown"}) == {"name": "shown"}
    assert steered.told("GET", "snapshots") == {"snapshots": ["shown"]}
    for _ in "12":
        assert steered.told("POST", "payers/li-wei/pay", {"code": code})["state"] == "PAID"
        steered.told("POST", "clock", {"advance_ms": 60_000, "speed": 0})
        steered.told("DELETE", "faults")
        assert steered.told("POST", "snapshots/shown/restore", {})["speed"] == 1
    assert len(steered.told("GET", "faults")["faults"]) == 1
    assert steered.clock.ahead_ms() == 0


def test_the_books_begin_anew_while_they_are_used(steered: Steered) -> None:
    first = steered.told("GET", "payers/li-wei")["balance_minor"]
    for _ in "12":
        steered.told("POST", "payers/li-wei/pay", {"code": steered.shown_code("tea-0001")})
        steered.told("POST", "clock", {"advance_ms": 60_000, "speed": 0})
        steered.told("POST", "faults", {"kind": "call.lost"})
        assert steered.told("GET", "payers/li-wei")["balance_minor"] < first
        assert steered.told("POST", "reset", {"books": True}) == {"reset": True, "books": True}
        assert steered.told("GET", "payers/li-wei")["balance_minor"] == first
        assert steered.told("GET", "faults")["faults"] == []
        assert steered.told("GET", "clock")["speed"] == 1
    steered.told("POST", "payers/li-wei/pay", {"code": steered.shown_code("tea-0001")})
    steered.told("POST", "beginning", {})
    steered.told("POST", "reset", {"books": True})
    assert steered.told("GET", "payers/li-wei")["balance_minor"] < first
    assert steered.told("GET", "snapshots") == {"snapshots": []}


def test_a_reset_forgets_which_orders_had_the_fault_of_their_amount(steered: Steered) -> None:
    steered.told("POST", "snapshots", {"name": "shown"})
    for again in ("reset", "snapshots/shown/restore"):
        assert steered.shown_code("tea-0001", fen=704) == "SYSTEM_ERROR"
        assert steered.shown_code("tea-0001", fen=704).startswith("weixin://")
        steered.told("POST", again, {})
    assert steered.shown_code("tea-0001", fen=704) == "SYSTEM_ERROR"


def test_a_reset_draws_by_the_seed_that_it_is_given(steered: Steered) -> None:
    def drawn() -> list[bool]:
        steered.told("POST", "reset", {"seed": "7"})
        steered.told("POST", "faults", {"kind": "call.failed", "percent": 50})
        return [steered.shown_code(f"tea-{each:04}") == "SYSTEM_ERROR" for each in range(8)]

    first = drawn()
    assert set(first) == {True, False}
    assert drawn() == first


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "faults", {"kind": "answer.late"}, 404),
        ("POST", "faults", {"kind": "answer.slow"}, 422),
        ("POST", "faults", {"kind": "answer.lost", "whom": "me"}, 400),
        ("DELETE", "faults/9", None, 404),
        ("GET", "requests/9", None, 404),
        ("GET", "wait?within_s=0", None, 504),
        ("GET", "wait?within_s=soon", None, 400),
        ("POST", "clock", {"advance_ms": -1}, 409),
        ("POST", "payers/mallory/pay", {"code": "x"}, 404),
        ("POST", "payers/anna/dance", {}, 404),
        ("POST", "payers/anna/approve", {}, 409),
        ("POST", "payers/anna/payment-code", {"till": "paypal"}, 400),
        ("POST", "notifications/ntf_0/resend", {}, 404),
        ("POST", "snapshots", {"name": ".."}, 400),
        ("POST", "snapshots/never/restore", {}, 404),
        ("GET", "scenarios/never", None, 404),
        ("POST", "scenarios/never/run", {}, 404),
        ("POST", "scenarios/..%2Fevents%2Fpayment.paid@alipay/run", {}, 404),
    ],
)
def test_what_means_nothing_is_refused_by_name(
    steered: Steered, method: str, path: str, body: object, status: int
) -> None:
    answer = steered.ask(method, path, body)
    assert answer.json is not None
    assert (answer.status_code, bool(answer.json["code"])) == (status, True)


def test_a_payment_code_is_shown(steered: Steered) -> None:
    shown = [steered.told("POST", "payers/anna/payment-code", {"till": "wechatpay"}) for _ in "12"]
    assert shown[0]["digits"][:2] == "13"
    assert shown[0] != shown[1]
