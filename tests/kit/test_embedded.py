"""What the embedded store promises, each promise put to the test."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import apsw
import msgspec
import pytest

from ledger.kit.embedded import MEMORY, EmbeddedStore, open_reader, open_store, require_sound_sqlite
from ledger.protocol.errors.service import (
    InvariantBroken,
    SqliteTooOld,
    StorageFailed,
    StorageFull,
    StoreDamaged,
    StoreInUse,
)

SCHEMA = """
CREATE TABLE sale (sale_id TEXT PRIMARY KEY, state TEXT NOT NULL, total INTEGER NOT NULL) STRICT;
CREATE TABLE line (sale_id TEXT NOT NULL REFERENCES sale (sale_id), name TEXT NOT NULL) STRICT;
"""


class State(StrEnum):
    OPEN = "open"
    PAID = "paid"


class Sale(msgspec.Struct, frozen=True):
    sale_id: str
    state: State
    total: int


@dataclass(frozen=True)
class Counted:
    state: State
    sales: int


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "till" / "sales.db"


@pytest.fixture
def package(make_package: Callable[..., str]) -> str:
    return make_package("shop_store", SCHEMA)


@pytest.fixture
def store(path: Path, package: str) -> Iterator[EmbeddedStore]:
    store = open_store(path, package=package)
    yield store
    store.close()


def add(store: EmbeddedStore, sale_id: str, *, total: int = 100) -> None:
    store.execute("INSERT INTO sale VALUES (?, ?, ?)", (sale_id, State.OPEN, total))


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def sale_ids(store: EmbeddedStore) -> list[str]:
    return [sale.sale_id for sale in store.query(Sale, "SELECT * FROM sale ORDER BY sale_id")]


# --- All or nothing -----------------------------------------------------------------------------


def test_a_block_that_ends_is_stored_and_read_back_by_the_next_opening(
    path: Path, package: str
) -> None:
    store = open_store(path, package=package)
    with store.transaction():
        add(store, "s1")
        add(store, "s2")
    store.close()
    again = open_store(path, package=package)
    assert sale_ids(again) == ["s1", "s2"]
    again.close()


def test_a_block_that_raises_leaves_nothing(store: EmbeddedStore) -> None:
    with pytest.raises(KeyError), store.transaction():  # noqa: PT012
        add(store, "s1")
        raise KeyError
    assert sale_ids(store) == []


def test_a_savepoint_that_raises_undoes_only_itself(store: EmbeddedStore) -> None:
    with store.transaction():
        add(store, "s1")
        with pytest.raises(KeyError), store.savepoint():  # noqa: PT012
            add(store, "s2")
            with store.savepoint():
                add(store, "s3")
            raise KeyError
        with store.savepoint():
            add(store, "s4")
    assert sale_ids(store) == ["s1", "s4"]


def test_a_transaction_within_a_transaction_is_refused(store: EmbeddedStore) -> None:
    with pytest.raises(InvariantBroken), store.transaction(), store.transaction():
        pass
    with store.transaction():
        add(store, "s1")
    assert sale_ids(store) == ["s1"]


def test_a_savepoint_needs_a_transaction(store: EmbeddedStore) -> None:
    with pytest.raises(InvariantBroken), store.savepoint():
        pass


def test_nothing_is_stored_piecemeal_after_sqlite_undid_the_transaction(
    store: EmbeddedStore,
) -> None:
    add(store, "taken")
    with pytest.raises(InvariantBroken), store.transaction():  # noqa: PT012
        add(store, "before")
        with pytest.raises(apsw.ConstraintError):
            store.execute("INSERT OR ROLLBACK INTO sale VALUES ('taken', 'open', 1)")
        add(store, "after")
    assert sale_ids(store) == ["taken"]


def test_a_transaction_that_sqlite_undid_does_not_end_as_if_it_were_stored(
    store: EmbeddedStore,
) -> None:
    add(store, "taken")
    with pytest.raises(InvariantBroken), store.transaction():  # noqa: PT012
        add(store, "before")
        with pytest.raises(apsw.ConstraintError):
            store.execute("INSERT OR ROLLBACK INTO sale VALUES ('taken', 'open', 1)")
    assert sale_ids(store) == ["taken"]


def test_another_thread_waits_and_never_sees_half_of_a_transaction(store: EmbeddedStore) -> None:
    half_way, seen = threading.Event(), []

    def look() -> None:
        half_way.wait()
        seen.append(len(sale_ids(store)))

    reader = threading.Thread(target=look)
    reader.start()
    with store.transaction():
        add(store, "s1")
        half_way.set()
        reader.join(timeout=0.1)
        assert seen == []
        add(store, "s2")
    reader.join()
    assert seen == [2]


def test_many_threads_lose_no_increment(store: EmbeddedStore) -> None:
    add(store, "s1", total=0)

    def work() -> None:
        for _ in range(25):
            with store.transaction():
                total = store.value(int, "SELECT total FROM sale")
                store.execute("UPDATE sale SET total = ?", (total + 1,))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.value(int, "SELECT total FROM sale") == 200


# --- Lasting ------------------------------------------------------------------------------------

WRITER = """
import sys
sys.path[:0] = {path!r}
from ledger.kit.embedded import open_store
store = open_store({file!r}, package={package!r})
number = 0
while True:
    with store.transaction():
        store.execute("INSERT INTO sale VALUES (?, 'open', 1)", (f"s{{number:06}}",))
        store.execute("INSERT INTO line VALUES (?, 'tea')", (f"s{{number:06}}",))
    print(number, flush=True)
    number += 1
