"""After the last sale: the till closes its day, the provider settles it, and the two agree.

Where they don't, because somebody meddled with one side, the difference is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ledger.protocol import native_api
from ledger.protocol.instants import HOUR, MINUTE, SECOND, later
from ledger.protocol.money import Money
from ledger.protocol.native_wire import CreateRefund
from pos.closing.business_day import bounds
from pos.closing.differences import DifferenceKind
from pos.closing.reconciliation import Reconciliation
from pos.counter.day_end.statements import reconcile_with_provider
from tests.journeys.network import Hop
from tests.journeys.world import World
from tests.kit.answered import Json

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)
AGREED_BPS = 60
"""What the demo shop agreed with its provider."""


@pytest.fixture
def meddled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world in which somebody meddles, so that at its end the parties need not agree."""
    made = World(tmp_path, request.node.name)
    yield made
    made.close()


def sell(world: World, amount_minor: int = 12_95, name: str = "anna") -> str:
    sale_id, code = world.till.new_code(amount_minor)
    world.phone(name).pay(code)
    world.catch_up()
    assert world.till.state(sale_id) == "PAID"
    return sale_id


def sell_by_payment_code(world: World, name: str) -> str:
    sale_id = world.till.ring_up(4_50)
    world.till.read(sale_id, world.phone(name).digits())
    world.catch_up()
    assert world.till.state(sale_id) == "PAID"
    return sale_id


def let_the_day_end(world: World, day: date = TODAY) -> None:
    """Midnight comes, and an hour later the provider settles."""
    _, midnight = bounds(day, world.desk.time_zone)
    world.clock.advance(later(midnight, HOUR) - world.clock.now())
    world.catch_up()
    world.ledger.settler.settle()


def compared(world: World, day: date = TODAY) -> Json:
    return world.till.screen.post(f"/api/days/{day}/reconcile").done


def with_fees(world: World, day: date = TODAY) -> Reconciliation:
    return reconcile_with_provider(replace(world.desk, fee_bps=AGREED_BPS), day)


def kinds(found: Json) -> list[str]:
    return [each["kind"] for each in found["differences"]]


def test_a_day_of_every_kind_of_movement_agrees_to_the_cent_fees_included(world: World) -> None:
    first = sell(world)
    sell(world, 19_99, "li-wei")
    back = sell(world, 30_00, "li-wei")
    sell_by_payment_code(world, "anna")
    world.phone("anna").pay(world.till.sticker(), amount_minor=7_77)
    world.catch_up()
    world.till.refund(first, 3_33)
    world.till.refund(first)
    for part in (1_11, 2_22, 3_33):
        world.till.refund(back, part)
    closed = world.till.screen.post("/api/days/today/close").done
    let_the_day_end(world)
    found = compared(world)
    assert (kinds(found), found["agrees"], found["matched"]) == ([], True, 10)
    assert found["statement_total_minor"] == closed["total_minor"]
    exact = with_fees(world)
    assert [str(each) for each in exact.differences] == []
    assert exact.fee > Money(0, exact.fee.currency)


def test_a_payment_that_was_reversed_after_all_stands_on_both_sides_twice(world: World) -> None:
    sale_id, code = world.till.new_code(12_95)
    world.network.cut.add(Hop.LEDGER_TO_TILL)
    world.network.cut.add(Hop.TILL_TO_LEDGER)
    world.phone("anna").pay(code)
    world.till.abandon(sale_id)
    world.network.mend()
    world.settle()
    assert world.till.state(sale_id) == "ABANDONED"
    let_the_day_end(world)
    found = compared(world)
    assert (kinds(found), found["matched"], found["statement_total_minor"]) == ([], 2, 0)


def test_what_is_paid_a_second_before_midnight_is_found_on_its_day(world: World) -> None:
    _, midnight = bounds(TODAY, world.desk.time_zone)
    sell(world, 1_00)
    world.clock.advance(later(midnight, -2 * MINUTE) - world.clock.now())
    sale_id, code = world.till.new_code(12_95)
    world.clock.advance(later(midnight, -SECOND) - world.clock.now())
    world.phone("anna").pay(code)
    world.clock.advance(SECOND)
    world.catch_up()
    assert world.till.state(sale_id) == "PAID"
    let_the_day_end(world)
    let_the_day_end(world, TOMORROW)
    for day, matched in ((TODAY, 2), (TOMORROW, 0)):
        found = compared(world, day)
        assert (kinds(found), found["matched"]) == ([], matched)


def test_a_day_is_compared_once_the_provider_has_closed_it(world: World) -> None:
    sell(world)
    asked = world.till.screen.post("/api/days/today/reconcile")
    assert asked.said == (404, "BILL_NOT_READY")


def test_a_provider_that_is_out_of_reach_is_no_agreement(world: World) -> None:
    sell(world)
    let_the_day_end(world)
    world.network.cut.add(Hop.TILL_TO_LEDGER)
    assert world.till.screen.post(f"/api/days/{TODAY}/reconcile").is_refusal


def test_a_refund_made_behind_the_till_s_back_is_named(meddled: World) -> None:
    payment_id = meddled.till.payment_id(sell(meddled))
    body = CreateRefund(merchant_refund_no="R-INSIDE-JOB", amount_minor=5_00, currency="EUR")
    meddled.till_line().call(
        native_api.CREATE_REFUND, body, idempotency_key="k1", payment_id=payment_id
    )
    let_the_day_end(meddled)
    found = compared(meddled)
    assert kinds(found) == [DifferenceKind.UNKNOWN_REFUND]
    assert found["differences"][0]["merchant_refund_no"] == "R-INSIDE-JOB"
    assert found["differences"][0]["effect_minor"] == -5_00


def test_a_sale_that_was_struck_from_the_till_s_books_is_named(meddled: World) -> None:
    sell(meddled)
    struck = meddled.till.payment_id(sell(meddled, 99_00))
    store = meddled.stores["pos"]
    with store.transaction():
        store.execute("PRAGMA defer_foreign_keys = ON")
        sql = "UPDATE attempt SET phase = 'NOT_PAID' WHERE payment_id = ?"
        store.execute(sql, (struck,))
    let_the_day_end(meddled)
    found = compared(meddled)
    assert kinds(found) == [DifferenceKind.MISSING_AT_TILL]
    assert found["differences"][0]["payment_id"] == struck
    assert found["till_total_minor"] + 99_00 == found["statement_total_minor"]


def test_two_planted_differences_are_both_named_and_explain_the_totals(meddled: World) -> None:
    sale_id, other = sell(meddled), sell(meddled, 8_00)
    meddled.till.refund(other, 2_00)
    store = meddled.stores["pos"]
    store.execute("UPDATE refund SET state = 'FAILED'")
    sql = "UPDATE attempt SET phase = 'NOT_PAID' WHERE sale_id = ?"
    store.execute(sql, (sale_id,))
    let_the_day_end(meddled)
    found = compared(meddled)
    assert sorted(kinds(found)) == [DifferenceKind.MISSING_AT_TILL, DifferenceKind.UNKNOWN_REFUND]
    effects = sum(each["effect_minor"] for each in found["differences"])
    assert effects == 12_95 - 2_00
    assert found["till_total_minor"] + effects == found["statement_total_minor"]
