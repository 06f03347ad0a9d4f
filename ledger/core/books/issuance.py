"""Play money: where a demo payer's balance comes from, booked like everything else.

There is no real money in here and no way to pay any in. What was ever issued stands, with a minus,
in ``issuance:<currency>``.
"""

from __future__ import annotations

from ledger.core.books import accounts, journal
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind, JournalEntry
from ledger.protocol.errors.checkout import PayerNotFound
from ledger.protocol.errors.content import CurrencyMismatch
from ledger.protocol.identifiers import IdSource, PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, payable


def issue(
    books: Books, *, payer_id: PayerId, amount: Money, reason: str, now: Instant, ids: IdSource
) -> JournalEntry:
    """Give a payer play money; raises ``PayerNotFound``, ``CurrencyMismatch``."""
    payer = books.directory.payer(payer_id)
    if payer is None:
        raise PayerNotFound(f"{payer_id}")
    if amount.currency != payer.currency:
        raise CurrencyMismatch(f"the payer's wallet is in {payer.currency.code}")
    return journal.book(
        books,
        kind=EntryKind.ISSUANCE,
        lines=journal.move(
            payable(amount),
            source=accounts.issuance_account(amount.currency),
            target=accounts.payer_account(payer_id, payer.currency),
        ),
        event_at=now,
        now=now,
        ids=ids,
        note=reason,
    )
