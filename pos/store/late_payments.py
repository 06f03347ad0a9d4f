"""Payments that are being given back after their collection had ended, and persons' decisions."""

from __future__ import annotations

from enum import StrEnum

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.records import record


class LateState(StrEnum):
    """How far the giving back is; ``REFUSED`` is a matter for a person."""

    GIVING_BACK = "GIVING_BACK"
    GIVEN_BACK = "GIVEN_BACK"
    REFUSED = "REFUSED"


@record(frozen=True, slots=True)
class LatePayment:
    """A payment to be given back. ``why``: it came too late, or a person decided it.

    ``calls`` counts reversals that went out; ``reason`` is the provider's code for a refusal.
    """

    payment_id: PaymentId
    sale_id: str
    why: str
    state: LateState
    told_at: Instant
    due_at: Instant
    calls: int = 0
    reason: str = ""


@record(frozen=True, slots=True)
class Decision:
    """What a person decided about a sale under review, and why."""

    sale_id: str
    decision: str
    reason: str
    decided_at: Instant


class LatePayments:
    """The tables ``late_payment`` and ``decision``."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def find(self, payment_id: str) -> LatePayment | None:
        """Find a late payment."""
        sql = "SELECT * FROM late_payment WHERE payment_id = ?"
        return self._store.one(LatePayment, sql, (payment_id,))

    def of_sale(self, sale_id: str) -> list[LatePayment]:
        """List the late payments of a sale, oldest first."""
        sql = "SELECT * FROM late_payment WHERE sale_id = ? ORDER BY told_at, payment_id"
        return self._store.query(LatePayment, sql, (sale_id,))

    def due(self, now: Instant, most: int) -> list[LatePayment]:
        """List those whose reversal has to go out (again), the longest overdue first."""
        sql = (
            "SELECT * FROM late_payment WHERE state = 'GIVING_BACK' AND due_at <= ?"
            " ORDER BY due_at LIMIT ?"
        )
        return self._store.query(LatePayment, sql, (now, most))

    def wake(self, now: Instant) -> None:
        """Make everything unfinished due."""
        sql = "UPDATE late_payment SET due_at = min(due_at, ?) WHERE state = 'GIVING_BACK'"
        self._store.execute(sql, (now,))

    def put(self, late: LatePayment) -> None:
        """Store a late payment, before its reversal goes out, or its new state."""
        self._store.execute(
            "INSERT INTO late_payment VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (payment_id) DO UPDATE SET why = excluded.why, state = excluded.state,"
            " due_at = excluded.due_at, calls = excluded.calls, reason = excluded.reason",
            (
                late.payment_id,
                late.sale_id,
                late.why,
                late.state,
                late.told_at,
                late.due_at,
                late.calls,
                late.reason,
            ),
        )

    def add_decision(self, decision: Decision) -> None:
        """Store a person's decision; none is ever changed."""
        self._store.execute(
            "INSERT INTO decision (sale_id, decision, reason, decided_at) VALUES (?, ?, ?, ?)",
            (decision.sale_id, decision.decision, decision.reason, decision.decided_at),
        )

    def decisions(self, sale_id: str) -> list[Decision]:
        """List what was decided about a sale, oldest first."""
        sql = (
            "SELECT sale_id, decision, reason, decided_at FROM decision WHERE sale_id = ?"
            " ORDER BY number"
        )
        return self._store.query(Decision, sql, (sale_id,))
