"""Books in which everything has happened, in each engine: to be copied, and to be falsified."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from ledger.core.ports import Books
from ledger.ops.audit import Auditable
from ledger.protocol.instants import MINUTE, later
from ledger.protocol.messages import FundingSource
from ledger.store.audit import Breach, Rule
from ledger.store.postgres import BooksDatabase
from ledger.store.postgres.connections import Connection
from ledger.store.postgres.events import PostgresBooks
from ledger.store.postgres.tables import PostgresTables
from tests.core.demo_world import KIOSK, SHOP, World
from tests.core.settlement.shop_days import FIRST_DAY, ONE_DAY, ShopDays
from tests.stores.databases import Databases
from tests.stores.raw import change, drop_guards


def live(world: World) -> None:
    """Let everything happen that can happen."""
    world.agree_fee(60)
    part, whole = world.paid(1295, "li-wei"), world.paid(700, "anna")
    world.refund(part, 295, "R1")
    world.refund(whole, 300, "R2")
    world.refund(whole, 400, "R3")
    undone = world.paid(100, "yuki")
    world.collect(200, "omar")
    world.authorise(world.collect(6_000, "anna").payment, "anna")
    world.authorise(world.claim_sticker("anna", 300).payment, "anna")
    world.close_payment(world.request(1))
    declined = world.claim(world.request(2), "anna").payment
    world.request(3)
    world.reverse(undone.payment_id, undone.merchant_order_no)
    world.held(3000, "li-wei")
    world.capture(world.held(3000, "anna"), 350)
    world.capture(world.held(3000, "li-wei"), 350)
    world.give_back(world.held(3000, "anna"))
    held = world.held(3000, "yuki")
    world.reverse(held.payment_id, held.merchant_order_no)
    world.held(100, "anna", hold_until=later(world.now, 4 * MINUTE))
    world.decline(declined, "anna")
    world.grant("anna", 150)
    world.grant("anna", 95, FundingSource.POINTS)
    world.refund(world.paid(700, "anna"), 123, "F1")
    world.grant("anna", 200)
    again = world.paid(800, "anna")
    world.reverse(again.payment_id, again.merchant_order_no)
    for worth in (100, 150):
        world.grant("anna", worth, FundingSource.MERCHANT_COUPON, merchant_id=SHOP)
    world.refund(world.paid(750, "anna"), 250, "F2")
    undone = world.paid(850, "anna")
    world.reverse(undone.payment_id, undone.merchant_order_no)
    shared = world.paid(900, "li-wei")
    world.share(shared, "S1", (KIOSK, 300))
    world.refund_shared(shared, 200, "F3", (KIOSK, 100))
    world.wait(3 * MINUTE)
    world.expire()
    world.wait(MINUTE)
    world.end_holds()
    world.seal()
    _settle(world)


def _settle(world: World) -> None:
    """A day that was paid, one whose payout came back and is paid again, one that is not over."""
    days = ShopDays(world)
    days.come_back(days.pay_out(days.close(FIRST_DAY)))
    world.refund(world.paid(500, "anna"), 100, "R4")
    days.pay_out(days.close(FIRST_DAY + ONE_DAY))
    world.share(world.paid(100, "anna"), "S2", (KIOSK, 30))


class SoundBooks(Protocol):
    """Sound books of one engine."""

    def copy(self) -> AbstractContextManager[World]:
        """A world of its own, for the time of a block."""

    def falsified(self, fault: str) -> AbstractContextManager[Auditable]:
        """Books without guards in which a statement has changed some rows."""


class InMemory:
    """Copied byte by byte."""

    def __init__(self) -> None:
        world = World()
        live(world)
        self._books = world.sqlite._connection.serialize("main")

    @contextmanager
    def copy(self) -> Iterator[World]:
        made = World()
        made.sqlite._connection.deserialize("main", self._books)
        yield made
        made.close()

    @contextmanager
    def falsified(self, fault: str) -> Iterator[Auditable]:
        with self.copy() as world:
            drop_guards(world.store)
            assert change(world.store, fault) > 0
            yield world.store


class InADatabase:
    """A database is copied for each world; what is falsified is rolled back."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        with databases.brief_world() as world:
            live(world)
            self._template = databases.keep(world, "sound_books")
        with databases.brief_world(self._template) as world:
            drop_guards(world.store)
            self._unguarded = databases.keep(world, "unguarded_books")

    def copy(self) -> AbstractContextManager[World]:
        return self._databases.brief_world(self._template)

    @contextmanager
    def falsified(self, fault: str) -> Iterator[Auditable]:
        store = self._databases.open(self._unguarded)
        assert isinstance(store, BooksDatabase)
        with store._pool.lent("BEGIN") as connection:
            assert connection.execute(fault.encode()).rowcount > 0
            yield Inside(connection)
            connection.execute(b"ROLLBACK")
        store.close()


class Inside:
    """Books as they look from inside of a transaction that is going on."""

    def __init__(self, connection: Connection) -> None:
        self._tables = PostgresTables(connection, writing=False)

    @contextmanager
    def reading(self) -> Iterator[Books]:
        yield PostgresBooks(self._tables)

    def breaches(self, rule: Rule) -> list[Breach]:
        return self._tables.rows(Breach, rule.sql)
