"""Attempts to tell a merchant: one is leased, made, and what was answered is kept.

The row in the outbox counts its attempts and has the last answer, and while one runs, its
``due_at`` is the end of the lease. So it says all there is of a notification that was taken at
once: the usual case writes nothing more. Every other attempt is kept by itself, in the unit of work
that notes what became of it. One that was cut short (the process died) was leased and never noted:
its number is missing between the others.
"""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.core.records.notices import DeliveryState, KeptAttempt, OutboxRow
from ledger.protocol.instants import SECOND, Instant, later
from ledger.protocol.records import replace

LEASE_MS = 30 * SECOND


def leased(row: OutboxRow, now: Instant) -> OutboxRow:
    """Count an attempt that begins now, and let the row be due again when its lease is over."""
    return replace(row, attempts=row.attempts + 1, due_at=later(now, LEASE_MS))


def last_of(row: OutboxRow) -> KeptAttempt:
    """Tell of the attempt that a row was leased for last, while ``due_at`` is of that lease."""
    made_at = later(row.due_at, -LEASE_MS)
    return KeptAttempt(row.notification_id, row.attempts, made_at, row.answer)


def log_of(books: Books, row: OutboxRow) -> list[KeptAttempt]:
    """List all attempts of a notification whose end is known, oldest first."""
    kept = books.outbox.attempts(row.notification_id)
    if row.state is DeliveryState.PENDING or not row.attempts:
        return kept
    last = last_of(row)
    is_kept = kept and (kept[-1].number, kept[-1].made_at) == (last.number, last.made_at)
    return kept if is_kept else [*kept, last]
