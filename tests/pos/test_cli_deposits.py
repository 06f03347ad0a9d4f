"""``qrpay pos deposit`` says to the till what a cashier would."""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec
import pytest
from click.testing import CliRunner

from ledger.kit.transport import Response, Stream
from ledger.protocol.messages import Intent
from pos.acquirers.intents import Profile
from pos.cli import deposits
from pos.cli.service import Service
from pos.collect import Mode, Phase
from pos.till import SaleState
from pos.web.staff import HEADER as STAFF_PIN
from pos.web.views import CollectionView, SaleView

SALE = "sal_01M803NG4V00000000000000"
NOW = "2026-11-22T11:00:00.000Z"

SHOWN = CollectionView(
    "pay_1", "order-1", Mode.SHOW, Profile.SIGNED, Phase.HELD, None, "", "000201", NOW
)
HELD = SaleView(
    sale_id=SALE,
    state=SaleState.HELD,
    meaning="It is held.",
    lines=[],
    total_minor=30_00,
    refunded_minor=0,
    currency="EUR",
    vat=[],
    sticker_id="",
    created_at=NOW,
    now=NOW,
    collection=SHOWN,
    refunds=[],
    late_payments=[],
    decisions=[],
    intent=Intent.DEPOSIT,
    captured_minor=None,
    asked_key="",
)
REFUSAL = {"code": "CAPTURE_EXCEEDS_HELD", "detail": "too much"}


class StubTill:
    """Answers every call with one sale, or refuses it."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.asked: list[tuple[str, object]] = []

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        assert (method, headers["Content-Type"]) == ("POST", "application/json")
        assert headers[STAFF_PIN] == "2806"
        self.asked.append((url, json.loads(body)))
        said = HELD if self.status == 200 else REFUSAL
        return Response(self.status, {}, msgspec.json.encode(said))

    def stream(self, url: str, headers: Mapping[str, str]) -> Stream:
        raise NotImplementedError


def run(monkeypatch: pytest.MonkeyPatch, till: StubTill, *words: str) -> tuple[int, str]:
    monkeypatch.setattr(deposits, "till", lambda url: Service(url, till, staff_pin="2806"))
    done = CliRunner().invoke(deposits.deposit, [*words, "--url", "http://till"])
    return done.exit_code, done.output


def test_taking_one_rings_it_up_as_a_deposit_and_shows_its_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    till = StubTill()
    assert run(monkeypatch, till, "take", "30.00") == (0, f"{SALE}\n000201\n")
    assert till.asked == [
        ("http://till/api/sales", {"amount_minor": 3000, "intent": "deposit"}),
        (f"http://till/api/sales/{SALE}/collect", {"mode": "show", "profile": "S"}),
    ]


def test_a_part_is_captured_and_all_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    till = StubTill()
    assert run(monkeypatch, till, "capture", SALE, "3.50")[0] == 0
    assert run(monkeypatch, till, "release", SALE) == (0, f"{SALE} is HELD. It is held.\n")
    assert till.asked == [
        (f"http://till/api/sales/{SALE}/capture", {"amount_minor": 350}),
        (f"http://till/api/sales/{SALE}/release", {}),
    ]


def test_programs_are_told_the_sale_its_state_and_the_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    till, sale = StubTill(), {"sale_id": SALE, "state": "HELD"}
    taken = json.loads(run(monkeypatch, till, "take", "30.00", "--json")[1])
    assert taken == {**sale, "code": "000201"}
    for words in (("capture", SALE, "3.50"), ("release", SALE)):
        assert json.loads(run(monkeypatch, till, *words, "--json")[1]) == sale


def test_a_refusal_is_told_by_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = run(monkeypatch, StubTill(409), "capture", SALE, "30.01")
    assert (code, said.partition(":")[2].strip()[:20]) == (2, "CAPTURE_EXCEEDS_HELD")
    assert "too much" in said
    assert run(monkeypatch, StubTill(), "capture", SALE, "3,50")[0] == 2
