"""Links and heads are kept once and for ever, by whichever thread came first."""

from __future__ import annotations

from dataclasses import replace

import apsw
import psycopg
import pytest

from ledger.core.books import chain
from ledger.core.records.chain import KeptHead, Link
from ledger.ops.audit import audit
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.instants import DAY, later
from ledger.protocol.messages import Signed
from ledger.store import BooksFile
from tests.core.demo_world import World
from tests.core.state import state_of
from tests.stores.at_once import at_once
from tests.stores.raw import ask

HEAD = KeptHead("2026-11-22", Signed("type=head/v1\nÄ=大\n", "kww35xd4", "sig"))


def links(world: World) -> list[Link]:
    with world.store.reading() as books:
        return [link for link, _ in books.chain.page(0, 1_000)]


def test_a_link_comes_back_as_it_was_and_its_entry_waits_no_more(world: World) -> None:
    with world.store.transaction() as books:
        first, second = books.chain.waiting(later(world.now, 1), 2)
        link = Link(1, first.entry.entry_id, "aa" * 32, "bb" * 32, "cc" * 32)
        books.chain.add_link(link)
        assert books.chain.last_link() == link
        assert books.chain.page(0, 10) == [(link, first)]
        assert books.chain.page(1, 10) == []
        assert books.chain.waiting(later(world.now, 1), 1) == [second]


def test_an_entry_and_a_number_are_linked_once(world: World) -> None:
    world.seal()
    (first, *_) = links(world)
    for again in (replace(first, sequence=99), replace(first, entry_id="jnl_other")):
        with pytest.raises(InvariantBroken), world.store.transaction() as books:
            books.chain.add_link(again)


def test_only_what_was_booked_before_an_instant_is_waiting(world: World) -> None:
    with world.store.reading() as books:
        assert books.chain.waiting(world.now, 10) == []
        assert len(books.chain.waiting(later(world.now, 1), 10)) == books.chain.count_waiting()
        assert books.chain.waiting_since() == books.chain.first_booked_at() == world.now
    world.seal()
    with world.store.reading() as books:
        assert (books.chain.waiting_since(), books.chain.count_waiting()) == (None, 0)


def test_heads_come_back_as_they_were_in_the_order_of_days(world: World) -> None:
    heads = [replace(HEAD, business_date=day) for day in ("2026-11-30", "2026-12-01", "2027-01-01")]
    with world.store.transaction() as books:
        assert books.chain.last_head() is None
        for head in heads:
            books.chain.add_head(head)
    with world.store.reading() as books:
        assert books.chain.heads("", 10) == heads
        assert books.chain.heads("2026-11-30", 1) == heads[1:2]
        assert books.chain.last_head() == heads[-1]
        assert books.chain.head("2026-12-01") == heads[1]
        assert books.chain.head("2026-12-02") is None


def test_a_day_has_one_head(world: World) -> None:
    with world.store.transaction() as books:
        books.chain.add_head(HEAD)
    with pytest.raises(InvariantBroken), world.store.transaction() as books:
        books.chain.add_head(replace(HEAD, signed=Signed("other", "k", "s")))


def test_many_who_seal_at_once_link_each_entry_once(world: World) -> None:
    for _ in range(20):
        world.paid(1, "anna")
    world.wait(DAY)

    def advance(_: int) -> str:
        with world.store.transaction() as books:
            chain.advance(books, now=world.now, key=world.key, entropy=world.entropy)
        return "done"

    at_once(20, advance)
    assert [link.sequence for link in links(world)] == list(range(1, 26))
    assert audit(world.store) == []


FINAL = {
    "entry": ("entry_id", "kind", "event_at", "booked_at", "payment_id", "refund_id"),
    "link": ("sequence", "entry_id", "digest", "commitment"),
    "head": ("business_date", "text", "key_id", "signature"),
}
MAY_GO = {"entry": "note", "link": "salt"}
REFUSALS = (apsw.ConstraintError, psycopg.Error)


@pytest.fixture
def sealed(world: World) -> World:
    world.refund(world.paid(100, "anna"), 50, "R1")
    world.wait(DAY)
    world.seal()
    return world


def columns(world: World, table: str) -> set[str]:
    if isinstance(world.store, BooksFile):
        return {str(row[1]) for row in ask(world.store, f"PRAGMA table_info({table})")}
    rows = ask(
        world.store,
        f"SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'",  # noqa: S608
    )
    return {str(name) for (name,) in rows}


@pytest.mark.parametrize("table", FINAL)
def test_every_column_is_final_or_may_only_be_emptied(world: World, table: str) -> None:
    assert columns(world, table) == {*FINAL[table], MAY_GO.get(table, FINAL[table][0])}


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, names in FINAL.items() for column in names]
)
def test_what_is_final_can_not_be_edited(sealed: World, table: str, column: str) -> None:
    before = state_of(sealed.store)
    number = column.endswith("_at") or column == "sequence"
    change = f"{column} = {column} + 99" if number else f"{column} = coalesce({column}, '') || 'x'"
    with pytest.raises(REFUSALS, match="never edited"):
        ask(sealed.store, f"UPDATE {table} SET {change}")  # noqa: S608 - names of our schema
    assert state_of(sealed.store) == before


@pytest.mark.parametrize(("table", "column"), MAY_GO.items())
def test_a_note_and_its_salt_can_be_emptied_and_not_be_replaced(
    sealed: World, table: str, column: str
) -> None:
    with pytest.raises(REFUSALS, match="never edited"):
        ask(sealed.store, f"UPDATE {table} SET {column} = '{'ab' * 32}'")  # noqa: S608
    ask(sealed.store, f"UPDATE {table} SET {column} = ''")  # noqa: S608 - names of our schema


@pytest.mark.parametrize("table", ["link", "head"])
def test_links_and_heads_are_never_deleted(sealed: World, table: str) -> None:
    with pytest.raises(REFUSALS, match="never deleted"):
        ask(sealed.store, f"DELETE FROM {table}")  # noqa: S608 - names of our schema
