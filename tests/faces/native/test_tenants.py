"""Mine and yours: what belongs to somebody else is told exactly like what does not exist."""

from __future__ import annotations

import pytest

from ledger.faces.native.route import Route
from ledger.protocol.native_api import Caller
from tests.faces.native.examples import NO_PAYMENT, SIGNED, example, name_of
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.untouched import untouched
from tests.faces.native.wire import Party
from tests.kit.answered import Answer, Json

OWN_TESTS = {"claimPayment", "authorisePayment"}
"""A scan is how a stranger becomes the payer, a consent says what it is for: see below."""

ABOUT_ONE_PAYMENT = [
    route
    for route in SIGNED
    if "{payment_id}" in route.operation.path and name_of(route) not in OWN_TESTS
]


def call(party: Party, route: Route, payment_id: str) -> Answer:
    """Call an operation about a payment."""
    made = example(route, payment_id)
    return party.get(made.path) if made.method == "GET" else party.post(made.path, made.body)


def strangers(world: HttpWorld, route: Route) -> list[Party]:
    """Who has the right role for an operation and nothing to do with the shop's payments."""
    by_caller: dict[Caller, list[Party]] = {
        Caller.MERCHANT: [world.kiosk],
        Caller.PAYER: [world.wallet("li-wei")],
        Caller.MERCHANT_OR_PAYER: [world.kiosk, world.wallet("li-wei")],
    }
    return by_caller[route.operation.caller]


@pytest.mark.parametrize("stage", ["asked", "scanned", "paid"])
@pytest.mark.parametrize("route", ABOUT_ONE_PAYMENT, ids=name_of)
def test_somebody_elses_payment_does_not_exist(world: HttpWorld, route: Route, stage: str) -> None:
    payment = _payment(world, stage)
    for party in strangers(world, route):
        with untouched(world.store):
            answer = call(party, route, payment["payment_id"])
        assert answer.said == (404, "ORDER_NOT_FOUND")
        if route.operation.name != "reversePayment":  # it would bury an id that nobody has used
            unknown = call(party, route, NO_PAYMENT)
            assert _told(unknown, NO_PAYMENT) == _told(answer, payment["payment_id"])


def test_a_scan_of_somebody_elses_payment_is_refused(world: HttpWorld) -> None:
    payment = _payment(world, "scanned")
    code = world.shop.code(payment)
    with untouched(world.store):
        assert world.wallet("li-wei").scan(payment, code).said == (409, "ORDER_CLAIMED")


def test_a_stranger_can_not_consent_in_the_payers_place(world: HttpWorld) -> None:
    shop, anna, li_wei = world.shop, world.wallet("anna"), world.wallet("li-wei")
    payment = shop.ask(1295)
    code = shop.code(payment)
    offer = anna.scan(payment, code).json
    with untouched(world.store):
        answer = li_wei.agree(li_wei.consent(offer, code))
    assert answer.said == (409, "ORDER_CLAIMED")


def test_a_merchant_can_not_ask_in_another_merchants_name(world: HttpWorld) -> None:
    shop, kiosk = world.shop, world.kiosk
    own_key = {"request": kiosk.seal(shop.request(100))}
    their_key = {"request": shop.seal(shop.request(100))}
    for body in (own_key, their_key):
        with untouched(world.store):
            answer = kiosk.post("/v1/payments", body)
        assert answer.said == (403, "KEY_NOT_ALLOWED_FOR_MERCHANT")


def test_order_and_refund_numbers_are_each_merchants_own(world: HttpWorld) -> None:
    mine, theirs = world.shop.ask(100, order_no="K-1"), world.kiosk.ask(200, order_no="K-1")
    assert mine["payment_id"] != theirs["payment_id"]
    found = world.kiosk.get("/v1/payments?merchant_order_no=K-1").json["payments"]
    assert found == [theirs]


def test_a_payer_sees_their_own_payments_and_receipts_only(world: HttpWorld) -> None:
    world.paid(100, "anna")
    li_wei = world.wallet("li-wei")
    assert li_wei.get("/v1/me/payments").json == {"payments": []}
    assert li_wei.get("/v1/me/receipts").json == {"receipts": []}


def _payment(world: HttpWorld, stage: str) -> Json:
    shop, anna = world.shop, world.wallet("anna")
    assert world.kiosk
    assert world.wallet("li-wei")
    payment = shop.ask(1295)
    if stage == "scanned":
        anna.scan(payment, shop.code(payment))
    if stage == "paid":
        anna.pay(shop, payment)
    return payment


def _told(answer: Answer, payment_id: str) -> Json:
    """A refusal without what is the caller's own: the id asked for and the request's number."""
    told = {name: value for name, value in answer.json.items() if name != "instance"}
    return told | {"detail": str(told["detail"]).replace(payment_id, "")}
