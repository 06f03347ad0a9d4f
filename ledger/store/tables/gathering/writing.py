"""Rows of many payments written together: a statement for each table, a change for each account."""

from __future__ import annotations

from ledger.core.records.gathering import Gathered
from ledger.store.tables.journal import AccountRow, post
from ledger.store.tables.notices import Events, NotificationRow, ReceiptRow
from ledger.store.tables.payment_rows import ClaimRow, PaymentRow, QuoteRow
from ledger.store.tables.payments import Payments
from ledger.store.tables.rows import Tables, as_json

# An UPSERT behind a SELECT needs its WHERE (SQLite, "UPSERT", section 2.2 "Parsing Ambiguity").
_SPEND = """
INSERT INTO spending (payer_id, purpose, currency, day, spent_minor)
SELECT added.value ->> 0, added.value ->> 1, added.value ->> 2,
       CAST(added.value ->> 3 AS BIGINT), CAST(added.value ->> 4 AS BIGINT)
FROM {each} AS added WHERE true
ON CONFLICT (payer_id, purpose, currency, day) DO UPDATE
SET spent_minor = spending.spent_minor + excluded.spent_minor
"""


class Writes:
    """Writes what was gathered, one table after the other."""

    def __init__(self, tables: Tables, events: Events) -> None:
        self._tables = tables
        self._events = events
        self._payments = Payments(tables)

    def payments(self, gathered: Gathered) -> None:
        """Write payments with their history, claims, quotes and consents."""
        insert_all = self._tables.insert_all
        insert_all("payment", [PaymentRow.of(each) for each in gathered.opened.values()])
        for before, after in gathered.changed.values():
            self._payments.replace(before, after)
        insert_all("state_change", gathered.steps)
        insert_all("quote", [QuoteRow.of(quote) for quote in gathered.quotes])
        claims = gathered.claims.items()
        insert_all("claim", [ClaimRow.of(each) for of, each in claims if of in gathered.opened])
        for claim in (each for of, each in claims if of not in gathered.opened):
            self._payments.set_claim(claim)
        insert_all("authorisation", gathered.consents)

    def journal(self, gathered: Gathered) -> None:
        """Write new accounts, entries, what waits for a batch, and what was spent."""
        self._tables.insert_all("account", [AccountRow.of(each) for each in gathered.accounts])
        post(self._tables, gathered.entries)
        self._tables.insert_all("clearing", gathered.clearing)
        sums = [(*key, minor_units) for key, minor_units in gathered.spent.items()]
        if sums:
            self._tables.write(_SPEND.format(each=self._tables.each), as_json(sums))

    def notices(self, gathered: Gathered) -> None:
        """Write receipts, notifications and live events."""
        insert_all = self._tables.insert_all
        insert_all("receipt", [ReceiptRow.of(each) for each in gathered.receipts])
        insert_all("outbox", [NotificationRow.of(each) for each in gathered.outbox])
        self._events.add_all(gathered.events)
