"""A store in one file that loses nothing it has acknowledged: SQLite through ``apsw``.

    store = open_store(home / "till.db", package="pos.store")
    with store.transaction():
        store.execute("INSERT INTO sale (sale_id, state) VALUES (?, ?)", (sale_id, state))
    sale = store.one(SaleRow, "SELECT sale_id, state FROM sale WHERE sale_id = ?", (sale_id,))

What is promised, and by what:

* When ``transaction()`` ends without an exception, its effect survives ``kill -9`` and power loss:
  write-ahead log with ``synchronous=FULL`` (sqlite.org/pragma.html#pragma_synchronous).
* It happens wholly or not at all, one at a time: ``BEGIN IMMEDIATE`` behind a lock. Other threads
  wait; they never see half of it.
* ``commit(work)`` promises the same of a function that many threads may call at once: those who
  come together share one transaction and one flush to the disk (``group_commit``).
* Only one process writes: a second one gets ``StoreInUse`` (``file_lock``). Readers are welcome
  (``open_reader``).
* Deleted means erased: ``secure_delete`` overwrites, ``checkpoint()`` empties the log.
* SQLite is at least 3.51.3. Before that, a write-ahead log with several connections can lose
  committed writes (sqlite.org/wal.html, "The WAL-Reset Bug").
* A full disk is an answer (``StorageFull``), not a crash, and writing goes on once there is room.

Rows come back as records: any dataclass or ``msgspec.Struct`` whose field names are the column
names; the values are checked against its types. A scalar has ``value()``.
"""

from __future__ import annotations

from ledger.kit.embedded.store import (
    MEMORY,
    EmbeddedStore,
    Params,
    Reader,
    SqlValue,
    open_reader,
    open_store,
    require_sound_sqlite,
)

__all__ = [
    "MEMORY",
    "EmbeddedStore",
    "Params",
    "Reader",
    "SqlValue",
    "open_reader",
    "open_store",
    "require_sound_sqlite",
]
