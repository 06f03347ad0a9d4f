"""Balances that many payments move at once are written only where the payments found them."""

from __future__ import annotations

import pytest

from ledger.core.records.gathering import Gathered
from ledger.core.records.journal import EntryKind, JournalEntry, Posting
from ledger.protocol.errors.checkout import InvariantBroken
from ledger.protocol.identifiers import Kind
from ledger.protocol.money import Money, currency
from tests.core.demo_world import World
from tests.core.state import state_of

EUR = currency("EUR")


def in_euro(world: World) -> list[tuple[str, int]]:
    """Two accounts and where they are."""
    with world.store.reading() as books:
        accounts = [each for each in books.journal.accounts() if each.currency == EUR]
    return [(each.account_id, each.balance_minor) for each in accounts[:2]]


def entry(world: World, *found: tuple[str, int]) -> JournalEntry:
    """Move a cent into the first account out of the second, which were found there."""
    cents = (Money(1, EUR), Money(-1, EUR))
    postings = [
        Posting(account_id, cent, balance, balance + cent.minor_units)
        for (account_id, balance), cent in zip(found, cents, strict=True)
    ]
    entry_id = world.ids.new(Kind.ENTRY, world.now)
    return JournalEntry(entry_id, EntryKind.ISSUANCE, world.now, world.now, tuple(postings))


def write(world: World, gathered: Gathered) -> None:
    """Write all of it, or nothing."""
    with world.store.transaction() as books:
        books.gathering.write(gathered)


def test_each_balance_is_left_where_its_last_posting_says(world: World) -> None:
    (first, at), (second, there) = in_euro(world)
    entries = [
        entry(world, (first, at), (second, there)),
        entry(world, (first, at + 1), (second, there - 1)),
    ]
    write(world, Gathered(entries=entries))
    assert in_euro(world) == [(first, at + 2), (second, there - 2)]


@pytest.mark.parametrize("beside", [-1, 1])
def test_nothing_is_written_where_one_balance_is_not_where_it_was_found(
    world: World, beside: int
) -> None:
    before = state_of(world.store)
    (first, at), (second, there) = in_euro(world)
    stale = Gathered(entries=[entry(world, (first, at), (second, there + beside))])
    with pytest.raises(InvariantBroken, match="not where its first posting found it"):
        write(world, stale)
    assert state_of(world.store) == before
