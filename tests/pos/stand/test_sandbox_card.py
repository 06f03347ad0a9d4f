"""The sandbox card lets a demo payer act, time pass, answers get lost; elsewhere there is none."""

from __future__ import annotations

import json
from collections.abc import Mapping

import flask
import pytest
from flask.testing import FlaskClient

from ledger.kit.clock import SettableClock
from ledger.kit.transport import Response
from ledger.kit.transport.faults import Faults
from ledger.kit.transport.message import Stream
from ledger.protocol.lifecycle import PaymentState
from pos.counter.desk import Desk
from pos.web.stand import sandbox
from pos.web.stand.demo_payer import DemoPayer
from tests.pos.api import code_of, collect, open_sale, post
from tests.pos.provider import MiniProvider

WALLET = "http://127.0.0.1:8402"
PAYMENT_CODE = "990000000000000001"


class Wallet:
    """A wallet service that finds one thing to pay in every code, and asks what ``pending`` has."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []
        self.pending: list[dict[str, object]] = []

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        path = url.removeprefix(f"{WALLET}/api/wallets/anna/")
        if method == "GET":
            assert path == "pending"
            return Response(200, {}, json.dumps({"reviews": self.pending}).encode())
        assert (method, headers["Content-Type"]) == ("POST", "application/json")
        self.asked.append((path, json.loads(body)))
        answer = {"review": {"review_id": "rev_1"}, "digits": PAYMENT_CODE}
        return Response(200, {}, json.dumps(answer).encode())

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        raise NotImplementedError(url, headers)


@pytest.fixture
def wallet() -> Wallet:
    return Wallet()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def client(app: flask.Flask, desk: Desk, wallet: Wallet, faults: Faults) -> FlaskClient:
    sandbox.add(app, sandbox.Sandbox(desk, DemoPayer(WALLET, wallet), faults))
    return app.test_client()


def test_the_demo_payer_scans_the_code_that_is_shown_and_agrees(
    client: FlaskClient, wallet: Wallet
) -> None:
    sale = open_sale(client)
    shown = collect(client, sale, mode="show", profile="L")
    answer = post(client, f"/api/sandbox/sales/{sale['sale_id']}/approve", {})
    assert answer.get_json() == {"done": "approve"}
    assert wallet.asked == [
        ("scan", {"text": shown["collection"]["code"]}),
        ("reviews/rev_1/approve", {"pin": "280601"}),
    ]


def test_the_demo_payer_says_no(client: FlaskClient, wallet: Wallet) -> None:
    sale = open_sale(client)
    collect(client, sale, mode="show")
    post(client, f"/api/sandbox/sales/{sale['sale_id']}/decline", {})
    assert wallet.asked[-1] == ("reviews/rev_1/decline", {})


def test_the_demo_payer_shows_a_fresh_code_of_the_tills_own_kind(
    client: FlaskClient, wallet: Wallet
) -> None:
    answer = post(client, "/api/sandbox/payment-codes", {})
    assert answer.get_json() == {"payment_code": PAYMENT_CODE}
    assert wallet.asked == [("payment-code?for=native", {})]


@pytest.mark.parametrize("act", ["approve", "decline"])
def test_the_demo_payer_decides_what_reading_their_code_has_asked_them(
    client: FlaskClient, provider: MiniProvider, wallet: Wallet, act: str
) -> None:
    provider.on_payment_code = PaymentState.AUTHORISING
    sale = open_sale(client, {"amount_minor": 6000})
    collect(client, sale, mode="read", payment_code=PAYMENT_CODE)
    wallet.pending.append({"review_id": "rev_1", "amount_minor": 5999, "currency": "EUR"})
    refused = post(client, f"/api/sandbox/sales/{sale['sale_id']}/{act}", {})
    assert code_of(refused) == (404, "ORDER_NOT_FOUND")
    wallet.pending.append({"review_id": "rev_2", "amount_minor": 6000, "currency": "EUR"})
    post(client, f"/api/sandbox/sales/{sale['sale_id']}/{act}", {})
    assert [path for path, _ in wallet.asked] == [f"reviews/rev_2/{act}"]


def test_answers_are_lost_or_late_as_the_card_says(client: FlaskClient, faults: Faults) -> None:
    sale = open_sale(client)
    post(client, f"/api/sandbox/sales/{sale['sale_id']}/lose-answer", {})
    post(client, f"/api/sandbox/sales/{sale['sale_id']}/slow-down", {})
    taken = [faults.take() for _ in range(4)]
    assert [each.is_lost for each in taken] == [True] * 3 + [False]
    assert [each.delay_ms for each in taken] == [3000] * 3 + [0]


def test_time_passes_until_the_code_has_expired(
    desk: Desk, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "SharedClock", SettableClock)  # one that can be moved
    sale = open_sale(client)
    collect(client, sale, mode="show")
    post(client, f"/api/sandbox/sales/{sale['sale_id']}/expire", {})
    attempt = desk.store.attempts.of_sale(sale["sale_id"])[0]
    assert desk.clock.now() == attempt.expires_at + 1000


def test_a_clock_that_nobody_can_move_is_told(client: FlaskClient) -> None:
    sale = open_sale(client)
    collect(client, sale, mode="show")
    refused = post(client, f"/api/sandbox/sales/{sale['sale_id']}/expire", {})
    assert code_of(refused) == (404, "CODE_NOT_SHOWN")


@pytest.mark.parametrize("act", ["approve", "decline", "expire"])
def test_without_a_code_there_is_nothing_to_act_on(client: FlaskClient, act: str) -> None:
    sale = open_sale(client)
    refused = post(client, f"/api/sandbox/sales/{sale['sale_id']}/{act}", {})
    assert code_of(refused) == (404, "CODE_NOT_SHOWN")


def test_the_card_has_no_other_acts_and_knows_no_other_sales(client: FlaskClient) -> None:
    sale = open_sale(client)
    unknown = post(client, f"/api/sandbox/sales/{sale['sale_id']}/steal", {})
    assert code_of(unknown) == (404, "ROUTE_NOT_FOUND")
    foreign = post(client, "/api/sandbox/sales/sal_unknown/lose-answer", {})
    assert code_of(foreign) == (404, "SALE_NOT_FOUND")


def test_another_sites_form_can_not_press_the_card(client: FlaskClient) -> None:
    sale = open_sale(client)
    forged = client.post(f"/api/sandbox/sales/{sale['sale_id']}/lose-answer", data={"a": "b"})
    assert forged.status_code == 415


def test_outside_of_a_sandbox_there_is_no_card(app: flask.Flask) -> None:
    client = app.test_client()
    sale = open_sale(client)
    refused = post(client, f"/api/sandbox/sales/{sale['sale_id']}/approve", {})
    assert code_of(refused) == (404, "ROUTE_NOT_FOUND")
