"""Closing days: each movement in one batch, sums, debts, late bookings, and the same again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from ledger.core.books import journal
from ledger.core.parties.register import require_merchant
from ledger.core.records.journal import EntryKind, JournalEntry
from ledger.core.records.settlement import Calendar, SettlementTerms
from ledger.core.settlement import clearing, terms
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.checkout import (
    BusinessDayOpen,
    CutOffTime,
    MerchantNotFound,
    PayoutDelay,
    SettlementTermsMissing,
    TimeZoneUnknown,
)
from ledger.protocol.instants import HOUR, Instant, later
from tests.core.demo_world import KIOSK, NOON, World
from tests.core.settlement.shop_days import BERLIN_T1, FIRST_DAY, ONE_DAY, ShopDays


@pytest.fixture
def days(world: World) -> ShopDays:
    return ShopDays(world)


def test_a_day_is_sales_less_what_went_back(days: ShopDays) -> None:
    world = days.world
    sold = world.paid(1_295)
    world.paid(700, "anna")
    world.refund(sold, 295, "R1")
    undone = world.paid(100, "anna")
    world.reverse(undone.payment_id, undone.merchant_order_no)
    batch = days.close(FIRST_DAY)
    lines = days.lines(batch)
    told = [(line.number, line.kind, line.amount_minor, line.net_minor) for line in lines]
    assert told == [
        (1, EntryKind.CAPTURE, 1_295, 1_295),
        (2, EntryKind.CAPTURE, 700, 700),
        (3, EntryKind.REFUND, -295, -295),
        (4, EntryKind.CAPTURE, 100, 100),
        (5, EntryKind.REVERSAL, -100, -100),
    ]
    assert (batch.line_count, batch.amount_minor, batch.net_minor) == (5, 1_700, 1_700)
    assert (batch.state, batch.paid_out_minor, batch.carried_out_minor) == ("CLOSED", 1_700, 0)
    assert batch.payout_on == date(2026, 11, 23)


def test_a_line_names_payment_refund_and_rate(days: ShopDays) -> None:
    world = days.world
    sold = world.paid(1_295, "li-wei")
    world.refund(sold, 295, "R1")
    paid, refunded = days.lines(days.close(FIRST_DAY))
    assert (paid.payment_id, paid.merchant_order_no) == (sold.payment_id, sold.merchant_order_no)
    assert (paid.terminal_id, paid.refund_id, paid.merchant_refund_no) == ("T01", "", "")
    assert (paid.payer_amount_minor, paid.payer_currency, paid.rate) == (10_118, "CNY", "125/16")
    assert refunded.payment_id == sold.payment_id
    assert refunded.refund_id.startswith("rfd_")
    assert (refunded.merchant_refund_no, refunded.payer_amount_minor) == ("R1", -2_304)
    assert refunded.rate == "125/16"


def test_a_payment_without_exchange_has_no_rate(days: ShopDays) -> None:
    days.world.paid(700, "anna")
    (line,) = days.lines(days.close(FIRST_DAY))
    assert (line.payer_amount_minor, line.payer_currency, line.rate) == (700, "EUR", "")


def test_closing_again_is_the_same_batch(days: ShopDays) -> None:
    days.world.paid(700, "anna")
    batch = days.close(FIRST_DAY)
    lines = days.lines(batch)
    days.world.paid(300, "anna")
    assert days.close(FIRST_DAY) == batch
    assert days.lines(batch) == lines


def test_a_day_without_sales_has_a_batch_of_nothing(days: ShopDays) -> None:
    batch = days.close(FIRST_DAY)
    assert (batch.line_count, batch.net_minor, batch.paid_out_minor) == (0, 0, 0)
    assert days.lines(batch) == []


def test_what_happens_after_midnight_belongs_to_the_next_day(days: ShopDays) -> None:
    world = days.world
    world.now = later(NOON, 11 * HOUR - 1)  # a millisecond before midnight in Berlin
    before = world.paid(100, "anna")
    world.now = later(NOON, 11 * HOUR)
    after = world.paid(200, "anna")
    first, second = days.close(FIRST_DAY), days.close(FIRST_DAY + ONE_DAY)
    assert [line.payment_id for line in days.lines(first)] == [before.payment_id]
    assert [line.payment_id for line in days.lines(second)] == [after.payment_id]


def test_a_late_booking_goes_into_the_next_batch_with_the_time_it_happened(
    days: ShopDays, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = days.world
    happened_at = world.now
    closed = days.close(FIRST_DAY)
    monkeypatch.setattr(journal, "book", partial(_book_late, journal.book, happened_at))
    late = world.paid(700, "anna")
    assert days.close(FIRST_DAY) == closed
    (line,) = days.lines(days.close(FIRST_DAY + ONE_DAY))
    assert (line.payment_id, line.event_at) == (late.payment_id, happened_at)
    assert line.event_at < closed.closes_at <= line.booked_at


def _book_late(
    book: Callable[..., JournalEntry], happened_at: Instant, *args: object, **named: object
) -> JournalEntry:
    return book(*args, **{**named, "event_at": happened_at})


def test_more_refunds_than_sales_are_owed_by_the_merchant_and_carried_on(days: ShopDays) -> None:
    world = days.world
    sold = world.paid(1_000, "anna")
    first = days.close(FIRST_DAY)
    world.refund(sold, 900, "R1")
    world.paid(200, "anna")
    second = days.close(FIRST_DAY + ONE_DAY)
    third = days.close(FIRST_DAY + 2 * ONE_DAY)
    world.paid(1_500, "anna")
    fourth = days.close(FIRST_DAY + 3 * ONE_DAY)
    assert first.paid_out_minor == 1_000
    assert (second.net_minor, second.paid_out_minor, second.carried_out_minor) == (-700, 0, -700)
    assert (third.carried_in_minor, third.net_minor, third.carried_out_minor) == (-700, 0, -700)
    assert (fourth.carried_in_minor, fourth.net_minor, fourth.paid_out_minor) == (-700, 1_500, 800)


def test_a_day_that_is_not_over_stays_open(days: ShopDays) -> None:
    with pytest.raises(BusinessDayOpen):
        days.close(FIRST_DAY, now=NOON)


def test_days_are_closed_one_after_the_other(days: ShopDays) -> None:
    days.close(FIRST_DAY)
    with pytest.raises(BusinessDayOpen):
        days.close(FIRST_DAY + 2 * ONE_DAY)


def test_a_shop_without_terms_is_not_settled(world: World) -> None:
    with world.store.transaction() as books, pytest.raises(SettlementTermsMissing):
        clearing.close_day(
            books,
            merchant=require_merchant(books, KIOSK),
            business_day=FIRST_DAY,
            now=later(NOON, 48 * HOUR),
            ids=world.ids,
        )


def test_each_shop_has_batches_of_its_own(world: World) -> None:
    drugstore, kiosk = ShopDays(world), ShopDays(world, replace(BERLIN_T1, merchant_id=KIOSK))
    here, there = world.paid(100, "anna"), world.paid(200, "anna", KIOSK)
    assert [line.payment_id for line in drugstore.lines(drugstore.close(FIRST_DAY))] == [
        here.payment_id
    ]
    assert [line.payment_id for line in kiosk.lines(kiosk.close(FIRST_DAY))] == [there.payment_id]


def test_a_day_of_more_movements_than_a_page_keeps_them_all(
    days: ShopDays, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "PAGE", 2)
    sold = [days.world.paid(100 + number, "anna").payment_id for number in range(5)]
    batch = days.close(FIRST_DAY)
    assert [line.payment_id for line in days.lines(batch)] == sold
    assert batch.amount_minor == sum(range(100, 105))


@pytest.mark.parametrize(
    ("agreed", "refusal"),
    [
        (replace(BERLIN_T1, time_zone="Europe/Atlantis"), TimeZoneUnknown),
        (replace(BERLIN_T1, time_zone="../../etc/passwd"), TimeZoneUnknown),
        (replace(BERLIN_T1, time_zone=""), TimeZoneUnknown),
        (replace(BERLIN_T1, cut_off_minute=1440), CutOffTime),
        (replace(BERLIN_T1, cut_off_minute=-1), CutOffTime),
        (replace(BERLIN_T1, delay_days=31), PayoutDelay),
        (replace(BERLIN_T1, delay_days=-1), PayoutDelay),
        (replace(BERLIN_T1, merchant_id="M404"), MerchantNotFound),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    world: World, agreed: SettlementTerms, refusal: type[QrpayError]
) -> None:
    with world.store.transaction() as books, pytest.raises(refusal):
        terms.agree(books, terms=agreed)


def test_new_terms_take_the_place_of_the_old(days: ShopDays) -> None:
    later_terms = replace(BERLIN_T1, calendar=Calendar.EVERY_DAY, delay_days=0)
    with days.world.store.transaction() as books:
        terms.agree(books, terms=later_terms)
    assert days.close(FIRST_DAY).payout_on == FIRST_DAY
