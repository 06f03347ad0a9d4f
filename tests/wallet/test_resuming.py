"""Answers get lost and services die: money moves at most once, and in the end everybody knows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.protocol.errors.service import StorageFull
from ledger.protocol.errors.trust import NonceReplay
from ledger.protocol.instants import MINUTE, later
from ledger.protocol.messages import Signed
from ledger.protocol.native_wire import PaymentResult
from tests.wallet.conftest import PIN
from tests.wallet.world import World
from wallet import authorise
from wallet.device.phone import Phone
from wallet.review import Review
from wallet.store.receipts import Receipts
from wallet.store.reviews import Reviews


def lose_answers_to(world: World, ends_with: str) -> None:
    world.network.lose = lambda _method, path: path.endswith(ends_with)


def lose_answers_but_offers(world: World) -> None:
    world.network.lose = lambda _method, path: not path.endswith("/offer")


def lose_nothing(world: World) -> None:
    world.network.lose = lambda _method, _path: False


def debits(world: World, name: str = "anna", balance: int = 20_000) -> int:
    return (balance - world.balance(name)) // 1295


def test_a_lost_answer_is_found_by_asking(world: World) -> None:
    scanned = world.scan("anna", world.till().code())
    lose_answers_to(world, "/authorise")
    decided = world.approve("anna", scanned).json
    assert decided["outcome"] == "paid"
    assert decided["receipts"][0]["verifies"]
    lose_nothing(world)
    assert debits(world) == 1


def test_without_any_answer_the_outcome_is_unknown_and_never_failed(world: World) -> None:
    scanned = world.scan("anna", world.till().code())
    path = f"/api/wallets/anna/reviews/{scanned.json['review_id']}"
    lose_answers_but_offers(world)
    decided = world.approve("anna", scanned).json
    assert (decided["state"], decided["outcome"], decided["refusal"]) == ("APPROVED", "unknown", "")
    assert world.get(path).json["outcome"] == "unknown"
    lose_nothing(world)
    assert world.get(path).json["outcome"] == "paid"
    assert debits(world) == 1


def test_the_same_consent_is_sent_again_not_a_new_one(world: World) -> None:
    scanned = world.scan("anna", world.till().code())
    lose_answers_but_offers(world)
    world.approve("anna", scanned)
    lose_nothing(world)
    world.approve("anna", scanned)
    sent = world.network.bodies("POST", "/authorise")
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert debits(world) == 1


def test_what_was_approved_while_the_network_was_cut_is_sent_when_it_is_back(world: World) -> None:
    scanned = world.scan("anna", world.till().code())
    cut_after_offer(world)
    assert world.approve("anna", scanned).json["outcome"] == "unknown"
    assert world.network.bodies("POST", "/authorise") == []
    world.network.is_cut = False
    assert world.review("anna", scanned)["outcome"] == "paid"
    assert debits(world) == 1


def cut_after_offer(world: World) -> None:
    def cut(_method: str, path: str) -> bool:
        world.network.is_cut = path.endswith("/offer")
        return False

    world.network.lose = cut


def test_a_service_that_starts_again_finishes_what_was_approved(world: World) -> None:
    scanned = world.scan("anna", world.till().code())
    cut_after_offer(world)
    world.approve("anna", scanned)
    lose_nothing(world)
    world.network.is_cut = False
    world.restart()
    assert world.phones.store.reviews.in_doubt() == []
    assert world.review("anna", scanned)["outcome"] == "paid"
    assert debits(world) == 1


def test_a_service_that_starts_without_a_network_keeps_the_doubt(world: World) -> None:
    scanned = world.scan("anna", world.till().code())
    cut_after_offer(world)
    world.approve("anna", scanned)
    world.restart()
    assert world.review("anna", scanned)["outcome"] == "unknown"
    lose_nothing(world)
    world.network.is_cut = False
    assert world.review("anna", scanned)["outcome"] == "paid"


def test_a_consent_that_came_too_late_is_refused_and_nothing_was_paid(world: World) -> None:
    scanned = world.scan("anna", world.till().code())
    cut_after_offer(world)
    world.approve("anna", scanned)
    lose_nothing(world)
    world.network.is_cut = False
    world.clock.advance(6 * MINUTE)
    seen = world.review("anna", scanned)
    assert seen["outcome"] == "refused"
    assert seen["refusal"] in ("QR_EXPIRED", "ORDER_STATE")
    assert debits(world) == 0


def test_a_refusal_does_not_hide_that_an_earlier_try_has_paid(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = world.scan("anna", world.till().code())
    lose_answers_but_offers(world)
    world.approve("anna", scanned)
    lose_nothing(world)
    # The retry is refused for a reason of its own: its clock is off by more than five minutes.
    send = authorise._send

    def with_a_wrong_clock(phone: Phone, review: Review, consent: Signed) -> PaymentResult:
        right = world.clock.now()
        monkeypatch.setattr(world.clock, "now", lambda: later(right, 6 * MINUTE))
        try:
            return send(phone, review, consent)
        finally:
            monkeypatch.setattr(world.clock, "now", lambda: right)

    monkeypatch.setattr(authorise, "_send", with_a_wrong_clock)
    assert world.review("anna", scanned)["outcome"] == "paid"


# Kill points: the service dies (here: its disk refuses) at the worst moments


class Dies(Exception):
    """The service is killed here."""


def test_killed_before_the_intent_is_stored_nothing_was_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = world.scan("anna", world.till().code())
    with monkeypatch.context() as patch:
        patch.setattr(Reviews, "replace", _raise(StorageFull()))
        assert world.approve("anna", scanned).problem == (507, "STORAGE_FULL")
    assert world.network.bodies("POST", "/authorise") == []
    world.restart()
    assert world.review("anna", scanned)["state"] == "SHOWN"
    assert world.approve("anna", scanned).json["outcome"] == "paid"
    assert debits(world) == 1


def test_killed_after_the_intent_is_stored_it_is_sent_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = world.scan("anna", world.till().code())
    with monkeypatch.context() as patch:
        patch.setattr(authorise, "_send", _raise(Dies()))
        assert world.approve("anna", scanned).status == 500
    assert world.network.bodies("POST", "/authorise") == []
    world.restart()
    assert world.review("anna", scanned)["outcome"] == "paid"
    assert len(world.network.bodies("POST", "/authorise")) == 1
    assert debits(world) == 1


def test_killed_after_the_answer_was_read_the_same_receipt_is_fetched(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = world.scan("anna", world.till().code())
    with monkeypatch.context() as patch:
        patch.setattr(Receipts, "keep", _raise(Dies()))
        assert world.approve("anna", scanned).status == 500
    assert debits(world) == 1
    world.restart()
    seen = world.review("anna", scanned)
    assert (seen["outcome"], len(seen["receipts"])) == ("paid", 1)
    assert debits(world) == 1


def _raise(error: Exception) -> object:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_a_locked_wallet_keeps_its_doubt_until_it_is_unlocked(world: World) -> None:
    world.restart(demo_world=True)
    scanned = world.scan("anna", world.till().code())
    cut_after_offer(world)
    world.approve("anna", scanned)
    lose_nothing(world)
    world.network.is_cut = False
    world.restart(demo_world=False)
    path = f"/api/wallets/anna/reviews/{scanned.json['review_id']}"
    assert world.get(path).json["outcome"] == "unknown"
    assert world.post("/api/wallets/anna/unlock", {"pin": PIN}).status == 200
    assert world.get(path).json["outcome"] == "paid"


# Whose payment it became


def test_when_another_payer_has_taken_the_payment_over_it_was_not_this_one(world: World) -> None:
    text = world.till().code()
    scanned = world.scan("anna", text)
    cut_after_offer(world)
    world.approve("anna", scanned)
    lose_nothing(world)
    world.network.is_cut = False
    world.clock.advance(2 * MINUTE + 1)
    assert world.approve("omar", world.scan("omar", text)).json["outcome"] == "paid"
    assert world.review("anna", scanned)["outcome"] == "refused"
    assert debits(world) == 0


def test_while_an_earlier_try_may_be_on_its_way_a_refusal_is_not_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = world.scan("anna", world.till().code())
    cut_after_offer(world)
    world.approve("anna", scanned)
    lose_nothing(world)
    world.network.is_cut = False
    with monkeypatch.context() as patch:
        patch.setattr(authorise, "_send", _raise(NonceReplay()))
        assert world.review("anna", scanned)["outcome"] == "unknown"
    assert world.review("anna", scanned)["outcome"] == "paid"


def test_once_the_payment_is_closed_the_doubt_ends(world: World) -> None:
    till = world.till()
    scanned = world.scan("anna", till.code())
    cut_after_offer(world)
    world.approve("anna", scanned)
    lose_nothing(world)
    world.network.is_cut = False
    till.close(scanned.json["review"]["payment_id"])
    assert world.review("anna", scanned)["outcome"] == "refused"
    assert debits(world) == 0


def test_a_receipt_that_is_not_for_what_was_shown_settles_nothing(world: World) -> None:
    till = world.till()
    scanned = world.scan("anna", till.code())
    other = world.approve("anna", world.scan("anna", till.code(1296))).json["receipts"][0]["signed"]
    phone = world.phones.get("anna", now=world.clock.now())
    review = phone.store.reviews.get("anna", scanned.json["review_id"])
    for receipt in (Signed(**other), Signed(other["text"], "k0000000", other["signature"])):
        assert not authorise._is_ours(phone, review, receipt, now=world.clock.now())


def test_ten_approvals_at_once_are_one_debit(world: World) -> None:
    scanned = world.scan("anna", world.till().code())
    with ThreadPoolExecutor(max_workers=10) as threads:
        answers = list(threads.map(lambda _: world.approve("anna", scanned), range(10)))
    for answer in answers:
        if answer.status == 200:
            assert answer.json["outcome"] == "paid"
        else:
            assert answer.problem == (409, "REVIEW_STATE")
    assert world.review("anna", scanned)["outcome"] == "paid"
    assert len(set(world.network.bodies("POST", "/authorise"))) == 1
    assert debits(world) == 1
