"""The same request never happens twice, and is answered alike each time."""

from __future__ import annotations

import json

import pytest

from ledger.core import idempotency
from ledger.core.parties.register import set_payer_status
from ledger.core.records.parties import PartyStatus
from ledger.faces.native.desk import REPLAYED
from ledger.faces.native.route import Route
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import DAY, Instant
from tests.faces.native.examples import CHANGING, example, name_of
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.untouched import untouched
from tests.faces.native.wire import Party


def captures(world: HttpWorld) -> int:
    """How many debits there are in the books."""
    rows = world.store._writer._connection.execute(
        "SELECT count(*) FROM entry WHERE kind = 'CAPTURE'"
    )
    return int(str(rows.fetchall()[0][0]))


def test_a_replayed_reply_has_the_same_bytes_and_a_signature_of_its_own(world: HttpWorld) -> None:
    payment = world.paid(1295)
    body = {"merchant_refund_no": "R1", "amount_minor": 100, "currency": "EUR"}
    address = f"/v1/payments/{payment['payment_id']}/refunds"
    first = world.shop.post(address, body, idempotency_key="k1")
    world.clock.advance(DAY)
    with untouched(world.store):
        second = world.shop.post(address, body, idempotency_key="k1")
    assert (second.status, second.body) == (first.status, first.body)
    assert second.headers["signature"] != first.headers["signature"]
    assert second.headers[REPLAYED.lower()] == "true"


@pytest.mark.parametrize("route", CHANGING, ids=name_of)
def test_a_change_needs_an_idempotency_key(refusing_world: HttpWorld, route: Route) -> None:
    party, call = _caller(refusing_world, route), example(route)
    signed = party.signed(call.method, call.path, call.body, idempotency_key="k1")
    with untouched(refusing_world.store):
        answer = refusing_world.line.send(signed.without("Idempotency-Key"))
    assert answer.said == (400, "IDEMPOTENCY_KEY_MISSING")


@pytest.mark.parametrize("key", ["", "a" * 65, "a b", "ключ"])
@pytest.mark.parametrize("route", CHANGING, ids=name_of)
def test_an_idempotency_key_has_one_form(refusing_world: HttpWorld, route: Route, key: str) -> None:
    party, call = _caller(refusing_world, route), example(route)
    signed = party.signed(call.method, call.path, call.body, idempotency_key="k1")
    with untouched(refusing_world.store):
        answer = refusing_world.line.send(
            signed.having(Idempotency_Key=key.encode().decode("latin-1"))
        )
    assert answer.said == (400, "IDEMPOTENCY_KEY_FORMAT")


def _caller(world: HttpWorld, route: Route) -> Party:
    return world.shop if route.operation.caller == "merchant" else world.wallet("anna")


def test_an_answer_once_given_comes_before_everything_that_is_wrong_by_now(
    world: HttpWorld,
) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(100)
    code = shop.code(payment)
    consent = anna.consent(anna.scan(payment, code).json, code)
    first = anna.agree(consent, idempotency_key="k1")
    world.clock.advance(DAY)  # request, code, claim and consent are all out of date
    again = anna.agree(consent, idempotency_key="k1")
    assert (again.status, again.body) == (201, first.body)


def test_a_key_stands_for_one_body(world: HttpWorld) -> None:
    payment = world.paid(1295)
    address = f"/v1/payments/{payment['payment_id']}/refunds"
    body = {"merchant_refund_no": "R1", "amount_minor": 100, "currency": "EUR"}
    assert world.shop.post(address, body, idempotency_key="k1").status == 201
    with untouched(world.store):
        other = world.shop.post(address, body | {"amount_minor": 101}, idempotency_key="k1")
    assert other.said == (422, "IDEMPOTENCY_KEY_REUSED")


