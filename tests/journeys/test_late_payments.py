"""A payment comes after its sale was over: it goes back by itself, and everybody can see why."""

from __future__ import annotations

import pytest

from ledger.protocol import native_api
from ledger.protocol.native_wire import CreatePayment, SignedText
from tests.journeys.agreement import payments_of
from tests.journeys.network import Fault, Hop, Script
from tests.journeys.world import World


def refused_then_paid(world: World) -> str:
    """Chen Jing has too little and the sale ends; a stray copy of the request finds Anna's code."""
    sale_id = world.till.ring_up(2000)
    answered = world.till.read(sale_id, world.phone("chen-jing").digits()).done
    assert (answered["state"], answered["collection"]["reason"]) == ("OPEN", "NOT_ENOUGH_FUNDS")
    (attempt,) = world.desk.store.attempts.of_sale(sale_id)
    assert attempt.request is not None
    stray = CreatePayment(
        request=SignedText.of(attempt.request), payment_code=world.phone("anna").digits()
    )
    paid = world.till_line().call(native_api.CREATE_PAYMENT, stray, idempotency_key="stray")
    assert (paid.payment.state, world.phone("anna").balance()) == ("PAID", 200_00 - 20_00)
    return sale_id


@pytest.mark.parametrize("fault", [None, Fault.LOST_ANSWER, Fault.LOST_REQUEST])
def test_it_is_reversed_by_the_till_and_shown_on_screen_paper_and_phone(
    world: World, fault: Fault | None
) -> None:
    sale_id = refused_then_paid(world)
    if fault is not None:
        world.network.plan = Script().next(Hop.TILL_TO_LEDGER, "/reverse", fault)
    world.settle()
    world.wait(70_000)
    assert world.phone("anna").balance() == 200_00
    sale = world.till.sale(sale_id)
    assert sale["state"] == "OPEN"
    (late,) = sale["late_payments"]
    assert (late["why"], late["meaning"]) == ("CAME_TOO_LATE", "Came too late, given back.")
    assert "Kam zu spät, zurückgegeben" in world.till.receipts(sale_id)["paper"]
    kinds = [receipt["states"]["kind"] for receipt in world.phone("anna").history()]
    assert kinds == ["reversal", "payment"]
    (payment,) = payments_of(world).values()
    assert payment.state == "REVERSED"


def test_meanwhile_the_same_basket_can_be_paid(world: World) -> None:
    sale_id = refused_then_paid(world)
    world.till.show(sale_id)
    world.phone("li-wei").pay(world.till.code(sale_id))
    world.settle()
    assert world.till.state(sale_id) == "PAID"
    assert world.phone("anna").balance() == 200_00


def test_a_payment_reversed_while_its_payer_looks_on_is_shown_as_given_back(world: World) -> None:
    sale_id, code = world.till.new_code(1295)
    review = world.phone("anna").scan(code).done["review"]
    assert world.phone("anna").approve(review).done["outcome"] == "paid"
    world.till.abandon(sale_id)
    world.settle()
    world.phone("anna").history()
    assert world.phone("anna").review(review)["outcome"] == "given_back"


@pytest.mark.parametrize("way", ["before", "after"])
def test_who_agrees_when_the_time_is_over_is_refused(world: World, way: str) -> None:
    sale_id, code = world.till.new_code(1295)
    review = world.phone("anna").scan(code).done["review"]
    if way == "after":
        world.wait(181_000)
    else:
        world.clock.advance(181_000)
    assert world.phone("anna").approve(review).status in (409, 410)
    world.settle()
    assert world.till.sale(sale_id)["collection"]["reason"] == "EXPIRED"
    assert world.phone("anna").balance() == 200_00
