"""Reading and writing one SQLite file; the package's head says what is promised."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

import apsw
import msgspec

from ledger.kit import migrations
from ledger.kit.embedded.file_lock import FileLock
from ledger.kit.embedded.group_commit import GroupCommit
from ledger.kit.embedded.rows import read_rows
from ledger.protocol.errors import ServiceError
from ledger.protocol.errors.service import (
    InvariantBroken,
    ServiceUnavailable,
    SqliteTooOld,
    StorageFailed,
    StorageFull,
    StoreDamaged,
)

MEMORY: Final = ":memory:"
"""The path of a store that lives as long as its object; each is a store of its own."""

_SQLITE_MIN: Final = (3, 51, 3)
_BUSY_TIMEOUT_MS: Final = 5_000
_CACHE_KIB: Final = 64 * 1024
# A longer log is copied back less often; measured 31 % more batches per second than with 1000.
_CHECKPOINT_PAGES: Final = 10_000
_NOBODY: Final = 0

SqlValue = None | int | float | str | bytes
Params = Sequence[SqlValue] | Mapping[str, SqlValue]
Record = TypeVar("Record")
Result = TypeVar("Result")


class Reader:
    """Reads a store; safe to share between threads."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self._inside = _NOBODY
        # Of the columns of a statement's answer; values are bound, so there are few statements.
        self._names: dict[str, tuple[str, ...]] = {}

    def query(self, record: type[Record], sql: str, params: Params = ()) -> list[Record]:
        """Give all rows of the answer, each as a ``record`` (matched by column name)."""
        with self._lock, _STATEMENT_ERRORS:
            cursor = self._connection.execute(sql, params)
            names = self._names.get(sql)
            if names is not None:
                return read_rows(record, names, cursor.fetchall())
            first = cursor.fetchone()
            if first is None:  # an answer without rows has no columns to ask for either
                return []
            self._names[sql] = names = tuple(name for name, _ in cursor.get_description())
            return read_rows(record, names, [first, *cursor])

    def one(self, record: type[Record], sql: str, params: Params = ()) -> Record | None:
        """Give the only row of the answer, or None; raise ``InvariantBroken`` for several."""
        rows = self.query(record, sql, params)
        if len(rows) > 1:
            raise InvariantBroken(f"one row was expected, {len(rows)} were found")
        return rows[0] if rows else None

    def value(self, kind: type[Record], sql: str, params: Params = ()) -> Record:
        """Give the single value of an answer that always has one, such as a ``count(*)``."""
        with self._lock, _STATEMENT_ERRORS:
            rows = self._connection.execute(sql, params).fetchall()
        if len(rows) != 1 or len(rows[0]) != 1:
            raise InvariantBroken(f"one value was expected, {len(rows)} rows were found")
        return msgspec.convert(rows[0][0], kind)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads of one state: what is stored meanwhile by others is not seen inside."""
        with self._lock, _OUR_ERRORS:
            if self._connection.in_transaction:
                raise InvariantBroken("a transaction is already open in this thread")
            self._connection.execute("BEGIN")
            self._inside = threading.get_ident()
            try:
                yield
            finally:
                self._inside = _NOBODY
                self._connection.execute("ROLLBACK")

    def facts(self) -> dict[str, str | int]:
        """Tell how this store keeps its promises; ``/health`` shows it."""
        return {
            "sqlite": apsw.sqlite_lib_version(),
            "journal_mode": self.value(str, "PRAGMA journal_mode"),
            "synchronous": self.value(int, "PRAGMA synchronous"),
            "secure_delete": self.value(int, "PRAGMA secure_delete"),
        }

    def copy_to(self, path: Path) -> None:
        """Write one consistent state of the store into a new file, flushed to the disk.

        Whoever writes meanwhile is not held up. The copy is for its owner's eyes only and holds
        nothing that was deleted. Raises ``FileExistsError``, ``StorageFull``, ``StorageFailed``.
        """
        path.touch(mode=0o600, exist_ok=False)
        with self._lock, _OUR_ERRORS:
            self._connection.execute("VACUUM INTO ?", (str(path),))
        for written in (path, path.parent):
            _flush(written)

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        with self._lock, _OUR_ERRORS:
            self._connection.close()


class EmbeddedStore(Reader):
    """Reads and writes a store; safe to share between threads, one of which writes at a time."""

    def __init__(self, connection: apsw.Connection, lock: FileLock | None) -> None:
        super().__init__(connection)
        self._file_lock = lock
        self._writing = False
        self._depth = 0
        self._commits = GroupCommit(self)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Store everything done inside when the block ends, or nothing if it raises.

        Raises ``StorageFull`` without having stored anything, and ``StorageFailed`` when the disk
        refused and a crash now might still bring the change to light. Transactions do not nest,
        since an inner one could not keep its promise (``InvariantBroken``): use ``savepoint()``.
        """
        with self._lock, _OUR_ERRORS:
            if self._writing:
                raise InvariantBroken("a transaction is already open in this thread")
            self._connection.execute("BEGIN IMMEDIATE")
            self._writing, self._inside = True, threading.get_ident()
            try:
                yield
                self._require_open()
                self._connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._writing, self._inside = False, _NOBODY

    def commit(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` in a transaction that it may share with others; its result once it's safe.

        For what many do at once: one flush to the disk serves all who come meanwhile. ``work`` may
        run several times and in another thread (``group_commit`` says when), so it changes nothing
        but the store. Raises what ``work`` and ``transaction()`` raise; nothing is stored then.
        """
        if self._inside == threading.get_ident():
            raise InvariantBroken("a transaction is already open in this thread")
        return self._commits.run(work)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Mark a part of a transaction that can fail alone: if it raises, only it is undone."""
        with self._lock, _OUR_ERRORS:
            if not self._writing:
                raise InvariantBroken("a savepoint needs an open transaction")
            self._require_open()
            # Named by its depth, so that the statements stay prepared.
            name = f"part_{self._depth}"
            self._connection.execute(f"SAVEPOINT {name}")
            self._depth += 1
            try:
                yield
                self._require_open()
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute(f"ROLLBACK TO {name}")
                    self._connection.execute(f"RELEASE {name}")
                raise
            finally:
                self._depth -= 1
            self._connection.execute(f"RELEASE {name}")

    def execute(self, sql: str, params: Params = ()) -> int:
        """Run one or more statements; how many rows the last one changed.

        Outside ``transaction()`` each statement is a transaction of its own. A broken constraint
        raises ``apsw.ConstraintError`` for the store's own code to name.
        """
        with self._lock, _STATEMENT_ERRORS:
            self._require_open()
            self._connection.execute(sql, params)
            return self._connection.changes()

    def executemany(self, sql: str, rows: Iterable[Params]) -> int:
        """Run one statement for each of ``rows``; how many rows of the store they changed."""
        with self._lock, _STATEMENT_ERRORS:
            self._require_open()
            before = self._connection.total_changes()
            self._connection.executemany(sql, rows)
            return self._connection.total_changes() - before

    def restore(self, path: Path) -> None:
        """Make the store what a copy is (``copy_to``), in one step for everybody who reads it.

        What is being read meanwhile is read to its end as it was. Raises ``StorageFull``,
        ``StorageFailed``, ``StoreDamaged`` and leaves the store as it was.
        """
        with self._lock, _OUR_ERRORS:
            if self._connection.in_transaction:
                raise InvariantBroken("a transaction is already open in this thread")
            flags = apsw.SQLITE_OPEN_READONLY
            with (
                closing(apsw.Connection(str(path), flags=flags)) as copy,
                self._connection.backup("main", copy, "main") as running,
            ):
                running.step()

    def checkpoint(self) -> None:
        """Copy the log into the file and empty it: for idle times, and after erasing something."""
        with self._lock, _OUR_ERRORS:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file and of its lock; a second call does nothing."""
        try:
            super().close()
        finally:
            if self._file_lock is not None:
                self._file_lock.release()

    def _require_open(self) -> None:
        # SQLite ends a transaction by itself on some errors (disk full, ROLLBACK conflicts).
        # Whatever ran after that in the same block would be stored piecemeal.
        if self._writing and not self._connection.in_transaction:
            raise InvariantBroken("the transaction was already undone by an earlier error in it")

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def open_store(path: str | Path, *, package: str) -> EmbeddedStore:
    """Open the store at ``path`` for writing, made and migrated by ``package``'s ``migrations``.

    ``path`` may be ``MEMORY``. Missing folders are made; the file is for its owner's eyes only.
    Raises ``StoreInUse``, ``SqliteTooOld``, ``StoreSchemaMismatch``, ``StoreDamaged`` and
    ``StorageFull``.
    """
    require_sound_sqlite(apsw.sqlite_lib_version())
    lock = None
    if path != MEMORY:
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(path.with_name(path.name + ".lock"))
        # SQLite would create it readable for everybody; its side files copy the file's mode.
        path.touch(mode=0o600)
    with ExitStack() as undo:
        if lock is not None:
            undo.callback(lock.release)
        with _STATEMENT_ERRORS:
            connection = apsw.Connection(str(path))
            undo.callback(connection.close)
            steps = tuple(migrations.read(package))
            if lock is None:
                connection.deserialize("main", _migrated(steps))
            store = EmbeddedStore(connection, lock)
            _configure(connection, journal_mode="memory" if lock is None else "wal")
            migrations.apply(store, steps)
        undo.pop_all()
    return store


@cache
def _migrated(steps: tuple[migrations.Migration, ...]) -> bytes:
    """Give the file of a new store, of which stores in memory are copies: tests open thousands."""
    with closing(apsw.Connection(MEMORY)) as connection:
        migrations.apply(EmbeddedStore(connection, None), steps)
        return connection.serialize("main")


def open_reader(path: str | Path) -> Reader:
    """Open an existing store for reading only, beside the process that writes it."""
    require_sound_sqlite(apsw.sqlite_lib_version())
    with _STATEMENT_ERRORS:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        connection.set_busy_timeout(_BUSY_TIMEOUT_MS)
        _keep_inside(connection)
    return Reader(connection)


def require_sound_sqlite(version: str) -> None:
    """Raise ``SqliteTooOld`` unless ``version`` ("3.51.3") is free of the WAL-reset bug."""
    if tuple(int(part) for part in version.split(".")) < _SQLITE_MIN:
        raise SqliteTooOld(f"found SQLite {version}")


def _configure(connection: apsw.Connection, *, journal_mode: str) -> None:
    connection.set_busy_timeout(_BUSY_TIMEOUT_MS)
    try:
        found = connection.pragma("journal_mode", journal_mode)
    except apsw.SQLError as error:  # the first that reads the file, and it is not to blame
        raise StoreDamaged(str(error)) from error
    if found != journal_mode:
        raise ServiceUnavailable(f"the disk allows only journal mode {found}")
    connection.pragma("synchronous", "FULL")
    connection.pragma("foreign_keys", "ON")
    connection.pragma("secure_delete", "ON")
    connection.pragma("cache_size", -_CACHE_KIB)
    connection.pragma("wal_autocheckpoint", _CHECKPOINT_PAGES)
    _keep_inside(connection)


def _keep_inside(connection: apsw.Connection) -> None:
    """Have no temporary files made.

    SQLite keeps what a savepoint needs to be undone, and long sorts, in one below /var/tmp once it
    is 64 KiB: a sale has more, so each made and wrote a file, and rows stood outside of our folder.
    """
    connection.pragma("temp_store", "MEMORY")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _OurErrors:
    """Names what SQLite refuses; as a generator it would cost more than many a statement."""

    __slots__ = ("_kinds",)

    def __init__(self, *kinds: type[Exception]) -> None:
        self._kinds = kinds

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, self._kinds) and (named := _named(error)) is not None:
            raise named from error


_OUR_ERRORS: Final = _OurErrors(apsw.Error)
_STATEMENT_ERRORS: Final = _OurErrors(apsw.Error, UnicodeDecodeError)
"""Around what is SQLite's alone: in a block, whoever works in it may read texts of their own."""


def _named(error: BaseException) -> ServiceError | None:
    if isinstance(error, UnicodeDecodeError):
        return StoreDamaged(f"a text that is none: {error}")
    if isinstance(error, apsw.FullError):
        return StorageFull()
    if isinstance(error, apsw.BusyError):
        return ServiceUnavailable("the store is busy")
    if isinstance(error, apsw.CorruptError | apsw.NotADBError):
        return StoreDamaged(str(error))
    if isinstance(error, apsw.IOError | apsw.CantOpenError):
        return _io_error(error)
    return None


def _io_error(error: apsw.Error) -> StorageFull | StorageFailed:
    # On a full disk the log's index can't grow either, which SQLite tells in another way.
    if getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE:
        return StorageFull()
    return StorageFailed(str(error))
