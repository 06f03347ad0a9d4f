"""The wallet's sandbox card: for who sits at this machine, in a sandbox, and for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.kit.clock import SharedClock
from ledger.kit.transport.faults import A_FEW, Faults
from ledger.protocol.errors.checkout import CodeNotShown
from ledger.protocol.errors.content import MessageFormat
from ledger.protocol.instants import MINUTE, later, to_text
from tests.wallet.visiting import Visitor
from tests.wallet.world import World
from wallet.web.session.sandbox import MOST_MS, Sandbox, concerns

HERE, ELSEWHERE = "127.0.0.1", "192.168.1.20"


@pytest.fixture
def played(tmp_path: Path) -> World:
    return World(tmp_path, sandbox=True)


def test_the_card_is_for_this_machine_and_for_a_sandbox(played: World, world: World) -> None:
    assert Visitor(played, address=HERE).get("/api/session").json["sandbox"]
    assert not Visitor(played, address=ELSEWHERE).get("/api/session").json["sandbox"]
    assert not Visitor(world, address=HERE).get("/api/session").json["sandbox"]


@pytest.mark.parametrize("act", ["lose-answer", "slow-down"])
def test_nobody_from_elsewhere_and_no_other_site_plays_it(played: World, act: str) -> None:
    path = f"/api/sandbox/{act}"
    stranger = Visitor(played, address=ELSEWHERE)
    assert stranger.post(path).problem == (403, "NOT_FROM_HERE")
    evil = Visitor(played, origin="http://evil.example", address=HERE)
    assert evil.post(path).problem == (403, "CROSS_SITE")


def test_outside_of_a_sandbox_there_are_no_such_addresses(world: World) -> None:
    answer = Visitor(world, address=HERE).post("/api/sandbox/lose-answer")
    assert answer.problem == (404, "ROUTE_NOT_FOUND")


def test_a_lost_answer_of_a_consent_was_given_and_is_found(played: World) -> None:
    payer = Visitor(played, address=HERE)
    payer.arrive()
    review = payer.scan(played.till().link(500))
    payer.post("/api/sandbox/lose-answer")
    assert payer.approve(review).json["outcome"] == "unknown"
    found = payer.get(f"/api/me/reviews/{review['review_id']}").json
    assert found["outcome"] == "paid"
    assert payer.get("/api/me").json["balance_minor"] == 9_500


def test_a_scan_whose_answer_got_lost_is_done_again_and_has_charged_nothing(played: World) -> None:
    payer = Visitor(played, address=HERE)
    payer.arrive()
    link = played.till().link(500)
    payer.post("/api/sandbox/lose-answer")
    for _ in range(A_FEW):
        assert payer.post("/api/me/scan", {"text": link}).problem[1] == "ANSWER_LOST"
    assert payer.scan(link)["amount_minor"] == 500
    assert payer.get("/api/me").json["balance_minor"] == 10_000


@pytest.mark.parametrize(
    ("path", "is_concerned"),
    [
        ("/v1/payments/pay_1/claim", True),
        ("/v1/payments/pay_1/authorise", True),
        ("/v1/stickers/claim", True),
        ("/v1/payments/pay_1/offer", False),
        ("/v1/me", False),
    ],
)
def test_what_can_go_wrong_is_what_is_done_to_a_payment(path: str, *, is_concerned: bool) -> None:
    assert concerns("POST", f"http://127.0.0.1:8400{path}") is is_concerned


def test_time_passes_until_what_is_shown_has_ended_and_no_further(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "ahead")
    sandbox = Sandbox(clock, Faults())
    ends = later(clock.now(), 3 * MINUTE)
    sandbox.expire(to_text(ends))
    assert ends < clock.now() < later(ends, MINUTE)
    sandbox.expire(to_text(ends))  # it has ended already
    with pytest.raises(CodeNotShown):
        sandbox.expire(to_text(later(clock.now(), MOST_MS + MINUTE)))
    with pytest.raises(MessageFormat):
        sandbox.expire("tomorrow")


def test_a_clock_that_nobody_can_move_is_told(played: World) -> None:
    payer = Visitor(played, address=HERE)
    answer = payer.post("/api/sandbox/expire", {"expires_at": to_text(played.clock.now())})
    assert answer.problem[1] == "CODE_NOT_SHOWN"
