"""Entries are written only to balances where they found them, and with what they refer to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from ledger.core.records.gathering import Gathered
from ledger.core.records.journal import EntryKind, JournalEntry, Posting
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import Kind, PaymentId
from ledger.protocol.money import Money, currency
from ledger.store.postgres import posting
from ledger.store.tables.journal import PostingRow
from ledger.store.tables.rows import Move, columns
from tests.core.demo_world import World
from tests.core.state import state_of
from tests.stores.databases import Databases

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


def nowhere(sound: JournalEntry) -> JournalEntry:
    """Let the second posting go to an account that nobody opened, at zero as if it were new."""
    first, second = sound.postings
    lost = Posting("fees:XXX", second.amount, 0, second.amount.minor_units)
    return replace(sound, postings=(first, lost))


def of_nothing(sound: JournalEntry) -> JournalEntry:
    """Let the entry be of a payment that nobody opened."""
    return replace(sound, kind=EntryKind.CAPTURE, payment_id=PaymentId("pay_gone"))


def without_need(sound: JournalEntry) -> JournalEntry:
    """Let an entry of a kind that is of no payment name one that nobody opened."""
    return replace(sound, payment_id=PaymentId("pay_gone"))


def one_by_one(world: World, entries: Sequence[JournalEntry]) -> None:
    """Write entries as what happens alone does."""
    with world.store.transaction() as books:
        for each in entries:
            books.journal.append(each)


def together(world: World, entries: Sequence[JournalEntry]) -> None:
    """Write entries as what happens in lists does."""
    write(world, Gathered(entries=[*entries]))


@pytest.mark.parametrize("forge", [nowhere, of_nothing, without_need])
@pytest.mark.parametrize("keep", [one_by_one, together])
def test_an_entry_that_refers_to_what_is_not_there_is_refused(
    world: World,
    forge: Callable[[JournalEntry], JournalEntry],
    keep: Callable[[World, Sequence[JournalEntry]], None],
) -> None:
    before = state_of(world.store)
    (first, at), (second, there) = in_euro(world)
    sound = entry(world, (first, at), (second, there))
    forged = forge(entry(world, (first, at + 1), (second, there - 1)))
    with pytest.raises(InvariantBroken):
        keep(world, [sound, forged])
    assert state_of(world.store) == before


def test_an_entry_waits_for_its_link_as_soon_as_it_is_written(world: World) -> None:
    (first, at), (second, there) = in_euro(world)
    with world.store.transaction() as books:
        already = books.chain.count_waiting()
        books.journal.append(entry(world, (first, at), (second, there)))
        assert books.chain.count_waiting() == already + 1


@pytest.mark.parametrize(
    ("column", "said"), [("entry_id", "jnl_gone"), ("account_id", "fees:XXX"), ("currency", "USD")]
)
def test_the_database_refuses_a_posting_that_belongs_nowhere_in_its_statement(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, column: str, said: str
) -> None:
    def forged(entries: Sequence[JournalEntry], moves: Sequence[Move]) -> tuple[str, ...]:
        spelled = list(values(entries, moves))
        postings = len(spelled) - len(columns(PostingRow))
        at = postings + columns(PostingRow).index(column)
        spelled[at] = posting.texts([said, *spelled[at].strip('{"}').split('","')[1:]])
        return tuple(spelled)

    values = posting.values
    with databases.brief_world() as world:
        before = state_of(world.store)
        (first, at), (second, there) = in_euro(world)
        sound = Gathered(entries=[entry(world, (first, at), (second, there))])
        monkeypatch.setattr(posting, "values", forged)
        with pytest.raises(InvariantBroken, match="of no entry, or of no account"):
            write(world, sound)
        assert state_of(world.store) == before
        monkeypatch.undo()
        write(world, sound)
