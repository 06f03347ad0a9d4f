"""An answer is lost at each hop in turn: nobody guesses, everybody finds out, and money is right.

The till's rule is: ask, and when the time is over, undo. The wallet's is: send the same consent
again. Neither ever shows "failed" for what it does not know.
"""

from __future__ import annotations

import pytest

from ledger.protocol.instants import later
from tests.journeys.network import WAYS_TO_LOSE, Fault, Hop, Script
from tests.journeys.world import World

TROUBLE = [*WAYS_TO_LOSE, Fault.DOUBLED, Fault.DOUBLED_LAST, Fault.DELAYED, Fault.LATE]


@pytest.mark.parametrize("fault", TROUBLE)
def test_the_request_of_a_code_goes_wrong_and_the_code_can_be_paid_all_the_same(
    world: World, fault: Fault
) -> None:
    till = world.till
    script = Script().next(Hop.TILL_TO_LEDGER, "/v1/payments", fault)
    world.network.plan = script
    sale_id = till.ring_up(1295)
    shown = till.show(sale_id)
    assert shown.status in (200, 503)
    world.wait(3_000)
    world.network.deliver_late()
    if not till.code(sale_id):
        till.show(sale_id)
    assert world.phone("anna").pay(till.code(sale_id))["outcome"] == "paid"
    world.catch_up()
    assert script.is_played
    assert till.state(sale_id) == "PAID"


@pytest.mark.parametrize("fault", TROUBLE)
def test_the_request_by_payment_code_goes_wrong_and_the_payer_is_debited_once_or_not_at_all(
    world: World, fault: Fault
) -> None:
    till, phone = world.till, world.phone("anna")
    script = Script().next(Hop.TILL_TO_LEDGER, "/v1/payments", fault)
    world.network.plan = script
    sale_id = till.ring_up(1295)
    answered = till.read(sale_id, phone.digits()).done
    assert answered["state"] in ("PAID", "OUTCOME_UNKNOWN", "OPEN")
    world.settle()
    assert script.is_played
    paid = fault not in (Fault.REFUSED, Fault.LOST_REQUEST)
    assert till.state(sale_id) == ("PAID" if paid else "OPEN")
    assert phone.balance() == 200_00 - (12_95 if paid else 0)


@pytest.mark.parametrize("fault", TROUBLE)
def test_a_scan_goes_wrong_and_the_next_one_shows_the_offer(world: World, fault: Fault) -> None:
    phone = world.phone("anna")
    _, code = world.till.new_code(1295)
    script = Script().next(Hop.WALLET_TO_LEDGER, "/claim", fault)
    world.network.plan = script
    phone.scan(code)
    assert script.is_played
    assert phone.pay(code)["outcome"] == "paid"


@pytest.mark.parametrize("fault", TROUBLE)
def test_the_consent_goes_wrong_and_is_never_shown_as_failed(world: World, fault: Fault) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, code = till.new_code(1295)
    review = phone.scan(code).done["review"]
    script = Script().next(Hop.WALLET_TO_LEDGER, "/authorise", fault)
    world.network.plan = script
    assert phone.approve(review).done["outcome"] in ("paid", "unknown")
    assert phone.review(review)["outcome"] == "paid"
    world.settle()
    assert script.is_played
    assert till.state(sale_id) == "PAID"
    assert phone.balance() == 200_00 - 12_95


@pytest.mark.parametrize("fault", TROUBLE)
def test_a_decline_goes_wrong_and_nothing_is_paid(world: World, fault: Fault) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, code = till.new_code(1295)
    review = phone.scan(code).done["review"]
    world.network.plan = Script().next(Hop.WALLET_TO_LEDGER, "/decline", fault)
    phone.decline(review)
    world.settle()
    assert till.state(sale_id) == "OPEN"
    assert phone.balance() == 200_00


