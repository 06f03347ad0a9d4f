"""Closed days in the till's store, and what each of them counted."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.instants import Instant
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class ClosedDay:
    """One closed day: its running number from 1, and its report as JSON."""

    z_number: int
    business_day: str
    closed_at: Instant
    report: bytes


class Days:
    """The table ``closed_day`` and those of what was counted."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def find(self, business_day: str) -> ClosedDay | None:
        """Find a day if it is closed."""
        sql = "SELECT * FROM closed_day WHERE business_day = ?"
        return self._store.one(ClosedDay, sql, (business_day,))

    def last(self) -> ClosedDay | None:
        """Find the day that was closed last."""
        sql = "SELECT * FROM closed_day ORDER BY z_number DESC LIMIT 1"
        return self._store.one(ClosedDay, sql)

    def close(
        self,
        day: ClosedDay,
        *,
        payment_ids: Iterable[str],
        merchant_refund_nos: Iterable[str],
        reversed_payment_ids: Iterable[str],
    ) -> None:
        """Store a closed day with all that it counted; in a transaction of the caller's."""
        self._store.execute(
            "INSERT INTO closed_day VALUES (?, ?, ?, ?)",
            (day.z_number, day.business_day, day.closed_at, day.report),
        )
        self._store.executemany(
            "INSERT INTO counted_payment VALUES (?, ?)",
            [(each, day.z_number) for each in payment_ids],
        )
        self._store.executemany(
            "INSERT INTO counted_refund VALUES (?, ?)",
            [(each, day.z_number) for each in merchant_refund_nos],
        )

        self._store.executemany(
            "INSERT INTO counted_reversal VALUES (?, ?)",
            [(each, day.z_number) for each in reversed_payment_ids],
        )
