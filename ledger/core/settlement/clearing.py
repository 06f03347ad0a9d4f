"""Clearing: a business day is closed, and each movement of it goes into exactly one batch.

A movement belongs to the day of its event. One that was booked after its day was closed goes into
the next batch, where its line still shows when it happened; nothing is left behind and nothing is
counted twice, because a movement waits in the books from the moment it is booked until the unit of
work that gives it its line.

What a batch pays is what is owed by then: what the batch before left over, payouts that came back,
and the net of its lines (sales less what went back, less the merchant's own coupons, less fees).
Where refunds outweigh sales the merchant owes us; nothing is paid, and the debt is carried into the
next batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Final

from ledger.core.ports import Books
from ledger.core.records.parties import Merchant
from ledger.core.records.settlement import Batch, BatchLine, Movement
from ledger.core.settlement.business_days import closes_at, opens_at
from ledger.core.settlement.calendars import payout_day
from ledger.core.settlement.terms import require_terms
from ledger.protocol.errors.checkout import BusinessDayOpen
from ledger.protocol.identifiers import BatchId, IdSource, Kind
from ledger.protocol.instants import Instant, to_text
from ledger.protocol.lifecycle import SETTLEMENT, SettlementEvent
from ledger.protocol.money import MOST_MINOR_UNITS
from ledger.protocol.records import record, replace

PAGE: Final = 500
"""How many movements are in memory at once, however many a day has."""

_ONE_DAY = timedelta(days=1)


def close_day(
    books: Books, *, merchant: Merchant, business_day: date, now: Instant, ids: IdSource
) -> Batch:
    """Close a merchant's business day; again is the same batch.

    Raises ``SettlementTermsMissing`` and ``BusinessDayOpen`` (the day is not over, or the one
    before it is not closed).
    """
    code = merchant.currency.code
    known = books.settlement.batch_of_day(merchant.merchant_id, code, business_day)
    if known is not None:
        return known
    before = books.settlement.latest_batch(merchant.merchant_id, code)
    batch = _open(books, merchant, business_day, now=now, ids=ids)
    _require_next(batch, before, now)
    books.settlement.add_batch(batch)
    sums = _fill(books, batch)
    batch = replace(
        batch,
        line_count=sums.lines,
        amount_minor=sums.amount_minor,
        discount_minor=sums.discount_minor,
        fee_minor=sums.fee_minor,
        net_minor=sums.amount_minor - sums.discount_minor - sums.fee_minor,
    )
    closed = _share_out(batch, before, returned_minor=_take_returns(books, batch), now=now)
    books.settlement.replace_batch(closed)
    return closed


def _open(
    books: Books, merchant: Merchant, business_day: date, *, now: Instant, ids: IdSource
) -> Batch:
    terms = require_terms(books, merchant.merchant_id)
    return Batch(
        batch_id=BatchId(ids.new(Kind.BATCH, now)),
        merchant_id=merchant.merchant_id,
        currency=merchant.currency,
        business_day=business_day,
        state=SETTLEMENT.initial,
        opens_at=opens_at(terms, business_day),
        closes_at=closes_at(terms, business_day),
        payout_on=payout_day(terms.calendar, business_day, terms.delay_days),
    )


def _require_next(batch: Batch, before: Batch | None, now: Instant) -> None:
    if now < batch.closes_at:
        raise BusinessDayOpen(f"{batch.business_day} ends at {to_text(batch.closes_at)}")
    if before is not None and batch.business_day != before.business_day + _ONE_DAY:
        raise BusinessDayOpen(f"the last day that was closed is {before.business_day}")


@record(frozen=True, slots=True)
class _Sums:
    """What the lines of a batch add up to so far."""

    lines: int = 0
    amount_minor: int = 0
    discount_minor: int = 0
    fee_minor: int = 0

    def and_line(self, line: BatchLine) -> _Sums:
        """Count one line more."""
        return _Sums(
            self.lines + 1,
            self.amount_minor + line.amount_minor,
            self.discount_minor + line.discount_minor,
            self.fee_minor + line.fee_minor,
        )


def _fill(books: Books, batch: Batch) -> _Sums:
    sums, numbers = _Sums(), count(1)
    for page in _pages(books, batch):
        lines = [line_of(batch, next(numbers), movement) for movement in page]
        books.settlement.add_lines(lines)
        for line in lines:
            sums = sums.and_line(line)
    return sums


def _pages(books: Books, batch: Batch) -> Iterator[list[Movement]]:
    last: Movement | None = None
    while page := books.settlement.waiting(
        batch.merchant_id, batch.currency.code, batch.closes_at, last, PAGE
    ):
        yield page
        last = page[-1]


def line_of(batch: Batch, number: int, movement: Movement) -> BatchLine:
    """Write a movement down as a line: what it was for, and its amounts."""
    exchanged = movement.rate_numerator is not None
    return BatchLine(
        batch_id=batch.batch_id,
        number=number,
        entry_id=movement.entry_id,
        kind=movement.kind,
        event_at=movement.event_at,
        booked_at=movement.booked_at,
        payment_id=movement.payment_id,
        merchant_order_no=movement.merchant_order_no,
        refund_id=movement.refund_id or "",
        merchant_refund_no=movement.merchant_refund_no or "",
        terminal_id=movement.terminal_id,
        amount_minor=movement.net_minor + movement.discount_minor + movement.fee_minor,
        discount_minor=movement.discount_minor,
        fee_minor=movement.fee_minor,
        net_minor=movement.net_minor,
        payer_amount_minor=movement.payer_amount_minor,
        payer_currency=movement.payer_currency,
        rate=f"{movement.rate_numerator}/{movement.rate_denominator}" if exchanged else "",
    )


def _take_returns(books: Books, batch: Batch) -> int:
    """Let the batch pay again what came back, as far as one payout reaches."""
    taken = 0
    for returned in books.settlement.unpaid_returns(batch.merchant_id, batch.currency.code):
        if taken + returned.amount_minor > MOST_MINOR_UNITS:
            break
        books.settlement.repay_return(returned, batch.batch_id)
        taken += returned.amount_minor
    return taken


def _share_out(batch: Batch, before: Batch | None, *, returned_minor: int, now: Instant) -> Batch:
    carried_in = (before.carried_out_minor if before else 0) + returned_minor
    owed = carried_in + batch.net_minor
    paid_out = min(max(owed, 0), MOST_MINOR_UNITS)
    return replace(
        batch,
        state=SETTLEMENT.advance(batch.state, SettlementEvent.CUT_OFF),
        carried_in_minor=carried_in,
        returned_in_minor=returned_minor,
        paid_out_minor=paid_out,
        carried_out_minor=owed - paid_out,
        closed_at=now,
    )
