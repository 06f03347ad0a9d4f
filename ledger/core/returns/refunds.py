"""Refunds: a paid payment goes back in parts or as a whole, never more of it than was paid.

The merchant names each refund by its own number; the same number again is the same refund. Where
price and wallet differ in currency, what the payer gets is reckoned from the *sum* of all refunds
so far, so that rounding never adds up and the last part brings back exactly the rest. The merchant
gets its fee back in the same way, by ``books.fees``, and coupons and points what they paid, by
``books.funding``: that goes to the provider, and points can be used again. What falls on a coupon
of the merchant's own is given back by nobody, since nobody had paid it; of a price that such a
coupon lowered, a minor unit or two may fall on it alone, and is no refund.

A refund that was accepted and can't reach the payer is another matter (``returns.undelivered``);
``deliver`` gives it back after all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from ledger.core.books import fees, flows, funding, fx, journal
from ledger.core.books.accounts import merchant_account
from ledger.core.checkout import progress
from ledger.core.notices import notifications, receipts
from ledger.core.parties.fee_terms import terms_at
from ledger.core.ports import Books
from ledger.core.records.funding import FundingLine
from ledger.core.records.journal import Account, EntryKind
from ledger.core.records.notices import KeptReceipt
from ledger.core.records.payments import Payment, Rate, Refund
from ledger.protocol.errors.checkout import OrderNotPaid, RefundExceedsCaptured, RefundNumberReused
from ledger.protocol.errors.content import CurrencyMismatch, RefundTooSmall
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import (
    IdSource,
    Kind,
    PaymentId,
    RefundId,
    check_merchant_order_no,
    check_text,
)
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import REFUND, PaymentEvent, PaymentState, RefundEvent
from ledger.protocol.messages import Funded, NotificationEvent, ReceiptKind, Signed, discount
from ledger.protocol.money import Money, payable
from ledger.protocol.records import record, replace
from ledger.protocol.signing import PrivateKey

REASON_LENGTH = 80


@record(frozen=True, slots=True)
class RefundResult:
    """A refund, the payment after it, and the receipt that says so."""

    refund: Refund
    payment: Payment
    receipt: Signed


def refund(
    books: Books,
    *,
    merchant_id: str,
    payment_id: PaymentId,
    merchant_refund_no: str,
    amount: Money,
    reason: str,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> RefundResult:
    """Give back ``amount`` of a paid payment, in the merchant's currency.

    Raises ``OrderNotFound``, ``RefundNumberReused``, ``OrderNotPaid``, ``CurrencyMismatch``,
    ``RefundExceedsCaptured``, ``RefundTooSmall``, ``TextCharacter``, ``IdentifierFormat``,
    ``PayerErased``.
    """
    payment = progress.require_payment_of(books, payment_id, merchant_id)
    known = books.payments.refund(merchant_id, merchant_refund_no)
    if known is not None:
        return _same_refund(books, known, payment, amount, reason)
    check_merchant_order_no(merchant_refund_no)
    check_text(reason, REASON_LENGTH)
    require_refundable(payment, payable(amount))
    reckoned = reckon(books, payment, amount)
    after = progress.advance(books, payment, reckoned.event, now=now, change=reckoned.after)
    given = replace(
        accepted(
            payment,
            reckoned,
            refund_id=RefundId(ids.new(Kind.REFUND, now)),
            merchant_refund_no=merchant_refund_no,
            amount=amount,
            reason=reason,
            now=now,
        ),
        state=REFUND.advance(REFUND.initial, RefundEvent.COMPLETE),
    )
    books.payments.add_refund(given)
    return _give(books, payment, after, given, reckoned.lines, now=now, ids=ids, key=key)


def deliver(
    books: Books, *, waiting: Refund, now: Instant, ids: IdSource, key: PrivateKey
) -> RefundResult:
    """Give back what was accepted before and waits, in its own number, reckoned as of now.

    Raises ``IllegalTransition``, ``OrderNotPaid``, ``RefundExceedsCaptured``, ``RefundTooSmall``,
    ``PayerErased``.
    """
    state = REFUND.advance(waiting.state, RefundEvent.COMPLETE)
    payment = progress.require_payment_of(books, waiting.payment_id, waiting.merchant_id)
    require_refundable(payment, waiting.amount)
    reckoned = reckon(books, payment, waiting.amount)
    after = progress.advance(books, payment, reckoned.event, now=now, change=reckoned.after)
    given = replace(waiting, state=state, **_parts(payment, reckoned))
    books.payments.replace_refund(given)
    return _give(books, payment, after, given, reckoned.lines, now=now, ids=ids, key=key)


def require_refundable(payment: Payment, amount: Money) -> None:
    """Only a paid payment goes back, in its currency, and no more than is left of it.

    Raises ``OrderNotPaid``, ``CurrencyMismatch``, ``RefundExceedsCaptured``.
    """
    if payment.state not in (PaymentState.PAID, PaymentState.FULLY_REFUNDED):
        raise OrderNotPaid(f"{payment.payment_id} is {payment.state}")
    if amount.currency != payment.amount.currency:
        raise CurrencyMismatch(f"the payment is in {payment.amount.currency.code}")
    left = receipts.captured_of(payment) - payment.refunded
    if left < amount:
        raise RefundExceedsCaptured(f"asked {amount}, {left} is left")


@record(frozen=True, slots=True)
class Reckoned:
    """What a refund makes of a payment, by which event, and the lines that funded the payment."""

    event: PaymentEvent
    after: Payment
    lines: Sequence[FundingLine]


def reckon(books: Books, payment: Payment, amount: Money) -> Reckoned:
    """Reckon what a refund would do, and do nothing; raises ``RefundTooSmall``."""
    lines = books.funding.lines(payment.payment_id)
    event, after = _after(books, payment, amount, lines)
    _require_something_back(payment, after)
    return Reckoned(event, after, lines)


def accepted(
    payment: Payment,
    reckoned: Reckoned,
    *,
    refund_id: RefundId,
    merchant_refund_no: str,
    amount: Money,
    reason: str,
    now: Instant,
) -> Refund:
    """Make a refund that is accepted, in its first state, with all of its parts."""
    parts = _parts(payment, reckoned)
    return Refund(
        refund_id=refund_id,
        payment_id=payment.payment_id,
        merchant_id=payment.merchant_id,
        merchant_refund_no=merchant_refund_no,
        amount=amount,
        payer_amount=parts["payer_amount"],
        reason=reason,
        state=REFUND.initial,
        created_at=now,
        fee_minor=parts["fee_minor"],
        discount_minor=parts["discount_minor"],
    )


class _Parts(TypedDict):
    payer_amount: Money
    fee_minor: int
    discount_minor: int


def _parts(before: Payment, reckoned: Reckoned) -> _Parts:
    after = reckoned.after
    return {
        "payer_amount": _received(before, after),
        "fee_minor": after.fee_returned_minor - before.fee_returned_minor,
        "discount_minor": after.discount_returned_minor - before.discount_returned_minor,
    }


def _require_something_back(before: Payment, after: Payment) -> None:
    off = after.discount_returned_minor - before.discount_returned_minor
    if (after.refunded - before.refunded).minor_units == off:
        raise RefundTooSmall(f"all of it falls on a coupon that took {before.discount} off")


def _same_refund(
    books: Books, known: Refund, payment: Payment, amount: Money, reason: str
) -> RefundResult:
    wanted = (payment.payment_id, amount)
    # A reason is free text and forgotten after a while, so an empty one is any.
    if (known.payment_id, known.amount) != wanted or known.reason not in ("", reason):
        raise RefundNumberReused(f"{known.merchant_refund_no} stands for another refund")
    receipts.require_reachable(books, payment)
    return RefundResult(known, payment, _receipt_of(books, known).signed)


def _receipt_of(books: Books, known: Refund) -> KeptReceipt:
    for receipt in books.receipts.of_payment(known.payment_id):
        if receipt.refund_id == known.refund_id:
            return receipt
    raise InvariantBroken(f"{known.refund_id} has no receipt")


def _shares(payment: Payment, lines: Sequence[FundingLine]) -> tuple[Money, tuple[int, ...]]:
    """Split what was refunded so far: what of the payer's own part, and what of each line."""
    own = funding.own_part(receipts.captured_of(payment), funding.paid(lines))
    parts = (own.minor_units, *(line.amount_minor for line in lines))
    own_share, *shares = funding.given_back(payment.refunded.minor_units, parts=parts)
    return Money(own_share, own.currency), tuple(shares)


