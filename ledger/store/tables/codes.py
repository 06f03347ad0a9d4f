"""Handles behind payment codes, and merchants' wrong guesses at them, in tables."""

from __future__ import annotations

from ledger.core.records.payments import CodeHandle
from ledger.protocol.identifiers import DeviceId
from ledger.protocol.instants import Instant
from ledger.store.tables.rows import Tables


class Codes:
    """``ledger.core.ports.payments.CodesBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def find(self, handle: str) -> CodeHandle | None:
        """Find a handle."""
        return self._tables.held(CodeHandle, "SELECT * FROM code_handle WHERE handle = ?", handle)

    def of_device(self, device_id: DeviceId) -> list[CodeHandle]:
        """List the handles of a device that can still be used, oldest first."""
        sql = (
            "SELECT * FROM code_handle WHERE device_id = ? AND state = 'ISSUED'"
            " ORDER BY issued_at, handle"
        )
        self._tables.hold("handles", device_id)
        return self._tables.rows(CodeHandle, sql, device_id)

    def add(self, handle: CodeHandle) -> None:
        """Add a handle."""
        self._tables.insert("code_handle", handle)

    def replace(self, handle: CodeHandle) -> None:
        """Put a handle's new state in place of the old."""
        sql = "UPDATE code_handle SET state = ?, payment_id = ? WHERE handle = ?"
        self._tables.write_one(sql, handle.state, handle.payment_id, handle.handle)

    def add_miss(self, merchant_id: str, handle: str, now: Instant) -> None:
        """Note that a merchant presented a code with this handle that does not hold."""
        sql = "INSERT INTO code_miss (merchant_id, handle, missed_at) VALUES (?, ?, ?)"
        self._tables.write_one(sql, merchant_id, handle, now)

    def misses(self, merchant_id: str, since: Instant) -> int:
        """Count a merchant's misses since then."""
        sql = "SELECT count(*) FROM code_miss WHERE merchant_id = ? AND missed_at > ?"
        return self._tables.number(sql, merchant_id, since)

    def misses_at(self, handle: str, since: Instant) -> int:
        """Count all merchants' misses at a handle since then."""
        self._tables.hold("misses at", handle)
        sql = "SELECT count(*) FROM code_miss WHERE handle = ? AND missed_at > ?"
        return self._tables.number(sql, handle, since)

    def prune_misses(self, before: Instant) -> int:
        """Forget misses from before then; how many."""
        return self._tables.write("DELETE FROM code_miss WHERE missed_at < ?", before)
