"""The ledger tells the till: at least once, perhaps twice, late, out of order, or to no avail."""

from __future__ import annotations

import json

import pytest

from ledger.core.records.notices import DeliveryState
from ledger.protocol.instants import HOUR
from tests.journeys.network import WAYS_TO_LOSE, Fault, Hop, Script
from tests.journeys.untouched import untouched
from tests.journeys.world import POS_URL, World


def deliveries(world: World) -> list[DeliveryState]:
    """How every notification stands, in the sequence of their payments."""
    with world.ledger.store.reading() as books:
        payments = books.payments.page("", 100)
        rows = [row for each in payments for row in books.outbox.of_payment(each.payment_id)]
    return [row.state for row in rows]


@pytest.mark.parametrize("fault", [*WAYS_TO_LOSE, Fault.LATE])
def test_a_notification_that_goes_wrong_is_sent_again(world: World, fault: Fault) -> None:
    script = Script().next(Hop.LEDGER_TO_TILL, "/notify", fault, fault, fault)
    world.network.plan = script
    sale_id, code = world.till.new_code(1295)
    world.network.cut.add(Hop.TILL_TO_LEDGER)  # so that the till can't ask by itself
    world.phone("anna").pay(code)
    world.wait(59_000)
    heard = fault is Fault.LOST_ANSWER
    assert world.till.state(sale_id) == ("PAID" if heard else "COLLECTING")
    world.wait(2_000)  # 15 s, 15 s and 30 s later
    assert script.is_played
    assert world.till.state(sale_id) == "PAID"


def test_a_till_that_is_never_told_finds_out_by_itself(world: World) -> None:
    sale_id, code = world.till.new_code(1295)
    world.network.cut.add(Hop.LEDGER_TO_TILL)
    world.phone("anna").pay(code)
    world.wait(3_000)
    assert world.till.state(sale_id) == "PAID"
    world.settle()
    assert deliveries(world) == [DeliveryState.DEAD]


def test_a_till_that_can_be_reached_again_within_a_day_is_still_told(world: World) -> None:
    sale_id, code = world.till.new_code(1295)
    world.network.cut.add(Hop.LEDGER_TO_TILL)
    world.phone("anna").pay(code)
    world.wait(5_000)
    world.clock.advance(23 * HOUR)
    world.catch_up()
    assert deliveries(world) == [DeliveryState.PENDING]
    world.network.cut.clear()
    world.settle()
    assert deliveries(world) == [DeliveryState.DELIVERED]
    assert world.till.state(sale_id) == "PAID"


def test_a_notification_that_comes_twice_has_one_effect(world: World) -> None:
    world.network.plan = Script().next(Hop.LEDGER_TO_TILL, "/notify", Fault.DOUBLED)
    sale_id, code = world.till.new_code(1295)
    world.phone("anna").pay(code)
    world.catch_up()
    told = [sent for sent in world.network.carried if sent.hop is Hop.LEDGER_TO_TILL]
    assert len(told) == 2
    assert told[0] == told[1]
    assert world.till.state(sale_id) == "PAID"
    assert len(world.till.receipts(sale_id)["receipts"]) == 1


def test_the_news_of_a_refund_may_come_before_the_news_of_the_payment(world: World) -> None:
    till = world.till
    world.network.plan = Script().next(Hop.LEDGER_TO_TILL, "/notify", Fault.LATE)
    sale_id, code = till.new_code(1295)
    world.phone("anna").pay(code)
    world.wait(3_000)
    till.refund(sale_id, 300)
    world.catch_up()
    world.network.deliver_late()
    assert till.sale(sale_id)["refunded_minor"] == 300
    assert till.state(sale_id) == "PAID"


def test_news_of_a_payment_that_comes_while_it_is_undone_does_not_bring_it_back(
    world: World,
) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, code = till.new_code(1295)
    phone.pay(code)
    world.network.plan = Script().next(Hop.TILL_TO_LEDGER, "/reverse", Fault.LOST_ANSWER)
    assert till.abandon(sale_id).done["state"] == "OUTCOME_UNKNOWN"
    world.catch_up()  # the notification says PAID
    assert till.state(sale_id) in ("OUTCOME_UNKNOWN", "ABANDONED")
    world.settle()
    assert till.state(sale_id) == "ABANDONED"
    assert phone.balance() == 200_00


def test_a_notification_that_nobody_signed_is_refused_and_changes_nothing(world: World) -> None:
    sale_id, code = world.till.new_code(1295)
    _, other_code = world.till.new_code(1295)
    world.phone("anna").pay(other_code)
    world.catch_up()
    genuine = next(sent for sent in world.network.carried if sent.hop is Hop.LEDGER_TO_TILL)
    delivery = json.loads(genuine.body)
    wanted = world.till.payment_id(sale_id)
    [told] = delivery["notifications"]
    text = told["notification"]["text"]
    paid = next(line for line in text.splitlines() if line.startswith("payment_id="))
    told["notification"]["text"] = text.replace(paid, f"payment_id={wanted}")
    with untouched(world):
        answer = world.network.carrier.request(
            "POST", f"{POS_URL}/notify", genuine.headers, json.dumps(delivery).encode()
        )
    assert (answer.status, answer.body) == (200, b'{"answers":["SIGNATURE_INVALID"]}')
    world.phone("anna").pay(code)


def test_a_browser_that_comes_back_and_says_paid_is_not_believed(world: World) -> None:
    sale_id, _ = world.till.new_code(1295)
    with untouched(world):
        page = world.network.carrier.request(
            "GET", f"{POS_URL}/return?state=PAID", {"Accept-Language": "en"}, b""
        )
    assert page.status == 200
    assert "Waiting for confirmation" in page.body.decode()
    assert world.till.state(sale_id) == "COLLECTING"
