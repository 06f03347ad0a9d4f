"""Statements: a merchant's closed business day, line by line.

A statement is what the batch kept: it says the same whenever it is asked for, whatever became of
the payments since.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.parties import Merchant
from ledger.core.records.settlement import Batch, BatchLine
from ledger.protocol.errors.checkout import BillNotReady
from ledger.protocol.identifiers import BatchId
from ledger.protocol.lifecycle import SettlementState
from ledger.protocol.native_wire import MovementKind
from ledger.protocol.records import record

KINDS: Final = {
    EntryKind.CAPTURE: MovementKind.PAYMENT,
    EntryKind.REFUND: MovementKind.REFUND,
    EntryKind.REVERSAL: MovementKind.REVERSAL,
    EntryKind.SHARE: MovementKind.SHARE,
}
"""What the merchant calls what we booked."""

PAGE: Final = 1_000
"""The most lines of one answer: about 450 KB, of the 1 MiB that a caller reads."""


@record(frozen=True, slots=True)
class Statement:
    """A batch and whose it is; the lines are read apart, since there can be many."""

    merchant: Merchant
    batch: Batch


def statement(books: Books, *, merchant_id: str, business_day: date) -> Statement:
    """Find a merchant's statement; raises ``MerchantNotFound`` and ``BillNotReady``."""
    merchant = require_merchant(books, merchant_id)
    batch = books.settlement.batch_of_day(merchant_id, merchant.currency.code, business_day)
    if batch is None or batch.state is SettlementState.OPEN:
        raise BillNotReady(f"{business_day} is not closed")
    return Statement(merchant, batch)


def all_lines(books: Books, batch_id: BatchId) -> Iterator[BatchLine]:
    """Read the lines of a batch one after another, a page in memory at a time."""
    last = 0
    while page := books.settlement.lines(batch_id, last, PAGE):
        yield from page
        last = page[-1].number
