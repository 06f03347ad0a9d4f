"""A scanned code is paid with one request: what was seen is what is signed, or nothing is."""

from __future__ import annotations

import json

import pytest

from ledger.app import ledger_of
from ledger.core.parties import grants
from ledger.protocol.instants import DAY, MINUTE, later
from ledger.protocol.messages import FundingSource
from ledger.protocol.money import Money
from tests.wallet.at_once import NAME, PRICE, code, consents, look, pay
from tests.wallet.conftest import PIN
from tests.wallet.shop import DROGERIE, EUR
from tests.wallet.world import Till, World

FUNDS = 20_000


@pytest.fixture(autouse=True)
def till(world: World) -> Till:
    """Enrol the till; it shows codes without asking the provider, unless a test lets it."""
    return world.till()


def test_one_request_pays_a_code_that_the_provider_has_never_heard_of(world: World) -> None:
    paid = pay(world, code(world)).json
    assert (paid["state"], paid["outcome"], paid["refusal"]) == ("PAID", "paid", "")
    assert paid["payee"]["name"] == NAME
    (receipt,) = paid["receipts"]
    assert receipt["verifies"]
    assert receipt["states"]["amount_minor"] == PRICE
    assert world.balance("anna") == FUNDS - PRICE
    assert world.get("/api/wallets/anna/history").json["receipts"] == paid["receipts"]


def test_a_code_that_the_till_has_asked_for_is_paid_too(world: World, till: Till) -> None:
    text = till.code()
    assert pay(world, text).json["outcome"] == "paid"


def test_a_look_shows_what_is_then_agreed_to_and_nobody_else_hears_of_it(world: World) -> None:
    text = code(world, 4_999)
    seen = look(world, text).json
    assert (seen["amount_minor"], seen["currency"], seen["needs_pin"]) == (4_999, "EUR", False)
    assert seen["payee"]["name"] == NAME
    assert world.state()["review"] == []
    assert pay(world, text, 4_999).json["payment_id"] == seen["payment_id"]


@pytest.mark.parametrize(
    "said",
    [{"amount_minor": PRICE - 1}, {"payee_name": "Demo Drogerie "}, {"payee_name": "Kiosk"}],
)
def test_what_was_not_seen_is_not_signed(world: World, said: dict[str, object]) -> None:
    seen: dict[str, object] = {"amount_minor": PRICE, "currency": "EUR", "payee_name": NAME}
    body = {"wallet": "anna", "text": code(world), **seen, **said}
    assert world.post("/api/payments", body).problem == (409, "REVIEW_MISMATCH")
    assert consents(world) == []
    assert world.state()["review"] == []


@pytest.mark.parametrize("left_out", ["amount_minor", "currency", "payee_name"])
def test_who_does_not_say_what_was_seen_pays_nothing(world: World, left_out: str) -> None:
    seen = {"amount_minor": PRICE, "currency": "EUR", "payee_name": NAME}
    del seen[left_out]
    body = {"wallet": "anna", "text": code(world), **seen}
    assert world.post("/api/payments", body).problem == (400, "FIELD_MISSING")
    assert consents(world) == []


def test_the_name_that_is_signed_is_the_registered_one_never_the_codes(world: World) -> None:
    now = world.clock.now()
    text = DROGERIE.dynamic(request_id=world.ids.body(now), issued_at=now, name="BEST SHOP")
    assert look(world, text).json["payee"]["name"] == NAME
    assert pay(world, text, payee_name="BEST SHOP").problem == (409, "REVIEW_MISMATCH")


def test_in_front_of_flask_and_behind_it_the_answer_is_the_same(world: World) -> None:
    body = {"wallet": "anna", "text": code(world), "amount_minor": PRICE, "currency": "EUR"}
    raw = json.dumps({**body, "payee_name": NAME}).encode()
    kinds = ("application/json", "application/json; charset=utf-8")
    before, behind = (world.send("POST", "/api/payments", raw, kind) for kind in kinds)
    assert before.json["outcome"] == "paid"
    assert before == behind


# The PIN, as in the flow with an offer


def test_above_the_limit_of_a_payment_the_pin_is_needed(world: World) -> None:
    text = code(world, 5_001)
    assert look(world, text).json["needs_pin"]
    assert pay(world, text, 5_001).problem == (400, "FIELD_MISSING")
    assert pay(world, text, 5_001, pin="000000").problem == (403, "PIN_WRONG")
    assert consents(world) == []
    assert pay(world, text, 5_001, pin=PIN).json["outcome"] == "paid"


