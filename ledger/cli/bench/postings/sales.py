"""What is measured: sales posted together in one unit of work."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.cli.bench.postings.ground import PRICE, Ground
from ledger.core.books.accounts import fees_account, merchant_account, payer_account
from ledger.core.books.fees import fee_of
from ledger.core.ports import Books
from ledger.core.records.gathering import Gathered, Wanted
from ledger.core.records.journal import EntryKind, JournalEntry, Posting
from ledger.core.records.parties import FeeTerms
from ledger.core.records.payments import Payment
from ledger.protocol.errors.checkout import InvariantBroken, NotEnoughFunds
from ledger.protocol.identifiers import Kind
from ledger.protocol.instants import Instant

FEE = fee_of(PRICE, FeeTerms("", Instant(0), bps=60))
_FEES = fees_account(PRICE.currency).account_id


def post(ground: Ground, payments: Sequence[Payment]) -> None:
    """Post sales, in their sequence, and wait until the disk has them.

    Raises ``NotEnoughFunds`` where one would overdraw its payer; then none is posted.
    """
    with ground.store.transaction() as books:
        entries = _decided(ground, books, payments)
        unlinked = [entry.entry_id for entry in entries]
        books.gathering.write(Gathered(entries=entries, unlinked=unlinked))


def _decided(ground: Ground, books: Books, payments: Sequence[Payment]) -> list[JournalEntry]:
    sides = [_accounts(payment) for payment in payments]
    wanted = {account_id for side in sides for account_id in side} | {_FEES}
    balances = {
        account.account_id: account.balance_minor
        for account in books.gathering.ahead(Wanted(account_ids=wanted)).accounts
    }
    if len(balances) != len(wanted):
        raise InvariantBroken("an account was never opened")
    return [
        _entry(ground, payment, side, balances)
        for payment, side in zip(payments, sides, strict=True)
    ]


def _accounts(payment: Payment) -> tuple[str, str]:
    currency = payment.amount.currency
    return (
        payer_account(str(payment.payer_id), currency).account_id,
        merchant_account(payment.merchant_id, currency).account_id,
    )


def _entry(
    ground: Ground, payment: Payment, accounts: tuple[str, str], balances: dict[str, int]
) -> JournalEntry:
    payer, merchant = accounts
    postings = []
    for account_id, amount in ((payer, -PRICE), (merchant, PRICE - FEE), (_FEES, FEE)):
        before = balances[account_id]
        after = before + amount.minor_units
        if account_id == payer and after < 0:
            raise NotEnoughFunds("the balance does not cover the amount")
        balances[account_id] = after
        postings.append(Posting(account_id, amount, before, after))
    return JournalEntry(
        entry_id=ground.ids.new(Kind.ENTRY, ground.now),
        kind=EntryKind.CAPTURE,
        event_at=ground.now,
        booked_at=ground.now,
        postings=tuple(postings),
        payment_id=payment.payment_id,
    )
