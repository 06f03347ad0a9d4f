"""Payouts: on their day, once, tied to their batch, and again when the bank sends them back."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.core.records.journal import EntryKind
from ledger.core.settlement import clearing, payouts
from ledger.protocol.errors.checkout import BatchNotFound, PayoutNotDue, PayoutNotMade
from ledger.protocol.errors.content import TextCharacter
from ledger.protocol.identifiers import BatchId
from ledger.protocol.instants import DAY, HOUR, later
from tests.core.demo_world import NOON, SHOP, World
from tests.core.settlement.shop_days import FIRST_DAY, ONE_DAY, ShopDays

OWED = f"merchant:{SHOP}:EUR"
BANK, SUSPENSE = "nostro:EUR", "suspense:EUR"


@pytest.fixture
def days(world: World) -> ShopDays:
    return ShopDays(world)


def test_a_batch_is_paid_out_on_its_day_and_not_before(days: ShopDays) -> None:
    days.world.paid(700, "anna")
    batch = days.close(FIRST_DAY, now=later(NOON, 11 * HOUR))  # Sunday's midnight in Berlin
    settled = days.pay_out(batch)
    assert (settled.state, settled.settled_at) == ("SETTLED", days.world.now)
    assert (days.balance(OWED), days.balance(BANK)) == (0, 700)
    days.world.paid(100, "anna")
    monday = days.close(FIRST_DAY + ONE_DAY)
    days.world.now = later(monday.closes_at, -1)
    with pytest.raises(PayoutNotDue):
        days.pay_out(monday)


def test_a_payout_is_one_entry_tied_to_its_batch(days: ShopDays) -> None:
    days.world.paid(700, "anna")
    settled = days.pay_out(days.close(FIRST_DAY))
    with days.world.store.reading() as books:
        entry = books.journal.latest_entries(1)[0]
    assert (entry.entry_id, entry.kind) == (settled.payout_entry_id, EntryKind.PAYOUT)
    assert entry.note == settled.batch_id
    moved = {posting.account_id: posting.amount.minor_units for posting in entry.postings}
    assert moved == {OWED: -700, BANK: 700}


def test_paying_out_again_books_nothing(days: ShopDays) -> None:
    days.world.paid(700, "anna")
    settled = days.pay_out(days.close(FIRST_DAY))
    assert days.pay_out(settled) == settled
    assert days.balance(BANK) == 700


def test_a_batch_with_nothing_to_pay_is_settled_without_an_entry(days: ShopDays) -> None:
    settled = days.pay_out(days.close(FIRST_DAY))
    assert (settled.state, settled.payout_entry_id) == ("SETTLED", None)


def test_a_debt_is_not_collected_but_set_against_the_next_sales(days: ShopDays) -> None:
    world = days.world
    sold = world.paid(1_000, "anna")
    days.pay_out(days.close(FIRST_DAY))
    world.refund(sold, 900, "R1")
    days.world.wait(DAY)
    in_debt = days.close(FIRST_DAY + ONE_DAY)
    assert days.pay_out(in_debt).payout_entry_id is None
    assert days.balance(OWED) == -900
    world.paid(2_000, "anna")
    days.pay_out(days.close(FIRST_DAY + 2 * ONE_DAY))
    assert (days.balance(OWED), days.balance(BANK)) == (0, 2_100)


def test_a_payout_that_came_back_is_paid_again_with_the_next_batch(days: ShopDays) -> None:
    world = days.world
    world.paid(700, "anna")
    sent = days.pay_out(days.close(FIRST_DAY))
    returned = days.come_back(sent)
    assert (returned.amount_minor, days.balance(BANK), days.balance(SUSPENSE)) == (700, 0, 700)
    world.paid(300, "anna")
    batch = days.close(FIRST_DAY + ONE_DAY)
    assert (batch.carried_in_minor, batch.returned_in_minor, batch.paid_out_minor) == (
        700,
        700,
        1_000,
    )
    days.pay_out(batch)
    assert [days.balance(account) for account in (OWED, BANK, SUSPENSE)] == [0, 1_000, 0]


def test_what_came_back_covers_a_debt_first(days: ShopDays) -> None:
    world = days.world
    sold = world.paid(1_000, "anna")
    days.come_back(days.pay_out(days.close(FIRST_DAY)))
    world.refund(sold, 900, "R1")
    days.pay_out(days.close(FIRST_DAY + ONE_DAY))
    assert [days.balance(account) for account in (OWED, BANK, SUSPENSE)] == [0, 100, 0]


def test_what_came_back_and_is_less_than_a_debt_makes_it_smaller(days: ShopDays) -> None:
    world = days.world
    sold = world.paid(1_000, "anna")
    first = days.pay_out(days.close(FIRST_DAY))
    world.paid(300, "anna")
    second = days.pay_out(days.close(FIRST_DAY + ONE_DAY, now=later(first.closes_at, DAY)))
    days.come_back(second)
    world.refund(sold, 900, "R1")
    third = days.close(FIRST_DAY + 2 * ONE_DAY)
    assert (third.carried_in_minor, third.paid_out_minor, third.carried_out_minor) == (300, 0, -600)
    days.pay_out(third)
    assert [days.balance(account) for account in (OWED, BANK, SUSPENSE)] == [-600, 1_000, 0]


def test_the_same_return_again_is_the_same_return(days: ShopDays) -> None:
    days.world.paid(700, "anna")
    sent = days.pay_out(days.close(FIRST_DAY))
    assert days.come_back(sent) == days.come_back(sent, "another reason")
    assert days.balance(SUSPENSE) == 700


def test_only_a_payout_that_was_made_comes_back(days: ShopDays) -> None:
    nothing = days.pay_out(days.close(FIRST_DAY))
    with pytest.raises(PayoutNotMade):
        days.come_back(nothing)
    days.world.paid(700, "anna")
    unpaid = days.close(FIRST_DAY + ONE_DAY)
    with pytest.raises(PayoutNotMade):
        days.come_back(unpaid)


def test_a_reason_is_plain_text(days: ShopDays) -> None:
    days.world.paid(700, "anna")
    sent = days.pay_out(days.close(FIRST_DAY))
    with pytest.raises(TextCharacter):
        days.come_back(sent, "closed\x1b[2J")
    assert days.balance(SUSPENSE) == 0


def test_an_unknown_batch_is_not_found(days: ShopDays) -> None:
    with days.world.store.reading() as books, pytest.raises(BatchNotFound):
        payouts.require_batch(books, BatchId("bat_000000000000000000000000"))


def test_the_settler_closes_and_pays_all_that_is_due(days: ShopDays) -> None:
    world = days.world
    world.paid(700, "anna")
    days.wait_for(date(2026, 11, 25))
    done = [(batch.business_day.day, batch.state) for batch in days.settle_due()]
    assert done == [
        (22, "CLOSED"),
        (23, "CLOSED"),
        (24, "CLOSED"),
        (22, "SETTLED"),
        (23, "SETTLED"),
        (24, "SETTLED"),
    ]
    assert days.settle_due() == []
    assert days.balance(BANK) == 700


def test_a_settler_that_is_stopped_goes_on_where_it_was(days: ShopDays) -> None:
    days.world.paid(700, "anna")
    days.wait_for(date(2026, 11, 25))
    one_by_one = [batch for _ in range(10) for batch in days.settle_due(most=1)]
    assert len(one_by_one) == 6
    assert days.balance(BANK) == 700


def test_what_one_transfer_can_not_carry_is_paid_with_the_next_batch(
    days: ShopDays, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "MOST_MINOR_UNITS", 1_000)
    days.world.paid(700, "anna")
    days.world.paid(800, "anna")
    first = days.pay_out(days.close(FIRST_DAY))
    assert (first.paid_out_minor, first.carried_out_minor) == (1_000, 500)
    second = days.pay_out(days.close(FIRST_DAY + ONE_DAY))
    assert (second.paid_out_minor, second.carried_out_minor) == (500, 0)
    assert days.balance(OWED) == 0
