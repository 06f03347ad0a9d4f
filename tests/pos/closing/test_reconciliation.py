"""Till and statement are compared line by line; what differs is named, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.protocol.instants import HOUR, MINUTE, SECOND, later
from ledger.protocol.money import Money, currency
from ledger.protocol.native_wire import MovementKind
from pos.closing.differences import EXPLANATIONS, DifferenceKind
from pos.closing.movements import Movement
from pos.closing.reconciliation import LATE_BOOKING_MS, reconcile
from tests.pos.closing.books import (
    AFTER,
    BEFORE,
    BEGINS,
    BERLIN,
    DAY,
    ENDS,
    EUR,
    KINDS,
    NEVER_LATE,
    PLANTS,
    TERMINALS,
    Books,
    Plant,
    changed,
    doubled_line,
    line_of,
    movement,
    other_amount,
    other_fee,
    statement,
)

AGREEING = Books.agreeing


@st.composite
def _movements(draw: st.DrawFn) -> list[Movement]:
    amounts = draw(st.lists(st.integers(2, 10**7), min_size=2, max_size=8))
    return [
        movement(
            number,
            amount,
            kind=draw(st.sampled_from(KINDS)),
            at=later(BEGINS, draw(st.integers(0, NEVER_LATE))),
            abroad=draw(st.booleans()),
            off_minor=draw(st.sampled_from([0, 0, amount - 1])),
        )
        for number, amount in enumerate(amounts)
    ]


@given(_movements())
def test_two_sides_with_the_same_movements_agree(till: list[Movement]) -> None:
    found = AGREEING(till).reconcile()
    assert found.agrees
    assert (found.matched, found.till_total) == (len(till), found.statement_total)
    assert found.net == found.statement_total - found.discount - found.fee


@given(_movements(), st.data())
def test_exactly_the_planted_differences_are_found(
    till: list[Movement], data: st.DataObject
) -> None:
    books = AGREEING(till)
    spoilt = data.draw(st.lists(st.sampled_from(till), min_size=1, unique_by=lambda m: m.key))
    planted = [(data.draw(st.sampled_from(PLANTS))(books, m.key), m.key) for m in spoilt]
    assert books.found() == sorted(planted)
    found = books.reconcile()
    named = {each.line for each in found.differences if each.line is not None}
    assert found.matched == len(books.days[DAY]) - len(named)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
@pytest.mark.parametrize("kind", KINDS)
def test_each_difference_is_found_in_each_kind_of_movement(
    plant: Plant, kind: MovementKind
) -> None:
    till = [movement(1), movement(2, kind=kind, abroad=True), movement(3, kind=MovementKind.REFUND)]
    books = AGREEING(till)
    planted = plant(books, till[1].key)
    assert books.found() == [(planted, till[1].key)]


def test_several_differences_of_one_line_are_all_named() -> None:
    books = AGREEING([movement(1), movement(2)])
    (first, second) = (each.key for each in books.till)
    for plant in (other_amount, other_fee, doubled_line):
        plant(books, first)
    found = [kind for kind, key in books.found() if key == first]
    assert found == [DifferenceKind.AMOUNT, DifferenceKind.DUPLICATE, DifferenceKind.FEE]
    assert second not in dict(books.found()).values()


@given(_movements(), _movements())
def test_the_totals_are_explained_whatever_is_compared(
    till: list[Movement], booked: list[Movement]
) -> None:
    # ``reconcile`` of the test's books asserts the equation.
    Books(till, {**AGREEING(booked).days}).reconcile()


def test_what_happened_just_before_midnight_may_be_booked_on_the_next_day() -> None:
    sale = movement(1, at=later(ENDS, -10 * SECOND))
    books = Books([sale], {BEFORE: [], DAY: [], AFTER: []})
    today = books.reconcile()
    assert (today.agrees, today.awaited, today.till_total) == (True, (sale,), Money(0, EUR))
    books.days[AFTER] = [replace(line_of(sale), booked_at=later(ENDS, 5 * SECOND))]
    assert books.reconcile(DAY).agrees
    tomorrow = books.reconcile(AFTER)
    assert (tomorrow.agrees, tomorrow.matched, tomorrow.till_total) == (True, 1, sale.amount)


@pytest.mark.parametrize(
    ("before_midnight_ms", "kinds"),
    [(LATE_BOOKING_MS, []), (LATE_BOOKING_MS + 1, [DifferenceKind.MISSING_AT_PROVIDER])],
)
def test_only_what_may_still_be_booked_late_is_awaited(
    before_midnight_ms: int, kinds: list[DifferenceKind]
) -> None:
    sale = movement(1, at=later(ENDS, -before_midnight_ms))
    books = Books([sale], {BEFORE: [], DAY: [], AFTER: []})
    assert [kind for kind, _ in books.found()] == kinds
    assert len(books.reconcile().awaited) == 1 - len(kinds)


def test_what_was_awaited_and_never_came_is_missing_the_day_after() -> None:
    sale = movement(1, at=later(ENDS, -10 * SECOND))
    books = Books([sale], {BEFORE: [], DAY: [], AFTER: []})
    assert books.reconcile(DAY).agrees
    assert books.found(AFTER) == [(DifferenceKind.MISSING_AT_PROVIDER, sale.key)]


@pytest.mark.parametrize(
    ("booked_after_ms", "kinds"),
    [(LATE_BOOKING_MS, []), (LATE_BOOKING_MS + 1, [DifferenceKind.WRONG_DAY])],
)
def test_a_booking_is_late_for_fifteen_minutes(
    booked_after_ms: int, kinds: list[DifferenceKind]
) -> None:
    sale = movement(1, at=later(ENDS, -MINUTE))
    line = replace(line_of(sale), booked_at=later(sale.occurred_at, booked_after_ms))
    books = Books([sale], {BEFORE: [], DAY: [], AFTER: [line]})
    assert [kind for kind, _ in books.found(AFTER)] == kinds


def test_nothing_is_booked_before_it_happened() -> None:
    sale = movement(1, at=later(ENDS, SECOND))
    line = replace(line_of(sale), booked_at=later(ENDS, -SECOND))
    books = Books([sale], {BEFORE: [], DAY: [line], AFTER: []})
    assert books.found() == [(DifferenceKind.WRONG_DAY, sale.key)]


def test_a_provider_can_not_move_a_sale_to_another_day_by_stating_another_time() -> None:
    sale = movement(1)
    line = replace(line_of(sale), event_at=later(ENDS, HOUR), booked_at=later(ENDS, HOUR))
    books = Books([sale], {BEFORE: [], DAY: [], AFTER: [line]})
    assert books.found(AFTER) == [(DifferenceKind.WRONG_DAY, sale.key)]


def test_without_a_receipt_the_line_says_when_it_happened_and_what_the_payer_paid() -> None:
    asked = replace(movement(1, at=later(ENDS, -10 * MINUTE)), payer_amount=None, fee=None)
    paid_at, booked_at = later(ENDS, -SECOND), later(ENDS, 10 * MINUTE)
    paid = replace(line_of(movement(1, abroad=True)), event_at=paid_at, booked_at=booked_at)
    books = Books([asked], {BEFORE: [], DAY: [], AFTER: [paid]})
    assert books.reconcile(DAY).agrees
    assert books.reconcile(AFTER).agrees


def test_of_two_lines_the_one_that_agrees_is_the_right_one() -> None:
    sale = movement(1)
    wrong = changed(line_of(sale), amount=Money(99_00, EUR))
    books = Books([sale], {DAY: [wrong, line_of(sale)]})
    (found,) = books.reconcile().differences
    assert (found.kind, found.line) == (DifferenceKind.DUPLICATE, 1)


def test_what_yesterday_s_statement_may_have_is_not_missing_while_nobody_has_seen_it() -> None:
    sale = movement(1, at=later(ENDS, -10 * SECOND))
    assert Books([sale], {AFTER: []}).reconcile(AFTER).agrees


def test_a_rate_is_the_same_however_its_fraction_is_written() -> None:
    sale = movement(1, abroad=True)
    books = Books([sale], {DAY: [replace(line_of(sale), rate="1250/160")]})
    assert books.reconcile().agrees


def test_lines_of_other_tills_of_the_shop_are_added_up_and_not_compared() -> None:
    sale = movement(1)
    books = Books([sale], {DAY: [line_of(sale), line_of(movement(2), terminal_id="T07")]})
    found = books.reconcile()
    assert (found.agrees, found.matched, len(found.elsewhere)) == (True, 1, 1)
    assert found.statement_total == sale.amount


@pytest.mark.parametrize("amount_minor", [-3_00, 3_00])
def test_shares_between_shops_are_added_up_and_not_compared(amount_minor: int) -> None:
    sale, amount = movement(1), Money(amount_minor, currency("EUR"))
    share = replace(changed(line_of(sale), amount=amount), kind=MovementKind.SHARE)
    books = Books([sale], {DAY: [line_of(sale), share]})
    found = books.reconcile()
    assert (found.agrees, found.matched, len(found.shared)) == (True, 1, 1)
    assert found.shared[0].amount == amount
    assert found.statement_total == sale.amount


def test_a_line_about_a_sale_of_this_till_is_compared_whatever_terminal_it_names() -> None:
    sale = movement(1)
    line = replace(
        line_of(sale, terminal_id="T07"), merchant_refund_no="R1", kind=MovementKind.REFUND
    )
    books = Books([sale], {DAY: [line_of(sale), line]})
    assert books.found() == [(DifferenceKind.UNKNOWN_REFUND, line.key)]


def test_without_the_neighbours_what_stands_there_is_missing() -> None:
    sale = movement(1)
    found = reconcile([sale], {DAY: statement([])}, day=DAY, zone=BERLIN, terminals=TERMINALS)
    assert [each.kind for each in found.differences] == [DifferenceKind.MISSING_AT_PROVIDER]


def test_every_kind_of_difference_is_explained() -> None:
    assert set(EXPLANATIONS) == set(DifferenceKind)
    assert all(each.meaning.endswith(".") and each.advice for each in EXPLANATIONS.values())
