"""Give a deposit back: the merchant releases it, or its time is over.

Either way all of it goes back to the payer, at the rate at which it was held, that is to the last
fen. The payment is then CLOSED, unpaid; its history tells which of the two it was.
"""

from __future__ import annotations

from ledger.core.books import journal
from ledger.core.checkout import progress
from ledger.core.checkout.claims import require_claim
from ledger.core.checkout.deposits import holds
from ledger.core.notices import notifications
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.protocol.identifiers import IdSource, PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentEvent
from ledger.protocol.messages import NotificationEvent
from ledger.protocol.signing import PrivateKey


def release(
    books: Books,
    *,
    merchant_id: str,
    payment_id: PaymentId,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Payment:
    """Let the merchant give a deposit back; one that went back already is given as it stands.

    Raises ``OrderNotFound``, ``DepositCaptured``, ``PaymentNotHeld``.
    """
    payment = progress.require_payment_of(books, payment_id, merchant_id)
    return _give_back(books, payment, PaymentEvent.RELEASE_HOLD, now=now, ids=ids, key=key)


def expire(
    books: Books, *, payment_id: PaymentId, now: Instant, ids: IdSource, key: PrivateKey
) -> Payment:
    """Let the time of one deposit be over, as an operator may; raises what ``release`` raises."""
    payment = progress.require_payment(books, payment_id)
    return _give_back(books, payment, PaymentEvent.EXPIRE_HOLD, now=now, ids=ids, key=key)


def expire_due(
    books: Books, *, now: Instant, limit: int, ids: IdSource, key: PrivateKey
) -> list[Payment]:
    """Give back the deposits whose time is over, at most ``limit``; which ones."""
    due = books.payments.held_past(now, limit)
    back = [line for each in due for line in holds.back_to_payer(require_claim(books, each))]
    journal.lock(books, [line.account for line in back])
    return [
        _give_back(books, payment, PaymentEvent.EXPIRE_HOLD, now=now, ids=ids, key=key)
        for payment in due
    ]


def _give_back(
    books: Books,
    payment: Payment,
    event: PaymentEvent,
    *,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Payment:
    if holds.gone_back_by(books, payment) is not None:
        return payment
    holds.require_held(books, payment)
    closed = progress.advance(books, payment, event, now=now)
    holds.give_back(books, payment, now=now, ids=ids)
    notifications.tell(
        books, event=NotificationEvent.PAYMENT_RELEASED, payment=closed, now=now, ids=ids, key=key
    )
    return closed
