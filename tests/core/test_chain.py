"""Links come soon after their entries, heads after midnight, both one after the other."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.core.books import chain as chain_of_books
from ledger.core.books.chain import BATCH, GRACE_MS
from ledger.core.records.chain import Link
from ledger.protocol import chain
from ledger.protocol.instants import DAY, HOUR, day_begins, later
from ledger.protocol.messages import Head, decode
from tests.core.demo_world import FUNDS, World

TODAY = date(2026, 11, 22)
MIDNIGHT = later(day_begins(TODAY), DAY)


def links(world: World) -> list[Link]:
    with world.store.reading() as books:
        return [link for link, _ in books.chain.page(0, 10_000)]


def heads(world: World) -> list[Head]:
    with world.store.reading() as books:
        return [decode(Head, kept.signed.text) for kept in books.chain.heads("", 1_000)]


def waiting(world: World) -> int:
    with world.store.reading() as books:
        return books.chain.count_waiting()


def is_due(world: World) -> bool:
    with world.store.reading() as books:
        return chain_of_books.due(books, now=world.now)


def advance(world: World) -> bool:
    with world.store.transaction() as books:
        return chain_of_books.advance(books, now=world.now, key=world.key, entropy=world.entropy)


def test_an_entry_waits_for_its_link_from_the_moment_it_is_booked(world: World) -> None:
    before = waiting(world)
    world.paid(1295, "anna")
    assert waiting(world) == before + 1
    assert is_due(world)


def test_a_payment_that_was_undone_waits_for_nothing(world: World) -> None:
    before = waiting(world)
    offer = world.claim(world.request(100), "anna")
    world.decline(offer.payment, "anna")
    assert waiting(world) == before


def test_entries_are_linked_in_the_succession_of_booking_and_numbered_from_one(
    world: World,
) -> None:
    world.wait(1)
    payments = [world.paid(100, "anna") for _ in range(3)]
    world.seal()
    found = links(world)
    assert [link.sequence for link in found] == list(range(1, len(FUNDS) + 4))
    with world.store.reading() as books:
        booked = [
            books.journal.entries_of_payment(payment.payment_id)[0].entry_id for payment in payments
        ]
    assert [link.entry_id for link in found[-3:]] == booked
    assert (waiting(world), is_due(world)) == (0, False)


def test_each_link_hashes_its_entry_and_the_link_before_it(world: World) -> None:
    world.seal()
    with world.store.reading() as books:
        page = books.chain.page(0, 2)
    previous = chain.GENESIS
    for link, written in page:
        assert written is not None
        assert written.note == "demo"
        assert link.commitment == chain.commitment(link.salt, "demo")
        assert link.digest == chain.link(link.sequence, previous, written.entry, link.commitment)
        previous = link.digest


def test_no_two_entries_share_a_salt(world: World) -> None:
    world.seal()
    found = links(world)
    assert len({link.salt for link in found}) == len(found)
    assert len({link.commitment for link in found}) == len(found)


def test_a_unit_of_work_links_one_batch_at_most(world: World) -> None:
    for _ in range(BATCH):
        world.paid(1, "anna")
    assert advance(world)
    assert len(links(world)) == BATCH
    assert not advance(world)
    assert waiting(world) == 0


def test_what_was_linked_before_stays_as_it_was(world: World) -> None:
    world.seal()
    before = links(world)
    world.paid(100, "anna")
    world.seal()
    assert links(world)[: len(before)] == before


@pytest.mark.parametrize("too_early", [1, GRACE_MS])
def test_a_day_has_no_head_before_it_is_over_and_the_grace_has_passed(
    world: World, too_early: int
) -> None:
    world.seal()
    world.now = later(MIDNIGHT, GRACE_MS - too_early)
    world.seal()
    assert heads(world) == []
    world.wait(too_early)
    world.seal()
    assert [head.business_date for head in heads(world)] == [TODAY]


def test_a_head_states_the_last_link_of_its_day(world: World) -> None:
    world.paid(100, "anna")
    world.now = later(MIDNIGHT, HOUR)
    world.seal()
    last = links(world)[-1]
    assert heads(world) == [
        Head(
            business_date=TODAY,
            sequence=last.sequence,
            link=last.digest,
            count=last.sequence,
            previous_head="",
            sealed_at=world.now,
        )
    ]


def test_an_entry_of_the_new_day_is_linked_behind_the_head_of_the_old_one(world: World) -> None:
    world.seal()
    world.now = MIDNIGHT
    world.paid(100, "anna")
    world.seal()
    assert (len(links(world)), waiting(world)) == (len(FUNDS), 1)
    assert not is_due(world)
    world.wait(GRACE_MS)
    world.seal()
    (head,) = heads(world)
    assert head.sequence == len(FUNDS)
    assert (len(links(world)), waiting(world)) == (len(FUNDS) + 1, 0)


def test_an_entry_booked_just_before_midnight_is_still_in_its_days_head(world: World) -> None:
    world.now = later(MIDNIGHT, -1)
    world.paid(100, "anna")
    world.now = later(MIDNIGHT, GRACE_MS)
    world.seal()
    assert heads(world)[0].sequence == len(FUNDS) + 1


def test_a_day_without_entries_has_a_head_that_adds_nothing(world: World) -> None:
    world.wait(3 * DAY)
    world.seal()
    found = heads(world)
    assert [head.business_date.day for head in found] == [22, 23, 24]
    assert [head.count for head in found] == [len(FUNDS), 0, 0]
    assert {head.link for head in found} == {links(world)[-1].digest}


def test_each_head_names_the_one_before_it(world: World) -> None:
    world.wait(2 * DAY)
    world.paid(100, "anna")
    world.wait(DAY)
    world.seal()
    before = None
    for head in heads(world):
        head.require_after(before)
        before = head
    assert before is not None
    assert before.count == 1


def test_a_ledger_that_slept_for_days_links_and_seals_them_one_by_one(world: World) -> None:
    world.paid(100, "anna")
    world.wait(5 * DAY)
    world.paid(100, "anna")
    world.seal()
    assert [head.count for head in heads(world)] == [len(FUNDS) + 1, 0, 0, 0, 0]
    assert waiting(world) == 0


def test_books_without_entries_have_no_heads(world: World) -> None:
    world.sqlite.execute("PRAGMA foreign_keys = OFF")
    for table in ("account", "entry", "posting"):
        world.sqlite.execute(f"DROP TRIGGER {table}_stays")
    for table in ("unlinked", "posting", "entry", "account"):
        world.sqlite.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our schema
    world.wait(DAY + HOUR)
    assert not is_due(world)
    assert not advance(world)
    assert heads(world) == []


def test_a_deleted_note_takes_its_salt_with_it_and_leaves_the_link(world: World) -> None:
    world.seal()
    (first, *_) = links(world)
    with world.store.transaction() as books:
        books.chain.forget_note(first.entry_id)
        ((link, written),) = books.chain.page(0, 1)
    assert written is not None
    assert (link.salt, written.note) == ("", "")
    assert (link.digest, link.commitment) == (first.digest, first.commitment)


def test_a_note_that_is_deleted_before_its_entry_is_linked_is_not_in_the_commitment(
    world: World,
) -> None:
    with world.store.transaction() as books:
        first = books.chain.waiting(later(world.now, 1), 1)[0]
        books.chain.forget_note(first.entry.entry_id)
    world.seal()
    link = links(world)[0]
    assert link.commitment == chain.commitment(link.salt, "")
