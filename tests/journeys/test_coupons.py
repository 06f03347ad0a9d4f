"""A coupon and points at the counter: read before the payer agrees, on both receipts after."""

from __future__ import annotations

from ledger.core.parties import grants
from ledger.kit.entropy import SeededEntropy
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import DAY, later
from ledger.protocol.messages import FundingSource
from ledger.protocol.money import Money, currency
from tests.journeys.world import World


def give(world: World, name: str, source: FundingSource, minor_units: int) -> None:
    now, ids = world.clock.now(), IdSource(SeededEntropy(source))
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
            merchant_id="",
            valid_until=later(now, DAY),
            now=now,
            ids=ids,
        )


def test_the_payer_reads_what_pays_a_part_and_pays_the_rest(world: World) -> None:
    till, phone = world.till, world.phone("anna")
    opening = phone.balance()
    give(world, "anna", FundingSource.COUPON, 200)
    give(world, "anna", FundingSource.POINTS, 95)
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
