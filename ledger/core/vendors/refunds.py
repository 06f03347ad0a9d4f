"""Refunds under a vendor's numbers.

Alipay's ``out_request_no`` is a number inside of one trade, WeChat Pay's ``out_refund_no`` and
Antom's ``refundRequestId`` one of the whole account; a face finds what it has given before by the
one or the other, and says itself what a repetition means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ledger.core.ports import Books
from ledger.core.records.payments import Payment, Refund
from ledger.core.records.vendors import VendorAccount, VendorRefund
from ledger.core.returns import refunds, undelivered
from ledger.core.vendors.orders import NOTIFY_URL_LENGTH, OUT_NO_LENGTH, Opened
from ledger.protocol.errors.content import IdentifierFormat
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import IdSource, check_merchant_order_no, check_text
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import RefundState
from ledger.protocol.money import Money
from ledger.protocol.records import record
from ledger.protocol.signing import PrivateKey


@record(frozen=True, slots=True)
class WantedRefund:
    """A refund as a face has read it; ``VendorRefund`` explains the fields.

    ``outcome`` other than ``SUCCEEDED`` is for a refund that shall not arrive
    (``ledger.core.returns.undelivered``).
    """

    opened: Opened
    out_no: str
    vendor_no: str
    amount: Money
    notify_url: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    outcome: RefundState = RefundState.SUCCEEDED


@record(frozen=True, slots=True)
class Refunded:
    """A refund in the vendor's numbers, the refund behind it, and the payment after it."""

    vendor_refund: VendorRefund
    refund: Refund
    payment: Payment


def refund(
    books: Books, *, wanted: WantedRefund, now: Instant, ids: IdSource, key: PrivateKey
) -> Refunded:
    """Give back a part of a vendor's order; whoever may ask twice looks first.

    A reason is one of the facts, so that it is forgotten with them. Raises ``OrderNotPaid``,
    ``CurrencyMismatch``, ``RefundExceedsCaptured``, ``RefundTooSmall``, ``PayerErased``,
    ``TextCharacter``.
    """
    check_text(wanted.out_no, OUT_NO_LENGTH)
    check_text(wanted.notify_url, NOTIFY_URL_LENGTH)
    order = wanted.opened.order
    undelivered.require_left(books, wanted.opened.payment, wanted.amount)
    given, payment = _given(books, wanted, now=now, ids=ids, key=key)
    kept = VendorRefund(
        refund_id=given.refund_id,
        payment_id=payment.payment_id,
        face=order.face,
        account_id=order.account_id,
        out_no=wanted.out_no,
        vendor_no=wanted.vendor_no,
        created_at=now,
        notify_url=wanted.notify_url,
        facts=wanted.facts,
    )
    books.vendor_orders.add_refund(kept)
    return Refunded(kept, given, payment)


def _given(
    books: Books, wanted: WantedRefund, *, now: Instant, ids: IdSource, key: PrivateKey
) -> tuple[Refund, Payment]:
    payment = wanted.opened.payment
    number = _refund_no(books, payment.merchant_id, wanted.out_no, otherwise=ids.body(now))
    if wanted.outcome is RefundState.SUCCEEDED:
        result = refunds.refund(
            books,
            merchant_id=payment.merchant_id,
            payment_id=payment.payment_id,
            merchant_refund_no=number,
            amount=wanted.amount,
            reason="",
            now=now,
            ids=ids,
            key=key,
        )
        return result.refund, result.payment
    refund = undelivered.accept(
        books,
        payment=payment,
        merchant_refund_no=number,
        amount=wanted.amount,
        fails=wanted.outcome is RefundState.FAILED,
        now=now,
        ids=ids,
        key=key,
    )
    return refund, payment


def _refund_no(books: Books, merchant_id: str, out_no: str, *, otherwise: str) -> str:
    try:
        check_merchant_order_no(out_no)
    except IdentifierFormat:
        return otherwise
    return out_no if books.payments.refund(merchant_id, out_no) is None else otherwise


def in_order(books: Books, *, opened: Opened, out_no: str) -> Refunded | None:
    """Find a refund by a number that counts inside of one order."""
    for kept in books.vendor_orders.refunds(opened.order.payment_id):
        if kept.out_no == out_no:
            return _refunded(books, kept, opened.payment)
    return None


def in_account(
    books: Books, *, account: VendorAccount, out_no: str = "", vendor_no: str = ""
) -> Refunded | None:
    """Find a refund by the vendor's number, which wins, or by one that counts in the account."""
    if vendor_no:
        found = books.vendor_orders.refund_by_vendor_no(account.vendor, vendor_no)
        kept = [found] if found is not None else []
    else:
        kept = books.vendor_orders.refunds_by_out_no(account.vendor, account.account_id, out_no)
    for each in kept:
        payment = books.payments.find(each.payment_id)
        if each.account_id == account.account_id and payment is not None:
            return _refunded(books, each, payment)
    return None


def of_order(books: Books, *, opened: Opened) -> list[Refunded]:
    """List the refunds of an order, oldest first."""
    kept = books.vendor_orders.refunds(opened.order.payment_id)
    return [_refunded(books, each, opened.payment) for each in kept]


def arrived_at(books: Books, refund: Refund) -> Instant:
    """Tell when the money of a refund that succeeded was given back."""
    for entry in books.journal.entries_of_payment(refund.payment_id):
        if entry.refund_id == refund.refund_id:
            return entry.event_at
    raise InvariantBroken(f"{refund.refund_id} was not booked")


def _refunded(books: Books, kept: VendorRefund, payment: Payment) -> Refunded:
    for given in books.payments.refunds(payment.payment_id):
        if given.refund_id == kept.refund_id:
            return Refunded(kept, given, payment)
    raise InvariantBroken(f"{kept.refund_id} is in no payment")
