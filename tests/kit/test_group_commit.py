"""Work of many threads goes into one transaction, and nobody notices but the disk."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import apsw
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kit.embedded import MEMORY, EmbeddedStore, open_store
from ledger.kit.embedded.group_commit import GroupCommit
from ledger.protocol.errors.service import InvariantBroken, StorageFull

SCHEMA = """
CREATE TABLE sale (sale_id TEXT PRIMARY KEY) STRICT;
CREATE TABLE line (
    sale_id TEXT NOT NULL REFERENCES sale (sale_id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
"""

THREADS = 8


class Sale(msgspec.Struct):
    sale_id: str


class Refused(Exception):
    """A unit of work that thinks better of it."""


class CountedStore:
    """A store that counts its transactions, and can keep its writer busy."""

    def __init__(self, store: EmbeddedStore) -> None:
        self.store = store
        self.begun = 0
        self.cannot_begin = 0
        self.commits = GroupCommit(self)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.begun += 1
        with self.store.transaction():
            if self.begun <= self.cannot_begin:
                raise StorageFull
            yield

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        with self.store.savepoint():
            yield

    def all_at_once(self, works: list[Callable[[], str]]) -> list[Future[str]]:
        """Run the works as one crowd: the writer is busy until all have been handed in."""
        with ThreadPoolExecutor(len(works)) as pool, self.store.transaction():
            futures = [pool.submit(self.commits.run, work) for work in works]
            while len(self.commits._queued) < len(works):
                time.sleep(0.001)
        return futures

    def sale(self, name: str) -> Callable[[], str]:
        def work() -> str:
            self.store.execute("INSERT INTO sale VALUES (?)", (name,))
            return name

        return work

    def sale_then_refusal(self, name: str) -> Callable[[], str]:
        def work() -> str:
            self.sale(name)()
            raise Refused(name)

        return work

    def line_of_nobody(self) -> str:
        """Store what is found to be wrong only when it is committed."""
        self.store.execute("INSERT INTO line VALUES ('nobody')")
        return "nobody"

    def sale_ids(self) -> list[str]:
        found = self.store.query(Sale, "SELECT sale_id FROM sale ORDER BY sale_id")
        return [sale.sale_id for sale in found]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sales.db"


@pytest.fixture
def package(make_package: Callable[..., str]) -> str:
    return make_package("crowded_shop", SCHEMA)


@pytest.fixture
def shop(path: Path, package: str) -> Iterator[CountedStore]:
    store = open_store(path, package=package)
    yield CountedStore(store)
    store.close()


def test_a_unit_that_comes_alone_is_stored_and_gives_its_result(shop: CountedStore) -> None:
    assert shop.commits.run(shop.sale("s1")) == "s1"
    assert shop.sale_ids() == ["s1"]
    assert shop.begun == 1


def test_units_that_come_together_share_one_transaction(shop: CountedStore) -> None:
    names = [f"s{number}" for number in range(THREADS)]
    futures = shop.all_at_once([shop.sale(name) for name in names])
    assert [future.result() for future in futures] == names
    assert shop.sale_ids() == names
    assert shop.begun == 1


def test_a_unit_that_raises_is_undone_alone(shop: CountedStore) -> None:
    works = [shop.sale("s1"), shop.sale_then_refusal("s2"), shop.sale("s1"), shop.sale("s3")]
    first, refused, twice, last = shop.all_at_once(works)
    assert (first.result(), last.result()) == ("s1", "s3")
    with pytest.raises(Refused, match="s2"):
        refused.result()
    with pytest.raises(apsw.ConstraintError):
        twice.result()
    assert shop.sale_ids() == ["s1", "s3"]
    assert shop.begun == 2


def test_one_that_spoils_the_commit_does_not_spoil_it_for_its_neighbours(
    shop: CountedStore,
) -> None:
    works = [shop.sale("s1"), shop.line_of_nobody, shop.sale("s2")]
    first, spoiling, last = shop.all_at_once(works)
    assert (first.result(), last.result()) == ("s1", "s2")
    with pytest.raises(apsw.ConstraintError):
        spoiling.result()
    assert shop.sale_ids() == ["s1", "s2"]
    assert shop.begun == 2 + len(works)


def test_one_whose_statement_undoes_the_whole_does_not_spoil_it_for_its_neighbours(
    shop: CountedStore,
) -> None:
    def undoing() -> str:
        shop.store.execute("INSERT OR ROLLBACK INTO sale VALUES ('s0')")
        return "s0"

    shop.commits.run(shop.sale("s0"))
    first, spoiling, last = shop.all_at_once([shop.sale("s1"), undoing, shop.sale("s2")])
    assert (first.result(), last.result()) == ("s1", "s2")
    with pytest.raises(apsw.ConstraintError):
        spoiling.result()
    assert shop.sale_ids() == ["s0", "s1", "s2"]


def test_a_full_disk_is_told_to_those_it_refuses_and_only_to_them(shop: CountedStore) -> None:
    pages = shop.store.value(int, "PRAGMA page_count")
    shop.store.execute(f"PRAGMA max_page_count = {pages + 2}")
    too_much, little = shop.all_at_once([shop.sale("s1" * 50_000), shop.sale("s2")])
    with pytest.raises(StorageFull):
        too_much.result()
    assert little.result() == "s2"
    assert shop.sale_ids() == ["s2"]


def test_a_store_that_can_not_begin_tells_everybody_and_works_again_later(
    shop: CountedStore,
) -> None:
    shop.cannot_begin = 3  # together, and then each of the two
    for future in shop.all_at_once([shop.sale("s1"), shop.sale("s2")]):
        with pytest.raises(StorageFull):
            future.result()
    assert shop.commits.run(shop.sale("s3")) == "s3"
    assert shop.sale_ids() == ["s3"]


def test_within_a_transaction_or_a_snapshot_it_is_refused_and_does_not_wait_for_itself(
    shop: CountedStore,
) -> None:
    with shop.store.transaction(), pytest.raises(InvariantBroken):
        shop.store.commit(shop.sale("s1"))
    with shop.store.snapshot(), pytest.raises(InvariantBroken):
        shop.store.commit(shop.sale("s1"))
    with pytest.raises(InvariantBroken):
        shop.store.commit(lambda: shop.store.commit(shop.sale("s1")))
    assert shop.store.commit(shop.sale("s1")) == "s1"


def test_many_threads_lose_no_increment(shop: CountedStore) -> None:
    store = shop.store
    store.execute("CREATE TABLE total (minor INTEGER NOT NULL)")
    store.execute("INSERT INTO total VALUES (0)")

    def add_one() -> None:
        minor = store.value(int, "SELECT minor FROM total")
        store.execute("UPDATE total SET minor = ?", (minor + 1,))

    def work() -> None:
        for _ in range(50):
            store.commit(add_one)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.value(int, "SELECT minor FROM total") == 50 * THREADS


@given(
    plans=st.lists(
        st.lists(st.sampled_from(["keep", "refuse", "spoil"]), min_size=1, max_size=6),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_stored_is_exactly_what_was_acknowledged(plans: list[list[str]]) -> None:
    store = EmbeddedStore(apsw.Connection(MEMORY), None)
    store.execute("PRAGMA foreign_keys = ON;" + SCHEMA)
    shop = CountedStore(store)
    work_of: dict[str, Callable[[str], Callable[[], str]]] = {
        "keep": shop.sale,
        "refuse": shop.sale_then_refusal,
        "spoil": lambda _: shop.line_of_nobody,
    }

    def shopper(number: int, plan: list[str]) -> list[str]:
        acknowledged = []
        for step, wish in enumerate(plan):
            try:
                acknowledged.append(store.commit(work_of[wish](f"s{number}-{step}")))
            except (Refused, apsw.ConstraintError):
                assert wish != "keep"
        return acknowledged

    with ThreadPoolExecutor(len(plans)) as pool:
        done = list(pool.map(shopper, range(len(plans)), plans))
    assert shop.sale_ids() == sorted(name for names in done for name in names)
    store.close()


WRITER = """
import sys
sys.path[:0] = {path!r}
import os, threading
from ledger.kit.embedded import open_store
store = open_store({file!r}, package={package!r})

def sell(name):
    store.execute("INSERT INTO sale VALUES (?)", (name,))
    store.execute("INSERT INTO line VALUES (?)", (name,))

def shopper(number):
    step = 0
    while True:
        name = f"s{{number}}-{{step}}"
        store.commit(lambda: sell(name))
        os.write(1, f"{{name}}\\n".encode())
        step += 1

for number in range({threads}):
    threading.Thread(target=shopper, args=(number,)).start()
"""


def test_what_was_acknowledged_to_any_thread_survives_kill_9(path: Path, package: str) -> None:
    code = WRITER.format(path=sys.path, file=str(path), package=package, threads=THREADS)
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        acknowledged = {process.stdout.readline().strip() for _ in range(200)}
        process.send_signal(signal.SIGKILL)
        acknowledged |= {line.strip() for line in process.stdout}
    store = open_store(path, package=package)
    stored = set(CountedStore(store).sale_ids())
    assert acknowledged <= stored
    assert len(stored - acknowledged) <= THREADS
    assert store.value(int, "SELECT count(*) FROM line") == len(stored)
    store.close()
