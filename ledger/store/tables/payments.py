"""Payments with their history, claims, quotes, consents and refunds, in tables."""

from __future__ import annotations

from ledger.core.records.payments import (
    AuthorisationKept,
    Claim,
    Payment,
    Quote,
    Refund,
    StateChange,
)
from ledger.protocol.errors.checkout import OrderState
from ledger.protocol.identifiers import PayerId, PaymentId, QuoteId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.store.tables.payment_rows import ClaimRow, PaymentRow, QuoteRow, RefundRow
from ledger.store.tables.rows import Tables

_REPLACE = """
UPDATE payment
SET state = ?, refunded_minor = ?, fee_minor = ?, fee_returned_minor = ?, discount_minor = ?,
    discount_returned_minor = ?, payer_id = ?,
    payer_amount_minor = ?, payer_currency = ?, payer_refunded_minor = ?, paid_at = ?,
    captured_minor = ?, version = ?
WHERE payment_id = ? AND version = ?
"""

_SET_CLAIM = """
INSERT INTO claim
    (payment_id, payer_id, payer_amount_minor, payer_currency, quote_id, code_digest, claimed_at,
     claimed_until)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (payment_id) DO UPDATE SET
    payer_id = excluded.payer_id, payer_amount_minor = excluded.payer_amount_minor,
    payer_currency = excluded.payer_currency, quote_id = excluded.quote_id,
    code_digest = excluded.code_digest, claimed_at = excluded.claimed_at,
    claimed_until = excluded.claimed_until
"""