@pytest.mark.parametrize("fault", TROUBLE)
def test_the_reversal_goes_wrong_and_the_money_comes_back_once(world: World, fault: Fault) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, code = till.new_code(1295)
    phone.pay(code)
    script = Script().next(Hop.TILL_TO_LEDGER, "/reverse", fault, fault)
    world.network.plan = script
    till.abandon(sale_id)
    world.settle()
    assert till.state(sale_id) == "ABANDONED"
    assert phone.balance() == 200_00
    assert [receipt["states"]["kind"] for receipt in phone.history()] == ["reversal", "payment"]


def test_a_payment_code_whose_outcome_stays_unknown_is_undone_when_the_time_is_over(
    world: World,
) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id = till.ring_up(1295)
    world.network.plan = Script().next(Hop.TILL_TO_LEDGER, "/v1/payments", Fault.LOST_ANSWER)
    digits = phone.digits()
    world.network.cut.add(Hop.LEDGER_TO_TILL)
    till.read(sale_id, digits)
    world.network.cut.add(Hop.TILL_TO_LEDGER)
    assert phone.balance() == 200_00 - 12_95  # it was paid, and the till can't know
    world.wait(70_000)
    assert till.state(sale_id) == "OUTCOME_UNKNOWN"
    world.network.cut.clear()
    world.settle()
    ended = till.sale(sale_id)
    assert (ended["state"], ended["collection"]["reason"]) == ("OPEN", "TIMED_OUT")
    assert phone.balance() == 200_00


def test_a_request_that_arrives_after_its_reversal_is_refused(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id = till.ring_up(1295)
    world.network.plan = Script().next(Hop.TILL_TO_LEDGER, "/v1/payments", Fault.LATE)
    till.read(sale_id, phone.digits())
    world.wait(90_000)
    assert till.state(sale_id) == "OPEN"
    world.network.deliver_late()
    world.settle()
    assert till.state(sale_id) == "OPEN"
    assert phone.balance() == 200_00


def test_a_consent_that_arrives_after_the_sale_was_given_up_moves_nothing(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, code = till.new_code(1295)
    world.network.plan = Script().next(Hop.WALLET_TO_LEDGER, "/authorise", Fault.LATE)
    assert phone.pay(code)["outcome"] == "unknown"
    till.abandon(sale_id)
    world.network.deliver_late()
    world.settle()
    assert till.state(sale_id) == "ABANDONED"
    assert phone.balance() == 200_00


def test_a_till_that_lost_its_power_shows_the_same_code_again_and_sees_it_paid(
    world: World,
) -> None:
    sale_id, code = world.till.new_code(1295)
    world.start_till()
    assert world.till.code(sale_id) == code
    world.phone("anna").pay(code)
    world.start_till()
    world.catch_up()
    assert world.till.state(sale_id) == "PAID"


def test_a_wallet_that_lost_its_power_after_the_consent_finds_out_that_it_is_paid(
    world: World,
) -> None:
    _, code = world.till.new_code(1295)
    review = world.phone("anna").scan(code).done["review"]
    world.network.plan = Script().next(Hop.WALLET_TO_LEDGER, "/authorise", Fault.LOST_ANSWER)
    world.phone("anna").approve(review)
    world.start_wallets()
    assert world.phone("anna").review(review)["outcome"] == "paid"


@pytest.mark.parametrize("skew_ms", [-299_000, 299_000], ids=["behind", "ahead"])
def test_a_clock_that_is_corrected_in_the_middle_of_a_sale_loses_no_money(
    world: World, skew_ms: int
) -> None:
    _, code = world.till.new_code(1295)
    review = world.phone("anna").scan(code).done["review"]
    world.network.plan = Script().next(Hop.WALLET_TO_LEDGER, "/authorise", Fault.LOST_ANSWER)
    world.phone("anna").approve(review)
    world.clock.set(later(world.clock.now(), skew_ms))
    world.settle()
    assert world.phone("anna").balance() == 200_00 - 12_95
