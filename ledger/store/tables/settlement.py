"""Settlement terms, movements that wait, batches with their lines, and returns, in tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.core.records.gathering import Clearing
from ledger.core.records.settlement import (
    Batch,
    BatchLine,
    Calendar,
    Movement,
    PayoutReturn,
    SettlementTerms,
)
from ledger.protocol.identifiers import BatchId, PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import SettlementState
from ledger.protocol.money import currency
from ledger.protocol.records import record
from ledger.store.tables.rows import Tables, day_of

_SET_TERMS = """
INSERT INTO settlement_terms
    (merchant_id, time_zone, cut_off_minute, calendar, delay_days, begins_on)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (merchant_id) DO UPDATE SET
    time_zone = excluded.time_zone, cut_off_minute = excluded.cut_off_minute,
    calendar = excluded.calendar, delay_days = excluded.delay_days,
    begins_on = excluded.begins_on
"""

_AWAIT_BATCH = """
INSERT INTO clearing (entry_id, merchant_id, currency, event_at)
SELECT CAST(? AS TEXT), merchant_id, currency, CAST(? AS BIGINT)
FROM payment WHERE payment_id = ?
"""

# The journal says what moved; payment, refund and quote say what it was for, and what of the price
# did not move at all, because the merchant's own coupon had taken it off. What left the payer's
# side may come from a hold, and some of a hold may go back: only the sum of both is what was paid.
# A share moves nothing of a payer's, but money between merchants, each of which has its own row.
_WAITING = """
SELECT clearing.entry_id, entry.kind, clearing.event_at, entry.booked_at, payment.payment_id,
    payment.merchant_order_no, refund.refund_id, refund.merchant_refund_no, payment.terminal_id,
    CAST(coalesce(owed.amount_minor, 0) AS BIGINT) AS net_minor,
    CASE entry.kind WHEN 'REFUND' THEN -refund.discount_minor
        WHEN 'REVERSAL' THEN -payment.discount_minor
        WHEN 'SHARE' THEN 0
        ELSE payment.discount_minor END AS discount_minor,
    CAST(coalesce(fee.amount_minor, 0) AS BIGINT) AS fee_minor,
    CAST(coalesce((
        SELECT -sum(amount_minor) FROM posting
        WHERE posting.entry_id = clearing.entry_id
            AND (account_id LIKE 'payer:%' OR account_id LIKE 'hold:%')
    ), 0) AS BIGINT) AS payer_amount_minor,
    CASE entry.kind WHEN 'SHARE' THEN payment.currency
        ELSE coalesce(payment.payer_currency, payment.currency) END AS payer_currency,
    quote.rate_numerator, quote.rate_denominator
FROM clearing
JOIN entry ON entry.entry_id = clearing.entry_id
JOIN payment ON payment.payment_id = entry.payment_id
LEFT JOIN refund ON refund.refund_id = entry.refund_id
LEFT JOIN claim ON claim.payment_id = entry.payment_id AND entry.kind <> 'SHARE'
LEFT JOIN quote ON quote.quote_id = claim.quote_id
LEFT JOIN posting AS owed ON owed.entry_id = clearing.entry_id
    AND owed.account_id = 'merchant:' || clearing.merchant_id || ':' || clearing.currency
LEFT JOIN posting AS fee ON fee.entry_id = clearing.entry_id
    AND fee.account_id = 'fees:' || clearing.currency
WHERE clearing.merchant_id = ? AND clearing.currency = ? AND clearing.event_at < ?
    AND (clearing.event_at, clearing.entry_id) > (?, ?)
ORDER BY clearing.event_at, clearing.entry_id LIMIT ?
"""

_WAITS_NO_MORE = """
DELETE FROM clearing
WHERE entry_id = ? AND merchant_id = (SELECT merchant_id FROM batch WHERE batch_id = ?)
"""

_SETTLED_BATCHES = """
SELECT * FROM batch
WHERE merchant_id = ? AND state = 'SETTLED' AND payout_on >= ? AND payout_on <= ?
ORDER BY payout_on, business_day, currency
"""

_BACK_OF = """
SELECT CAST(coalesce(sum(amount_minor - discount_minor), 0) AS BIGINT) FROM batch_line
WHERE batch_id = ? AND (kind = 'REFUND' OR kind = 'REVERSAL')
"""

_REPLACE_BATCH = """
UPDATE batch
SET state = ?, line_count = ?, carried_in_minor = ?, returned_in_minor = ?, amount_minor = ?,
    discount_minor = ?, fee_minor = ?, net_minor = ?, paid_out_minor = ?, carried_out_minor = ?,
    closed_at = ?, settled_at = ?, payout_entry_id = ?
