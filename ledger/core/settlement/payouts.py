"""Payouts: the net of a batch leaves for the merchant's bank, and sometimes comes back.

    merchant:M2088DEMO000001:EUR   -124040     what we owed
    nostro:EUR                     +124040     what left our account at the bank

A payout that the bank sends back (a closed account, a wrong name) waits in ``suspense:<cur>``. The
next batch takes it in, so that its payout is made of two parts:

    suspense:EUR                   -124040
    merchant:M2088DEMO000001:EUR    -20000
    nostro:EUR                     +144040
"""

from __future__ import annotations

from dataclasses import replace

from ledger.core.books import journal
from ledger.core.books.accounts import merchant_account, nostro_account, suspense_account
from ledger.core.books.journal import Line
from ledger.core.ports import Books
from ledger.core.records.journal import Account, EntryKind
from ledger.core.records.settlement import Batch, PayoutReturn
from ledger.core.settlement.business_days import calendar_day
from ledger.core.settlement.terms import require_terms
from ledger.protocol.errors.checkout import BatchNotFound, PayoutNotDue, PayoutNotMade
from ledger.protocol.identifiers import BatchId, IdSource, check_text
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import SETTLEMENT, SettlementEvent, SettlementState
from ledger.protocol.money import Money

REASON_LENGTH = 80


def pay_out(books: Books, *, batch_id: BatchId, now: Instant, ids: IdSource) -> Batch:
    """Settle a closed batch whose payout day has come; again is the same batch.

    A batch that has nothing to pay is settled without an entry. Raises ``BatchNotFound`` and
    ``PayoutNotDue``.
    """
    batch = require_batch(books, batch_id)
    if batch.state is SettlementState.SETTLED:
        return batch
    terms = require_terms(books, batch.merchant_id)
    today = calendar_day(terms.time_zone, now)
    if batch.state is not SettlementState.CLOSED or today < batch.payout_on:
        raise PayoutNotDue(f"{batch_id} is {batch.state} and is paid on {batch.payout_on}")
    settled = replace(
        batch,
        state=SETTLEMENT.advance(batch.state, SettlementEvent.PAY_OUT),
        settled_at=now,
        payout_entry_id=_book_payout(books, batch, now=now, ids=ids),
    )
    books.settlement.replace_batch(settled)
    return settled


def return_payout(
    books: Books, *, batch_id: BatchId, reason: str, now: Instant, ids: IdSource
) -> PayoutReturn:
    """Book that the bank sent a payout back; again is the same return.

    Raises ``BatchNotFound``, ``PayoutNotMade`` and ``TextCharacter``.
    """
    batch = require_batch(books, batch_id)
    known = books.settlement.payout_return(batch_id)
    if known is not None:
        return known
    if batch.state is not SettlementState.SETTLED or batch.paid_out_minor == 0:
        raise PayoutNotMade(f"{batch_id} is {batch.state} and paid {batch.paid_out_minor}")
    entry = journal.book(
        books,
        kind=EntryKind.PAYOUT_RETURN,
        lines=journal.move(
            Money(batch.paid_out_minor, batch.currency),
            source=nostro_account(batch.currency),
            target=suspense_account(batch.currency),
        ),
        event_at=now,
        now=now,
        ids=ids,
        note=batch_id,
    )
    returned = PayoutReturn(
        batch_id=batch_id,
        merchant_id=batch.merchant_id,
        currency=batch.currency,
        amount_minor=batch.paid_out_minor,
        reason=check_text(reason, REASON_LENGTH),
        entry_id=entry.entry_id,
        returned_at=now,
    )
    books.settlement.add_return(returned)
    return returned


def require_batch(books: Books, batch_id: BatchId) -> Batch:
    """Find a batch or raise ``BatchNotFound``."""
    found = books.settlement.batch(batch_id)
    if found is None:
        raise BatchNotFound(f"no batch {batch_id[:40]!r}")
    return found


def _book_payout(books: Books, batch: Batch, *, now: Instant, ids: IdSource) -> str | None:
    lines = payout_lines(batch)
    if not lines:
        return None
    entry = journal.book(
        books,
        kind=EntryKind.PAYOUT,
        lines=lines,
        event_at=now,
        now=now,
        ids=ids,
        note=batch.batch_id,
    )
    return entry.entry_id


def payout_lines(batch: Batch) -> list[Line]:
    """Spell a batch's payout as lines of an entry; none where nothing moves.

    What came back and is not covered by a payout goes to the merchant's account, whose debt it
    makes smaller.
    """
    parts: tuple[tuple[Account, int], ...] = (
        (suspense_account(batch.currency), -batch.returned_in_minor),
        (
            merchant_account(batch.merchant_id, batch.currency),
            batch.returned_in_minor - batch.paid_out_minor,
        ),
        (nostro_account(batch.currency), batch.paid_out_minor),
    )
    return [Line(account, Money(minor, batch.currency)) for account, minor in parts if minor]
