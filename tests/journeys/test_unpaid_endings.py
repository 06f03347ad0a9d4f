"""How a sale ends when nobody pays: declined, out of time, given up, or not enough money."""

from __future__ import annotations

import pytest

from tests.journeys.network import Fault, Hop, Script
from tests.journeys.world import World


def test_a_payer_declines_and_the_till_can_collect_the_same_basket_again(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, code = till.new_code(1295)
    assert phone.decline(phone.scan(code).done["review"]).done["outcome"] == "declined"
    world.catch_up()
    ended = till.sale(sale_id)
    assert (ended["state"], ended["collection"]["reason"]) == ("OPEN", "DECLINED")
    till.show(sale_id)
    assert till.code(sale_id) not in ("", code)
    world.phone("li-wei").pay(till.code(sale_id))
    world.catch_up()
    assert till.state(sale_id) == "PAID"


def test_what_was_declined_can_not_be_approved_nor_scanned_by_anybody(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    _, code = till.new_code(1295)
    review = phone.scan(code).done["review"]
    phone.decline(review)
    assert phone.approve(review).said == (409, "REVIEW_STATE")
    assert phone.scan(code).done["review"]["outcome"] == "declined"
    assert world.phone("li-wei").scan(code).said == (409, "ORDER_STATE")


@pytest.mark.parametrize("profile", ["S", "L"])
def test_nobody_pays_in_time_and_the_code_is_taken_off_the_screen(
    world: World, profile: str
) -> None:
    till = world.till
    sale_id, code = till.new_code(1295, profile)
    world.wait(179_000)
    assert till.state(sale_id) == "COLLECTING"
    world.wait(6_000)
    ended = till.sale(sale_id)
    assert (ended["state"], ended["collection"]["reason"]) == ("OPEN", "EXPIRED")
    assert ended["collection"]["code"] is None
    assert world.phone("anna").scan(code).said == (410, "QR_EXPIRED")


def test_a_payer_who_scanned_and_then_slept_can_not_pay_afterwards(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, code = till.new_code(1295)
    world.wait(100_000)
    review = phone.scan(code).done["review"]
    world.wait(81_000)
    assert phone.approve(review).said == (410, "QR_EXPIRED")
    world.settle()
    assert till.state(sale_id) == "OPEN"
    assert phone.balance() == 200_00


def test_the_shop_gives_a_sale_up_before_anybody_scans(world: World) -> None:
    till = world.till
    sale_id, code = till.new_code(1295)
    assert till.abandon(sale_id).done["state"] == "ABANDONED"
    assert world.phone("anna").scan(code).said == (409, "ORDER_STATE")


def test_the_shop_gives_a_sale_up_while_the_payer_reads_the_screen(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id, code = till.new_code(1295)
    review = phone.scan(code).done["review"]
    till.abandon(sale_id)
    refused = phone.approve(review).done
    assert (refused["outcome"], refused["refusal"]) == ("refused", "ORDER_STATE")
    world.settle()
    assert till.state(sale_id) == "ABANDONED"
    assert phone.balance() == 200_00


def test_the_shop_gives_up_a_sale_that_was_just_paid_and_the_money_comes_back(
    world: World,
) -> None:
    till, phone = world.till, world.phone("li-wei")
    sale_id, code = till.new_code(1295)
    assert phone.pay(code)["outcome"] == "paid"
    assert till.abandon(sale_id).done["state"] == "ABANDONED"
    assert phone.balance() == 5000_00
    assert [receipt["states"]["kind"] for receipt in phone.history()] == ["reversal", "payment"]


def test_a_sale_that_is_known_to_be_paid_can_not_be_given_up(world: World) -> None:
    till = world.till
    sale_id, code = till.new_code(1295)
    world.phone("anna").pay(code)
    world.catch_up()
    assert till.abandon(sale_id).said == (409, "SALE_STATE")


def test_giving_up_waits_for_the_provider_however_long_it_takes(world: World) -> None:
    till = world.till
    sale_id, code = till.new_code(1295)
    world.phone("anna").pay(code)
    world.network.cut |= {Hop.TILL_TO_LEDGER, Hop.LEDGER_TO_TILL}
    assert till.abandon(sale_id).done["state"] == "OUTCOME_UNKNOWN"
    world.wait(600_000)
    assert till.state(sale_id) == "OUTCOME_UNKNOWN"
    world.network.cut.clear()
    world.settle()
    assert till.state(sale_id) == "ABANDONED"
    assert world.phone("anna").balance() == 200_00


# Chen Jing has 80.00 CNY, which is 10.24 EUR to the fen.


def test_whoever_has_too_little_is_told_so_and_nothing_moves(world: World) -> None:
    till, phone = world.till, world.phone("chen-jing")
    sale_id, code = till.new_code(10_25)
    refused = phone.pay(code)
    assert (refused["outcome"], refused["refusal"]) == ("refused", "NOT_ENOUGH_FUNDS")
    assert phone.balance() == 80_00
    assert till.state(sale_id) == "COLLECTING"
    world.clock.advance(120_000)
    assert world.phone("anna").pay(code)["outcome"] == "paid"
    world.catch_up()
    assert till.state(sale_id) == "PAID"


def test_the_last_fen_can_be_spent(world: World) -> None:
    _, code = world.till.new_code(10_24)
    assert world.phone("chen-jing").pay(code)["outcome"] == "paid"
    assert world.phone("chen-jing").balance() == 0


def test_too_little_for_a_payment_code_leaves_the_basket_open(world: World) -> None:
    till, phone = world.till, world.phone("chen-jing")
    sale_id = till.ring_up(10_25)
    refused = till.read(sale_id, phone.digits()).done
    assert (refused["state"], refused["collection"]["reason"]) == ("OPEN", "NOT_ENOUGH_FUNDS")
    assert phone.balance() == 80_00


def test_too_little_at_a_sticker_leaves_no_sale(world: World) -> None:
    refused = world.phone("chen-jing").pay(world.till.sticker(), amount_minor=10_25)
    assert (refused["outcome"], refused["refusal"]) == ("refused", "NOT_ENOUGH_FUNDS")
    world.settle()
    assert world.till.sales() == []


def test_a_refusal_whose_answer_was_lost_is_found_out_and_never_a_debit(world: World) -> None:
    _, code = world.till.new_code(10_25)
    phone = world.phone("chen-jing")
    world.network.plan = Script().next(Hop.WALLET_TO_LEDGER, "/authorise", Fault.LOST_ANSWER)
    assert phone.pay(code)["outcome"] == "unknown"
    world.catch_up()
    assert phone.balance() == 80_00