class Payments:
    """``ledger.core.ports.payments.PaymentsBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def find(self, payment_id: PaymentId) -> Payment | None:
        """Find a payment."""
        sql = "SELECT * FROM payment WHERE payment_id = ?"
        row = self._tables.held(PaymentRow, sql, payment_id)
        return row.record() if row else None

    def by_order_no(self, merchant_id: str, merchant_order_no: str) -> Payment | None:
        """Find a payment by the merchant's own number."""
        sql = "SELECT * FROM payment WHERE merchant_id = ? AND merchant_order_no = ?"
        row = self._tables.held(PaymentRow, sql, merchant_id, merchant_order_no)
        return row.record() if row else None

    def of_payer(self, payer_id: PayerId, state: PaymentState | None, limit: int) -> list[Payment]:
        """List the payments a payer is attached to, newest first."""
        if state is None:
            sql = "SELECT * FROM payment WHERE payer_id = ? ORDER BY payment_id DESC LIMIT ?"
            return self._list(sql, payer_id, limit)
        sql = (
            "SELECT * FROM payment WHERE payer_id = ? AND state = ?"
            " ORDER BY payment_id DESC LIMIT ?"
        )
        return self._list(sql, payer_id, state, limit)

    def of_merchant(self, merchant_id: str, limit: int) -> list[Payment]:
        """List a merchant's payments, newest first."""
        sql = "SELECT * FROM payment WHERE merchant_id = ? ORDER BY payment_id DESC LIMIT ?"
        return self._list(sql, merchant_id, limit)

    def page(self, after: str, limit: int) -> list[Payment]:
        """List payments of all merchants by id, those behind ``after``."""
        sql = "SELECT * FROM payment WHERE payment_id > ? ORDER BY payment_id LIMIT ?"
        return self._list(sql, after, limit)

    def unpaid_past(self, now: Instant, limit: int) -> list[Payment]:
        """List payments that wait for their payer though their time is over."""
        sql = (
            "SELECT * FROM payment WHERE state IN ('AWAITING_PAYER', 'AUTHORISING')"
            " AND expires_at <= ? ORDER BY expires_at, payment_id LIMIT ?"
        )
        return self._list(sql + self._tables.skipping, now, limit)

    def held(self, limit: int) -> list[Payment]:
        """List the deposits that are held, the one that ends first before the others."""
        sql = "SELECT * FROM payment WHERE state = 'HELD' ORDER BY hold_until, payment_id LIMIT ?"
        return self._list(sql, limit)

    def held_past(self, now: Instant, limit: int) -> list[Payment]:
        """List the deposits that are held though their time is over."""
        sql = (
            "SELECT * FROM payment WHERE state = 'HELD' AND hold_until <= ?"
            " ORDER BY hold_until, payment_id LIMIT ?"
        )
        return self._list(sql + self._tables.skipping, now, limit)

    def paid_before(self, instant: Instant, limit: int) -> list[Payment]:
        """List payments that are PAID since before an instant."""
        sql = (
            "SELECT * FROM payment WHERE state = 'PAID' AND paid_at < ?"
            " ORDER BY paid_at, payment_id LIMIT ?"
        )
        return self._list(sql + self._tables.skipping, instant, limit)

    def _list(self, sql: str, *params: str | int | None) -> list[Payment]:
        return [row.record() for row in self._tables.rows(PaymentRow, sql, *params)]

    def add(self, payment: Payment) -> None:
        """Add a payment."""
        self._tables.insert("payment", PaymentRow.of(payment))

    def replace(self, before: Payment, after: Payment) -> None:
        """Put the next version of a payment in place; ``OrderState`` if another was quicker."""
        row = PaymentRow.of(after)
        changed = self._tables.write(
            _REPLACE,
            row.state,
            row.refunded_minor,
            row.fee_minor,
            row.fee_returned_minor,
            row.discount_minor,
            row.discount_returned_minor,
            row.payer_id,
            row.payer_amount_minor,
            row.payer_currency,
            row.payer_refunded_minor,
            row.paid_at,
            row.captured_minor,
            row.version,
            before.payment_id,
            before.version,
        )
        if changed != 1:
            raise OrderState(f"{before.payment_id} has changed meanwhile")

    def history(self, payment_id: PaymentId) -> list[StateChange]:
        """List the steps of a payment's lifecycle in order."""
        sql = "SELECT * FROM state_change WHERE payment_id = ? ORDER BY number"
        return self._tables.rows(StateChange, sql, payment_id)

    def add_step(self, step: StateChange) -> None:
        """Add the next step."""
        self._tables.insert("state_change", step)

    def claim(self, payment_id: PaymentId) -> Claim | None:
        """Find the claim on a payment."""
        row = self._tables.row(ClaimRow, "SELECT * FROM claim WHERE payment_id = ?", payment_id)
        return row.record() if row else None

    def set_claim(self, claim: Claim) -> None:
        """Keep a claim in place of an older one on the same payment."""
        row = ClaimRow.of(claim)
        self._tables.write(
            _SET_CLAIM,
            row.payment_id,
            row.payer_id,
            row.payer_amount_minor,
            row.payer_currency,
            row.quote_id,
            row.code_digest,
            row.claimed_at,
            row.claimed_until,
        )

    def drop_claim(self, payment_id: PaymentId) -> None:
        """Forget a claim."""
        self._tables.write_one("DELETE FROM claim WHERE payment_id = ?", payment_id)

    def quote(self, quote_id: QuoteId) -> Quote | None:
        """Find a quote."""
        row = self._tables.row(QuoteRow, "SELECT * FROM quote WHERE quote_id = ?", quote_id)
        return row.record() if row else None

    def add_quote(self, quote: Quote) -> None:
        """Add a quote."""
        self._tables.insert("quote", QuoteRow.of(quote))

    def authorisation(self, payment_id: PaymentId) -> AuthorisationKept | None:
        """Find the consent a payment was captured or held with."""
        sql = "SELECT * FROM authorisation WHERE payment_id = ?"
        return self._tables.row(AuthorisationKept, sql, payment_id)

    def add_authorisation(self, kept: AuthorisationKept) -> None:
        """Add a consent."""
        self._tables.insert("authorisation", kept)

    def refund(self, merchant_id: str, merchant_refund_no: str) -> Refund | None:
        """Find a refund by the merchant's own number."""
        sql = "SELECT * FROM refund WHERE merchant_id = ? AND merchant_refund_no = ?"
        row = self._tables.held(RefundRow, sql, merchant_id, merchant_refund_no)
        return row.record() if row else None

    def refunds(self, payment_id: PaymentId) -> list[Refund]:
        """List the refunds of a payment, oldest first."""
        sql = "SELECT * FROM refund WHERE payment_id = ? ORDER BY refund_id"
        return [row.record() for row in self._tables.rows(RefundRow, sql, payment_id)]

    def add_refund(self, refund: Refund) -> None:
        """Add a refund."""
        self._tables.insert("refund", RefundRow.of(refund))

    def replace_refund(self, refund: Refund) -> None:
        """Put what became of a refund in place."""
        self._tables.write_one(
            "UPDATE refund SET state = ?, payer_amount_minor = ?, fee_minor = ?,"
            " discount_minor = ? WHERE refund_id = ?",
            refund.state,
            refund.payer_amount.minor_units,
            refund.fee_minor,
            refund.discount_minor,
            refund.refund_id,
        )
