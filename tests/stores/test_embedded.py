"""The embedded store keeps the contract, in memory and in a file, and guards its file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from ledger.ops.audit import audit
from ledger.protocol.errors.service import StoreInUse, StoreSchemaMismatch
from ledger.store import MEMORY, BooksFile, open_store
from tests.core.demo_world import SHOP, World
from tests.core.state import state_of
from tests.stores.contract import StoreContract
from tests.stores.forgeries import FORGERIES
from tests.stores.lock_contract import LockContract

ROOT = Path(__file__).resolve().parents[2]


class TestBooksInMemory(StoreContract):
    """The contract, for books that live as long as the process."""

    @pytest.fixture
    def store(self) -> Iterator[BooksFile]:
        store = open_store(MEMORY)
        yield store
        store.close()


class TestBooksInAFile(StoreContract):
    """The contract, for books in a file."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[BooksFile]:
        store = open_store(tmp_path / "books.db")
        yield store
        store.close()


class TestLocksInAFile(LockContract):
    """What is locked, for books in a file."""

    @pytest.fixture
    def world(self, tmp_path: Path) -> Iterator[World]:
        made = World(open_store(tmp_path / "books.db"))
        yield made
        assert audit(made.store) == []
        made.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger" / "books.db"


@pytest.fixture
def world(path: Path) -> Iterator[World]:
    made = World(open_store(path))
    yield made
    made.close()


def test_what_was_acknowledged_is_there_after_a_restart(world: World, path: Path) -> None:
    payment = world.paid(1295, "anna")
    before = state_of(world.store)
    world.close()
    again = open_store(path)
    assert state_of(again) == before
    with again.reading() as books:
        assert books.payments.find(payment.payment_id) == payment
    assert audit(again) == []
    again.close()


def test_what_was_acknowledged_survives_a_process_that_is_killed(path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from tests.core.demo_world import World\n"
        "from ledger.store import open_store\n"
        "world = World(open_store(sys.argv[1]))\n"
        "world.request(700)\n"
        "payment = world.paid(1295, 'anna')\n"
        "print(payment.payment_id, flush=True)\n"
        "half = world.claim(world.request(100), 'yuki').payment\n"
        "consent = world.consent(world.authorisation(half, 'yuki'), 'yuki')\n"
        "with world.store.transaction() as books:\n"
        "    world.decide_in(books, consent)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert killed.returncode == -9, killed.stderr
    store = open_store(path)
    with store.reading() as books:
        found = books.payments.of_merchant(SHOP, 10)
    assert [payment.payment_id for payment in found if payment.paid_at] == [killed.stdout.strip()]
    assert audit(store) == []
    store.close()


def test_a_second_ledger_on_the_same_file_is_refused(world: World, path: Path) -> None:
    world.request(100)
    with pytest.raises(StoreInUse):
        open_store(path)


def test_books_of_a_newer_program_are_left_alone(world: World, path: Path) -> None:
    world.sqlite.execute(
        "INSERT INTO migration (number, name, sha256) VALUES (9000, '0002_later.sql', '')"
    )
    world.close()
    with pytest.raises(StoreSchemaMismatch):
        open_store(path)


def test_a_store_tells_how_it_keeps_its_promises(world: World) -> None:
    facts = world.store.facts()
    assert (facts["journal_mode"], facts["synchronous"], facts["secure_delete"]) == ("wal", 2, 1)
    world.store.checkpoint()


@pytest.mark.parametrize("sql", FORGERIES.values(), ids=list(FORGERIES))
def test_the_tables_themselves_refuse(sql: str) -> None:
    world = World()
    world.paid(1295, "li-wei")
    before = state_of(world.store)
    with pytest.raises(apsw.ConstraintError):
        world.sqlite.execute(sql)
    assert state_of(world.store) == before
    world.close()