def test_two_parties_and_two_addresses_may_choose_the_same_key(world: HttpWorld) -> None:
    shop, kiosk = world.shop, world.kiosk
    mine = {"request": shop.seal(shop.request(100))}
    theirs = {"request": kiosk.seal(kiosk.request(200))}
    first = shop.post("/v1/payments", mine, idempotency_key="k1").json["payment"]
    second = kiosk.post("/v1/payments", theirs, idempotency_key="k1").json["payment"]
    assert (first["amount_minor"], second["amount_minor"]) == (100, 200)
    closed = shop.post(f"/v1/payments/{first['payment_id']}/close", {}, idempotency_key="k1")
    assert closed.json["state"] == "CLOSED"


def test_a_lack_of_funds_stays_refused_under_its_key_and_may_be_tried_under_another(
    world: HttpWorld,
) -> None:
    shop, chen_jing = world.shop, world.wallet("chen-jing")
    first, second = shop.ask(1_000), shop.ask(500)
    code, other_code = shop.code(first), shop.code(second)
    consent = chen_jing.consent(chen_jing.scan(first, code).json, code)
    other = chen_jing.consent(chen_jing.scan(second, other_code).json, other_code)
    assert chen_jing.agree(other).status == 201  # 39.07 of 80.00 CNY
    with untouched(world.store):
        refused = chen_jing.agree(consent, idempotency_key="k1")
    assert refused.said == (409, "NOT_ENOUGH_FUNDS")

    shop.refund(second, 500, "R1")

    again = chen_jing.agree(consent, idempotency_key="k1")
    assert (again.status, again.body) == (409, refused.body)
    assert chen_jing.agree(consent, idempotency_key="k2").json["payment"]["state"] == "PAID"


def test_a_decision_is_kept_even_when_its_reason_is_gone(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(100)
    body = {"code": shop.code(payment)}
    address = f"/v1/payments/{payment['payment_id']}/claim"
    payer_id = PayerId(anna.payer["payer_id"])
    _set_status(world, payer_id, PartyStatus.BLOCKED)
    refused = anna.post(address, body, idempotency_key="k1")
    assert refused.said == (403, "PAYER_BLOCKED")
    _set_status(world, payer_id, PartyStatus.ACTIVE)
    assert anna.post(address, body, idempotency_key="k1").body == refused.body
    assert anna.post(address, body, idempotency_key="k2").status == 200


def test_a_request_that_was_wrong_in_itself_may_use_its_key_again(world: HttpWorld) -> None:
    payment = world.paid(1295)
    address = f"/v1/payments/{payment['payment_id']}/refunds"
    body = {"merchant_refund_no": "R1", "amount_minor": 0, "currency": "EUR"}
    wrong = world.shop.post(address, body, idempotency_key="k1")
    assert wrong.said == (422, "AMOUNT_OUT_OF_RANGE")
    right = world.shop.post(address, body | {"amount_minor": 1}, idempotency_key="k1")
    assert right.status == 201


def test_the_merchants_own_number_protects_beyond_the_key(world: HttpWorld) -> None:
    shop = world.shop
    sealed = {"request": shop.seal(shop.request(100, order_no="K-1"))}
    first = shop.post("/v1/payments", sealed)
    second = shop.post("/v1/payments", sealed)
    assert second.json == first.json
    other = {"request": shop.seal(shop.request(101, order_no="K-1"))}
    assert shop.post("/v1/payments", other).said == (422, "ORDER_NUMBER_REUSED")


def test_forgotten_replies_still_leave_one_debit(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(100)
    code = shop.code(payment)
    consent = anna.consent(anna.scan(payment, code).json, code)
    first = anna.agree(consent, idempotency_key="k1")
    with world.store.transaction() as books:
        idempotency.forget_old(books, Instant(world.clock.now() + 1), 100)
    again = anna.agree(consent, idempotency_key="k1")
    assert json.loads(again.body) == json.loads(first.body)
    assert captures(world) == 1


def _set_status(world: HttpWorld, payer_id: PayerId, status: PartyStatus) -> None:
    with world.store.transaction() as books:
        set_payer_status(books, payer_id=payer_id, status=status)
