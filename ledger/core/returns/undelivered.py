"""Refunds that are accepted and do not reach the payer.

On a vendor's platform money goes back to where it came from, and sometimes that is gone: a bank
card that was given up. The refund is accepted all the same and ends otherwise than it should. Here
money moves only when it arrives, so the books hold nothing of such a refund but its row:

* it *waits* (``PROCESSING``): nothing else may be given back of its part of the price, until the
  merchant has it delivered (``refunds.deliver``) or gives up on it (``give_up``);
* it *failed* (``FAILED``): nothing was given back, and its part may be given back by another one.

The merchant is told of both. A payment that is undone whole takes with it what waits.
"""

from __future__ import annotations

from ledger.core.checkout import progress
from ledger.core.notices import notifications, receipts
from ledger.core.ports import Books
from ledger.core.records.payments import Payment, Refund
from ledger.core.returns import refunds
from ledger.protocol.errors.checkout import RefundExceedsCaptured
from ledger.protocol.identifiers import IdSource, Kind, PaymentId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import REFUND, RefundEvent, RefundState
from ledger.protocol.messages import NotificationEvent
from ledger.protocol.money import Money, payable
from ledger.protocol.records import replace
from ledger.protocol.signing import PrivateKey

EVENTS = {
    RefundState.PROCESSING: NotificationEvent.REFUND_WAITING,
    RefundState.FAILED: NotificationEvent.REFUND_FAILED,
}


def accept(
    books: Books,
    *,
    payment: Payment,
    merchant_refund_no: str,
    amount: Money,
    fails: bool,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Refund:
    """Take a refund on that will not arrive: it waits, or where it ``fails`` is over at once.

    Raises ``OrderNotPaid``, ``CurrencyMismatch``, ``RefundExceedsCaptured``, ``RefundTooSmall``.
    """
    refunds.require_refundable(payment, payable(amount))
    refund = refunds.accepted(
        payment,
        refunds.reckon(books, payment, amount),
        refund_id=RefundId(ids.new(Kind.REFUND, now)),
        merchant_refund_no=merchant_refund_no,
        amount=amount,
        reason="",
        now=now,
    )
    if fails:
        refund = replace(refund, state=REFUND.advance(refund.state, RefundEvent.FAIL))
    books.payments.add_refund(refund)
    _tell(books, payment, refund, now=now, ids=ids, key=key)
    return refund


def give_up(
    books: Books, *, waiting: Refund, now: Instant, ids: IdSource, key: PrivateKey
) -> Refund:
    """End a refund that waits, with nothing given back; raises ``IllegalTransition``."""
    payment = progress.require_payment_of(books, waiting.payment_id, waiting.merchant_id)
    refund = replace(waiting, state=REFUND.advance(waiting.state, RefundEvent.FAIL))
    books.payments.replace_refund(refund)
    _tell(books, payment, refund, now=now, ids=ids, key=key)
    return refund


def require_left(books: Books, payment: Payment, amount: Money) -> None:
    """Refuse what would give back the part of a refund that waits (``RefundExceedsCaptured``)."""
    waiting = _waiting(books, payment.payment_id)
    if not waiting:
        return
    left = receipts.captured_of(payment) - payment.refunded
    if left.minor_units - waiting < amount.minor_units:
        raise RefundExceedsCaptured(f"asked {amount}, {left} is left, and {waiting} of it waits")


def _waiting(books: Books, payment_id: PaymentId) -> int:
    return sum(
        each.amount.minor_units
        for each in books.payments.refunds(payment_id)
        if each.state is RefundState.PROCESSING
    )


def _tell(
    books: Books, payment: Payment, refund: Refund, *, now: Instant, ids: IdSource, key: PrivateKey
) -> None:
    event = EVENTS[refund.state]
    notifications.tell(
        books, event=event, payment=payment, refund=refund, now=now, ids=ids, key=key
    )
    progress.publish(books, payment, now=now, name=event)
