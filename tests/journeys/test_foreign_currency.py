"""A price in euro, wallets in yuan, yen and dinar: exact amounts, worked out by hand.

The sandbox's euro buys 7.8125 CNY, 162.50 JPY and 0.400 BHD. What a payer pays is rounded up to
their minor unit, what comes back is rounded down, and a whole refund gives back everything.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.journeys.world import World


@dataclass(frozen=True)
class Case:
    """What 12.95 EUR cost in one currency, and what 4.00 EUR of it give back, in minor units."""

    name: str
    currency: str
    costs: int
    comes_back: int
    rate: str


# 12.95 EUR are 101.171875 CNY, 2104.375 JPY and 5.180 BHD.
PRICES = [
    pytest.param(Case("li-wei", "CNY", 101_18, 31_25, "125/16"), id="yuan have two decimals"),
    pytest.param(Case("yuki", "JPY", 2_105, 650, "13/8"), id="yen have none"),
    pytest.param(Case("omar", "BHD", 5_180, 1_600, "4/1"), id="dinars have three"),
]


@pytest.mark.parametrize("case", PRICES)
def test_a_payer_pays_a_euro_price_from_a_wallet_in_another_currency(
    world: World, case: Case
) -> None:
    till, phone = world.till, world.phone(case.name)
    opening = phone.balance()
    sale_id, code = till.new_code(1295)

    shown = phone.scan(code).done["review"]
    assert (shown["payer_amount_minor"], shown["payer_currency"]) == (case.costs, case.currency)
    assert (shown["rate"], shown["rate_set_by"]) == (case.rate, "qrpay sandbox")
    assert phone.approve(shown).done["outcome"] == "paid"
    world.catch_up()
    assert phone.balance() == opening - case.costs

    till.refund(sale_id, 400)
    assert phone.balance() == opening - case.costs + case.comes_back
    assert phone.history()[0]["states"]["payer_amount_minor"] == case.comes_back
    till.refund(sale_id)
    assert phone.balance() == opening
    assert till.state(sale_id) == "REFUNDED"


def test_the_rate_that_was_shown_is_locked_and_runs_out_with_the_claim(world: World) -> None:
    till, phone = world.till, world.phone("li-wei")
    sale_id, code = till.new_code(1295)
    shown = phone.scan(code).done["review"]
    world.clock.advance(119_000)
    assert phone.review(shown)["payer_amount_minor"] == 101_18
    world.clock.advance(1_000)
    assert phone.approve(shown).said == (410, "QR_EXPIRED")
    again = phone.scan(code).done["review"]
    assert phone.approve(again).done["outcome"] == "paid"
    world.catch_up()
    assert till.state(sale_id) == "PAID"


def test_the_till_prints_what_the_payer_paid_in_yuan_and_by_whose_rate(world: World) -> None:
    sale_id, code = world.till.new_code(1295)
    world.phone("li-wei").pay(code)
    world.catch_up()
    receipt = world.till.receipts(sale_id)["receipts"][0]
    assert (receipt["amount_minor"], receipt["currency"]) == (12_95, "EUR")
    assert (receipt["payer_amount_minor"], receipt["payer_currency"]) == (101_18, "CNY")
