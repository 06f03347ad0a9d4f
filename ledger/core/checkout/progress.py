"""Move a payment through its lifecycle: new state, one step of history, one live event each.

Nothing else writes a payment's state, so the history is complete by construction.
"""

from __future__ import annotations

from ledger.core.ports import Books
from ledger.core.records.notices import NewEvent
from ledger.core.records.parties import payer_audience
from ledger.core.records.payments import Payment, StateChange
from ledger.protocol.errors.checkout import OrderAlreadyPaid, OrderNotFound
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PAYMENT, PaymentEvent, PaymentState
from ledger.protocol.records import replace
from ledger.protocol.signing import merchant_owner

CAPTURED = frozenset({PaymentState.PAID, PaymentState.FULLY_REFUNDED, PaymentState.FINISHED})
"""The states a payment can only be in after it was paid."""


def begin(books: Books, payment: Payment, *, now: Instant) -> Payment:
    """Add a new payment in the state it has; its history begins with it."""
    books.payments.add(payment)
    books.payments.add_step(
        StateChange(payment.payment_id, payment.version, None, None, payment.state, now)
    )
    publish(books, payment, now=now)
    return payment


def advance(
    books: Books,
    payment: Payment,
    event: PaymentEvent,
    *,
    now: Instant,
    change: Payment | None = None,
) -> Payment:
    """Let an event happen to a payment; ``OrderState`` if its state doesn't allow it.

    ``change`` is the payment with whatever else the event alters; the state is set here.
    """
    state = PAYMENT.advance(payment.state, event)
    after = replace(change or payment, state=state, version=payment.version + 1)
    books.payments.replace(payment, after)
    books.payments.add_step(
        StateChange(payment.payment_id, after.version, event, payment.state, state, now)
    )
    publish(books, after, now=now, also=payment)
    return after


def publish(
    books: Books,
    payment: Payment,
    *,
    now: Instant,
    also: Payment | None = None,
    name: str | None = None,
) -> None:
    """Add a live event for the merchant and for the payer who is, or just was, attached."""
    attached = (payment.payer_id, also.payer_id if also else None)
    payer_ids = sorted({payer_id for payer_id in attached if payer_id is not None})
    name = name or f"payment.{payment.state.lower()}"
    for audience in (merchant_owner(payment.merchant_id), *map(payer_audience, payer_ids)):
        event = NewEvent(audience, name, payment.payment_id, payment.state, now)
        books.events.add(event)


def require_payment(books: Books, payment_id: PaymentId) -> Payment:
    """Find a payment or raise ``OrderNotFound``."""
    payment = books.payments.find(payment_id)
    if payment is None:
        raise OrderNotFound(f"no payment {payment_id[:40]!r}")
    return payment


def require_payment_of(books: Books, payment_id: PaymentId, merchant_id: str) -> Payment:
    """Find a merchant's payment; somebody else's is told like none at all (``OrderNotFound``)."""
    payment = require_payment(books, payment_id)
    if payment.merchant_id != merchant_id:
        raise OrderNotFound(f"no payment {payment_id[:40]!r}")
    return payment


def require_payable(payment: Payment, *, now: Instant) -> None:
    """Refuse a payment that was paid already or is over; the lifecycle refuses the rest.

    Raises ``OrderAlreadyPaid`` and ``QrExpired`` (``expires_at`` itself is too late).
    """
    if payment.state in CAPTURED:
        raise OrderAlreadyPaid(payment.payment_id)
    if now >= payment.expires_at:
        raise QrExpired(f"{payment.payment_id} expired")
