"""The payment code: shown without a network, new each minute, asked about above the limit."""

from __future__ import annotations

import pytest

from ledger.protocol import payment_code
from ledger.protocol.errors.codes import PaymentAuthCodeInvalid
from ledger.protocol.instants import MINUTE, SECOND
from ledger.protocol.lifecycle import PaymentState
from tests.wallet.conftest import PIN
from tests.wallet.world import Till, World
from wallet import scan_image

PATH = "/api/wallets/anna/payment-code"


def digits(world: World) -> str:
    return str(world.get(PATH).json["digits"])


def test_a_till_is_paid_by_the_digits_alone_below_the_limit(world: World) -> None:
    result = world.till().read_payment_code(1295, digits(world))
    assert result.payment.state is PaymentState.PAID
    assert world.balance("anna") == 20_000 - 1295


def test_the_digits_stay_for_a_minute_and_say_how_long(world: World) -> None:
    world.clock.advance(10 * SECOND)
    first = world.get(PATH).json
    assert first["seconds_left"] == 50
    world.clock.advance(49 * SECOND)
    assert digits(world) == first["digits"]
    assert world.get(PATH).json["seconds_left"] == 1
    world.clock.advance(SECOND)
    assert digits(world) != first["digits"]


def test_each_minute_shows_another_handle(world: World) -> None:
    shown = set()
    for _ in range(payment_code.POOL_SIZE):
        shown.add(payment_code.parse(digits(world)).handle)
        world.clock.advance(MINUTE)
    assert len(shown) == payment_code.POOL_SIZE


def test_a_payer_can_have_the_next_code_at_once(world: World) -> None:
    first = digits(world)
    second = world.post(PATH).json["digits"]
    assert second != first
    assert digits(world) == second


def test_every_code_of_the_pool_pays_although_the_wallet_was_offline(world: World) -> None:
    digits(world)
    world.network.is_cut = True
    till = world.till()
    for _ in range(payment_code.POOL_SIZE):
        result = till.read_payment_code(100, digits(world))
        assert result.payment.state is PaymentState.PAID
        world.clock.advance(MINUTE)
    world.network.is_cut = False
    assert world.balance("anna") == 20_000 - payment_code.POOL_SIZE * 100


def test_an_offline_wallet_begins_its_pool_again_with_fresh_proofs(world: World) -> None:
    digits(world)
    world.network.is_cut = True
    seen = []
    for _ in range(payment_code.POOL_SIZE + 1):
        seen.append(digits(world))
        world.clock.advance(MINUTE)
    assert payment_code.parse(seen[-1]).handle == payment_code.parse(seen[0]).handle
    assert seen[-1] != seen[0]


def test_codes_are_shown_after_a_restart_without_a_network_and_without_the_pin(
    world: World,
) -> None:
    before = digits(world)
    world.network.is_cut = True
    world.restart(demo_world=False)
    assert world.get("/api/wallets/anna").json["is_locked"]
    assert digits(world) == before


def test_without_a_pool_there_is_no_code(world: World) -> None:
    world.network.is_cut = True
    before = world.state()
    assert world.get(PATH).problem == (503, "SERVICE_UNAVAILABLE")
    assert world.state() == before


def test_the_pool_is_filled_up_when_few_handles_are_new(world: World) -> None:
    till = world.till()
    for _ in range(16):
        till.read_payment_code(100, digits(world))
        world.clock.advance(MINUTE)
    assert world.get(PATH).json["new_handles"] >= 15


def test_a_code_pays_once(world: World) -> None:
    till, shown = world.till(), digits(world)
    till.read_payment_code(100, shown)
    with pytest.raises(PaymentAuthCodeInvalid):
        till.read_payment_code(100, shown)


@pytest.mark.parametrize("form", ["png", "svg"])
@pytest.mark.parametrize("name", ["payment-code", "payment-code-128"])
def test_the_pictures_show_the_digits(world: World, name: str, form: str) -> None:
    answer = world.get(f"/api/wallets/anna/{name}.{form}")
    assert answer.media_type == {"png": "image/png", "svg": "image/svg+xml"}[form]
    if form == "png":
        assert scan_image.read_one(answer.body).text == digits(world)
    else:
        assert answer.body.startswith(b"<svg")


def test_no_other_picture_is_drawn(world: World) -> None:
    assert world.get("/api/wallets/anna/payment-code.gif").problem == (404, "ROUTE_NOT_FOUND")


# Above the limit


def ask_for(till: Till, world: World, minor: int) -> str:
    result = till.read_payment_code(minor, digits(world))
    assert result.payment.state is PaymentState.AUTHORISING
    return result.payment.payment_id


def test_above_the_limit_the_payer_is_asked_and_the_pin_is_needed(world: World) -> None:
    payment_id = ask_for(world.till(), world, 6000)
    (waiting,) = world.get("/api/wallets/anna/pending").json["reviews"]
    assert (waiting["payment_id"], waiting["presented"]) == (payment_id, "consumer")
    assert waiting["payee"]["name"] == "Demo Drogerie"
    assert waiting["needs_pin"]
    path = f"/api/wallets/anna/reviews/{waiting['review_id']}/approve"
    assert world.post(path).problem == (400, "FIELD_MISSING")
    assert world.post(path, {"pin": PIN}).json["outcome"] == "paid"
    assert world.get("/api/wallets/anna/pending").json["reviews"] == []
    assert world.balance("anna") == 20_000 - 6000


def test_asking_twice_what_waits_gives_the_same_review(world: World) -> None:
    ask_for(world.till(), world, 6000)
    first = world.get("/api/wallets/anna/pending").json["reviews"][0]["review_id"]
    second = world.get("/api/wallets/anna/pending").json["reviews"][0]["review_id"]
    assert first == second


def test_a_payer_can_say_no_to_a_till(world: World) -> None:
    ask_for(world.till(), world, 6000)
    (waiting,) = world.get("/api/wallets/anna/pending").json["reviews"]
    path = f"/api/wallets/anna/reviews/{waiting['review_id']}/decline"
    assert world.post(path).json["outcome"] == "declined"
    assert world.get("/api/wallets/anna/pending").json["reviews"] == []


def test_a_scanned_code_is_not_among_what_tills_ask(world: World) -> None:
    world.scan("anna", world.till().code())
    assert world.get("/api/wallets/anna/pending").json["reviews"] == []


def test_another_payers_questions_are_not_shown(world: World) -> None:
    ask_for(world.till(), world, 6000)
    assert world.get("/api/wallets/omar/pending").json["reviews"] == []
