"""Consents are stored, brought together, and end as one alone would, whatever gets lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.kit.transport import Response
from ledger.protocol.errors.content import BodyTooLarge
from ledger.protocol.errors.service import StorageFull
from ledger.protocol.instants import MINUTE
from tests.wallet.at_once import PRICE, code, consents, pay
from tests.wallet.conftest import PIN
from tests.wallet.world import Answer, Json, World
from wallet.direct.sender import Sender
from wallet.store.receipts import Receipts
from wallet.store.reviews import Reviews

FUNDS = 20_000


@pytest.fixture(autouse=True)
def _till(world: World) -> None:
    world.till()
    pay(world, code(world, 100), 100)
    world.network.sent.clear()


def debits(world: World) -> int:
    return (FUNDS - 100 - world.balance("anna")) // PRICE


def lose_answers(world: World, *ends: str) -> None:
    world.network.lose = lambda _method, path: path.endswith(ends)


def lose_nothing(world: World) -> None:
    world.network.lose = lambda _method, _path: False


def seen_again(world: World, answer: Answer) -> Json:
    return world.get(f"/api/wallets/anna/reviews/{answer.json['review_id']}").json


def raising(error: Exception) -> object:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


class Held:
    """Holds the first call that brings consents back until it is let go."""

    def __init__(self, world: World) -> None:
        self.is_there, self.goes_on = threading.Event(), threading.Event()
        self._carry = world.network.request
        world.network.request = self.request  # type: ignore[method-assign]

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Carry a request."""
        if url.endswith("/v1/authorisations") and not self.is_there.is_set():
            self.is_there.set()
            assert self.goes_on.wait(20)
        return self._carry(method, url, headers, body)


def together(world: World, texts: list[str], minor: int = PRICE, **said: Json) -> list[Answer]:
    """Pay the first code, and the others in one call after it."""
    held = Held(world)
    with ThreadPoolExecutor(max_workers=len(texts)) as threads:
        first = threads.submit(pay, world, texts[0])
        assert held.is_there.wait(20)
        others = [threads.submit(pay, world, text, minor, **said) for text in texts[1:]]
        _wait_until_handed_over(world, len(others))
        held.goes_on.set()
        return [each.result(20) for each in (first, *others)]


def _wait_until_handed_over(world: World, count: int) -> None:
    rest = threading.Event()
    while world.phones.sender._queue.qsize() < count:
        rest.wait(0.01)


def test_what_comes_during_one_call_goes_together_in_the_next(world: World) -> None:
    answers = together(world, [code(world) for _ in range(4)])
    assert [answer.json["outcome"] for answer in answers] == ["paid"] * 4
    assert [len(json.loads(body)["authorisations"]) for body in consents(world)] == [1, 3]
    assert debits(world) == 4


def test_one_that_is_refused_does_not_fail_its_neighbours(world: World) -> None:
    texts = [code(world), code(world, 15_000), code(world, 15_000)]
    answers = together(world, texts, 15_000, pin=PIN)
    outcomes = sorted((answer.json["outcome"], answer.json["refusal"]) for answer in answers)
    assert outcomes == [("paid", ""), ("paid", ""), ("refused", "NOT_ENOUGH_FUNDS")]


def test_when_a_whole_call_is_refused_each_goes_his_own_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Sender, "_call", raising(BodyTooLarge()))
        assert pay(world, code(world)).json["outcome"] == "paid"
    assert debits(world) == 1


def test_after_an_error_nobody_foresaw_the_next_is_served_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Sender, "_call", raising(RuntimeError()))
        assert pay(world, code(world)).json["outcome"] == "unknown"
    assert pay(world, code(world)).json["outcome"] == "paid"


def test_a_lost_answer_is_found_by_asking(world: World) -> None:
    lose_answers(world, "/v1/authorisations")
    assert pay(world, code(world)).json["outcome"] == "paid"
    lose_nothing(world)
    assert debits(world) == 1


