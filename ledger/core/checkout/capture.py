"""Capture: the money leaves the payer, the merchant is owed it, and both have it in writing.

Everything that belongs to it happens in one unit of work: the state, the journal entry, the
receipt and the notification. It either all happened or none of it did.
"""

from __future__ import annotations

from ledger.core.books import fees, flows, funding, fx, journal
from ledger.core.checkout import progress
from ledger.core.notices import notifications, receipts
from ledger.core.notices.receipts import Sides
from ledger.core.parties.fee_terms import terms_at
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.payments import Claim, Payment
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentEvent
from ledger.protocol.messages import Funded, NotificationEvent, ReceiptKind, Signed, discount
from ledger.protocol.money import Money
from ledger.protocol.records import record, replace
from ledger.protocol.signing import PrivateKey


@record(frozen=True, slots=True)
class Captured:
    """A paid payment and the receipt that says so."""

    payment: Payment
    receipt: Signed


def capture(
    books: Books,
    *,
    payment: Payment,
    claim: Claim,
    sides: Sides,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Captured:
    """Move the money of a claimed payment.

    Raises ``NotEnoughFunds``; the caller's unit of work then undoes what was begun.
    """
    funded = funding.paid(books.funding.lines(payment.payment_id))
    change = captured(
        books, payment, payment.amount, paid=claim.payer_amount, now=now, off=discount(funded)
    )
    paid = progress.advance(books, payment, PaymentEvent.CAPTURE, now=now, change=change)
    journal.book(
        books,
        kind=EntryKind.CAPTURE,
        lines=_flow(paid, claim, sides, funded),
        event_at=now,
        now=now,
        ids=ids,
        payment_id=paid.payment_id,
    )
    receipt = receipts.seal(
        books, kind=ReceiptKind.PAYMENT, payment=paid, sides=sides, now=now, ids=ids, key=key
    )
    notifications.tell(
        books,
        event=NotificationEvent.PAYMENT_PAID,
        payment=paid,
        receipt=receipt,
        funding=funded,
        now=now,
        ids=ids,
        key=key,
    )
    return Captured(paid, receipt.signed)


def _flow(
    payment: Payment, claim: Claim, sides: Sides, funded: tuple[Funded, ...]
) -> list[journal.Line]:
    own = funding.own_part(payment.amount, funded)
    return flows.to_merchant(
        payer_id=claim.payer_id,
        paid=claim.payer_amount,
        exchanged=fx.worth(own, sides.rate, claim.payer_amount.currency),
        merchant_id=payment.merchant_id,
        price=payment.amount,
        fee=payment.fee,
        funding=funded,
    )


def captured(
    books: Books,
    payment: Payment,
    amount: Money,
    *,
    paid: Money,
    now: Instant,
    off: int = 0,
) -> Payment:
    """Give a payment of which ``amount`` was captured and for which the payer paid ``paid``.

    ``off`` is what the merchant's own coupon took off, in minor units. The fee is that of what is
    settled, without it. The state is not this function's matter.
    """
    settled = Money(amount.minor_units - off, amount.currency)
    fee = fees.fee_of(settled, terms_at(books, payment.merchant_id, now))
    return replace(
        payment,
        captured=amount,
        payer_amount=paid,
        paid_at=now,
        fee_minor=fee.minor_units,
        discount_minor=off,
    )