"""


@pytest.fixture
def writer(path: Path, package: str) -> Iterator[subprocess.Popen[str]]:
    """A process that stores one sale after the other and tells each when it is stored."""
    code = WRITER.format(path=sys.path, file=str(path), package=package)
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        yield process
        process.kill()


def test_what_was_acknowledged_survives_kill_9_and_the_lock_does_not(
    writer: subprocess.Popen[str], path: Path, package: str
) -> None:
    assert writer.stdout is not None
    for _ in range(50):
        writer.stdout.readline()
    writer.send_signal(signal.SIGKILL)
    acknowledged = 50 + len(writer.stdout.readlines())
    store = open_store(path, package=package)
    stored = store.value(int, "SELECT count(*) FROM sale")
    assert acknowledged <= stored <= acknowledged + 1
    assert store.value(int, "SELECT count(*) FROM line") == stored
    assert store.value(str, "PRAGMA integrity_check") == "ok"
    store.close()


def test_a_second_process_is_refused_and_a_reader_is_welcome(
    writer: subprocess.Popen[str], path: Path, package: str
) -> None:
    assert writer.stdout is not None
    writer.stdout.readline()
    with pytest.raises(StoreInUse):
        open_store(path, package=package)
    reader = open_reader(path)
    assert reader.value(int, "SELECT count(*) FROM sale") >= 1
    reader.close()


def test_a_second_store_in_the_same_process_is_refused_too(
    store: EmbeddedStore, path: Path, package: str
) -> None:
    assert sale_ids(store) == []
    with pytest.raises(StoreInUse):
        open_store(path, package=package)


def test_a_reader_can_not_write(store: EmbeddedStore, path: Path) -> None:
    add(store, "s1")
    reader = open_reader(path)
    with pytest.raises(apsw.ReadOnlyError):
        reader.query(Sale, "DELETE FROM sale RETURNING *")
    reader.close()
    assert sale_ids(store) == ["s1"]


def test_the_settings_that_the_promises_rest_on_are_in_force(store: EmbeddedStore) -> None:
    facts = store.facts()
    require_sound_sqlite(str(facts.pop("sqlite")))
    assert facts == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    assert store.value(int, "PRAGMA foreign_keys") == 1


def test_a_broken_reference_is_refused(store: EmbeddedStore) -> None:
    with pytest.raises(apsw.ConstraintError):
        store.execute("INSERT INTO line VALUES ('nobody', 'tea')")


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.9.9"])
def test_a_sqlite_that_can_lose_committed_writes_is_refused(version: str) -> None:
    with pytest.raises(SqliteTooOld, match=version):
        require_sound_sqlite(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.52.0", "4.0.0"])
def test_a_sqlite_without_that_fault_is_accepted(version: str) -> None:
    require_sound_sqlite(version)


# --- Full, damaged, erased ----------------------------------------------------------------------


def test_a_full_disk_is_told_and_writing_goes_on_when_there_is_room(store: EmbeddedStore) -> None:
    pages = store.value(int, "PRAGMA page_count")
    store.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageFull), store.transaction():  # noqa: PT012
        add(store, "s1")
        add(store, "s2" * 10_000)
    assert sale_ids(store) == []
    store.execute(f"PRAGMA max_page_count = {pages + 100}")
    with store.transaction():
        add(store, "s3")
    assert sale_ids(store) == ["s3"]


def test_a_disk_that_fails_is_told_apart_from_a_full_one(store: EmbeddedStore) -> None:
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, most))  # writing further is refused (EFBIG)
    try:
        with pytest.raises(StorageFailed), store.transaction():
            add(store, "s1" * 50_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
    with store.transaction():
        add(store, "s2")
    assert sale_ids(store) == ["s2"]


def test_a_damaged_file_is_told(path: Path, package: str) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this was a database once" * 100)
    with pytest.raises(StoreDamaged):
        open_store(path, package=package)
    path.unlink()
    open_store(path, package=package).close()


def test_what_is_deleted_leaves_no_byte_behind(store: EmbeddedStore, path: Path) -> None:
    canary = "canary-4711-" * 20
    add(store, canary)
    assert any(canary.encode() in file.read_bytes() for file in path.parent.iterdir())
    store.execute("DELETE FROM sale")
    store.checkpoint()
    assert not any(b"canary-4711" in file.read_bytes() for file in path.parent.iterdir())


def test_only_the_owner_may_read_the_files(store: EmbeddedStore, path: Path) -> None:
    add(store, "s1")
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert set(modes) == {path.name + end for end in ("", "-wal", "-shm", ".lock")}
    assert set(modes.values()) == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_closing_twice_does_nothing_and_frees_the_file(path: Path, package: str) -> None:
    before = open_files()
    for _ in range(3):
        store = open_store(path, package=package)
        store.close()
        store.close()
    assert open_files() == before


# --- Rows ---------------------------------------------------------------------------------------


def test_rows_come_back_as_records_by_column_name(store: EmbeddedStore) -> None:
    store.executemany("INSERT INTO sale VALUES (?, ?, ?)", [("a", "paid", 5), ("b", "open", 7)])
    assert store.query(Sale, "SELECT total, state, sale_id FROM sale ORDER BY total") == [
        Sale("a", State.PAID, 5),
        Sale("b", State.OPEN, 7),
    ]
    assert store.query(Counted, "SELECT state, count(*) AS sales FROM sale GROUP BY 1") == [
        Counted(State.OPEN, 1),
        Counted(State.PAID, 1),
    ]


def test_a_value_of_another_type_than_the_record_says_is_refused(store: EmbeddedStore) -> None:
    store.execute("INSERT INTO sale VALUES ('a', 'stolen', 5)")
    with pytest.raises(StoreDamaged, match="a row is no Sale"):
        store.query(Sale, "SELECT * FROM sale")


def test_one_gives_a_row_or_none_and_refuses_two(store: EmbeddedStore) -> None:
    assert store.one(Sale, "SELECT * FROM sale") is None
    add(store, "s1")
    assert store.one(Sale, "SELECT * FROM sale") == Sale("s1", State.OPEN, 100)
    add(store, "s2")
    with pytest.raises(InvariantBroken):
        store.one(Sale, "SELECT * FROM sale")


def test_a_value_must_be_exactly_one(store: EmbeddedStore) -> None:
    with pytest.raises(InvariantBroken):
        store.value(int, "SELECT total FROM sale")
    with pytest.raises(InvariantBroken):
        store.value(int, "SELECT 1, 2")


def test_execute_tells_how_many_rows_it_changed(store: EmbeddedStore) -> None:
    add(store, "s1")
    assert store.execute("UPDATE sale SET total = 1 WHERE sale_id = :id", {"id": "s1"}) == 1
    assert store.execute("UPDATE sale SET total = 1 WHERE sale_id = :id", {"id": "s2"}) == 0


def test_each_store_in_memory_is_its_own(package: str) -> None:
    one, other = (open_store(MEMORY, package=package) for _ in range(2))
    with one.transaction():
        add(one, "s1")
    assert (sale_ids(one), sale_ids(other)) == (["s1"], [])
    one.close()
    other.close()
