"""No step of a payment reads a table from end to end: its cost must not grow with the books.

Whatever SQLite is asked while two shops sell is kept, and then SQLite says how it looks it up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import apsw
import pytest

from ledger.core.books import chain
from ledger.core.notices import notifications
from ledger.kit.embedded import EmbeddedStore
from tests.core.demo_world import World
from tests.core.scanning import bring, scanned, shown

FIRST_BY_ITS_KEY = re.compile(r"SELECT \* FROM \w+ ORDER BY \w+( DESC)? LIMIT 1")
READ_WHOLE_ON_PURPOSE = (
    "SCAN unlinked",  # what waits for the chain; it is emptied by being read
    *("SCAN wanted ", "SCAN moved "),  # the names that many payments ask for at once
)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.fixture
def writer(world: World) -> EmbeddedStore:
    writer = vars(world.store)["_writer"]
    assert isinstance(writer, EmbeddedStore)
    return writer


@contextmanager
def asked_of(store: EmbeddedStore) -> Iterator[set[str]]:
    """Keep every statement that is run on the store's connection."""
    said: set[str] = set()

    def note(_cursor: apsw.Cursor, sql: str, _bindings: object) -> bool:
        said.add(sql)
        return True

    store._connection.exec_trace = note
    try:
        yield said
    finally:
        store._connection.exec_trace = None


def plan(store: EmbeddedStore, sql: str) -> list[str]:
    """How SQLite looks up what a statement asks for, step by step."""
    unknown = (None,) * sql.count("?")
    steps = store._connection.execute(f"EXPLAIN QUERY PLAN {sql}", unknown)
    return [str(step) for _, _, _, step in steps]


def read_whole(store: EmbeddedStore, sql: str) -> list[str]:
    """The steps of a statement that walk through a table or an index from end to end."""
    steps = plan(store, sql)
    if FIRST_BY_ITS_KEY.fullmatch(sql) and not any("TEMP B-TREE" in step for step in steps):
        return []
    return [
        step
        for step in steps
        if step.startswith(("SCAN ", "MATERIALIZE ")) and not step.startswith(READ_WHOLE_ON_PURPOSE)
    ]


def trade(world: World) -> None:
    """Everything that tills and phones do all day."""
    world.grant("anna", 200)
    for name in ("anna", "li-wei"):
        payment = world.paid(1_295, name)
        world.refund(payment, 100, f"R-{name}")
    world.collect(450, "anna")
    world.claim_sticker("anna", 300)
    world.wallets["ben"] = world.add_payer("ben", "EUR", 1_000)
    bring(world, *(scanned(world, shown(world, 100), "ben") for _ in range(2)))
    given_up = world.request(500)
    world.claim(given_up, "anna")
    world.release(given_up, "anna")
    world.close_payment(given_up)
    undone = world.paid(700, "anna")
    world.reverse(undone.payment_id, undone.merchant_order_no)
    world.capture(world.held(3_000, "anna"), 350)
    world.expire()
    world.end_holds()
    with world.store.transaction() as books:
        notifications.lease_due(books, now=world.now, limit=10)
        chain.advance(books, now=world.now, key=world.key, entropy=world.entropy)


def test_nothing_that_is_done_all_day_reads_a_whole_table(
    world: World, writer: EmbeddedStore
) -> None:
    with asked_of(writer) as said:
        trade(world)
    looking = ("SELECT", "UPDATE", "DELETE")
    statements = sorted(sql for sql in said if sql.lstrip().startswith(looking))
    assert len(statements) >= 30
    found = {sql: read_whole(writer, sql) for sql in statements}
    assert {sql: steps for sql, steps in found.items() if steps} == {}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM payment",
        "SELECT * FROM entry WHERE note = ?",
        "SELECT * FROM entry ORDER BY note LIMIT 1",
    ],
)
def test_a_statement_that_does_is_found(writer: EmbeddedStore, sql: str) -> None:
    assert read_whole(writer, sql)
