"""Looking up: what a merchant or a payer may see, which is their own and nothing else.

Somebody else's payment is told exactly like one that does not exist (``OrderNotFound``), so that
ids can't be tried out.
"""

from __future__ import annotations

from ledger.core.books.accounts import payer_account
from ledger.core.checkout import claims, progress
from ledger.core.checkout.deposits import holds
from ledger.core.parties.register import require_payer
from ledger.core.ports import Books
from ledger.core.records.notices import KeptReceipt
from ledger.core.records.payments import Payment, Refund
from ledger.protocol.errors.checkout import OrderNotFound
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import PayerId, PaymentId
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import Money


def payment_of_merchant(books: Books, *, merchant_id: str, payment_id: PaymentId) -> Payment:
    """Find a merchant's payment; raises ``OrderNotFound``."""
    return progress.require_payment_of(books, payment_id, merchant_id)


def payment_by_order_no(books: Books, *, merchant_id: str, merchant_order_no: str) -> Payment:
    """Find a merchant's payment by the merchant's own number; raises ``OrderNotFound``."""
    payment = books.payments.by_order_no(merchant_id, merchant_order_no)
    if payment is None:
        raise OrderNotFound(f"no payment with the order number {merchant_order_no[:40]!r}")
    return payment


def refunds_of_payment(books: Books, *, merchant_id: str, payment_id: PaymentId) -> list[Refund]:
    """List the refunds of a merchant's payment, oldest first; raises ``OrderNotFound``."""
    progress.require_payment_of(books, payment_id, merchant_id)
    return books.payments.refunds(payment_id)


def receipts_of_payment(
    books: Books, *, merchant_id: str, payment_id: PaymentId
) -> list[KeptReceipt]:
    """List the receipts of a merchant's payment, oldest first; raises ``OrderNotFound``.

    Those of a payer who was erased since are no longer here.
    """
    progress.require_payment_of(books, payment_id, merchant_id)
    found = books.receipts.of_payment(payment_id)
    return [receipt for receipt in found if not receipt.is_erased]


def payment_of_payer(books: Books, *, payer_id: PayerId, payment_id: PaymentId) -> Payment:
    """Find a payment the payer is attached to; raises ``OrderNotFound``."""
    return claims.require_attached(books, payment_id, payer_id)


def payments_of_payer(
    books: Books, *, payer_id: PayerId, state: PaymentState | None, limit: int
) -> list[Payment]:
    """List the payments a payer is attached to, newest first; ``state`` None means any."""
    return books.payments.of_payer(payer_id, state, limit)


def receipts_of_payer(
    books: Books, *, payer_id: PayerId, limit: int, before: str = ""
) -> list[KeptReceipt]:
    """List a payer's receipts, newest first: those older than ``before`` (empty: all)."""
    return books.receipts.of_payer(payer_id, limit, before)


def held(books: Books, *, payer_id: PayerId) -> Money:
    """Tell what of a payer's money is held as deposits; raises ``PayerNotFound``."""
    return holds.held_of(books, require_payer(books, payer_id))


def balance(books: Books, *, payer_id: PayerId) -> Money:
    """Tell what a payer can spend; raises ``PayerNotFound``."""
    payer = require_payer(books, payer_id)
    account = books.journal.account(payer_account(payer_id, payer.currency).account_id)
    if account is None:
        raise InvariantBroken(f"{payer_id} has no account")
    return Money(account.balance_minor, account.currency)
