"""Funds: what was paid out of which days, and what is still owed, to the last cent."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.core.parties.register import require_merchant
from ledger.core.settlement import funds
from ledger.core.settlement.funds import Funds
from ledger.protocol.errors.checkout import SettlementTermsMissing
from ledger.protocol.instants import DAY
from tests.core.demo_world import KIOSK, SHOP, World
from tests.core.settlement.shop_days import FIRST_DAY, ONE_DAY, ShopDays

MONDAY = FIRST_DAY + ONE_DAY


@pytest.fixture
def days(world: World) -> ShopDays:
    world.agree_fee(60)
    return ShopDays(world)


def settled(days: ShopDays, since: date = FIRST_DAY, until: date = date.max) -> list[Funds]:
    with days.world.store.reading() as books:
        return funds.settled(
            books, merchant=require_merchant(books, SHOP), since=since, until=until
        )


def unsettled(days: ShopDays, merchant_id: str = SHOP) -> list[Funds]:
    with days.world.store.reading() as books:
        merchant = require_merchant(books, merchant_id)
        return funds.unsettled(books, merchant=merchant, now=days.world.now)


def test_a_sale_is_unsettled_while_its_day_is_open_and_closed_and_then_settled(
    days: ShopDays,
) -> None:
    sold = days.world.paid(1_295, "anna")
    days.world.refund(sold, 295, "R1")
    (open_,) = unsettled(days)
    assert (open_.batch_id, open_.paid_on, open_.first_day) == (None, None, FIRST_DAY)
    assert (open_.sold_minor, open_.back_minor, open_.net_minor) == (1_295, -295, 1_000)
    assert (open_.fee_minor, open_.settled_minor, open_.unsettled_minor) == (6, 0, 994)
    batch = days.close(FIRST_DAY)
    (closed,) = unsettled(days)
    assert (closed.batch_id, closed.paid_on) == (batch.batch_id, MONDAY)
    assert (closed.sold_minor, closed.back_minor, closed.fee_minor) == (1_295, -295, 6)
    assert (closed.settled_minor, closed.unsettled_minor) == (0, 994)
    assert settled(days) == []
    days.pay_out(batch)
    (paid,) = settled(days)
    assert (paid.settled_minor, paid.unsettled_minor, paid.net_minor) == (994, 0, 1_000)
    assert unsettled(days) == []


def test_the_days_that_are_asked_for_are_days_of_payouts_both_included(days: ShopDays) -> None:
    for day in range(3):
        days.world.paid(1_000 + day, "anna")
        days.pay_out(days.close(FIRST_DAY + day * ONE_DAY))
        days.world.wait(DAY // 24)
    first, second, _ = (each.paid_on for each in settled(days))
    assert first is not None
    assert second is not None
    assert [each.paid_on for each in settled(days, first, second)] == [first, second]
    assert settled(days, FIRST_DAY, FIRST_DAY) == []


def test_a_debt_is_owed_by_the_days_that_are_open_and_by_none_before(days: ShopDays) -> None:
    sold = days.world.paid(1_000, "anna")
    days.pay_out(days.close(FIRST_DAY))
    days.world.refund(sold, 900, "R1")
    days.world.wait(DAY)
    days.close(MONDAY)
    in_debt, carried = unsettled(days)
    assert (in_debt.back_minor, in_debt.unsettled_minor) == (-900, 0)
    assert (carried.net_minor, carried.unsettled_minor) == (0, days.balance(f"merchant:{SHOP}:EUR"))


def test_days_on_which_nothing_happened_are_left_out(days: ShopDays) -> None:
    days.pay_out(days.close(FIRST_DAY))
    days.close(MONDAY)
    assert (settled(days), unsettled(days)) == ([], [])


def test_without_terms_nobody_can_tell_whose_day_it_is(days: ShopDays) -> None:
    with pytest.raises(SettlementTermsMissing):
        unsettled(days, KIOSK)
