"""Scanned codes with their consents, many in one call that nobody has to sign."""

from __future__ import annotations

import hashlib

import pytest

from ledger.ops.seed import DROGERIE
from ledger.protocol import messages
from ledger.protocol.identifiers import DeviceId, Kind, PayerId, PaymentId
from ledger.protocol.instants import MINUTE
from ledger.protocol.messages import Authorisation, open_receipt
from ledger.protocol.money import Money
from ledger.protocol.native_wire import CODES_MOST
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.parties import EUR, Wallet, signed_of
from tests.faces.native.untouched import untouched
from tests.kit.answered import Answer, Json

ADDRESS = "/v1/authorisations"


def unheard_of(world: HttpWorld, amount_minor: int) -> Json:
    """What a till knows of a payment that it shows without having asked for it."""
    body = world.line.ids.body(world.clock.now())
    return {"payment_id": f"pay_{body}", "amount_minor": amount_minor}


def item(world: HttpWorld, amount_minor: int, name: str = "anna") -> Json:
    """A till shows a code, a payer scans it and agrees."""
    payment = unheard_of(world, amount_minor)
    return scanned(world, payment, world.shop.code(payment), world.wallet(name))


def scanned(world: HttpWorld, payment: Json, code: str, wallet: Wallet) -> Json:
    """A code and a phone's consent to it, as they stand in a body."""
    now = world.clock.now()
    amount = Money(payment["amount_minor"], EUR)
    consent = Authorisation(
        authorisation_id=world.line.ids.new(Kind.AUTHORISATION, now),
        payment_id=PaymentId(payment["payment_id"]),
        payer_id=PayerId(wallet.payer["payer_id"]),
        device_id=DeviceId(wallet.device_id),
        merchant_id=DROGERIE.merchant_id,
        payee_name=DROGERIE.name,
        amount=amount,
        payer_amount=amount,
        quote_id="",
        code_digest=hashlib.sha256(code.encode()).hexdigest(),
        authorised_at=now,
    )
    return {"code": code, "authorisation": messages.seal(consent, wallet.key).to_json()}


def bring(world: HttpWorld, *items: Json) -> Answer:
    """Bring them in one call."""
    return world.line.post_unsigned(ADDRESS, {"authorisations": list(items)})


@pytest.fixture(autouse=True)
def _let_in(world: HttpWorld) -> None:
    assert world.shop
    assert world.wallet("anna")


def test_a_code_nobody_asked_for_is_paid_and_both_parties_hold_the_receipt(
    world: HttpWorld,
) -> None:
    answer = bring(world, item(world, 1295))
    assert answer.status == 200
    [result] = answer.json["results"]
    assert result["problem"] is None
    assert result["payment"]["state"] == "PAID"
    assert "fee_minor" not in result["payment"]
    receipt = open_receipt(signed_of(result["receipt"]), world.line.directory)
    assert receipt.payment_id == result["payment"]["payment_id"]
    address = f"/v1/payments/{receipt.payment_id}/receipts"
    assert world.shop.get(address).json["receipts"] == [result["receipt"]]
    assert world.wallet("anna").balance() == 20_000 - 1_295


def test_results_come_in_the_sequence_of_the_items_and_one_refusal_hurts_no_other(
    world: HttpWorld,
) -> None:
    forged = item(world, 300)
    forged["authorisation"]["signature"] = item(world, 1)["authorisation"]["signature"]
    items = [item(world, 100), forged, item(world, 90_000), item(world, 200)]
    results = bring(world, *items).json["results"]
    assert [_told(result) for result in results] == [
        100,
        "SIGNATURE_INVALID",
        "NOT_ENOUGH_FUNDS",
        200,
    ]
    assert world.wallet("anna").balance() == 20_000 - 300


def _told(result: Json) -> int | str:
    if result["problem"] is None:
        return int(result["payment"]["amount_minor"])
    assert (result["payment"], result["receipt"]) == (None, None)
    return str(result["problem"]["code"])


def test_a_refusal_inside_is_a_whole_problem_document(world: HttpWorld) -> None:
    answer = bring(world, item(world, 90_000))
    [result] = answer.json["results"]
    problem = result["problem"]
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code"}
    assert (problem["status"], problem["code"]) == (409, "NOT_ENOUGH_FUNDS")


def test_another_currency_is_told_to_claim_first(world: HttpWorld) -> None:
    [result] = bring(world, item(world, 1295, "li-wei")).json["results"]
    assert _told(result) == "OFFER_NEEDED"


def test_the_same_message_again_is_answered_with_the_same_bytes(world: HttpWorld) -> None:
    items = [item(world, 100), item(world, 200)]
    first = bring(world, *items)
    with untouched(world.store):
        assert bring(world, *items).body == first.body
    world.clock.advance(10 * MINUTE)
    with untouched(world.store):
        assert bring(world, *items).body == first.body


def test_the_tills_own_request_afterwards_is_the_same_payment(world: HttpWorld) -> None:
    shop = world.shop
    request = shop.request(1295, subject="")
    payment = {"payment_id": f"pay_{request.request_id}", "amount_minor": 1295}
    code = shop.code(payment)
    [result] = bring(world, scanned(world, payment, code, world.wallet("anna"))).json["results"]
    numbered = shop.request(1295, order_no=request.request_id)
    same = shop.seal_text(
        numbered, lambda text: text.replace(numbered.request_id, request.request_id)
    )
    answer = shop.post("/v1/payments", {"request": same})
    assert answer.status == 201, answer.body
    assert answer.json["payment"]["payment_id"] == result["payment"]["payment_id"]
    assert answer.json["payment"]["state"] == "PAID"


def test_a_signed_call_is_answered_with_a_signature(world: HttpWorld) -> None:
    answer = world.shop.post(ADDRESS, {"authorisations": [item(world, 100)]})
    assert answer.status == 200  # the line has verified the answer's signature


def test_one_message_carries_up_to_256_and_no_more(world: HttpWorld) -> None:
    one = item(world, 100)
    most = bring(world, *[one] * CODES_MOST)
    assert {_told(result) for result in most.json["results"]} == {100}
    assert len(most.json["results"]) == CODES_MOST
    with untouched(world.store):
        assert bring(world, *[one] * (CODES_MOST + 1)).said == (400, "FIELD_FORMAT")
        assert bring(world).said == (400, "FIELD_FORMAT")


@pytest.mark.parametrize("code", ["", "a", "0" * 600, "000201" * 60])
def test_what_is_no_code_is_refused_by_itself(world: HttpWorld, code: str) -> None:
    bad = item(world, 100) | {"code": code}
    with untouched(world.store):
        [result] = bring(world, bad).json["results"]
    assert str(_told(result)).startswith("QR_")


@pytest.mark.parametrize("text", ["", "type=auth/v1\n"])
def test_what_is_no_consent_is_refused_by_itself(world: HttpWorld, text: str) -> None:
    bad = item(world, 100)
    bad["authorisation"]["text"] = text
    good = item(world, 100)
    first, second = bring(world, bad, good).json["results"]
    assert _told(first) in {"SIGNATURE_INVALID", "MESSAGE_FORMAT"}
    assert _told(second) == 100
