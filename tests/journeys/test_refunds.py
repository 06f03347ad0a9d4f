"""What was paid is given back, in parts or as a whole: never twice, never more than was paid."""

from __future__ import annotations

import pytest

from ledger.protocol import native_api
from ledger.protocol.errors.checkout import OrderNotFound, RefundExceedsCaptured
from ledger.protocol.native_wire import CreateRefund
from tests.journeys.network import WAYS_TO_LOSE, Fault, Hop, Script
from tests.journeys.untouched import untouched
from tests.journeys.world import World


def paid_sale(world: World, amount_minor: int = 12_95, name: str = "anna") -> str:
    sale_id, code = world.till.new_code(amount_minor)
    world.phone(name).pay(code)
    world.catch_up()
    assert world.till.state(sale_id) == "PAID"
    return sale_id


def test_parts_are_given_back_until_nothing_is_left(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id = paid_sale(world)
    for part, balance in ((3_00, 190_05), (1, 190_06), (9_94, 200_00)):
        assert till.refund(sale_id, part).done["state"] == "SUCCEEDED"
        assert phone.balance() == balance
    assert till.state(sale_id) == "REFUNDED"
    assert [receipt["states"]["kind"] for receipt in phone.history()] == ["refund"] * 3 + [
        "payment"
    ]


def test_never_more_than_was_paid_is_given_back_says_the_till(world: World) -> None:
    sale_id = paid_sale(world)
    world.till.refund(sale_id, 12_00)
    with untouched(world):
        assert world.till.refund(sale_id, 96).said == (409, "REFUND_EXCEEDS_CAPTURED")
        assert world.till.refund(sale_id, 0).said == (422, "AMOUNT_OUT_OF_RANGE")
    assert world.till.refund(sale_id, 95).done["state"] == "SUCCEEDED"
    assert world.till.refund(sale_id).said == (409, "SALE_STATE")


def test_never_more_than_was_paid_is_given_back_says_the_ledger(world: World) -> None:
    payment_id = world.till.payment_id(paid_sale(world))
    body = CreateRefund(merchant_refund_no="R1", amount_minor=12_96, currency="EUR")
    with untouched(world), pytest.raises(RefundExceedsCaptured):
        world.till_line().call(
            native_api.CREATE_REFUND, body, idempotency_key="k1", payment_id=payment_id
        )


def test_another_shop_can_not_give_back_what_this_shop_was_paid(world: World) -> None:
    payment_id = world.till.payment_id(paid_sale(world))
    kiosk = world.kiosk_line()
    body = CreateRefund(merchant_refund_no="R1", amount_minor=1, currency="EUR")
    with untouched(world), pytest.raises(OrderNotFound):
        kiosk.call(native_api.CREATE_REFUND, body, idempotency_key="k1", payment_id=payment_id)


def test_what_was_not_paid_can_not_be_given_back(world: World) -> None:
    sale_id, _ = world.till.new_code(1295)
    assert world.till.refund(sale_id).said == (409, "ORDER_NOT_PAID")


def test_a_second_tap_on_refund_is_the_same_refund(world: World) -> None:
    till = world.till
    sale_id = paid_sale(world)
    first, second = (till.refund(sale_id, 300, key="tap").done for _ in range(2))
    assert first == second
    assert till.refund(sale_id, 301, key="tap").said == (422, "IDEMPOTENCY_KEY_REUSED")
    assert till.sale(sale_id)["refunded_minor"] == 300
    assert world.phone("anna").balance() == 200_00 - 12_95 + 3_00


@pytest.mark.parametrize("fault", [*WAYS_TO_LOSE, Fault.DOUBLED, Fault.DOUBLED_LAST, Fault.LATE])
def test_a_refund_whose_call_goes_wrong_happens_once_all_the_same(
    world: World, fault: Fault
) -> None:
    sale_id = paid_sale(world)
    script = Script().next(Hop.TILL_TO_LEDGER, "/refunds", fault, fault)
    world.network.plan = script
    world.till.refund(sale_id, 300)
    world.settle()
    assert script.is_played or fault is Fault.DOUBLED
    assert [refund["state"] for refund in world.till.sale(sale_id)["refunds"]] == ["SUCCEEDED"]
    assert world.phone("anna").balance() == 200_00 - 12_95 + 3_00


def test_while_a_refund_is_unknown_its_money_counts_as_given_back(world: World) -> None:
    sale_id = paid_sale(world)
    world.network.cut.add(Hop.TILL_TO_LEDGER)
    assert world.till.refund(sale_id, 12_00).done["state"] == "PROCESSING"
    assert world.till.refund(sale_id, 96).said == (409, "REFUND_EXCEEDS_CAPTURED")
    world.network.cut.clear()
    world.settle()
    assert world.till.sale(sale_id)["refunded_minor"] == 12_00


def test_a_year_later_the_time_for_refunds_is_over(world: World) -> None:
    sale_id = paid_sale(world)
    world.clock.advance(366 * 24 * 60 * 60 * 1000)
    world.catch_up()
    refused = world.till.refund(sale_id, 100).done
    assert (refused["state"], refused["reason"]) == ("FAILED", "ORDER_NOT_PAID")
