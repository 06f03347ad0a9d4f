"""Coupons and points at the counter: read before the payer agrees, on both receipts after.

A coupon of the shop's own goes further: to the till's day, the statement and their comparison.
"""

from __future__ import annotations

from ledger.core.parties import grants
from ledger.kit.entropy import SeededEntropy
from ledger.protocol.errors.content import RefundTooSmall
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import DAY, later
from ledger.protocol.messages import FundingSource
from ledger.protocol.money import Money, currency
from tests.core.demo_world import KIOSK, SHOP
from tests.journeys.test_day_end import TODAY, compared, let_the_day_end, with_fees
from tests.journeys.world import World

OWN, COUPON, POINTS = FundingSource.MERCHANT_COUPON, FundingSource.COUPON, FundingSource.POINTS


def give(
    world: World, name: str, source: FundingSource, minor_units: int, *, merchant_id: str = ""
) -> None:
    now, ids = world.clock.now(), IdSource(SeededEntropy(f"{source} {merchant_id}"))
    with world.books_file.transaction() as books:
        (payer_id,) = (
            each.payer_id
            for each in books.directory.payers()
            if each.display_name.lower().startswith(name)
        )
        grants.grant(
            books,
            payer_id=payer_id,
            source=source,
            amount=Money(minor_units, currency("EUR")),
            merchant_id=merchant_id,
            valid_until=later(now, DAY),
            now=now,
            ids=ids,
        )


def test_the_payer_reads_what_pays_a_part_and_pays_the_rest(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    opening = phone.balance()
    give(world, "anna", COUPON, 200)
    give(world, "anna", POINTS, 95)
    sale_id, code = till.new_code(1295)

    shown = phone.scan(code).done["review"]
    assert (shown["amount_minor"], shown["payer_amount_minor"]) == (1295, 1000)
    assert shown["funding"] == [
        {"source": "coupon", "amount_minor": 200},
        {"source": "points", "amount_minor": 95},
    ]
    paid = phone.approve(shown).done
    assert paid["outcome"] == "paid"
    assert paid["receipts"][0]["states"]["funding"] == shown["funding"]
    world.catch_up()
    assert phone.balance() == opening - 1000

    till.refund(sale_id, 1295)
    world.catch_up()
    assert phone.balance() == opening


def test_a_coupon_of_the_shops_own_from_the_scan_to_the_statement(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    opening = phone.balance()
    give(world, "anna", OWN, 500, merchant_id=KIOSK)
    give(world, "anna", OWN, 200, merchant_id=SHOP)
    give(world, "anna", POINTS, 95)
    sale_id, code = till.new_code(1295)

    shown = phone.scan(code).done["review"]
    assert (shown["amount_minor"], shown["payer_amount_minor"]) == (1295, 1000)
    assert shown["funding"] == [
        {"source": "merchant-coupon", "amount_minor": 200},
        {"source": "points", "amount_minor": 95},
    ]
    paid = phone.approve(shown).done
    assert (paid["outcome"], phone.balance()) == ("paid", opening - 1000)
    world.catch_up()
    assert (till.state(sale_id), till.alarms()) == ("PAID", [])
    at_phone, at_till = paid["receipts"][0], till.receipts(sale_id)
    (kept,) = at_till["receipts"]
    assert at_phone["states"]["funding"] == kept["funding"] == shown["funding"]
    assert (kept["amount_minor"], kept["settled_minor"]) == (1295, 1095)

    till.refund(sale_id, 590)
    world.catch_up()
    assert phone.balance() == opening - 1000 + 455  # 0.91 fall on the shop's coupon, 0.44 on points
    too_little = till.refund(sale_id, 1).done
    assert (too_little["state"], too_little["reason"]) == ("FAILED", RefundTooSmall.code)
    report = till.screen.post(f"/api/days/{TODAY}/close").done
    assert (report["discounts_minor"], report["total_minor"]) == (109, 1295 - 590 - 109)

    let_the_day_end(world)
    found = compared(world)
    assert (found["agrees"], found["matched"], till.alarms()) == (True, 2, [])
    assert (found["statement_total_minor"], found["discount_minor"]) == (705, 109)
    assert found["net_minor"] == 705 - 109 - found["fee_minor"]
    assert with_fees(world).agrees
