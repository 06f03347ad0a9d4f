"""Which business day an instant belongs to: midnights, cut-offs, and clocks that change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.records.settlement import Calendar, SettlementTerms
from ledger.core.settlement.business_days import (
    business_day,
    closes_at,
    day_from_text,
    opens_at,
)
from ledger.protocol.errors.checkout import BillDateFormat
from ledger.protocol.instants import HOUR, Instant, from_text, to_text

BERLIN = SettlementTerms("M1", "Europe/Berlin", 0, Calendar.TARGET2, 1, date(2026, 1, 1))
BAR = replace(BERLIN, cut_off_minute=4 * 60)
SHOP_UNTIL_SIX = replace(BERLIN, cut_off_minute=18 * 60)
IN_THE_GAP = replace(BERLIN, cut_off_minute=2 * 60 + 30)

ZONES = ["Europe/Berlin", "Asia/Shanghai", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"]


@pytest.mark.parametrize(
    ("terms", "instant", "day"),
    [
        (BERLIN, "2026-11-21T22:59:59.999Z", "2026-11-21"),
        (BERLIN, "2026-11-21T23:00:00.000Z", "2026-11-22"),
        (BERLIN, "2026-07-01T21:59:59.999Z", "2026-07-01"),  # summer time
        (BERLIN, "2026-07-01T22:00:00.000Z", "2026-07-02"),
        (BAR, "2026-11-22T02:59:59.999Z", "2026-11-21"),  # 03:59:59 at the bar
        (BAR, "2026-11-22T03:00:00.000Z", "2026-11-22"),
        (SHOP_UNTIL_SIX, "2026-11-22T16:59:59.999Z", "2026-11-22"),
        (SHOP_UNTIL_SIX, "2026-11-22T17:00:00.000Z", "2026-11-23"),
        (replace(BERLIN, time_zone="Asia/Shanghai"), "2026-11-21T16:00:00.000Z", "2026-11-22"),
    ],
)
def test_an_instant_belongs_to_the_day_before_its_cut_off(
    terms: SettlementTerms, instant: str, day: str
) -> None:
    assert business_day(terms, from_text(instant)).isoformat() == day


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)],
)
def test_days_on_which_clocks_change_have_23_or_25_hours(day: str, hours: int) -> None:
    of = date.fromisoformat(day)
    assert closes_at(BERLIN, of) - opens_at(BERLIN, of) == hours * HOUR


def test_a_cut_off_that_the_clock_skips_counts_as_if_it_had_not_moved() -> None:
    # 02:30 does not exist on 29 March 2026 in Berlin: 01:59:59 is followed by 03:00.
    assert to_text(closes_at(IN_THE_GAP, date(2026, 3, 28))) == "2026-03-29T01:30:00.000Z"


def test_a_cut_off_that_comes_twice_counts_the_first_time() -> None:
    # 02:30 comes at 00:30 and at 01:30 UTC on 25 October 2026.
    first = from_text("2026-10-25T00:30:00.000Z")
    assert closes_at(IN_THE_GAP, date(2026, 10, 24)) == first
    # Half past two minus a quarter, the second time: the clock shows less, the day is the next.
    assert business_day(IN_THE_GAP, from_text("2026-10-25T01:15:00.000Z")) == date(2026, 10, 25)


@given(
    zone=st.sampled_from(ZONES),
    minute=st.integers(0, 1439),
    instant=st.integers(0, 4_102_444_800_000).map(Instant),
)
def test_every_instant_has_exactly_one_business_day(
    zone: str, minute: int, instant: Instant
) -> None:
    terms = replace(BERLIN, time_zone=zone, cut_off_minute=minute)
    day = business_day(terms, instant)
    assert opens_at(terms, day) <= instant < closes_at(terms, day)
    assert closes_at(terms, day) == opens_at(terms, day + timedelta(days=1))


BAD_DAYS = [
    "",
    "2026-11-31",
    "2026-02-29",
    "20261121",
    "2026-W47-6",
    "2026-11-21T00:00",
    " 2026-11-21",
    "2026-11-21 ",
    "2026-11-2",
    "２０２６-１１-２１",
    "0000-00-00",
    "2026/11/21",
    "../../etc/passwd",
    "2026-11-21/../../secret",
    "2026-11-21\x00",
]


@pytest.mark.parametrize("text", BAD_DAYS)
def test_a_day_has_one_spelling(text: str) -> None:
    with pytest.raises(BillDateFormat):
        day_from_text(text)
