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
from ledger.protocol.errors.checkout import NotEnoughFunds
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import Kind
from ledger.protocol.instants import Instant

FEE = fee_of(PRICE, FeeTerms("", Instant(0), bps=60))
_TAKEN, _GIVEN = -PRICE, PRICE - FEE
_FEES = fees_account(PRICE.currency).account_id


def post(ground: Ground, payments: Sequence[Payment]) -> None:
    """Post sales, in their sequence, and wait until the disk has them.

    Raises ``NotEnoughFunds`` where one would overdraw its payer; then none is posted.
    """
    with ground.store.transaction() as books:
        entries = _decided(ground, books, payments)
        books.gathering.write(Gathered(entries=entries))


def _decided(ground: Ground, books: Books, payments: Sequence[Payment]) -> list[JournalEntry]:
    sides = _sides(payments)
    wanted = {*sides.values(), _FEES}
    balances = {
        account.account_id: account.balance_minor
        for account in books.gathering.ahead(Wanted(account_ids=wanted)).accounts
    }
    if len(balances) != len(wanted):
        raise InvariantBroken("an account was never opened")
    entry_ids = ground.ids.several(Kind.ENTRY, ground.now, len(payments))
    return [
        JournalEntry(
            entry_id=entry_id,
            kind=EntryKind.CAPTURE,
            event_at=ground.now,
            booked_at=ground.now,
            postings=_postings(balances, sides[str(payment.payer_id)], sides[payment.merchant_id]),
            payment_id=payment.payment_id,
        )
        for entry_id, payment in zip(entry_ids, payments, strict=True)
    ]


def _sides(payments: Sequence[Payment]) -> dict[str, str]:
    """Name the account of each payer and of each shop."""
    payers = {str(payment.payer_id) for payment in payments}
    shops = {payment.merchant_id for payment in payments}
    sides = {each: payer_account(each, PRICE.currency).account_id for each in payers}
    return sides | {each: merchant_account(each, PRICE.currency).account_id for each in shops}


def _postings(balances: dict[str, int], payer: str, merchant: str) -> tuple[Posting, ...]:
    postings = []
    for account_id, amount in ((payer, _TAKEN), (merchant, _GIVEN), (_FEES, FEE)):
        before = balances[account_id]
        after = before + amount.minor_units
        if after < 0 and account_id == payer:
            raise NotEnoughFunds("the balance does not cover the amount")
        balances[account_id] = after
        postings.append(Posting(account_id, amount, before, after))
    return tuple(postings)