def test_a_consent_that_never_arrived_is_unknown_not_refused_and_is_sent_again(
    world: World,
) -> None:
    text = code(world)
    world.network.is_cut = True
    paid = pay(world, text)
    assert (paid.json["state"], paid.json["outcome"]) == ("APPROVED", "unknown")
    world.network.is_cut = False
    lose_answers(world, "/v1/authorisations", "/receipts")
    assert seen_again(world, paid)["outcome"] == "unknown"
    lose_nothing(world)
    assert seen_again(world, paid)["outcome"] == "paid"
    assert debits(world) == 1


def test_no_such_payment_is_no_refusal_while_the_consent_may_be_on_its_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Sender, "_call", raising(RuntimeError()))
        paid = pay(world, code(world))
    # The provider was asked, and has not heard of it.
    assert paid.json["outcome"] == "unknown"
    assert any(path.startswith("/v1/payments/pay_") for _, path, _ in world.network.sent)
    assert seen_again(world, paid)["outcome"] == "paid"


def test_the_same_consent_is_sent_again_not_a_new_one(world: World) -> None:
    text = code(world)
    lose_answers(world, "/v1/authorisations", "/receipts")
    paid = pay(world, text)
    assert paid.json["outcome"] == "unknown"
    lose_nothing(world)
    assert pay(world, text).json["review_id"] == paid.json["review_id"]
    assert len(set(consents(world))) == 1
    assert debits(world) == 1


def test_a_consent_that_came_too_late_is_refused_and_nothing_was_paid(world: World) -> None:
    text = code(world)
    world.network.is_cut = True
    paid = pay(world, text)
    world.network.is_cut = False
    world.clock.advance(6 * MINUTE)
    assert seen_again(world, paid)["refusal"] == "QR_EXPIRED"
    assert debits(world) == 0


def test_who_asks_again_when_the_code_has_run_out_is_told_what_became_of_it(world: World) -> None:
    text = code(world)
    paid = pay(world, text).json
    world.clock.advance(6 * MINUTE)
    again = pay(world, text).json
    assert (again["review_id"], again["outcome"]) == (paid["review_id"], "paid")
    late = code(world)
    world.clock.advance(6 * MINUTE)
    assert pay(world, late).problem == (410, "QR_EXPIRED")


def test_ten_taps_at_once_are_one_debit(world: World) -> None:
    text = code(world)
    with ThreadPoolExecutor(max_workers=10) as threads:
        answers = list(threads.map(lambda _: pay(world, text), range(10)))
    assert {answer.json["outcome"] for answer in answers} == {"paid"}
    assert len({answer.json["review_id"] for answer in answers}) == 1
    assert debits(world) == 1


# Kill points


def test_killed_after_the_consent_is_stored_it_is_sent_when_the_service_is_back(
    world: World,
) -> None:
    world.network.is_cut = True
    paid = pay(world, code(world))
    assert consents(world) == []
    world.network.is_cut = False
    world.restart()
    assert world.phones.store.reviews.in_doubt() == []
    assert seen_again(world, paid)["outcome"] == "paid"
    assert debits(world) == 1


def test_what_can_not_be_stored_is_not_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    text = code(world)
    with monkeypatch.context() as patch:
        patch.setattr(Reviews, "add_if_new", raising(StorageFull()))
        patch.setattr(Reviews, "add", raising(StorageFull()))
        assert pay(world, text).problem == (507, "STORAGE_FULL")
    assert consents(world) == []
    assert pay(world, text).json["outcome"] == "paid"
    assert debits(world) == 1


def test_a_receipt_that_can_not_be_stored_is_fetched_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = code(world)
    with monkeypatch.context() as patch:
        patch.setattr(Receipts, "keep", raising(StorageFull()))
        assert pay(world, text).problem == (507, "STORAGE_FULL")
    assert pay(world, text).json["outcome"] == "paid"
    assert debits(world) == 1


def test_a_scan_that_was_refused_or_only_shown_can_be_paid_at_once_later(world: World) -> None:
    text = code(world, 15_000)
    world.scan("anna", text)
    assert pay(world, code(world, 6_000), 6_000, pin=PIN).json["outcome"] == "paid"
    assert pay(world, text, 15_000, pin=PIN).json["refusal"] == "NOT_ENOUGH_FUNDS"
    # Somebody gives the payer money; the same code is good for another try.
    assert pay(world, text, 15_000, pin=PIN).json["refusal"] == "NOT_ENOUGH_FUNDS"
