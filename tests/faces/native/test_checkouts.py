"""Whole checkouts over HTTP: what the till, the wallet and the ledger say to each other."""

from __future__ import annotations

import pytest

from ledger.protocol import native_wire
from ledger.protocol.errors.content import IdentifierFormat
from ledger.protocol.messages import open_receipt
from ledger.protocol.signing import Algorithm
from tests.faces.native.http_world import HttpWorld
from tests.faces.native.parties import signed_of


def test_a_scanned_code_is_paid_and_both_parties_hold_the_same_receipt(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(1295)
    assert (payment["state"], payment["next_actor"]) == ("AWAITING_PAYER", "payer")

    result = anna.pay(shop, payment)

    assert (result["payment"]["state"], result["payment"]["next_actor"]) == ("PAID", "nobody")
    assert anna.balance() == 20_000 - 1_295
    receipt = open_receipt(signed_of(result["receipt"]), world.line.directory)
    assert (receipt.payment_id, receipt.amount.minor_units) == (payment["payment_id"], 1295)
    address = f"/v1/payments/{payment['payment_id']}/receipts"
    assert shop.get(address).json["receipts"] == [result["receipt"]]
    assert anna.get(address).json["receipts"] == [result["receipt"]]
    assert anna.get("/v1/me/receipts").json["receipts"] == [result["receipt"]]


def test_a_payer_with_yuan_pays_a_price_in_euro_at_a_locked_rate(world: HttpWorld) -> None:
    shop, li_wei = world.shop, world.wallet("li-wei")
    payment = shop.ask(1295)

    offer = li_wei.scan(payment, shop.code(payment)).json

    assert (offer["amount_minor"], offer["currency"]) == (1295, "EUR")
    assert (offer["payer_amount_minor"], offer["payer_currency"]) == (10_118, "CNY")
    assert (offer["quote"]["rate"], offer["quote"]["rate_set_by"]) == ("125/16", "qrpay sandbox")
    assert offer["payee"]["names"]["zh"] == "演示药妆店"
    assert li_wei.get(f"/v1/payments/{payment['payment_id']}/offer").json == offer
    li_wei.pay(shop, payment)
    assert li_wei.balance() == 500_000 - 10_118


def test_a_phone_with_a_p256_key_pays_like_any_other(world: HttpWorld) -> None:
    yuki = world.wallet("yuki", Algorithm.P256)
    assert yuki.pay(world.shop, world.shop.ask(1000))["payment"]["state"] == "PAID"
    assert yuki.balance() == 30_000 - 1_625


def test_a_shown_payment_code_is_collected_at_once(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")

    collected = shop.collect(1295, anna.shown_code())

    assert collected.status == 201
    assert collected.json["payment"]["state"] == "PAID"
    receipt = open_receipt(signed_of(collected.json["receipt"]), world.line.directory)
    assert receipt.amount.minor_units == 1295
    assert anna.balance() == 20_000 - 1_295


def test_a_payment_code_above_the_limit_waits_for_its_payer(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")

    collected = shop.collect(5001, anna.shown_code()).json

    assert (collected["payment"]["state"], collected["receipt"]) == ("AUTHORISING", None)
    waiting = anna.get("/v1/me/payments?state=AUTHORISING").json["payments"]
    assert [payment["payment_id"] for payment in waiting] == [collected["payment"]["payment_id"]]
    offer = anna.get(f"/v1/payments/{waiting[0]['payment_id']}/offer").json
    assert offer["needs_pin"] is True
    assert anna.agree(anna.consent(offer, "")).json["payment"]["state"] == "PAID"
    assert anna.get("/v1/me/payments?state=AUTHORISING").json["payments"] == []


def test_a_sticker_is_paid_with_the_amount_the_payer_types(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    code = shop.sticker()
    request_id = world.line.ids.body(world.clock.now())
    typed = {"code": code, "amount_minor": 350, "currency": "EUR", "request_id": request_id}

    claimed = anna.post("/v1/stickers/claim", typed)

    assert claimed.status == 201
    assert claimed.json["payment"]["payment_id"] == f"pay_{request_id}"
    assert claimed.json["payment"]["presented"] == "sticker"
    paid = anna.agree(anna.consent(claimed.json, code)).json["payment"]
    assert (paid["state"], paid["amount_minor"]) == ("PAID", 350)
    assert anna.get(f"/v1/payments/pay_{request_id}").json == paid
    assert shop.get(f"/v1/payments/pay_{request_id}").json == paid | {
        "fee_minor": 2,
        "fee_returned_minor": 0,
    }


def test_a_declined_payment_is_over(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(1295)
    anna.scan(payment, shop.code(payment))
    address = f"/v1/payments/{payment['payment_id']}"

    assert anna.post(f"{address}/decline", {}).json["state"] == "DECLINED"

    assert shop.get(address).json["state"] == "DECLINED"
    assert shop.post(f"{address}/close", {}).said == (409, "ORDER_STATE")


def test_a_released_payment_can_be_scanned_by_somebody_else(world: HttpWorld) -> None:
    shop, anna, li_wei = world.shop, world.wallet("anna"), world.wallet("li-wei")
    payment = shop.ask(1295)
    anna.scan(payment, shop.code(payment))
    assert li_wei.scan(payment, shop.code(payment)).said == (409, "ORDER_CLAIMED")

    released = anna.post(f"/v1/payments/{payment['payment_id']}/release", {})

    assert released.json["state"] == "AWAITING_PAYER"
    assert li_wei.pay(shop, payment)["payment"]["state"] == "PAID"


def test_a_closed_payment_can_not_be_paid(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(1295)
    address = f"/v1/payments/{payment['payment_id']}"
    assert shop.post(f"{address}/close", {}).json["state"] == "CLOSED"
    assert anna.scan(payment, shop.code(payment)).said == (409, "ORDER_STATE")


def test_refunds_give_back_part_by_part_until_nothing_is_left(world: HttpWorld) -> None:
    shop, li_wei = world.shop, world.wallet("li-wei")
    payment = world.paid(1295, "li-wei")
    address = f"/v1/payments/{payment['payment_id']}/refunds"

    first = shop.refund(payment, 295, "R1")
    assert first.status == 201
    assert first.json["payment"]["state"] == "PAID"
    assert first.json["refund"]["state"] == "SUCCEEDED"
    assert shop.refund(payment, 1001, "R2").said == (409, "REFUND_EXCEEDS_CAPTURED")
    last = shop.refund(payment, 1000, "R3")

    assert last.json["payment"]["state"] == "FULLY_REFUNDED"
    assert li_wei.balance() == 500_000
    numbers = [refund["merchant_refund_no"] for refund in shop.get(address).json["refunds"]]
    assert numbers == ["R1", "R3"]
    receipts = shop.get(f"/v1/payments/{payment['payment_id']}/receipts").json["receipts"]
    kinds = [open_receipt(signed_of(kept), world.line.directory).kind for kept in receipts]
    assert kinds == ["payment", "refund", "refund"]


def test_a_paid_payment_is_reversed_and_the_money_goes_back(world: HttpWorld) -> None:
    payment = world.paid(1295)
    body = {"merchant_order_no": payment["merchant_order_no"]}

    reversal = world.shop.post(f"/v1/payments/{payment['payment_id']}/reverse", body)

    assert reversal.json["payment"]["state"] == "REVERSED"
    receipt = open_receipt(signed_of(reversal.json["receipt"]), world.line.directory)
    assert receipt.kind == "reversal"
    assert world.wallet("anna").balance() == 20_000


def test_a_request_that_arrives_after_its_reversal_is_refused(world: HttpWorld) -> None:
    shop = world.shop
    request = shop.request(1295, order_no="K-1")
    body = {"merchant_order_no": "K-1"}
    address = f"/v1/payments/pay_{request.request_id}/reverse"
    assert shop.post(address, body).json["payment"]["state"] == "REVERSED"

    late = shop.post("/v1/payments", {"request": shop.seal(request)})

    assert late.said == (409, "ORDER_STATE")


def test_a_payment_is_found_by_the_merchants_own_number(world: HttpWorld) -> None:
    payment = world.shop.ask(1295, order_no="K3|417*x-_")
    address = "/v1/payments?merchant_order_no=K3%7C417*x-_"
    assert world.shop.get(address).json == {"payments": [payment]}
    assert world.shop.get("/v1/payments?merchant_order_no=other").json == {"payments": []}


def test_a_payment_is_told_whole(world: HttpWorld) -> None:
    payment = world.shop.ask(1295, order_no="K-1")
    world.clock.advance(1500)
    paid = world.wallet("anna").pay(world.shop, payment)["payment"]
    world.shop.refund(paid, 295, "R1")
    assert world.shop.get(f"/v1/payments/{payment['payment_id']}").json == {
        "payment_id": payment["payment_id"],
        "merchant_id": "M2088DEMO000001",
        "terminal_id": "T01",
        "merchant_order_no": "K-1",
        "amount_minor": 1295,
        "currency": "EUR",
        "state": "PAID",
        "next_actor": "nobody",
        "presented": "merchant",
        "subject": "Order K-1",
        "created_at": "2026-11-22T12:00:00.000Z",
        "expires_at": "2026-11-22T12:03:00.000Z",
        "paid_at": "2026-11-22T12:00:01.500Z",
        "refunded_minor": 295,
        "fee_minor": 8,
        "fee_returned_minor": 2,
    }


def test_the_merchants_fee_is_told_to_nobody_else(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(1295)
    assert payment["fee_minor"] == 0
    told = [anna.scan(payment, shop.code(payment)).json, anna.pay(shop, payment)]
    address = f"/v1/payments/{payment['payment_id']}"
    told += [anna.get(path).json for path in (address, f"{address}/offer", "/v1/me/payments")]
    assert shop.get(address).json["fee_minor"] == 8
    assert [about for about in told if "fee" in str(about)] == []


def test_a_refund_is_told_whole(world: HttpWorld) -> None:
    payment = world.paid(1295)
    address = f"/v1/payments/{payment['payment_id']}/refunds"
    body = {"merchant_refund_no": "R1", "amount_minor": 95, "currency": "EUR", "reason": "broken"}
    world.shop.post(address, body)
    (refund,) = world.shop.get(address).json["refunds"]
    assert refund.pop("refund_id").startswith("rfd_")
    assert refund == body | {
        "payment_id": payment["payment_id"],
        "discount_minor": 0,
        "fee_minor": 1,
        "state": "SUCCEEDED",
        "created_at": "2026-11-22T12:00:00.000Z",
    }


def test_a_payers_payments_are_listed_newest_first_and_receipts_oldest_first(
    world: HttpWorld,
) -> None:
    first, second = world.paid(100), world.paid(200)
    anna = world.wallet("anna")
    payments = [each["payment_id"] for each in anna.get("/v1/me/payments").json["payments"]]
    assert payments == [second["payment_id"], first["payment_id"]]
    receipts = [
        open_receipt(signed_of(kept), world.line.directory).payment_id
        for kept in anna.get("/v1/me/receipts").json["receipts"]
    ]
    assert receipts == [first["payment_id"], second["payment_id"]]


def test_receipts_older_than_the_listed_ones_are_asked_for(
    world: HttpWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native_wire, "RECEIPTS_AT_MOST", 2)
    paid = [world.paid(100 + number)["payment_id"] for number in range(5)]
    anna, found, before = world.wallet("anna"), list[str](), ""
    for listed in (2, 2, 1):
        page = anna.get(f"/v1/me/receipts{before}").json["receipts"]
        opened = [open_receipt(signed_of(kept), world.line.directory) for kept in page]
        assert len(opened) == listed
        found[:0] = [each.payment_id for each in opened]
        before = f"?before={opened[0].receipt_id}"
    assert found == paid
    assert anna.get(f"/v1/me/receipts{before}").json == {"receipts": []}
    assert world.wallet("yuki").get(f"/v1/me/receipts{before}").json == {"receipts": []}
    refused = anna.get("/v1/me/receipts?before=yesterday")
    assert (refused.status, refused.json["code"]) == (400, "FIELD_FORMAT")


def test_a_payer_sees_their_balance_and_the_limit_without_a_pin(world: HttpWorld) -> None:
    me = world.wallet("omar").get("/v1/me").json
    assert (me["display_name"], me["balance_minor"], me["currency"]) == ("Omar", 50_000, "BHD")
    assert (me["no_pin_limit_minor"], me["no_pin_limit_currency"]) == (5_000, "EUR")


def test_the_same_token_and_key_are_enrolled_alike_again(world: HttpWorld) -> None:
    anna = world.wallet("anna")
    body = {
        "token": "demo-wallet-anna",
        "algorithm": "Ed25519",
        "public_key": world.public_key(anna.key),
    }
    again = world.line.post_unsigned("/v1/devices", body)
    assert (again.status, again.json["device_id"]) == (201, anna.device_id)
    other = body | {"public_key": world.public_key(world.shop.key)}
    refused = world.line.post_unsigned("/v1/devices", other)
    assert refused.said == (403, "ENROLMENT_TOKEN_INVALID")


def test_an_unknown_path_form_is_told_as_such(world: HttpWorld) -> None:
    answer = world.shop.get("/v1/payments/pay_short")
    assert answer.said == (400, IdentifierFormat.code)


@pytest.mark.parametrize("path", ["/v1/payment", "/v1/payments/", "/v1//payments", "/"])
def test_an_address_that_is_not_there_is_not_found_and_the_answer_still_signed(
    world: HttpWorld, path: str
) -> None:
    assert world.shop.get(path).said == (404, "ROUTE_NOT_FOUND")
