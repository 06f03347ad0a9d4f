"""Funds: what left for a merchant's bank, batch by batch, and what is still owed.

    settled      a batch whose payout day has come, with what was paid
    unsettled    a closed batch that is not paid yet; behind them the days that are still open

All that is unsettled adds up to the balance of the merchant's account, and to what closed batches
pay again of payouts that came back, which stands in suspense until then. Days without a movement
and without a payout are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.parties import Merchant
from ledger.core.records.settlement import Batch, Movement
from ledger.core.settlement.business_days import calendar_day
from ledger.core.settlement.clearing import PAGE
from ledger.core.settlement.terms import require_terms
from ledger.protocol.identifiers import BatchId
from ledger.protocol.instants import Instant
from ledger.protocol.money import Currency
from ledger.protocol.records import record

_BACK = (EntryKind.REFUND, EntryKind.REVERSAL)


@record(frozen=True, slots=True)
class Funds:
    """What some days brought a merchant, in minor units, and how much of it left for its bank.

    ``net_minor = sold_minor + back_minor``, both without what the merchant's own coupons took off;
    ``back_minor`` is refunds and reversals, never above zero, and shares count as sold.
    ``batch_id`` and ``paid_on`` are None for days that are open.
    """

    batch_id: BatchId | None
    first_day: date
    last_day: date
    paid_on: date | None
    currency: Currency
    sold_minor: int
    back_minor: int
    fee_minor: int
    settled_minor: int
    unsettled_minor: int

    @property
    def net_minor(self) -> int:
        """What was sold less what went back."""
        return self.sold_minor + self.back_minor


def settled(books: Books, *, merchant: Merchant, since: date, until: date) -> list[Funds]:
    """List what was paid out to a merchant from a day on, ``until`` included, oldest first."""
    found = books.settlement.settled_batches(merchant.merchant_id, since, until)
    return [
        _of_batch(books, batch, settled_minor=batch.paid_out_minor)
        for batch in found
        if _says_something(batch)
    ]


def unsettled(books: Books, *, merchant: Merchant, now: Instant) -> list[Funds]:
    """List what is owed to a merchant, oldest first; raises ``SettlementTermsMissing``."""
    closed = books.settlement.unpaid_batches(merchant.merchant_id, date.max)
    found = [
        _of_batch(books, batch, unsettled_minor=batch.paid_out_minor)
        for batch in closed
        if _says_something(batch)
    ]
    return [*found, *_of_open_days(books, merchant, now)]


def _says_something(batch: Batch) -> bool:
    return batch.line_count > 0 or batch.paid_out_minor > 0


def _of_batch(
    books: Books, batch: Batch, *, settled_minor: int = 0, unsettled_minor: int = 0
) -> Funds:
    back = books.settlement.back_of(batch.batch_id)
    return Funds(
        batch_id=batch.batch_id,
        first_day=batch.business_day,
        last_day=batch.business_day,
        paid_on=batch.payout_on,
        currency=batch.currency,
        sold_minor=batch.amount_minor - batch.discount_minor - back,
        back_minor=back,
        fee_minor=batch.fee_minor,
        settled_minor=settled_minor,
        unsettled_minor=unsettled_minor,
    )


def _of_open_days(books: Books, merchant: Merchant, now: Instant) -> Iterator[Funds]:
    terms = require_terms(books, merchant.merchant_id)
    latest = books.settlement.latest_batch(merchant.merchant_id, merchant.currency.code)
    carried = latest.carried_out_minor if latest else 0
    sold = back = fee = 0
    first: Movement | None = None
    for each in _waiting(books, merchant, now):
        first = first or each
        fee += each.fee_minor
        if each.kind in _BACK:
            back += each.net_minor + each.fee_minor
        else:
            sold += each.net_minor + each.fee_minor
    if first is None and not carried:
        return
    today = calendar_day(terms.time_zone, now)
    yield Funds(
        batch_id=None,
        first_day=calendar_day(terms.time_zone, first.event_at) if first else today,
        last_day=today,
        paid_on=None,
        currency=merchant.currency,
        sold_minor=sold,
        back_minor=back,
        fee_minor=fee,
        settled_minor=0,
        unsettled_minor=sold + back - fee + carried,
    )


def _waiting(books: Books, merchant: Merchant, now: Instant) -> Iterator[Movement]:
    last: Movement | None = None
    # An event of this very millisecond counts, too.
    while page := books.settlement.waiting(
        merchant.merchant_id, merchant.currency.code, Instant(now + 1), last, PAGE
    ):
        yield from page
        last = page[-1]
