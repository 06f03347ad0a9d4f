"""A payment's state in the vendor's word, which both its APIs have in common.

A waiting payment and one in a payer's hand are both ``NOTPAY``, but for payment codes; a payment
that its payer refused on their own phone is ``CLOSED`` where the shop showed a code, and
``PAYERROR`` where the payer did. Any refund that is accepted, and be it a part or one that does not
arrive, makes it ``REFUND``.
"""

from __future__ import annotations

from typing import Final

from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented

PAID: Final = ("SUCCESS", "REFUND")

_STATES: Final = {
    PaymentState.AWAITING_PAYER: "NOTPAY",
    PaymentState.AUTHORISING: "NOTPAY",
    PaymentState.PAID: "SUCCESS",
    PaymentState.FINISHED: "SUCCESS",
    PaymentState.FULLY_REFUNDED: "REFUND",
    PaymentState.DECLINED: "CLOSED",
    PaymentState.CLOSED: "CLOSED",
    PaymentState.REVERSED: "REVOKED",
}
_STATES_BY_CODE: Final = {
    **_STATES,
    PaymentState.AUTHORISING: "USERPAYING",
    PaymentState.DECLINED: "PAYERROR",
}


def trade_state(books: Books, payment: Payment) -> str:
    """Tell a payment's state in the vendor's word."""
    by_code = payment.presented is Presented.CONSUMER
    state = (_STATES_BY_CODE if by_code else _STATES).get(payment.state, "NOTPAY")
    if state == "SUCCESS" and (
        payment.refunded.minor_units or books.payments.refunds(payment.payment_id)
    ):
        return "REFUND"
    return state
