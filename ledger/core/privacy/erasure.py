"""Forget a payer and keep the books (GDPR article 17; what the law wants kept: 17 (3)(b)).

A payer is erased by destroying what names them. The secret behind their pairwise ids goes first of
all (crypto-shredding): merchants keep the pseudonyms they were given, and nobody can ever find out
again whose they were. Profile, phones' secrets, signed texts and free words are emptied, and the
chain over the journal holds without the notes it covers (``ledger.protocol.chain``). Payments and
entries stay under the account id, a random number that leads to nobody from then on: the
*tombstone*. Keys are revoked and stay known as such.

Nothing is erased while something is open, because it could not be ended without the payer:

* ``BalanceNotZero``: there is money to be paid out first,
* ``DepositHeld``: a deposit is held for a merchant,
* ``Unsettled``: a payment waits for its payer, or a merchant has not been told of one,
* ``PayerBlocked``: somebody may have to prove something about them (article 17 (3)(e)).
"""

from __future__ import annotations

from ledger.core import idempotency
from ledger.core.books import accounts
from ledger.core.limits import require_payer_may_pay
from ledger.core.parties import keys, pairwise
from ledger.core.parties.register import require_payer
from ledger.core.ports import Books
from ledger.core.privacy.everything import EVERYTHING
from ledger.core.records.parties import Payer
from ledger.protocol.errors.privacy import BalanceNotZero, DepositHeld, Unsettled
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import Money

OPEN_STATES = (PaymentState.AWAITING_PAYER, PaymentState.AUTHORISING)


def erase(books: Books, *, payer_id: PayerId, now: Instant) -> None:
    """Erase a payer; raises ``PayerNotFound`` (the second time, too) and what stands above."""
    payer = require_payer(books, payer_id)
    require_payer_may_pay(payer)
    require_nothing_held(books, payer)
    require_nothing_open(books, payer)
    _forget_replies(books, payer)
    for device in books.personal.devices(payer_id):
        keys.revoke(books, key_id=device.key_id)
    for movement in books.personal.movements(payer_id):
        if movement.note:
            books.chain.forget_note(movement.entry_id)
    books.personal.erase(payer_id, now)


def require_nothing_held(books: Books, payer: Payer) -> None:
    """Refuse while there is money in an account of theirs (``BalanceNotZero``, ``DepositHeld``)."""
    own = accounts.payer_account(payer.payer_id, payer.currency)
    held = accounts.hold_account(payer.payer_id, payer.currency)
    for wanted, refusal in ((own, BalanceNotZero), (held, DepositHeld)):
        account = books.journal.account(wanted.account_id)
        if account is not None and account.balance_minor != 0:
            raise refusal(f"it is {Money(account.balance_minor, account.currency)}")


def require_nothing_open(books: Books, payer: Payer) -> None:
    """Refuse while a payment of theirs is undecided, or somebody has not heard (``Unsettled``)."""
    for state in OPEN_STATES:
        for payment in books.payments.of_payer(payer.payer_id, state, 1):
            raise Unsettled(f"{payment.payment_id} is {payment.state}")
    untold = books.personal.untold(payer.payer_id)
    if untold:
        raise Unsettled(f"{untold} notifications are on their way; try again in a minute")


def _forget_replies(books: Books, payer: Payer) -> None:
    """Forget replies to merchants that carry a receipt with the payer's pseudonym."""
    receipts = books.receipts.of_payer(payer.payer_id, EVERYTHING)
    for merchant_id in sorted({receipt.merchant_id for receipt in receipts}):
        for reply in books.personal.replies_that_name(pairwise.ppid(payer, merchant_id)):
            idempotency.forget(books, reply)