def test_a_day_of_payment_codes_uses_up_what_goes_without_the_pin(world: World, till: Till) -> None:
    assert not look(world, code(world, 100)).json["needs_pin"]
    for _ in range(3):
        digits = world.post("/api/wallets/anna/payment-code").json["digits"]
        assert till.read_payment_code(5_000, digits).receipt
    offered = world.scan("anna", till.code(100)).json["review"]
    text = code(world, 100)
    assert look(world, text).json["needs_pin"] == offered["needs_pin"] is True
    assert pay(world, text, 100).problem == (400, "FIELD_MISSING")
    world.clock.advance(DAY)
    tomorrow = code(world, 100)
    assert pay(world, tomorrow, 100).json["outcome"] == "paid"


def test_a_payment_code_that_is_still_in_use_may_use_it_up_at_any_moment(
    world: World, till: Till
) -> None:
    digits = [world.post("/api/wallets/anna/payment-code").json["digits"] for _ in range(3)]
    assert not look(world, code(world, 100)).json["needs_pin"]
    for shown in digits:
        assert till.read_payment_code(5_000, shown).receipt
    assert pay(world, code(world, 100), 100).problem == (400, "FIELD_MISSING")


def test_what_the_provider_said_of_the_limits_is_believed_for_a_minute(world: World) -> None:
    world.clock.advance(10 * MINUTE)
    asked: list[int] = []
    for wait in (0, 0, MINUTE):
        world.clock.advance(wait)
        look(world, code(world))
        asked.append(len(world.network.bodies("GET", "/v1/me")))
    assert (asked[1] - asked[0], asked[2] - asked[1]) == (0, 1)


def test_a_locked_wallet_pays_nothing(world: World) -> None:
    world.restart(demo_world=False)
    text = code(world)
    assert pay(world, text).problem == (423, "WALLET_LOCKED")
    assert pay(world, text, pin=PIN).problem == (423, "WALLET_LOCKED")


# What has to be claimed first


def test_another_currency_needs_an_offer_and_the_offer_works(world: World, till: Till) -> None:
    text = till.code()
    assert pay(world, text, name="li-wei").problem == (422, "OFFER_NEEDED")
    assert world.approve("li-wei", world.scan("li-wei", text)).json["outcome"] == "paid"


def test_a_coupon_needs_an_offer_and_the_offer_works(world: World, till: Till) -> None:
    _give_a_coupon(world, "Anna", 200)
    text = code(world)
    refused = pay(world, text).json
    assert (refused["outcome"], refused["refusal"]) == ("refused", "OFFER_NEEDED")
    assert world.balance("anna") == FUNDS
    asked = till.code()
    assert pay(world, asked).json["refusal"] == "OFFER_NEEDED"
    scanned = world.scan("anna", asked)
    assert scanned.json["review"]["payer_amount_minor"] == PRICE - 200
    assert world.approve("anna", scanned).json["outcome"] == "paid"


def _give_a_coupon(world: World, name: str, minor: int) -> None:
    ledger = ledger_of(world.ledger)
    now = world.clock.now()
    with ledger.store.transaction() as books:
        (payer,) = (each for each in books.directory.payers() if each.display_name == name)
        grants.grant(
            books,
            source=FundingSource.COUPON,
            payer_id=payer.payer_id,
            amount=Money(minor, EUR),
            merchant_id="",
            valid_until=later(now, DAY),
            now=now,
            ids=ledger.provider.ids,
        )


def test_stickers_and_links_need_an_offer(world: World, till: Till) -> None:
    for text in (till.sticker(), till.link()):
        assert pay(world, text).problem == (422, "OFFER_NEEDED")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("weixin://wxpay/bizpayurl?pr=p4lpSuKzz", "OFFER_NEEDED"),
        ("286012345678901234", "QR_NOT_PAYABLE"),
    ],
)
def test_what_is_no_code_of_this_scheme_is_told_as_what_it_is(
    world: World, text: str, rule: str
) -> None:
    assert pay(world, text).problem == (422, rule)


def test_a_forged_amount_is_told_without_asking_anybody(world: World) -> None:
    look(world, code(world))
    asked = len(world.network.sent)
    genuine = code(world)
    forged = genuine.replace("540512.95", "540500.01")
    assert forged != genuine
    assert pay(world, forged, 1).status == 422
    assert len(world.network.sent) == asked


# Refusals of the provider


def test_without_funds_nothing_moves_and_the_payer_is_told(world: World) -> None:
    text = code(world, FUNDS + 1)
    refused = pay(world, text, FUNDS + 1, pin=PIN).json
    assert (refused["outcome"], refused["refusal"]) == ("refused", "NOT_ENOUGH_FUNDS")
    assert world.balance("anna") == FUNDS


def test_a_payment_that_was_reversed_before_it_was_paid_stays_dead(
    world: World, till: Till
) -> None:
    text = code(world)
    payment_id = look(world, text).json["payment_id"]
    till.reverse(payment_id)
    assert pay(world, text).json["outcome"] == "refused"
    assert world.balance("anna") == FUNDS
