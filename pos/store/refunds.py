"""Refunds in the till's store, asked for and done."""

from __future__ import annotations

import msgspec

from ledger.kit.embedded import EmbeddedStore
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import RefundState
from ledger.protocol.money import Money, currency
from pos.acquirers.intents import Refund


class _Row(msgspec.Struct, frozen=True):
    merchant_refund_no: str
    sale_id: str
    payment_id: PaymentId
    amount_minor: int
    currency: str
    asked_key: str
    state: RefundState
    created_at: Instant
    due_at: Instant
    calls: int
    refund_id: str
    reason: str
    asked_reason: str

    def refund(self) -> Refund:
        return Refund(
            merchant_refund_no=self.merchant_refund_no,
            sale_id=self.sale_id,
            payment_id=self.payment_id,
            amount=Money(self.amount_minor, currency(self.currency)),
            asked_key=self.asked_key,
            state=self.state,
            created_at=self.created_at,
            due_at=self.due_at,
            calls=self.calls,
            refund_id=self.refund_id,
            reason=self.reason,
            asked_reason=self.asked_reason,
        )


class Refunds:
    """The table ``refund``."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def find(self, merchant_refund_no: str) -> Refund | None:
        """Find a refund by the till's number for it."""
        sql = "SELECT * FROM refund WHERE merchant_refund_no = ?"
        row = self._store.one(_Row, sql, (merchant_refund_no,))
        return row.refund() if row else None

    def of_sale(self, sale_id: str) -> list[Refund]:
        """List the refunds of a sale, oldest first."""
        sql = "SELECT * FROM refund WHERE sale_id = ? ORDER BY created_at, merchant_refund_no"
        return [row.refund() for row in self._store.query(_Row, sql, (sale_id,))]

    def uncounted(self) -> list[Refund]:
        """List refunds that were made and that no closed day has counted, oldest first."""
        sql = (
            "SELECT * FROM refund WHERE state = 'SUCCEEDED' AND merchant_refund_no NOT IN"
            " (SELECT merchant_refund_no FROM counted_refund)"
            " ORDER BY created_at, merchant_refund_no"
        )
        return [row.refund() for row in self._store.query(_Row, sql)]

    def counted(self, sale_id: str) -> list[Refund]:
        """List the refunds of a sale that closed days have counted."""
        sql = (
            "SELECT * FROM refund JOIN counted_refund USING (merchant_refund_no) WHERE sale_id = ?"
        )
        return [row.refund() for row in self._store.query(_Row, sql, (sale_id,))]

    def unfinished(self) -> list[Refund]:
        """List refunds whose outcome is not known, oldest first."""
        sql = "SELECT * FROM refund WHERE state = 'PROCESSING' ORDER BY created_at"
        return [row.refund() for row in self._store.query(_Row, sql)]

    def made_between(self, first: Instant, before: Instant) -> list[Refund]:
        """List refunds of a time that were made."""
        sql = (
            "SELECT * FROM refund WHERE created_at >= ? AND created_at < ? AND state = 'SUCCEEDED'"
        )
        return [row.refund() for row in self._store.query(_Row, sql, (first, before))]

    def due(self, now: Instant, most: int) -> list[Refund]:
        """List refunds whose outcome has to be asked for again, the longest overdue first."""
        sql = (
            "SELECT * FROM refund WHERE state = 'PROCESSING' AND due_at <= ?"
            " ORDER BY due_at LIMIT ?"
        )
        return [row.refund() for row in self._store.query(_Row, sql, (now, most))]

    def wake(self, now: Instant) -> None:
        """Make everything unfinished due."""
        sql = "UPDATE refund SET due_at = min(due_at, ?) WHERE state = 'PROCESSING'"
        self._store.execute(sql, (now,))

    def put(self, refund: Refund) -> None:
        """Store a new refund, before it goes out, or the new state of a known one."""
        self._store.execute(
            "INSERT INTO refund VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (merchant_refund_no) DO UPDATE SET state = excluded.state,"
            " due_at = excluded.due_at, calls = excluded.calls,"
            " refund_id = excluded.refund_id, reason = excluded.reason",
            (
                refund.merchant_refund_no,
                refund.sale_id,
                refund.payment_id,
                refund.amount.minor_units,
                refund.amount.currency.code,
                refund.asked_key,
                refund.state,
                refund.created_at,
                refund.due_at,
                refund.calls,
                refund.refund_id,
                refund.reason,
                refund.asked_reason,
            ),
        )