WHERE batch_id = ?
"""

_FROM_THE_FIRST = (-1, "")


@record(frozen=True, slots=True)
class _TermsRow:
    merchant_id: str
    time_zone: str
    cut_off_minute: int
    calendar: Calendar
    delay_days: int
    begins_on: str

    def record(self) -> SettlementTerms:
        return SettlementTerms(
            merchant_id=self.merchant_id,
            time_zone=self.time_zone,
            cut_off_minute=self.cut_off_minute,
            calendar=self.calendar,
            delay_days=self.delay_days,
            begins_on=day_of(self.begins_on),
        )


@record(frozen=True, slots=True)
class _BatchRow:
    batch_id: BatchId
    merchant_id: str
    currency: str
    business_day: str
    state: SettlementState
    opens_at: Instant
    closes_at: Instant
    payout_on: str
    line_count: int
    carried_in_minor: int
    returned_in_minor: int
    amount_minor: int
    discount_minor: int
    fee_minor: int
    net_minor: int
    paid_out_minor: int
    carried_out_minor: int
    closed_at: Instant | None
    settled_at: Instant | None
    payout_entry_id: str | None

    @classmethod
    def of(cls, batch: Batch) -> _BatchRow:
        return cls(
            batch_id=batch.batch_id,
            merchant_id=batch.merchant_id,
            currency=batch.currency.code,
            business_day=batch.business_day.isoformat(),
            state=batch.state,
            opens_at=batch.opens_at,
            closes_at=batch.closes_at,
            payout_on=batch.payout_on.isoformat(),
            line_count=batch.line_count,
            carried_in_minor=batch.carried_in_minor,
            returned_in_minor=batch.returned_in_minor,
            amount_minor=batch.amount_minor,
            discount_minor=batch.discount_minor,
            fee_minor=batch.fee_minor,
            net_minor=batch.net_minor,
            paid_out_minor=batch.paid_out_minor,
            carried_out_minor=batch.carried_out_minor,
            closed_at=batch.closed_at,
            settled_at=batch.settled_at,
            payout_entry_id=batch.payout_entry_id,
        )

    def record(self) -> Batch:
        return Batch(
            batch_id=self.batch_id,
            merchant_id=self.merchant_id,
            currency=currency(self.currency),
            business_day=day_of(self.business_day),
            state=self.state,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            payout_on=day_of(self.payout_on),
            line_count=self.line_count,
            carried_in_minor=self.carried_in_minor,
            returned_in_minor=self.returned_in_minor,
            amount_minor=self.amount_minor,
            discount_minor=self.discount_minor,
            fee_minor=self.fee_minor,
            net_minor=self.net_minor,
            paid_out_minor=self.paid_out_minor,
            carried_out_minor=self.carried_out_minor,
            closed_at=self.closed_at,
            settled_at=self.settled_at,
            payout_entry_id=self.payout_entry_id,
        )


@record(frozen=True, slots=True)
class _ReturnRow:
    batch_id: BatchId
    merchant_id: str
    currency: str
    amount_minor: int
    reason: str
    entry_id: str
    returned_at: Instant
    repaid_in: BatchId | None

    @classmethod
    def of(cls, returned: PayoutReturn) -> _ReturnRow:
        return cls(
            batch_id=returned.batch_id,
            merchant_id=returned.merchant_id,
            currency=returned.currency.code,
            amount_minor=returned.amount_minor,
            reason=returned.reason,
            entry_id=returned.entry_id,
            returned_at=returned.returned_at,
            repaid_in=returned.repaid_in,
        )

    def record(self) -> PayoutReturn:
        return PayoutReturn(
            batch_id=self.batch_id,
            merchant_id=self.merchant_id,
            currency=currency(self.currency),
            amount_minor=self.amount_minor,
            reason=self.reason,
            entry_id=self.entry_id,
            returned_at=self.returned_at,
            repaid_in=self.repaid_in,
        )


class Settlement:
    """``ledger.core.ports.settlement.SettlementBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def terms(self, merchant_id: str) -> SettlementTerms | None:
        """Find what was agreed with a merchant."""
        sql = "SELECT * FROM settlement_terms WHERE merchant_id = ?"
        row = self._tables.row(_TermsRow, sql, merchant_id)
        return row.record() if row else None

    def all_terms(self) -> list[SettlementTerms]:
        """List all terms by merchant."""
        sql = "SELECT * FROM settlement_terms ORDER BY merchant_id"
        return [row.record() for row in self._tables.rows(_TermsRow, sql)]

    def set_terms(self, terms: SettlementTerms) -> None:
        """Keep terms in place of the merchant's older ones."""
        self._tables.write_one(
            _SET_TERMS,
            terms.merchant_id,
            terms.time_zone,
            terms.cut_off_minute,
            terms.calendar,
            terms.delay_days,
            terms.begins_on.isoformat(),
        )

    def await_batch(self, entry_id: str, payment_id: PaymentId, event_at: Instant) -> None:
        """Note that an entry is in no batch yet."""
        self._tables.write_one(_AWAIT_BATCH, entry_id, event_at, payment_id)

    def await_batch_of(
        self, merchant_id: str, entry_id: str, currency: str, event_at: Instant
    ) -> None:
        """Note that an entry moved money of a merchant, of which it is in no batch yet."""
        self._tables.insert("clearing", Clearing(entry_id, merchant_id, currency, event_at))

    def waiting(
        self, merchant_id: str, currency: str, before: Instant, after: Movement | None, limit: int
    ) -> list[Movement]:
        """List movements in no batch with events before an instant, behind ``after``."""
        behind = (after.event_at, after.entry_id) if after else _FROM_THE_FIRST
        return self._tables.rows(Movement, _WAITING, merchant_id, currency, before, *behind, limit)

    def batch(self, batch_id: BatchId) -> Batch | None:
        """Find a batch."""
        row = self._tables.held(_BatchRow, "SELECT * FROM batch WHERE batch_id = ?", batch_id)
        return row.record() if row else None

    def batch_of_day(self, merchant_id: str, currency: str, day: date) -> Batch | None:
        """Find the batch of a merchant's business day."""
        sql = "SELECT * FROM batch WHERE merchant_id = ? AND currency = ? AND business_day = ?"
        row = self._tables.held(_BatchRow, sql, merchant_id, currency, day.isoformat())
        return row.record() if row else None

    def latest_batch(self, merchant_id: str, currency: str) -> Batch | None:
        """Find the batch of the latest business day."""
        sql = (
            "SELECT * FROM batch WHERE merchant_id = ? AND currency = ?"
            " ORDER BY business_day DESC LIMIT 1"
        )
        row = self._tables.row(_BatchRow, sql, merchant_id, currency)
        return row.record() if row else None

    def unpaid_batches(self, merchant_id: str, until: date) -> list[Batch]:
        """List the closed batches that are to be paid out by a day, the oldest first."""
        sql = (
            "SELECT * FROM batch WHERE merchant_id = ? AND state = 'CLOSED' AND payout_on <= ?"
            " ORDER BY payout_on, business_day, currency"
        )
        rows = self._tables.rows(_BatchRow, sql, merchant_id, until.isoformat())
        return [row.record() for row in rows]

    def settled_batches(self, merchant_id: str, since: date, until: date) -> list[Batch]:
        """List the settled batches with a payout day from a day on, ``until`` included."""
        days = (since.isoformat(), until.isoformat())
        rows = self._tables.rows(_BatchRow, _SETTLED_BATCHES, merchant_id, *days)
        return [row.record() for row in rows]

    def add_batch(self, batch: Batch) -> None:
        """Add a batch."""
        self._tables.insert("batch", _BatchRow.of(batch))

    def replace_batch(self, batch: Batch) -> None:
        """Put a batch's new sums and state in place of the old."""
        self._tables.write_one(
            _REPLACE_BATCH,
            batch.state,
            batch.line_count,
            batch.carried_in_minor,
            batch.returned_in_minor,
            batch.amount_minor,
            batch.discount_minor,
            batch.fee_minor,
            batch.net_minor,
            batch.paid_out_minor,
            batch.carried_out_minor,
            batch.closed_at,
            batch.settled_at,
            batch.payout_entry_id,
            batch.batch_id,
        )

    def add_lines(self, lines: Sequence[BatchLine]) -> None:
        """Add lines to a batch; their entries wait no more for one of its merchant."""
        for line in lines:
            self._tables.insert("batch_line", line)
            self._tables.write_one(_WAITS_NO_MORE, line.entry_id, line.batch_id)

    def lines(self, batch_id: BatchId, after: int, limit: int) -> list[BatchLine]:
        """List the lines of a batch behind a number."""
        sql = "SELECT * FROM batch_line WHERE batch_id = ? AND number > ? ORDER BY number LIMIT ?"
        return self._tables.rows(BatchLine, sql, batch_id, after, limit)

    def back_of(self, batch_id: BatchId) -> int:
        """Tell what refunds and reversals took of a batch, discounts aside."""
        return self._tables.number(_BACK_OF, batch_id)

    def payout_return(self, batch_id: BatchId) -> PayoutReturn | None:
        """Find what came back of a batch."""
        sql = "SELECT * FROM payout_return WHERE batch_id = ?"
        row = self._tables.row(_ReturnRow, sql, batch_id)
        return row.record() if row else None

    def unpaid_returns(self, merchant_id: str, currency: str) -> list[PayoutReturn]:
        """List what came back and no batch pays again yet, in the sequence it came."""
        sql = (
            "SELECT * FROM payout_return WHERE merchant_id = ? AND currency = ?"
            " AND repaid_in IS NULL ORDER BY returned_at, batch_id"
        )
        return [row.record() for row in self._tables.rows(_ReturnRow, sql, merchant_id, currency)]

    def add_return(self, returned: PayoutReturn) -> None:
        """Add what came back."""
        self._tables.insert("payout_return", _ReturnRow.of(returned))

    def repay_return(self, returned: PayoutReturn, repaid_in: BatchId) -> None:
        """Note which batch pays it again."""
        sql = "UPDATE payout_return SET repaid_in = ? WHERE batch_id = ? AND repaid_in IS NULL"
        self._tables.write_one(sql, repaid_in, returned.batch_id)
