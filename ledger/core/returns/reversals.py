"""Reversals: the merchant undoes an attempt whose outcome it does not know, or does not want.

The till asked, no answer came, queries failed: it must not leave the shop's door open for a payment
that may or may not happen. Whatever there is, a reversal ends it: a waiting payment is closed, a
held or paid one is given back whole, with our fee for it and the payer's coupons and points. And
when the request itself never arrived, the reversal leaves a *tombstone*, a payment of nothing that
is REVERSED, so that the request, arriving late, is refused. (ISO 8583 tells it the same way: a
reversal advice, 0420, is always accepted.)
"""

from __future__ import annotations

from ledger.core import spending
from ledger.core.books import flows, funding, fx, journal
from ledger.core.checkout import progress
from ledger.core.checkout.deposits import holds
from ledger.core.notices import notifications, receipts
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.notices import KeptReceipt
from ledger.core.records.payments import Payment
from ledger.protocol.errors.checkout import OrderNotFound, OrderNumberReused, OrderState
from ledger.protocol.identifiers import (
    IdSource,
    Kind,
    PaymentId,
    check,
    check_merchant_order_no,
)
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentEvent, PaymentState
from ledger.protocol.messages import NotificationEvent, Presented, ReceiptKind, Signed
from ledger.protocol.money import Money
from ledger.protocol.records import record, replace
from ledger.protocol.signing import PrivateKey


@record(frozen=True, slots=True)
class Reversal:
    """The payment after a reversal; ``receipt`` where money went back."""

    payment: Payment
    receipt: Signed | None


def reverse(
    books: Books,
    *,
    merchant_id: str,
    payment_id: PaymentId,
    merchant_order_no: str,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Reversal:
    """Undo a payment, whatever became of it; again is the same answer.

    Raises ``OrderNotFound`` (another's, or under another order number), ``OrderNumberReused``,
    ``OrderState`` (declined, closed, or partly refunded: what is left can be refunded).
    """
    check(Kind.PAYMENT, payment_id)
    check_merchant_order_no(merchant_order_no)
    payment = books.payments.find(payment_id)
    if payment is None:
        return _bury(
            books,
            merchant_id=merchant_id,
            payment_id=payment_id,
            merchant_order_no=merchant_order_no,
            now=now,
        )
    if (payment.merchant_id, payment.merchant_order_no) != (merchant_id, merchant_order_no):
        raise OrderNotFound(f"no payment {payment_id} with the order number {merchant_order_no}")
    if payment.state is PaymentState.REVERSED:
        return Reversal(payment, _receipt_of(books, payment))
    require_untouched(payment)
    change = replace(
        payment,
        fee_returned_minor=payment.fee_minor,
        discount_returned_minor=payment.discount_minor,
    )
    after = progress.advance(books, payment, PaymentEvent.REVERSE, now=now, change=change)
    receipt = _give_back(books, payment, after, now=now, ids=ids, key=key)
    notifications.tell(
        books,
        event=NotificationEvent.PAYMENT_REVERSED,
        payment=after,
        receipt=receipt,
        funding=funding.paid(books.funding.lines(payment_id)) if receipt else (),
        now=now,
        ids=ids,
        key=key,
    )
    return Reversal(after, receipt.signed if receipt else None)


def require_untouched(payment: Payment) -> None:
    """Refuse a payment of which a part went back already (``OrderState``)."""
    if payment.refunded.minor_units > 0:
        raise OrderState(f"{payment.refunded} was refunded already: refund the rest")


def _give_back(
    books: Books,
    before: Payment,
    after: Payment,
    *,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> KeptReceipt | None:
    if before.state is PaymentState.HELD:
        holds.give_back(books, before, now=now, ids=ids)
    if before.state is not PaymentState.PAID:
        return None
    sides, paid = receipts.sides_of(books, after), receipts.paid_by_payer(before)
    funded = funding.paid(books.funding.lines(before.payment_id))
    own = funding.own_part(receipts.captured_of(before), funded)
    journal.book(
        books,
        kind=EntryKind.REVERSAL,
        lines=flows.to_payer(
            merchant_id=before.merchant_id,
            given_back=receipts.captured_of(before),
            fee=before.fee,
            payer_id=receipts.payer_of(before),
            received=paid,
            exchanged=fx.worth(own, sides.rate, paid.currency),
            funding=funded,
        ),
        event_at=now,
        now=now,
        ids=ids,
        payment_id=before.payment_id,
    )
    spending.take_back(books, before)  # after the accounts, as when it was counted
    return receipts.seal(
        books,
        kind=ReceiptKind.REVERSAL,
        payment=after,
        sides=sides,
        now=now,
        ids=ids,
        key=key,
    )


def _receipt_of(books: Books, payment: Payment) -> Signed | None:
    for receipt in books.receipts.of_payment(payment.payment_id):
        if receipt.kind == ReceiptKind.REVERSAL and not receipt.is_erased:
            return receipt.signed
    return None


def _bury(
    books: Books,
    *,
    merchant_id: str,
    payment_id: PaymentId,
    merchant_order_no: str,
    now: Instant,
) -> Reversal:
    merchant = require_merchant(books, merchant_id)
    if books.payments.by_order_no(merchant_id, merchant_order_no) is not None:
        raise OrderNumberReused(f"{merchant_order_no} stands for another payment")
    nothing = Money(0, merchant.currency)
    tombstone = Payment(
        payment_id=payment_id,
        merchant_id=merchant_id,
        terminal_id="",
        merchant_order_no=merchant_order_no,
        amount=nothing,
        subject="",
        basket_hash="",
        presented=Presented.MERCHANT,
        request_text="",
        state=PaymentState.REVERSED,
        created_at=now,
        expires_at=now,
        refunded=nothing,
    )
    return Reversal(progress.begin(books, tombstone, now=now), None)
