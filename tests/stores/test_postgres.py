"""The store in PostgreSQL keeps the contract, and what only a database can do wrong is right."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import psycopg
import pytest

from ledger.kit.terminal import installing
from ledger.ops.audit import audit
from ledger.protocol.errors.checkout import PayerNotFound
from ledger.protocol.errors.service import ServiceUnavailable, StoreSchemaMismatch, StoreUnfit
from ledger.store import open_store
from ledger.store.audit import Rule
from ledger.store.postgres import BooksDatabase
from ledger.store.postgres.connections import Connection, _require_fit
from ledger.store.postgres.posting import POST
from tests.core.demo_world import World
from tests.core.state import state_of
from tests.stores.contract import StoreContract
from tests.stores.databases import Databases
from tests.stores.forgeries import FORGERIES
from tests.stores.lock_contract import LockContract
from tests.stores.raw import ask

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def world(databases: Databases) -> Iterator[World]:
    with databases.brief_world() as made:
        yield made


class TestBooksInADatabase(StoreContract):
    """The contract, for books in PostgreSQL."""

    @pytest.fixture
    def world(self, databases: Databases) -> Iterator[World]:
        with databases.brief_world() as made:
            yield made


class TestLocksInADatabase(LockContract):
    """What is locked, for books in PostgreSQL."""

    @pytest.fixture
    def world(self, databases: Databases) -> Iterator[World]:
        with databases.brief_world() as made:
            yield made
            assert audit(made.store) == []


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.copy() as name:
        yield databases.url(name)


def test_what_was_acknowledged_is_there_after_a_restart(url: str) -> None:
    world = World(open_store(url))
    payment = world.paid(1295, "anna")
    before = state_of(world.store)
    world.close()
    again = open_store(url)
    assert state_of(again) == before
    with again.reading() as books:
        assert books.payments.find(payment.payment_id) == payment
    assert audit(again) == []
    again.close()


def test_several_ledgers_write_to_the_same_books(url: str) -> None:
    world = World(open_store(url))
    other = open_store(url)
    payment = world.request(100)
    first, world.store = world.store, other
    world.claim(payment, "anna")
    world.store = first
    assert world.authorise(payment, "anna").payment.paid_at
    other.close()
    world.close()


def test_books_of_a_newer_program_are_left_alone(url: str) -> None:
    store = open_store(url)
    ask(store, "INSERT INTO migration (number, name, sha256) VALUES (9000, '9000_later.sql', '')")
    with pytest.raises(StoreSchemaMismatch):
        open_store(url)
    store.close()


def test_books_with_another_history_are_left_alone(url: str) -> None:
    store = open_store(url)
    ask(store, "UPDATE migration SET sha256 = 'another' WHERE number = 1")
    with pytest.raises(StoreSchemaMismatch):
        open_store(url)
    store.close()


def test_many_ledgers_that_start_at_once_make_the_tables_once(url: str) -> None:
    stores: list[object] = []
    threads = [threading.Thread(target=lambda: stores.append(open_store(url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores) == 4
    for store in stores:
        assert isinstance(store, BooksDatabase)
        store.close()


@pytest.mark.parametrize(
    ("making", "advice"),
    [
        ("ENCODING 'SQL_ASCII' LOCALE 'C'", "ENCODING 'UTF8'"),
        ("LOCALE_PROVIDER libc LOCALE 'C.UTF-8'", None),
    ],
)
def test_a_database_that_does_not_keep_texts_as_the_books_do_is_refused(
    databases: Databases, making: str, advice: str | None
) -> None:
    with databases.copy(f"template0 {making}") as name:
        if advice is None:
            open_store(databases.url(name)).close()
        else:
            with pytest.raises(StoreUnfit, match=advice):
                open_store(databases.url(name))


class OddServer:
    """As much of a connection as is asked whether it is fit."""

    def __init__(self, version: int, in_order: str) -> None:
        self.info = self
        self.server_version = version
        self.in_order = in_order

    def parameter_status(self, name: str) -> str:
        return {"server_encoding": "UTF8"}[name]

    def execute(self, *_: object) -> OddServer:
        return self

    def fetchone(self) -> tuple[str]:
        return (self.in_order,)


@pytest.mark.parametrize(
    ("server", "advice"),
    [
        (OddServer(130014, "-B_aä"), "PostgreSQL 13 is older than 14"),
        (OddServer(180006, "_-aäB"), "make it with LOCALE 'C'"),
    ],
    ids=["an old one", "one that sorts for people"],
)
def test_a_server_that_the_books_can_not_rely_on_is_refused(server: OddServer, advice: str) -> None:
    with pytest.raises(StoreUnfit, match=advice):
        _require_fit(cast("Connection", server))


def test_a_store_tells_how_it_keeps_its_promises(world: World) -> None:
    facts = world.store.facts()
    assert (facts["isolation"], facts["synchronous_commit"]) == ("read committed", "on")


def test_nobody_at_home_is_told_as_that() -> None:
    with pytest.raises(ServiceUnavailable):
        open_store("postgresql://qrpay@/postgres?host=/nowhere")


PREPARED = "SELECT statement FROM pg_prepared_statements"


def test_statements_are_prepared_once_and_kept_when_something_is_refused(world: World) -> None:
    for amount_minor in (1, 1_000) * 4:
        world.paid(amount_minor, "anna")  # her balance is a number of two bytes
        world.paid(amount_minor, "li-wei")  # and this one of three
    known = Counter(sql for (sql,) in ask(world.store, PREPARED))
    assert len(known) > 30
    assert [count for sql, count in known.items() if "INTO posting" in str(sql)] == [1]
    with world.store.transaction() as books, pytest.raises(PayerNotFound), books.savepoint():
        raise PayerNotFound
    assert known <= Counter(sql for (sql,) in ask(world.store, PREPARED))


def test_a_check_of_all_the_books_may_take_longer_than_a_request(world: World) -> None:
    ask(world.store, "SET statement_timeout = '40ms'")
    slow = Rule(
        "slow", "It takes its time.", "SELECT '' AS subject, '' AS detail FROM pg_sleep(.1)"
    )
    assert len(world.store.breaches(slow)) == 1
    with pytest.raises(psycopg.errors.QueryCanceled):
        ask(world.store, "SELECT pg_sleep(.1)")


def test_who_posts_looks_accounts_and_payments_up_by_name(world: World) -> None:
    opened = (
        "INSERT INTO account SELECT 'fees:' || n, 'EUR', NULL, 0 FROM generate_series(1,2000) n"
    )
    ask(world.store, opened, "ANALYZE account")
    plan = "\n".join(
        str(line) for (line,) in ask(world.store, f"EXPLAIN (GENERIC_PLAN) {POST.decode()}")
    )
    assert "Index Scan using account_pkey" in plan
    assert "Seq Scan" not in plan


@pytest.fixture(scope="module")
def paid_world(databases: Databases) -> Iterator[World]:
    with databases.brief_world() as made:
        made.paid(1295, "li-wei")
        yield made


@pytest.mark.parametrize("sql", FORGERIES.values(), ids=list(FORGERIES))
def test_the_tables_themselves_refuse(paid_world: World, sql: str) -> None:
    before = state_of(paid_world.store)
    with pytest.raises((psycopg.IntegrityError, psycopg.DataError)):
        ask(paid_world.store, sql)
    assert state_of(paid_world.store) == before


def test_whoever_keeps_books_in_a_file_needs_no_driver() -> None:
    program = (
        "import sys, ledger.app\n"
        "from ledger.store import MEMORY, open_store\n"
        "open_store(MEMORY).close()\n"
        "assert 'psycopg' not in sys.modules\n"
        "sys.modules['psycopg'] = None\n"
        "open_store('postgresql:///books')\n"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stderr.endswith(f"PostgreSQL needs: {installing('postgres')}\n")
