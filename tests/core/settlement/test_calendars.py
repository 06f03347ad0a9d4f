"""Days on which banks pay, against calendars of somebody else and dates known by heart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from holidays.countries.china import ChinaStaticHolidays

from ledger.core.records.settlement import Calendar
from ledger.core.settlement.calendars import easter_sunday, is_business_day, payout_day
from ledger.protocol.instants import DAY, later
from ledger.protocol.lifecycle import SettlementState
from tests.core.demo_world import World
from tests.core.settlement.shop_days import BERLIN_T1, ShopDays

EVERY_DAY_OF_2025_AND_2026 = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]


def test_target2_closes_when_another_calendar_says_so() -> None:
    theirs = holidays.financial_holidays("XECB", years=range(2002, 2100))
    for number in range((date(2100, 1, 1) - date(2002, 1, 1)).days):
        day = date(2002, 1, 1) + timedelta(days=number)
        closed = day in theirs or day.weekday() >= 5
        assert is_business_day(Calendar.TARGET2, day) is not closed, day


def test_china_works_when_another_calendar_says_so() -> None:
    for day in EVERY_DAY_OF_2025_AND_2026:
        assert is_business_day(Calendar.CHINA, day) is chinese_calendar.is_workday(day), day


@pytest.mark.parametrize("year", range(2027, 2051))
def test_until_china_has_published_a_year_its_statutory_holidays_are_kept(year: int) -> None:
    if year in ChinaStaticHolidays.special_public_holidays:
        pytest.skip("the other calendar has the State Council's notice, ours not yet")
    theirs = holidays.country_holidays("CN", years=year)
    for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
        day = date(year, 1, 1) + timedelta(days=number)
        closed = day in theirs or day.weekday() >= 5
        assert is_business_day(Calendar.CHINA, day) is not closed, day


def test_a_far_year_in_china_keeps_weekends_and_holidays_of_fixed_date() -> None:
    open_days = [date(2051, 1, 4), date(2051, 2, 13), date(2051, 10, 9)]
    closed_days = [date(2051, 1, 2), date(2051, 1, 7), date(2051, 5, 1), date(2051, 10, 3)]
    assert all(is_business_day(Calendar.CHINA, day) for day in open_days)
    assert not any(is_business_day(Calendar.CHINA, day) for day in closed_days)


@pytest.mark.parametrize(
    ("day", "paid_on"),
    [
        ("2026-12-31", "2027-01-04"),  # the year is not published; New Year's Day is a Friday
        ("2027-02-04", "2027-02-11"),  # Spring Festival, with days in return for its weekend
        ("2028-01-24", "2028-01-31"),
        ("2028-09-29", "2028-10-05"),  # National Day, Mid-Autumn on its third day
    ],
)
def test_a_shop_in_china_is_paid_by_a_calendar_that_is_not_published_yet(
    world: World, day: str, paid_on: str
) -> None:
    first = date.fromisoformat(day)
    agreed = replace(BERLIN_T1, time_zone="Asia/Shanghai", calendar=Calendar.CHINA, begins_on=first)
    days = ShopDays(world, agreed)
    batch = days.close(first)
    assert batch.payout_on == date.fromisoformat(paid_on)
    world.now = later(world.now, 30 * DAY)
    assert days.pay_out(batch).state is SettlementState.SETTLED


@pytest.mark.parametrize(
    "sunday",
    # The earliest and the latest Easter there can be, and the two exceptions of Gauss's rule.
    ["1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2026-04-05", "2285-03-22"],
)
def test_easter_is_known(sunday: str) -> None:
    day = date.fromisoformat(sunday)
    assert easter_sunday(day.year) == day


@pytest.mark.parametrize(
    ("business_day", "delay_days", "paid_on"),
    [
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-20", 1, "2026-11-23"),  # Friday: the weekend lies between
        ("2026-11-21", 1, "2026-11-23"),  # Saturday's takings come on Monday too
        ("2026-11-22", 1, "2026-11-23"),
        ("2026-11-22", 0, "2026-11-23"),
        ("2026-11-23", 0, "2026-11-23"),
        ("2026-12-24", 1, "2026-12-28"),  # two days of Christmas, one of them a Saturday
        ("2026-04-02", 2, "2026-04-08"),  # Good Friday and Easter Monday
        ("2026-04-30", 1, "2026-05-04"),
        ("2026-12-31", 1, "2027-01-04"),
    ],
)
def test_t_plus_one_counts_target2_days(business_day: str, delay_days: int, paid_on: str) -> None:
    day = date.fromisoformat(business_day)
    assert payout_day(Calendar.TARGET2, day, delay_days).isoformat() == paid_on


def test_takings_before_the_spring_festival_come_after_it_and_made_up_days_count() -> None:
    assert payout_day(Calendar.CHINA, date(2026, 2, 13), 1) == date(2026, 2, 14)  # a Saturday
    assert payout_day(Calendar.CHINA, date(2026, 2, 14), 1) == date(2026, 2, 24)


def test_every_day_counts_every_day() -> None:
    assert payout_day(Calendar.EVERY_DAY, date(2026, 12, 24), 1) == date(2026, 12, 25)
