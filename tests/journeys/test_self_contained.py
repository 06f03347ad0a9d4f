"""The till shows a code without a call to the provider; whoever scans it can pay, in any way."""

from __future__ import annotations

import pytest

from tests.journeys.world import World

ALONE = {"mode": "show", "self_contained": True}


@pytest.mark.parametrize(
    ("payer", "pays_minor"), [("anna", 12_95), ("li-wei", 101_18)], ids=["euro", "yuan"]
)
def test_a_payer_looks_at_the_offer_for_a_code_that_the_provider_has_not_heard_of(
    world: World, payer: str, pays_minor: int
) -> None:
    till, phone = world.till, world.phone(payer)
    begun = {"amount_minor": 12_95, "collect": ALONE}
    sale_id = str(till.screen.post("/api/sales", begun).done["sale_id"])
    before = phone.balance()
    review = phone.scan(till.code(sale_id)).done["review"]
    assert review["payee"]["name"] == "Demo Drogerie"
    assert phone.approve(review).done["outcome"] == "paid"
    world.catch_up()
    assert till.state(sale_id) == "PAID"
    assert phone.balance() == before - pays_minor
