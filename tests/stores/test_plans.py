"""Nothing that is done every day reads a table from end to end: books may grow, its cost may not.

Whatever SQLite is asked while two shops sell, are told, settled and swept, is kept, and then SQLite
says how it looks it up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import apsw
import pytest

from ledger.core import queries
from ledger.core.books import chain
from ledger.core.notices import notifications
from ledger.core.privacy.export import export
from ledger.core.records.vendors import Vendor
from ledger.core.settlement import statement
from ledger.kit.clock import SettableClock
from ledger.kit.embedded import EmbeddedStore
from ledger.ops.notifier import Notifier
from ledger.ops.sweeper import Sweeper
from ledger.protocol.instants import DAY
from ledger.protocol.lifecycle import PaymentState, SettlementState
from tests.core.demo_world import SHOP, World
from tests.core.scanning import bring, scanned, shown
from tests.core.settlement.shop_days import FIRST_DAY, ShopDays
from tests.ops.fake_till import FakeTill

FIRST_BY_ITS_KEY = re.compile(r"SELECT \* FROM \w+ ORDER BY \w+( DESC)? LIMIT 1")
READ_WHOLE_ON_PURPOSE = (
    "SCAN unlinked",  # what waits for the chain; it is emptied by being read
    "SCAN code_handle USING INDEX code_handle_used",  # what waits for the purge
    "SCAN erasure USING COVERING INDEX erasure_to_scrub",
    "SCAN settlement_terms",  # one row a shop, for all shops
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


def tell_tills(world: World) -> None:
    """A till that was not there is told later, and takes it."""
    Notifier(world.store, SettableClock(world.now), FakeTill()).deliver_due()
    world.wait(DAY)
    with world.store.transaction() as books:
        first, *_ = notifications.lease_due(books, now=world.now, limit=10)
        notifications.resend(books, notification_id=first.notification_id, now=world.now)
        notifications.delivered(books, notification_ids=[first.notification_id])


def settle(world: World) -> None:
    """Two days are closed, paid out and read as statements; a payout comes back."""
    days = ShopDays(world)
    world.paid(1_295, "anna")
    for _ in range(2):
        world.wait(3 * DAY)
        for batch in days.settle_due():
            days.lines(batch)
            if batch.state is SettlementState.SETTLED and batch.paid_out_minor:
                days.come_back(batch)
    with world.store.reading() as books:
        statement.statement(books, merchant_id=SHOP, business_day=FIRST_DAY)


def sweep(world: World) -> None:
    """Rounds of the sweeper with the purge, over as many years as anything is kept."""
    world.request(500)
    world.held(3_000, "anna")
    for _ in range(4):
        clock = SettableClock(world.now)
        Sweeper(world.store, clock, world.ids, world.key, world.policy).sweep()
        world.wait(200 * DAY)


def look_up(world: World) -> None:
    """What payers and merchants ask for, and everything about one payer."""
    payment = world.paid(700, "anna")
    anna = world.payer_id("anna")
    with world.store.reading() as books:
        export(books, payer_id=anna)
        queries.payments_of_payer(books, payer_id=anna, state=None, limit=10)
        queries.payments_of_payer(books, payer_id=anna, state=PaymentState.PAID, limit=10)
        queries.receipts_of_payer(books, payer_id=anna, limit=10)
        queries.balance(books, payer_id=anna)
        queries.refunds_of_payment(books, merchant_id=SHOP, payment_id=payment.payment_id)
        queries.payment_by_order_no(
            books, merchant_id=SHOP, merchant_order_no=payment.merchant_order_no
        )


@pytest.mark.parametrize(
    ("work", "least"), [(trade, 30), (tell_tills, 1), (settle, 20), (sweep, 20), (look_up, 10)]
)
def test_nothing_that_is_done_all_day_reads_a_whole_table(
    world: World, writer: EmbeddedStore, work: Callable[[World], None], least: int
) -> None:
    world.grant("anna", 200)
    world.refund(world.paid(900, "anna"), 100, "R1", "broken")
    with asked_of(writer) as said:
        work(world)
    looking = ("SELECT", "UPDATE", "DELETE")
    statements = sorted(sql for sql in said if sql.lstrip().startswith(looking))
    assert len(statements) >= least
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


def test_payments_by_code_are_counted_by_looking_at_one_day(
    world: World, writer: EmbeddedStore
) -> None:
    with asked_of(writer) as said, world.store.transaction() as books:
        books.vendor_orders.paid_unasked(Vendor.WECHATPAY, world.payer_id("anna"), world.now)
    (counting,) = (sql for sql in said if "count(*)" in sql)
    assert "payment_by_code (payer_id=? AND paid_at>?)" in plan(writer, counting)[0]
