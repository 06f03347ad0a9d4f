"""What payers have spent by day, their own limits, and operators' decisions, in tables."""

from __future__ import annotations

from ledger.core.records.spending import Decision, OwnLimits, Purpose
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import Instant
from ledger.store.tables.rows import Tables

_SPENT = """
SELECT coalesce(sum(spent_minor), 0) FROM spending
WHERE payer_id = ? AND purpose = ? AND currency = ? AND day BETWEEN ? AND ?
"""

_ADD = """
INSERT INTO spending (payer_id, purpose, currency, day, spent_minor) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (payer_id, purpose, currency, day) DO UPDATE
SET spent_minor = spending.spent_minor + excluded.spent_minor
"""

_TAKE_BACK = """
UPDATE spending SET spent_minor = spent_minor - ?
WHERE payer_id = ? AND purpose = ? AND currency = ? AND day = ?
"""

_SET_OWN_LIMITS = """
INSERT INTO own_limits (payer_id, daily_minor, monthly_minor) VALUES (?, ?, ?)
ON CONFLICT (payer_id) DO UPDATE
SET daily_minor = excluded.daily_minor, monthly_minor = excluded.monthly_minor
"""


class Spending:
    """``ledger.core.ports.spending.SpendingBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def spent(
        self, payer_id: PayerId, purpose: Purpose, currency: str, since: Instant, until: Instant
    ) -> int:
        """Sum the days that began from ``since`` to ``until``."""
        # Their decisions come before the payment is counted; for ALL, counting it holds the row.
        if purpose is not Purpose.ALL:
            self._tables.hold("spending", payer_id, purpose)
        return self._tables.number(_SPENT, payer_id, purpose, currency, since, until)

    def add(
        self, payer_id: PayerId, purpose: Purpose, currency: str, day: Instant, minor_units: int
    ) -> None:
        """Add to the sum of a day."""
        self._tables.write_one(_ADD, payer_id, purpose, currency, day, minor_units)

    def take_back(
        self, payer_id: PayerId, purpose: Purpose, currency: str, day: Instant, minor_units: int
    ) -> None:
        """Take off the sum of a day."""
        self._tables.write(_TAKE_BACK, minor_units, payer_id, purpose, currency, day)

    def prune(self, before: Instant) -> int:
        """Forget the days that began before then; how many rows."""
        return self._tables.write("DELETE FROM spending WHERE day < ?", before)

    def own_limits(self, payer_id: PayerId) -> OwnLimits | None:
        """Find the limits set for one payer."""
        return self._tables.row(OwnLimits, "SELECT * FROM own_limits WHERE payer_id = ?", payer_id)

    def set_own_limits(self, limits: OwnLimits) -> None:
        """Keep a payer's limits in place of those kept before."""
        self._tables.write_one(
            _SET_OWN_LIMITS, limits.payer_id, limits.daily_minor, limits.monthly_minor
        )

    def add_decision(self, decision: Decision) -> None:
        """Add an operator's decision."""
        self._tables.insert("decision", decision)

    def decisions(self, party: str) -> list[Decision]:
        """List the decisions about a party, oldest first."""
        sql = (
            "SELECT party, kind, detail, reason, decided_at FROM decision"
            " WHERE party = ? ORDER BY number"
        )
        return self._tables.rows(Decision, sql, party)
