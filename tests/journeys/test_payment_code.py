"""The payer shows digits, the till reads them: paid at once, or asked on the payer's own screen."""

from __future__ import annotations

import pytest

from tests.journeys.network import Hop
from tests.journeys.world import World


def test_a_small_amount_is_paid_without_asking(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id = till.ring_up(1295)
    assert till.read(sale_id, phone.digits()).done["state"] == "PAID"
    assert phone.balance() == 200_00 - 12_95
    assert phone.pending() == []


@pytest.mark.parametrize(
    ("amount_minor", "state"),
    [
        pytest.param(50_00, "PAID", id="fifty euro go without"),
        pytest.param(50_01, "COLLECTING", id="one cent more is asked"),
    ],
)
def test_the_limit_decides_to_the_cent_whether_the_payer_is_asked(
    world: World, amount_minor: int, state: str
) -> None:
    sale_id = world.till.ring_up(amount_minor)
    assert world.till.read(sale_id, world.phone("anna").digits()).done["state"] == state


def test_a_large_amount_is_paid_when_the_payer_agrees_with_the_pin(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id = till.ring_up(80_00)
    till.read(sale_id, phone.digits())
    asked = phone.pending()[0]
    assert (asked["amount_minor"], asked["payee"]["name"]) == (80_00, "Demo Drogerie")
    assert asked["needs_pin"]
    assert phone.approve(asked, pin=None).said == (400, "FIELD_MISSING")
    assert phone.approve(asked, pin="000000").said == (403, "PIN_WRONG")
    assert phone.balance() == 200_00
    assert phone.approve(asked).done["outcome"] == "paid"
    world.catch_up()
    assert till.state(sale_id) == "PAID"
    assert phone.balance() == 120_00


def test_a_payer_who_is_asked_can_decline_and_the_basket_stays(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id = till.ring_up(80_00)
    till.read(sale_id, phone.digits())
    assert phone.decline(phone.pending()[0]).done["outcome"] == "declined"
    world.catch_up()
    assert till.state(sale_id) == "OPEN"
    assert till.read(sale_id, world.phone("li-wei").digits()).done["state"] == "COLLECTING"


def test_three_times_fifty_euro_a_day_go_without_asking_the_next_cent_does_not(
    world: World,
) -> None:
    till, phone = world.till, world.phone("anna")
    states = []
    for amount_minor in (50_00, 50_00, 50_00, 1):
        states.append(till.read(till.ring_up(amount_minor), phone.digits()).done["state"])
        world.wait(60_000)
    assert states == ["PAID", "PAID", "PAID", "COLLECTING"]


def test_the_second_use_of_a_payment_code_is_refused(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    digits = phone.digits()
    till.read(till.ring_up(1295), digits)
    second = till.read(till.ring_up(500), digits).done
    assert (second["state"], second["collection"]["reason"]) == (
        "OPEN",
        "PAYMENT_AUTH_CODE_INVALID",
    )
    assert phone.balance() == 200_00 - 12_95


def test_a_payment_code_that_was_photographed_is_worthless_minutes_later(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    digits = phone.digits()
    world.clock.advance(180_000)
    refused = till.read(till.ring_up(500), digits).done
    assert refused["collection"]["reason"] == "PAYMENT_AUTH_CODE_INVALID"
    assert phone.balance() == 200_00


def test_whoever_guesses_payment_codes_has_to_stop_after_twenty_a_minute(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    right = phone.digits()
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    sale_id = till.ring_up(500)
    reasons = [till.read(sale_id, wrong).done["collection"]["reason"] for _ in range(20)]
    assert set(reasons) == {"PAYMENT_AUTH_CODE_INVALID"}
    assert till.read(sale_id, right).done["collection"]["reason"] == "TOO_MANY_ATTEMPTS"
    world.clock.advance(61_000)
    assert till.read(sale_id, phone.digits()).done["state"] == "PAID"


def test_a_wallet_without_a_network_pays_by_its_code_and_learns_of_it_later(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    online = phone.digits()
    world.network.cut.add(Hop.WALLET_TO_LEDGER)
    world.clock.advance(60_000)
    offline = phone.digits()
    assert offline != online
    sale_id = till.ring_up(1295)
    assert till.read(sale_id, offline).done["state"] == "PAID"
    assert phone.history() == []
    world.network.cut.clear()
    assert phone.history()[0]["states"]["amount_minor"] == 12_95


def test_two_codes_of_one_payer_have_nothing_in_common_for_the_shop(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    first = phone.digits()
    world.clock.advance(60_000)
    second = phone.digits()
    assert first[:2] == second[:2]  # the scheme's prefix, the same for everybody
    assert first[2:12] != second[2:12]
    for digits in (first, second):
        till.read(till.ring_up(100), digits)
