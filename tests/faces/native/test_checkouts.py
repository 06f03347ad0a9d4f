"""Whole checkouts over HTTP: what the till, the wallet and the ledger say to each other."""

from __future__ import annotations

from ledger.protocol.messages import open_receipt
from tests.faces.native.http_world import HttpWorld, signed_of


def test_a_scanned_code_is_paid_and_both_parties_hold_a_receipt(world: HttpWorld) -> None:
    shop, anna = world.shop, world.wallet("anna")
    payment = shop.ask(1295)
    assert (payment["state"], payment["next_actor"]) == ("AWAITING_PAYER", "payer")

    result = anna.pay(shop, payment)

    assert result["payment"]["state"] == "PAID"
    assert anna.balance() == 20_000 - 1_295
    receipt = open_receipt(signed_of(result["receipt"]), world.directory)
    assert (receipt.payment_id, str(receipt.amount)) == (payment["payment_id"], "12.95 EUR")
    of_payment = shop.get(f"/v1/payments/{payment['payment_id']}/receipts").json["receipts"]
    assert of_payment == [result["receipt"]] == anna.get("/v1/me/receipts").json["receipts"]
