"""How an order stands, in the five ways that a cashier's page tells apart."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from ledger.core.records.payments import Payment
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState


class Stand(StrEnum):
    """What a payer has to know."""

    WAITING = "waiting"
    SCANNED = "scanned"
    PAID = "paid"
    DECLINED = "declined"
    OVER = "over"


_OF: Final = {
    PaymentState.AWAITING_PAYER: Stand.WAITING,
    PaymentState.AUTHORISING: Stand.SCANNED,
    PaymentState.HELD: Stand.PAID,
    PaymentState.PAID: Stand.PAID,
    PaymentState.FINISHED: Stand.PAID,
    PaymentState.FULLY_REFUNDED: Stand.OVER,
    PaymentState.DECLINED: Stand.DECLINED,
    PaymentState.CLOSED: Stand.OVER,
    PaymentState.REVERSED: Stand.OVER,
}


def stand(payment: Payment, now: Instant) -> Stand:
    """Tell how a payment stands; one whose time is over may not have been closed yet."""
    found = _OF[payment.state]
    if found in (Stand.WAITING, Stand.SCANNED) and now >= payment.expires_at:
        return Stand.OVER
    return found
