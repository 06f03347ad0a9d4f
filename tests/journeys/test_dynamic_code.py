"""The till shows a code for one payment, the phone reads it from the picture, the payer agrees.

At the end of every story in this folder the world comes to rest, and the fixture ``world`` proves
that the ledger's audit is clean and that till, wallets and ledger agree on each payment, receipt
and amount (``agreement.require_agreement``).
"""

from __future__ import annotations

import pytest

from tests.journeys.world import WALLET_URL, World


@pytest.mark.parametrize(("profile", "begins"), [("S", "000201"), ("L", f"{WALLET_URL}/p#")])
def test_a_payer_scans_the_picture_and_both_sides_know_it_is_paid(
    world: World, profile: str, begins: str
) -> None:
    till, phone = world.till, world.phone("anna")
    sale_id = till.ring_up(1295)
    till.show(sale_id, profile)
    scanned = phone.scan_picture(till.picture(sale_id)).done
    assert scanned["text"].startswith(begins)
    assert scanned["text"] == till.code(sale_id)

    review = scanned["review"]
    assert review["payee"]["name"] == "Demo Drogerie"
    assert (review["amount_minor"], review["currency"]) == (1295, "EUR")
    assert phone.approve(review).done["outcome"] == "paid"
    assert till.state(sale_id) == "COLLECTING"  # nobody has told the till yet
    world.catch_up()
    assert till.state(sale_id) == "PAID"
    assert phone.balance() == 200_00 - 12_95
