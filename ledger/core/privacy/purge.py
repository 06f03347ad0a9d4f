"""The purge: go through the table of what is kept for how long, and forget what is over.

Each batch is a unit of work of its own, so others never wait for long, and a purge that is killed
has lost nothing: the next one goes on. When anything was forgotten the store is scrubbed, since the
log of an engine may hold copies of what is gone from its tables:

* SQLite overwrites what it deletes (``PRAGMA secure_delete``), and ``checkpoint`` empties the log;
* PostgreSQL keeps dead rows until ``VACUUM``, which ``checkpoint`` runs there. Its write-ahead log
  archive and any backups are the operator's: they forget when they are rotated out.
"""

from __future__ import annotations

from ledger.core.ports import Store
from ledger.core.privacy.retention import BATCH, RETENTION, Retention, forget_batch
from ledger.protocol.instants import Instant


def purge(store: Store, *, now: Instant) -> dict[str, int]:
    """Forget everything whose time is over; how much of what, only what there was."""
    forgotten = {rule.what: _forget(store, rule, now) for rule in RETENTION}
    forgotten = {what: count for what, count in forgotten.items() if count}
    if forgotten:
        store.checkpoint()
    return forgotten


def scrub_after_erasures(store: Store) -> bool:
    """Leave no copy of payers who were erased; False when there was none to scrub for."""
    with store.reading() as books:
        if not books.personal.erased_since_scrub():
            return False
    store.checkpoint()
    with store.transaction() as books:
        books.personal.scrubbed()
    return True


def _forget(store: Store, rule: Retention, now: Instant) -> int:
    total = 0
    while rule.forget is not None:
        with store.transaction() as books:
            count = forget_batch(books, rule, now=now)
        total += count
        if count < BATCH:
            break
    return total