def _by_source(lines: Sequence[FundingLine], shares: Sequence[int]) -> tuple[Funded, ...]:
    return funding.by_source(
        (line.source, share) for line, share in zip(lines, shares, strict=True)
    )


def _after(
    books: Books, payment: Payment, amount: Money, lines: Sequence[FundingLine]
) -> tuple[PaymentEvent, Payment]:
    refunded = payment.refunded + amount
    captured = receipts.captured_of(payment)
    left = captured - refunded
    own = funding.own_part(captured, funding.paid(lines))
    own_share, shares = _shares(replace(payment, refunded=refunded), lines)
    share = fx.payer_share(own_share, of=own, paid=receipts.paid_by_payer(payment))
    discount_returned = discount(_by_source(lines, shares))
    settled = Money(left.minor_units - payment.discount_minor + discount_returned, left.currency)
    fee_returned = fees.returned(
        payment.fee, left=settled, terms=terms_at(books, payment.merchant_id, paid_at(payment))
    )
    return (
        PaymentEvent.REFUND if left.minor_units else PaymentEvent.REFUND_ALL,
        replace(
            payment,
            refunded=refunded,
            payer_refunded_minor=share.minor_units,
            fee_returned_minor=fee_returned.minor_units,
            discount_returned_minor=discount_returned,
        ),
    )


