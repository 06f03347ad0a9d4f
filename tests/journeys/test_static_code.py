"""A sticker on the counter: the payer scans it, types the amount, and the till learns of it."""

from __future__ import annotations

from tests.journeys.network import Fault, Hop, Script
from tests.journeys.world import World


def test_a_payer_scans_the_sticker_types_the_amount_and_the_till_has_a_paid_sale(
    world: World,
) -> None:
    till, phone = world.till, world.phone("anna")
    scanned = phone.scan_picture(till.sticker_picture()).done
    assert scanned["review"] is None  # no amount yet, so nothing to agree to
    assert scanned["sticker_of"]["name"] == "Demo Drogerie"

    shown = phone.scan(scanned["text"], amount_minor=450).done["review"]
    assert (shown["amount_minor"], shown["payee"]["name"]) == (450, "Demo Drogerie")
    assert till.sales() == []
    assert phone.approve(shown).done["outcome"] == "paid"
    world.catch_up()
    sale = till.sales()[0]
    assert (sale["state"], sale["total_minor"], sale["sticker_id"]) == ("PAID", 450, "T02")
    assert phone.balance() == 200_00 - 4_50


def test_one_sticker_serves_any_number_of_payers(world: World) -> None:
    code = world.till.sticker()
    for name, amount_minor in (("anna", 450), ("li-wei", 300), ("yuki", 99), ("anna", 450)):
        assert world.phone(name).pay(code, amount_minor=amount_minor)["outcome"] == "paid"
    world.catch_up()
    totals = [sale["total_minor"] for sale in world.till.sales()]
    assert sorted(totals) == [99, 300, 450, 450]


def test_a_sticker_that_was_scanned_and_not_paid_leaves_no_sale(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    declined = phone.scan(till.sticker(), amount_minor=450).done["review"]
    phone.decline(declined)
    phone.scan(till.sticker(), amount_minor=451)
    world.settle()
    assert till.sales() == []
    assert phone.balance() == 200_00


def test_a_day_of_stickers_is_capped_because_a_sticker_can_be_pasted_over(world: World) -> None:
    till, phone = world.till, world.phone("li-wei")
    assert phone.pay(till.sticker(), amount_minor=450_00)["outcome"] == "paid"
    refused = phone.scan(till.sticker(), amount_minor=50_01)
    assert refused.said == (403, "STATIC_QR_DAILY_LIMIT")
    assert phone.pay(till.sticker(), amount_minor=50_00)["outcome"] == "paid"


def test_a_sticker_asks_for_no_amount_and_takes_only_a_whole_positive_one(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    for amount in (0, -450, 10**11 + 1):
        assert phone.scan(till.sticker(), amount_minor=amount).said == (422, "AMOUNT_OUT_OF_RANGE")
    for typed in (4.5, "450", True, "４５０"):
        assert phone.scan(till.sticker(), amount_minor=typed).said == (400, "AMOUNT_FORMAT")
    assert world.till.sales() == []


def test_the_sale_of_a_sticker_appears_even_if_the_first_notifications_are_lost(
    world: World,
) -> None:
    script = Script().next(Hop.LEDGER_TO_TILL, "/notify", Fault.REFUSED, Fault.LOST_REQUEST)
    world.network.plan = script
    world.phone("anna").pay(world.till.sticker(), amount_minor=450)
    world.catch_up()
    assert world.till.sales() == []
    world.settle()
    assert script.is_played
    assert [sale["state"] for sale in world.till.sales()] == ["PAID"]


def test_a_sale_of_a_sticker_can_be_refunded_like_any_other(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    phone.pay(till.sticker(), amount_minor=450)
    world.catch_up()
    till.refund(str(till.sales()[0]["sale_id"]), 150)
    assert phone.balance() == 200_00 - 3_00
