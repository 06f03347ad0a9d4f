"""How a payment ends unpaid: the payer declines, the merchant closes it, its time runs out.

And how a paid one ends: when the time for refunds is over it is finished. What has ended one way
can't end another way; asking again for the same ending gives the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.core.checkout import claims, progress
from ledger.core.limits import Policy
from ledger.core.notices import notifications
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.protocol.errors.checkout import OrderAlreadyPaid
from ledger.protocol.identifiers import IdSource, PayerId, PaymentId
from ledger.protocol.instants import Instant, later
from ledger.protocol.lifecycle import PaymentEvent, PaymentState
from ledger.protocol.messages import NotificationEvent
from ledger.protocol.signing import PrivateKey


def decline(
    books: Books,
    *,
    payer_id: PayerId,
    payment_id: PaymentId,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Payment:
    """Let the payer say no; raises ``OrderNotFound``, ``OrderAlreadyPaid``, ``OrderState``."""
    payment = claims.require_attached(books, payment_id, payer_id)
    if payment.state is PaymentState.DECLINED:
        return payment
    return _end(books, payment, PaymentEvent.DECLINE, now=now, ids=ids, key=key)


def close(
    books: Books,
    *,
    merchant_id: str,
    payment_id: PaymentId,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Payment:
    """Let the merchant end it; raises ``OrderNotFound``, ``OrderAlreadyPaid``, ``OrderState``."""
    payment = progress.require_payment_of(books, payment_id, merchant_id)
    if payment.state is PaymentState.CLOSED:
        return payment
    return _end(books, payment, PaymentEvent.CLOSE, now=now, ids=ids, key=key)


def expire_due(
    books: Books, *, now: Instant, limit: int, ids: IdSource, key: PrivateKey
) -> list[Payment]:
    """Close payments whose time ran out, at most ``limit``; which ones."""
    due = books.payments.unpaid_past(now, limit)
    return _end_all(books, due, PaymentEvent.EXPIRE, now=now, ids=ids, key=key)


def finish_due(
    books: Books, *, now: Instant, limit: int, policy: Policy, ids: IdSource, key: PrivateKey
) -> list[Payment]:
    """Finish paid payments that can no longer be refunded, at most ``limit``; which ones."""
    due = books.payments.paid_before(later(now, -policy.refund_period_ms), limit)
    return _end_all(books, due, PaymentEvent.FINISH, now=now, ids=ids, key=key)


def _end_all(
    books: Books,
    payments: Sequence[Payment],
    event: PaymentEvent,
    *,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> list[Payment]:
    return [_end(books, payment, event, now=now, ids=ids, key=key) for payment in payments]


_TOLD_AS = {
    PaymentEvent.DECLINE: NotificationEvent.PAYMENT_DECLINED,
    PaymentEvent.CLOSE: NotificationEvent.PAYMENT_CLOSED,
    PaymentEvent.EXPIRE: NotificationEvent.PAYMENT_CLOSED,
    PaymentEvent.FINISH: NotificationEvent.PAYMENT_FINISHED,
}


def _end(
    books: Books,
    payment: Payment,
    event: PaymentEvent,
    *,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Payment:
    if payment.state in progress.CAPTURED and event is not PaymentEvent.FINISH:
        raise OrderAlreadyPaid(payment.payment_id)
    ended = progress.advance(books, payment, event, now=now)
    notifications.tell(books, event=_TOLD_AS[event], payment=ended, now=now, ids=ids, key=key)
    return ended
