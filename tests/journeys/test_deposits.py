"""A power bank: 30.00 held, 3.50 captured, 26.50 back; and every other way it can end."""

from __future__ import annotations

import pytest

from ledger.protocol.instants import DAY
from tests.journeys.network import Fault, Hop, Script
from tests.journeys.world import World
from tests.kit.answered import Json


def ask_for(world: World, name: str, amount_minor: int = 30_00) -> tuple[str, Json]:
    """A payer is asked for a deposit; the sale and the question."""
    till = world.till
    sale_id = till.ring_up_deposit(amount_minor)
    till.show(sale_id)
    review: Json = world.phone(name).scan(till.code(sale_id)).done["review"]
    assert review["intent"] == "deposit"
    return sale_id, review


def take(world: World, name: str, amount_minor: int = 30_00) -> tuple[str, Json]:
    """A payer leaves a deposit; the sale and what the phone shows."""
    till, phone = world.till, world.phone(name)
    sale_id, review = ask_for(world, name, amount_minor)
    held = phone.approve(review).done
    assert held["outcome"] == "held"
    assert held["receipts"] == []
    world.catch_up()
    assert till.state(sale_id) == "HELD"
    return sale_id, held


def test_a_part_is_captured_and_the_payer_has_the_rest_again(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, review = take(world, "anna")
    assert (phone.balance(), phone.held()) == (170_00, 30_00)
    world.wait(60_000)
    captured = till.capture(sale_id, 3_50).done
    assert (captured["state"], captured["captured_minor"]) == ("PAID", 3_50)
    assert (phone.balance(), phone.held()) == (196_50, 0)
    seen = phone.review(review)
    assert seen["outcome"] == "captured"
    (receipt,) = seen["receipts"]
    assert (receipt["states"]["kind"], receipt["states"]["amount_minor"]) == ("payment", 3_50)


def test_a_payer_in_yuan_pays_the_part_at_the_rate_that_was_locked(world: World) -> None:
    till, phone = world.till, world.phone("li-wei")
    before = phone.balance()
    sale_id, review = take(world, "li-wei")
    assert phone.held() == review["payer_amount_minor"]
    till.capture(sale_id, 3_50).done  # noqa: B018 - it was no refusal
    (receipt,) = phone.review(review)["receipts"]
    paid = receipt["states"]["payer_amount_minor"]
    assert paid == -(-review["payer_amount_minor"] * 3_50 // 30_00)
    assert (phone.balance(), phone.held()) == (before - paid, 0)


def test_the_shop_gives_it_back_whole(world: World) -> None:
    till, phone = world.till, world.phone("li-wei")
    before = phone.balance()
    sale_id, review = take(world, "li-wei")
    assert till.give_back(sale_id).done["state"] == "RELEASED"
    assert till.give_back(sale_id).done["state"] == "RELEASED"
    assert (phone.balance(), phone.held()) == (before, 0)
    assert phone.review(review)["outcome"] == "given_back"
    assert till.capture(sale_id, 3_50).said == (409, "SALE_STATE")


def test_nobody_brings_it_back_and_after_thirty_days_the_money_does(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, review = take(world, "anna")
    world.clock.advance(30 * DAY - 60_000)
    world.catch_up()
    assert till.state(sale_id) == "HELD"
    world.wait(61_000)
    assert till.state(sale_id) == "RELEASED"
    assert phone.balance() == 200_00
    assert phone.review(review)["outcome"] == "given_back"


def test_no_more_than_is_held_and_only_once(world: World) -> None:
    till = world.till
    sale_id, _ = take(world, "anna")
    assert till.capture(sale_id, 30_01).said == (409, "CAPTURE_EXCEEDS_HELD")
    for _ in range(2):
        assert till.capture(sale_id, 3_50).done["captured_minor"] == 3_50
    assert till.capture(sale_id, 3_51).said == (409, "SALE_STATE")
    assert till.give_back(sale_id).said == (409, "SALE_STATE")
    assert world.phone("anna").balance() == 196_50


def test_what_was_captured_can_be_refunded_and_no_more(world: World) -> None:
    till = world.till
    sale_id, _ = take(world, "anna")
    till.capture(sale_id, 3_50)
    assert till.refund(sale_id, 3_51).said == (409, "REFUND_EXCEEDS_CAPTURED")
    till.refund(sale_id)
    assert till.state(sale_id) == "REFUNDED"
    assert world.phone("anna").balance() == 200_00


def test_a_payment_code_asks_before_it_leaves_a_deposit(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id = till.ring_up_deposit(5_00)
    till.read(sale_id, phone.digits())
    (review,) = phone.pending()
    assert (review["intent"], phone.held()) == ("deposit", 0)
    assert phone.approve(review).done["outcome"] == "held"
    world.catch_up()
    assert till.state(sale_id) == "HELD"


def test_a_consent_whose_answer_is_lost_is_found_to_have_left_the_deposit(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, review = ask_for(world, "anna")
    world.network.plan = script = Script().next(
        Hop.WALLET_TO_LEDGER, "/authorise", Fault.LOST_ANSWER, Fault.REFUSED
    )
    assert phone.approve(review).done["outcome"] == "held"
    assert phone.review(review)["outcome"] == "held"
    assert not script.is_played, "it was found by asking, not by sending the consent again"
    assert (phone.balance(), phone.held()) == (170_00, 30_00)
    world.catch_up()
    assert till.state(sale_id) == "HELD"


@pytest.mark.parametrize("ends", ["captured", "given_back"])
def test_a_wallet_that_hears_nothing_until_the_deposit_has_ended_finds_out_how(
    world: World, ends: str
) -> None:
    till = world.till
    sale_id, review = ask_for(world, "anna")
    world.network.plan = Script().next(Hop.WALLET_TO_LEDGER, "/authorise", Fault.LOST_ANSWER)
    world.network.plan.next(Hop.WALLET_TO_LEDGER, review["payment_id"], Fault.LOST_REQUEST)
    assert world.phone("anna").approve(review).done["outcome"] == "unknown"
    world.ledger.notifier.deliver_due()
    done = till.capture(sale_id, 3_50) if ends == "captured" else till.give_back(sale_id)
    assert not done.is_refusal, done.body
    world.start_wallets()
    assert world.phone("anna").review(review)["outcome"] == ends
    assert world.phone("anna").balance() == (196_50 if ends == "captured" else 200_00)


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_ANSWER])
def test_a_capture_whose_answer_is_lost_is_asked_for_again(world: World, fault: Fault) -> None:
    till = world.till
    sale_id, _ = take(world, "anna")
    world.network.plan = Script().next(Hop.TILL_TO_LEDGER, "/capture", fault)
    assert till.capture(sale_id, 3_50).said == (503, "SERVICE_UNAVAILABLE")
    assert till.capture(sale_id, 3_50).done["captured_minor"] == 3_50
    assert world.phone("anna").balance() == 196_50


def test_a_till_that_dies_after_asking_learns_of_the_capture_by_notification(
    world: World,
) -> None:
    till = world.till
    sale_id, _ = take(world, "anna")
    attempt = world.desk.store.attempts.of_sale(sale_id)[0]
    world.desk.acquirer.capture(attempt, attempt.amount)
    world.start_till()
    world.catch_up()
    sale = till.sale(sale_id)
    assert (sale["state"], sale["captured_minor"]) == ("PAID", 30_00)
