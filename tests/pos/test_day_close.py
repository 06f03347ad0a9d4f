"""A day is closed once: numbered, counted to the cent, and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import apsw
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from ledger.kit.clock import SettableClock
from ledger.protocol.errors.checkout import DayNotBegun, DayNotClosed, DayPassed
from ledger.protocol.instants import DAY, HOUR, MINUTE, SECOND
from ledger.protocol.messages import Intent
from ledger.protocol.money import Money
from pos.acquirers.intents import Profile
from pos.closing.business_day import bounds, day_of
from pos.closing.day_report import ADVICE, DayReport, GivenBack, vat_rows
from pos.closing.turnover import worth
from pos.counter import collecting, refunds, review, sales
from pos.counter.day_end.close import close_day, closed_day
from pos.counter.day_end.statements import reconcile_with_provider
from pos.counter.desk import Desk
from pos.counter.resolver import Resolver
from pos.counter.review import Verdict
from pos.goods import catalogue
from pos.goods.basket import Basket
from pos.goods.catalogue import Language
from pos.paper import day_paper, plain
from pos.till import Sale, SaleEvent, SaleState
from tests.pos.api import code_of, post
from tests.pos.booked import settle
from tests.pos.provider import MiniProvider, lose_calls, work
from tests.pos.shop import BERLIN, EUR, PAYMENT_CODE, open_sale

GOODS = catalogue.load()
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _noon(clock: SettableClock) -> None:
    clock.advance(bounds(TODAY, BERLIN)[0] + 12 * HOUR - clock.now())


def goods(**quantities: int) -> Basket:
    return Basket.of_goods(
        [(GOODS.product(sku.replace("_", "-")), count) for sku, count in quantities.items()]
    )


def sell(desk: Desk, basket: Basket | int = 12_95) -> Sale:
    made = Basket.of_amount(Money(basket, EUR)) if isinstance(basket, int) else basket
    sale = sales.ring_up(desk, made)
    paid = collecting.read_code(desk, sale.sale_id, PAYMENT_CODE)
    assert paid.state is SaleState.PAID
    return paid


def give_back(desk: Desk, sale: Sale, amount_minor: int | None = None) -> None:
    amount = None if amount_minor is None else Money(amount_minor, EUR)
    refunds.give_back(desk, sale.sale_id, amount)


def sums(report: DayReport) -> tuple[int, int, int]:
    return report.sales.amount_minor, report.refunds.amount_minor, report.total_minor


def test_a_day_counts_its_sales_and_refunds(desk: Desk) -> None:
    first, last = sell(desk, 12_95), sell(desk, goods(shampoo_300ml=2, herbal_tea_20=1))
    give_back(desk, first, 3_00)
    report = close_day(desk, TODAY)
    assert (report.z_number, report.business_day) == (1, "2026-11-22")
    assert sums(report) == (20_74, 3_00, 17_74)
    assert (report.sales.count, report.refunds.count) == (2, 1)
    assert (report.first_sale_id, report.last_sale_id) == (first.sale_id, last.sale_id)
    assert [(row.acquirer, row.total_minor) for row in report.acquirers] == [("mini", 17_74)]
    assert report.is_clean


def test_vat_is_stated_by_rate_and_typed_amounts_without_one(desk: Desk) -> None:
    sell(desk, 10_00)
    sell(desk, goods(shampoo_300ml=2, herbal_tea_20=1))
    rows = close_day(desk, TODAY).vat
    assert [(row.vat_percent, row.gross_minor, row.net_minor, row.vat_minor) for row in rows] == [
        (19, 5_90, 4_96, 94),
        (7, 1_89, 1_77, 12),
        (None, 10_00, None, None),
    ]


def test_a_full_refund_takes_the_vat_of_the_sale_with_it(desk: Desk) -> None:
    sale = sell(desk, goods(shampoo_300ml=2, herbal_tea_20=1))
    give_back(desk, sale, 1_00)
    give_back(desk, sale)
    assert [(row.gross_minor, row.net_minor) for row in close_day(desk, TODAY).vat] == [
        (0, 0),
        (0, 0),
    ]


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), st.integers(0, 6))
def test_however_a_sale_is_given_back_over_the_days_its_vat_goes_with_it(
    parts: Sequence[int], cut: int
) -> None:
    basket = goods(shampoo_300ml=2, herbal_tea_20=1, sanitary_pads_16=1)
    sale = Sale(*("s", SaleState.PAID, basket, b"", 0))  # type: ignore[arg-type]
    nothing, left = Money(0, EUR), basket.total.minor_units
    cuts = [*[part for part in parts if (left := left - part) > 0]]
    cuts.append(basket.total.minor_units - sum(cuts))
    days = [cuts[:cut], cuts[cut:]]
    before, rows = nothing, []
    for day in days:
        amount = Money(sum(day), EUR)
        rows += vat_rows([], [GivenBack(sale, nothing, before, amount)])
        before += amount
    for part in worth(basket, nothing):
        found = [row for row in rows if row.vat_percent == part.vat_percent]
        assert part.net is not None
        assert sum(row.gross_minor for row in found) == -part.gross.minor_units
        assert sum(row.net_minor or 0 for row in found) == -part.net.minor_units


def test_closing_again_gives_the_same_report(desk: Desk, clock: SettableClock) -> None:
    sell(desk)
    report = close_day(desk, TODAY)
    clock.advance(HOUR)
    sell(desk)
    assert close_day(desk, TODAY) == report
    assert closed_day(desk, TODAY) == report


def test_what_is_sold_after_the_close_belongs_to_the_next_day(
    desk: Desk, clock: SettableClock
) -> None:
    close_day(desk, TODAY)
    late = sell(desk)
    clock.advance(DAY)
    sell(desk, 1_00)
    report = close_day(desk, TODAY + timedelta(days=1))
    assert (report.z_number, report.first_sale_id) == (2, late.sale_id)
    assert sums(report) == (13_95, 0, 13_95)


def test_a_day_closed_after_midnight_ends_at_midnight(desk: Desk, clock: SettableClock) -> None:
    _, midnight = bounds(TODAY, BERLIN)
    clock.advance(midnight - SECOND - clock.now())
    sell(desk, 1_00)
    clock.advance(SECOND)
    sell(desk, 2_00)
    assert sums(close_day(desk, TODAY)) == (1_00, 0, 1_00)
    assert sums(close_day(desk, TODAY + timedelta(days=1))) == (2_00, 0, 2_00)


def test_a_refund_of_an_earlier_day_s_sale_is_counted_when_it_is_made(
    desk: Desk, clock: SettableClock
) -> None:
    sale = sell(desk, goods(shampoo_300ml=2))
    close_day(desk, TODAY)
    clock.advance(DAY)
    give_back(desk, sale, 1_90)
    report = close_day(desk, TODAY + timedelta(days=1))
    assert sums(report) == (0, 1_90, -1_90)
    assert [(row.vat_percent, row.gross_minor) for row in report.vat] == [(19, -1_90)]
    assert (report.first_sale_id, report.closed_before) == (None, "2026-11-22T11:00:00.000Z")


def test_days_without_a_close_of_their_own_are_counted_by_the_next_one(
    desk: Desk, clock: SettableClock
) -> None:
    sell(desk, 1_00)
    clock.advance(2 * DAY)
    assert sums(close_day(desk, TODAY + timedelta(days=2))) == (1_00, 0, 1_00)
    with pytest.raises(DayPassed):
        close_day(desk, TODAY)


def test_a_day_to_come_can_not_be_closed(desk: Desk) -> None:
    with pytest.raises(DayNotBegun):
        close_day(desk, TODAY + timedelta(days=1))
    with pytest.raises(DayNotClosed):
        closed_day(desk, TODAY)


def test_what_has_not_ended_is_named_and_counted_once_it_has(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    waiting = open_sale(desk)
    shown = open_sale(desk)
    collecting.show_code(desk, shown.sale_id, Profile.SIGNED)
    paid = sell(desk, 5_00)
    provider.network = lose_calls
    give_back(desk, paid, 2_00)
    report = close_day(desk, TODAY)
    assert [(each.sale_id, each.state) for each in report.open_sales] == [
        (waiting.sale_id, SaleState.OPEN),
        (shown.sale_id, SaleState.COLLECTING),
    ]
    assert [each.amount_minor for each in report.open_refunds] == [2_00]
    assert (report.is_clean, sums(report)) == (False, (5_00, 0, 5_00))
    provider.network = work
    clock.advance(MINUTE)
    for refund in desk.store.refunds.unfinished():
        refunds.pursue(desk, refund.merchant_refund_no)
    sales.abandon(desk, waiting.sale_id)
    sales.abandon(desk, shown.sale_id)
    clock.advance(DAY)
    tomorrow = close_day(desk, TODAY + timedelta(days=1))
    assert (tomorrow.is_clean, sums(tomorrow)) == (True, (0, 2_00, -2_00))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE closed_day SET report = x'00'",
        "DELETE FROM closed_day",
        "INSERT INTO closed_day VALUES (3, '2026-11-24', 0, x'00')",
        "INSERT INTO closed_day VALUES (1, '2026-11-24', 0, x'00')",
        "INSERT INTO closed_day VALUES (2, '2026-11-22', 0, x'00')",
    ],
)
def test_the_store_itself_keeps_closed_days_as_they_are(desk: Desk, sql: str) -> None:
    close_day(desk, TODAY)
    with pytest.raises(apsw.ConstraintError):
        desk.store._store.execute(sql)


def test_the_api_closes_shows_and_prints_a_day(client: FlaskClient, desk: Desk) -> None:
    sell(desk, goods(shampoo_300ml=2))
    open_sale(desk)
    assert code_of(client.get("/api/days/today")) == (404, "DAY_NOT_CLOSED")
    closed = post(client, "/api/days/today/close", {})
    assert closed.status_code == 200
    assert client.get("/api/days/2026-11-22").get_json() == closed.get_json()
    assert closed.get_json()["vat"][0]["net_minor"] == 4_96
    paper = client.get("/api/days/2026-11-22.txt?lang=en").get_data(as_text=True)
    assert "Day report Z 1" in paper
    assert "At 19 % VAT                          €5.90" in paper
    assert "Collect it, or abandon it." in paper


def test_the_printed_report_fits_on_the_paper_whatever_has_not_ended(
    desk: Desk, provider: MiniProvider
) -> None:
    paid = sell(desk, goods(shampoo_300ml=2))
    for state in ADVICE:
        intent = Intent.DEPOSIT if state is SaleState.HELD else Intent.SALE
        rung_up = sales.ring_up(desk, Basket.of_amount(Money(999_999_99, EUR)), intent)
        desk.store.sales.put(replace(rung_up, state=state))
    provider.network = lose_calls
    give_back(desk, paid, 2_00)
    report = close_day(desk, TODAY)
    for language in Language:
        paper = day_paper.printed(report, language)
        assert all(state in paper for state in ADVICE)
        assert max(map(plain.width, paper.splitlines())) <= plain.COLUMNS, paper


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-31", (400, "BILL_DATE_FORMAT")),
        ("22.11.2026", (400, "BILL_DATE_FORMAT")),
        ("2026-11-23", (409, "DAY_NOT_BEGUN")),
        ("tomorrow", (400, "BILL_DATE_FORMAT")),
    ],
)
def test_a_day_that_can_not_be_closed_is_refused_by_name(
    client: FlaskClient, day: str, said: tuple[int, str]
) -> None:
    assert code_of(post(client, f"/api/days/{day}/close", {})) == said


def test_yesterday_is_the_day_before_where_the_shop_is(
    client: FlaskClient, desk: Desk, clock: SettableClock
) -> None:
    clock.advance(bounds(TODAY, BERLIN)[1] - clock.now())
    assert day_of(clock.now(), BERLIN) == TODAY + timedelta(days=1)
    closed = post(client, "/api/days/yesterday/close", {}).get_json()
    assert (closed["business_day"], desk.store.days.last() is not None) == ("2026-11-22", True)


def test_a_sale_that_a_person_gave_back_is_taken_off_the_day_it_went_back(
    desk: Desk, provider: MiniProvider, clock: SettableClock
) -> None:
    sale = sell(desk, goods(shampoo_300ml=2))
    close_day(desk, TODAY)
    clock.advance(DAY)
    desk.store.sales.put(desk.store.sales.get(sale.sale_id).advance(SaleEvent.CONTRADICT))
    review.decide(desk, sale.sale_id, Verdict.GIVE_BACK, "nobody took the goods")
    Resolver(desk).take_round()
    tomorrow = TODAY + timedelta(days=1)
    report = close_day(desk, tomorrow)
    assert (report.reversals.count, sums(report)) == (1, (0, 0, -5_90))
    assert [(row.vat_percent, row.gross_minor, row.net_minor) for row in report.vat] == [
        (19, -5_90, -4_96)
    ]
    clock.advance(DAY)
    assert sums(close_day(desk, tomorrow + timedelta(days=1))) == (0, 0, 0)
    for day, matched in ((TODAY, 1), (tomorrow, 1)):
        settle(provider, day)
        found = reconcile_with_provider(desk, day)
        assert (found.agrees, found.matched) == (True, matched)
