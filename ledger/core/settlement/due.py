"""What is due by now: days whose cut-off has passed, and batches whose payout day has come.

Each is a unit of work of its own: whoever is stopped in between goes on where it was.
"""

from __future__ import annotations

from datetime import date, timedelta

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.settlement import Batch, SettlementTerms
from ledger.core.settlement.business_days import calendar_day, closes_at
from ledger.protocol.instants import Instant

_ONE_DAY = timedelta(days=1)


def day_to_close(books: Books, terms: SettlementTerms, now: Instant) -> date | None:
    """Give a merchant's next business day that is over and not closed, None if all are closed."""
    merchant = require_merchant(books, terms.merchant_id)
    latest = books.settlement.latest_batch(terms.merchant_id, merchant.currency.code)
    day = latest.business_day + _ONE_DAY if latest else terms.begins_on
    return day if closes_at(terms, day) <= now else None


def batches_to_pay(books: Books, terms: SettlementTerms, now: Instant) -> list[Batch]:
    """List a merchant's closed batches whose payout day has come, the oldest first."""
    return books.settlement.unpaid_batches(terms.merchant_id, calendar_day(terms.time_zone, now))
