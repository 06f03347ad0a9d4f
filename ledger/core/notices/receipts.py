"""Receipts: the provider's signed statement of a final outcome.

A receipt is sealed in the unit of work that books the money, so there is no movement without one.
It holds for ever and is checked with nothing but the published keys.
"""

from __future__ import annotations

from ledger.core.books import funding
from ledger.core.parties import pairwise
from ledger.core.parties.register import require_merchant, require_payer
from ledger.core.ports import Books
from ledger.core.records.notices import KeptReceipt
from ledger.core.records.parties import Merchant, PartyStatus, Payer
from ledger.core.records.payments import Payment, Rate, Refund
from ledger.protocol import messages
from ledger.protocol.errors.privacy import PayerErased
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import IdSource, Kind, PayerId, ReceiptId
from ledger.protocol.instants import Instant
from ledger.protocol.messages import Funded, Receipt, ReceiptKind
from ledger.protocol.money import Money
from ledger.protocol.records import record
from ledger.protocol.signing import PrivateKey


@record(frozen=True, slots=True)
class Sides:
    """Who stands on both sides of a payment, and the rate between them if there is one."""

    merchant: Merchant
    payer: Payer
    rate: Rate | None


def sides_of(books: Books, payment: Payment) -> Sides:
    """Look up both sides of a payment somebody is attached to; raises ``PayerErased``."""
    require_reachable(books, payment)
    claim = books.payments.claim(payment.payment_id)
    quote = books.payments.quote(claim.quote_id) if claim and claim.quote_id else None
    return Sides(
        merchant=require_merchant(books, payment.merchant_id),
        payer=require_payer(books, payer_of(payment)),
        rate=quote.rate if quote else None,
    )


def seal(
    books: Books,
    *,
    kind: ReceiptKind,
    payment: Payment,
    sides: Sides,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
    refund: Refund | None = None,
    refunded_funding: tuple[Funded, ...] = (),
) -> KeptReceipt:
    """State that a payment was captured or reversed, or what a refund of it gave back.

    ``refunded_funding`` is what of a refund went back to coupons and points.
    """
    funded = refunded_funding
    if refund is None:
        funded = funding.paid(books.funding.lines(payment.payment_id))
    receipt_id = ReceiptId(ids.new(Kind.RECEIPT, now))
    message = Receipt(
        receipt_id=receipt_id,
        kind=kind,
        payment_id=payment.payment_id,
        refund_id=refund.refund_id if refund else "",
        merchant_id=payment.merchant_id,
        payee_name=sides.merchant.name,
        payee_city=sides.merchant.city,
        merchant_order_no=payment.merchant_order_no,
        terminal_id=payment.terminal_id,
        ppid=pairwise.ppid(sides.payer, payment.merchant_id),
        amount=refund.amount if refund else captured_of(payment),
        payer_amount=refund.payer_amount if refund else paid_by_payer(payment),
        rate=str(sides.rate) if sides.rate else "",
        rate_set_by=sides.rate.set_by if sides.rate else "",
        occurred_at=now,
        funding=funded,
    )
    kept = KeptReceipt(
        receipt_id=receipt_id,
        kind=kind,
        payment_id=payment.payment_id,
        refund_id=refund.refund_id if refund else None,
        merchant_id=payment.merchant_id,
        payer_id=sides.payer.payer_id,
        occurred_at=now,
        signed=messages.seal(message, key),
    )
    books.receipts.add(kept)
    return kept


def require_reachable(books: Books, payment: Payment) -> None:
    """Refuse to give anything back to a payer who was erased (``PayerErased``)."""
    payer = books.directory.payer(payer_of(payment))
    if payer is not None and payer.status is PartyStatus.ERASED:
        raise PayerErased(f"{payment.payment_id} can't be given back")


def payer_of(payment: Payment) -> PayerId:
    """Tell who paid; ``InvariantBroken`` for a payment nobody is attached to."""
    if payment.payer_id is None:
        raise InvariantBroken(f"{payment.payment_id} has no payer")
    return payment.payer_id


def captured_of(payment: Payment) -> Money:
    """Tell what the merchant was paid; ``InvariantBroken`` if nothing ever was."""
    if payment.captured is None:
        raise InvariantBroken(f"{payment.payment_id} was never captured")
    return payment.captured


def paid_by_payer(payment: Payment) -> Money:
    """Tell what left the payer's account; ``InvariantBroken`` if nothing ever did."""
    if payment.payer_amount is None:
        raise InvariantBroken(f"{payment.payment_id} was never paid")
    return payment.payer_amount