def paid_at(payment: Payment) -> Instant:
    """Tell when a payment was paid; ``InvariantBroken`` if it never was."""
    if payment.paid_at is None:
        raise InvariantBroken(f"{payment.payment_id} was never paid")
    return payment.paid_at


def _received(before: Payment, after: Payment) -> Money:
    minor_units = after.payer_refunded_minor - before.payer_refunded_minor
    return Money(minor_units, receipts.paid_by_payer(before).currency)


def _exchanged(
    before: Payment, after: Payment, lines: Sequence[FundingLine], rate: Rate | None
) -> Money:
    """Tell what our position gives of a refund, reckoned like the payer's part from the sum."""
    own = funding.own_part(receipts.captured_of(before), funding.paid(lines))
    worth = fx.worth(own, rate, receipts.paid_by_payer(before).currency)
    then, now = (
        fx.worth_share(_shares(payment, lines)[0], of=own, worth=worth)
        for payment in (before, after)
    )
    return now - then


def _return_funding(
    books: Books, payment: Payment, lines: Sequence[FundingLine]
) -> tuple[Funded, ...]:
    """Keep what each line got back with a refund; what that is, by source."""
    _, shares = _shares(payment, lines)
    for line, share in zip(lines, shares, strict=True):
        books.funding.give_back(replace(line, returned_minor=share))
    back = [share - line.returned_minor for line, share in zip(lines, shares, strict=True)]
    return _by_source(lines, back)


def _flow(
    payment: Payment, given: Refund, exchanged: Money, funded: Sequence[Funded]
) -> list[journal.Line]:
    return flows.to_payer(
        merchant_id=payment.merchant_id,
        given_back=given.amount,
        fee=given.fee,
        payer_id=receipts.payer_of(payment),
        received=given.payer_amount,
        exchanged=exchanged,
        funding=funded,
    )


def _sharers(books: Books, payment: Payment) -> list[Account]:
    """List the accounts of those who share a payment, who may give back with a refund of it."""
    of = payment.amount.currency
    parts = [part for share in books.sharing.shares(payment.payment_id) for part in share.parts]
    return [merchant_account(each, of) for each in {part.receiver_id for part in parts}]


def _give(
    books: Books,
    before: Payment,
    payment: Payment,
    given: Refund,
    lines: Sequence[FundingLine],
    *,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> RefundResult:
    sides = receipts.sides_of(books, payment)
    funded = _return_funding(books, payment, lines)
    exchanged = _exchanged(before, payment, lines, sides.rate)
    flow = _flow(payment, given, exchanged, funded)
    journal.lock(books, [*(line.account for line in flow), *_sharers(books, payment)])
    journal.book(
        books,
        kind=EntryKind.REFUND,
        lines=flow,
        event_at=now,
        now=now,
        ids=ids,
        payment_id=payment.payment_id,
        refund_id=given.refund_id,
    )
    receipt = receipts.seal(
        books,
        kind=ReceiptKind.REFUND,
        payment=payment,
        sides=sides,
        refund=given,
        refunded_funding=funded,
        now=now,
        ids=ids,
        key=key,
    )
    notifications.tell(
        books,
        event=NotificationEvent.REFUND_SUCCEEDED,
        payment=payment,
        refund=given,
        receipt=receipt,
        funding=funded,
        now=now,
        ids=ids,
        key=key,
    )
    progress.publish(books, payment, now=now, name=NotificationEvent.REFUND_SUCCEEDED)
    return RefundResult(given, payment, receipt.signed)
