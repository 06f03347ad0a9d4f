"""Double entry: what can be booked, what can't, and that it is booked as promised."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.books import accounts, journal
from ledger.core.books.journal import Line
from ledger.core.records.journal import EntryKind, JournalEntry
from ledger.protocol.errors.checkout import NotEnoughFunds
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.instants import HOUR, later
from ledger.protocol.money import MOST_MINOR_UNITS, Money, currency
from ledger.store.tables.journal import Journal
from tests.core.demo_world import NOON, SHOP, World
from tests.core.state import refused

EUR, CNY = currency("EUR"), currency("CNY")
ISSUANCE = accounts.issuance_account(EUR)
NEWCOMER = accounts.payer_account("pyr_newcomer", EUR)
FX_CNY = accounts.fx_account(CNY)


def book(world: World, lines: Sequence[Line], kind: EntryKind = EntryKind.ISSUANCE) -> JournalEntry:
    with world.store.transaction() as books:
        return journal.book(
            books,
            kind=kind,
            lines=lines,
            event_at=later(NOON, -HOUR),
            now=NOON,
            ids=world.ids,
        )


def test_an_entry_moves_money_and_tells_the_balances_before_and_after(world: World) -> None:
    book(world, journal.move(Money(700, EUR), source=ISSUANCE, target=NEWCOMER))
    entry = book(world, journal.move(Money(50, EUR), source=ISSUANCE, target=NEWCOMER))
    posting = entry.postings[1]
    assert (posting.account_id, posting.amount) == (NEWCOMER.account_id, Money(50, EUR))
    assert (posting.balance_before, posting.balance_after) == (700, 750)


def test_an_entry_knows_when_it_happened_and_when_it_was_written_down(world: World) -> None:
    entry = book(world, journal.move(Money(1, EUR), source=ISSUANCE, target=NEWCOMER))
    assert (entry.event_at, entry.booked_at) == (later(NOON, -HOUR), NOON)
    assert entry.note == ""


def test_nothing_to_move_is_no_line_at_all() -> None:
    assert journal.move(Money(0, EUR), source=ISSUANCE, target=NEWCOMER) == []


IMPOSSIBLE_ENTRIES: dict[str, list[Line]] = {
    "no line": [],
    "one line": [Line(NEWCOMER, Money(5, EUR))],
    "not zero": [Line(ISSUANCE, Money(-5, EUR)), Line(NEWCOMER, Money(6, EUR))],
    "zero over two currencies": [Line(FX_CNY, Money(-5, CNY)), Line(NEWCOMER, Money(5, EUR))],
    "another currency's account": [Line(FX_CNY, Money(-5, EUR)), Line(NEWCOMER, Money(5, EUR))],
    "one account twice": [Line(NEWCOMER, Money(-5, EUR)), Line(NEWCOMER, Money(5, EUR))],
    "an empty line": [
        Line(ISSUANCE, Money(-5, EUR)),
        Line(NEWCOMER, Money(5, EUR)),
        Line(accounts.fx_account(EUR), Money(0, EUR)),
    ],
    "more than an amount can be": [
        Line(ISSUANCE, Money(-MOST_MINOR_UNITS - 1, EUR)),
        Line(NEWCOMER, Money(MOST_MINOR_UNITS + 1, EUR)),
    ],
}


@pytest.mark.parametrize("lines", IMPOSSIBLE_ENTRIES.values(), ids=IMPOSSIBLE_ENTRIES)
def test_an_entry_that_no_caller_should_build_is_refused(world: World, lines: list[Line]) -> None:
    with pytest.raises(InvariantBroken):
        journal.require_balanced(lines)
    with refused(world, InvariantBroken):
        book(world, lines)


def test_the_largest_amount_that_there_is_may_be_moved() -> None:
    journal.require_balanced(
        journal.move(Money(MOST_MINOR_UNITS, EUR), source=ISSUANCE, target=NEWCOMER)
    )


def test_a_payer_can_spend_the_last_cent_and_not_one_more(world: World) -> None:
    anna = accounts.payer_account(world.payer_id("anna"), EUR)
    with refused(world, NotEnoughFunds):
        book(world, journal.move(Money(20_001, EUR), source=anna, target=ISSUANCE))
    entry = book(world, journal.move(Money(20_000, EUR), source=anna, target=ISSUANCE))
    assert entry.postings[0].balance_after == 0


def test_a_line_that_would_leave_63_bits_is_refused(world: World) -> None:
    one_more = journal.move(Money(1, EUR), source=ISSUANCE, target=NEWCOMER)
    set_balance = "UPDATE account SET balance_minor = ? WHERE account_id = ?"
    with world.store.transaction() as books:
        books.journal.open_accounts([NEWCOMER])
    world.sqlite.execute(set_balance, (2**62 - 1, NEWCOMER.account_id))
    assert book(world, one_more).postings[1].balance_after == 2**62
    with refused(world, InvariantBroken):
        book(world, one_more)
    world.sqlite.execute(set_balance, (1, NEWCOMER.account_id))


def test_the_journal_names_the_money_of_a_payment_in_two_currencies(world: World) -> None:
    payment = world.paid(1295, "li-wei")
    with world.store.reading() as books:
        (entry,) = books.journal.entries_of_payment(payment.payment_id)
    assert entry.kind is EntryKind.CAPTURE
    assert [(posting.account_id, posting.amount.minor_units) for posting in entry.postings] == [
        (f"payer:{world.payer_id('li-wei')}:CNY", -10_118),
        ("fx:CNY", 10_117),
        ("fx-rounding:CNY", 1),
        ("fx:EUR", -1_295),
        (f"merchant:{SHOP}:EUR", 1_295),
    ]


def test_a_store_that_does_not_write_what_it_was_told_is_caught(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = Journal.append

    def forgetful(self: Journal, entry: JournalEntry) -> None:
        append(self, replace(entry, postings=()))

    monkeypatch.setattr(Journal, "append", forgetful)
    with refused(world, InvariantBroken):
        book(world, journal.move(Money(1, EUR), source=ISSUANCE, target=NEWCOMER))


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c", "d"]), st.integers(-300, 300)),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_is_let_through_sums_to_zero(wanted: list[tuple[str, int]]) -> None:
    lines = [
        Line(accounts.merchant_account(name, EUR), Money(amount, EUR)) for name, amount in wanted
    ]
    sound = (
        len(lines) >= 2
        and sum(amount for _, amount in wanted) == 0
        and all(amount for _, amount in wanted)
        and len({name for name, _ in wanted}) == len(wanted)
    )
    with nullcontext() if sound else pytest.raises(InvariantBroken):
        journal.require_balanced(lines)
