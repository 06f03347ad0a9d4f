"""The merchant asks to be paid: the first step of every payment but a sticker's.

The till chose the request id, so the payment has a name before we have heard of it, and a request
whose answer got lost is simply sent again: the same signed text is the same payment. The ledger's
row is the truth from here on; a code is only a pointer to it.
"""

from __future__ import annotations

from ledger.core.checkout import progress
from ledger.core.limits import Policy, require_merchant_may_sell
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant
from ledger.core.records.payments import Payment
from ledger.protocol import messages
from ledger.protocol.errors.checkout import (
    HoldTimes,
    OrderNumberReused,
    OrderState,
    RequestTimes,
    SubjectNotNeutral,
    TerminalNotFound,
)
from ledger.protocol.errors.content import CurrencyMismatch, FieldFormat
from ledger.protocol.identifiers import payment_id_of
from ledger.protocol.instants import DAY, MINUTE, Instant, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Intent, PaymentRequest, Presented
from ledger.protocol.money import Money

CLOCKS_DIFFER_MS = 5 * MINUTE

NEUTRAL_WORDS = frozenset({"Order", "Bestellung", "订单", "Deposit", "Kaution", "押金"})
"""The words that may stand before an order's number in a neutral subject."""


def request(books: Books, *, request: PaymentRequest, policy: Policy, now: Instant) -> Payment:
    """Open a payment that waits for its payer, or give back the one this request has opened.

    The request's signature is checked before (``consents.open_request``). Raises
    ``OrderNumberReused``, ``OrderState`` (reversed before it arrived), ``MerchantBlocked``,
    ``TerminalNotFound``, ``CurrencyMismatch``, ``RequestTimes``, ``HoldTimes``,
    ``SubjectNotNeutral``, ``FieldFormat`` (for a payment code).
    """
    known = same_request(books, request)
    if known is not None:
        return known
    require_presented(request, Presented.MERCHANT)
    return open_payment(books, request=request, policy=policy, now=now)


def same_request(books: Books, request: PaymentRequest) -> Payment | None:
    """Find the payment this very request has opened.

    Another payment under its request id or its order number raises ``OrderNumberReused``; an id
    that the merchant reversed before its request arrived raises ``OrderState``.
    """
    known = books.payments.find(payment_id_of(request.request_id))
    if known is None:
        known = books.payments.by_order_no(request.merchant_id, request.merchant_order_no)
    if known is None:
        return None
    if known.merchant_id == request.merchant_id and known.is_tombstone:
        raise OrderState(f"{known.payment_id} was reversed before its request arrived")
    if known.request_text != messages.encode(request) and not _has_said_it(known, request):
        raise OrderNumberReused(f"{request.merchant_order_no} stands for another payment")
    return known


def _has_said_it(known: Payment, request: PaymentRequest) -> bool:
    """Tell whether a payment that its code opened is the one its request asks for.

    Subject and basket were never in the code, so there is nothing to compare them with.
    """
    asked = (
        payment_id_of(request.request_id),
        request.merchant_id,
        request.terminal_id,
        request.merchant_order_no,
        request.amount,
        request.presented,
        request.intent,
    )
    return known.is_opened_by_code and asked == (
        known.payment_id,
        known.merchant_id,
        known.terminal_id,
        known.merchant_order_no,
        known.amount,
        known.presented,
        known.intent,
    )


def open_payment(
    books: Books, *, request: PaymentRequest, policy: Policy, now: Instant, code: str = ""
) -> Payment:
    """Check a request against the merchant's own rows and open its payment.

    Amount, texts and numbers need no check: a ``PaymentRequest`` can't be made of bad ones. Where
    the merchant signed only a ``code``, that is the text to keep.
    """
    merchant = require_merchant(books, request.merchant_id)
    require_merchant_may_sell(merchant)
    require_terminal(books, merchant, request.terminal_id)
    require_currency(merchant, request.amount)
    require_times(request, policy=policy, now=now)
    if policy.neutral_subjects:
        require_neutral_subject(request)
    payment = Payment(
        payment_id=payment_id_of(request.request_id),
        merchant_id=merchant.merchant_id,
        terminal_id=request.terminal_id,
        merchant_order_no=request.merchant_order_no,
        amount=request.amount,
        subject=request.subject,
        basket_hash=request.basket_hash,
        presented=request.presented,
        request_text=code or messages.encode(request),
        state=PaymentState.AWAITING_PAYER,
        created_at=now,
        expires_at=request.expires_at,
        refunded=Money(0, request.amount.currency),
        intent=request.intent,
        hold_until=hold_until(request, policy=policy),
    )
    return progress.begin(books, payment, now=now)


def require_presented(request: PaymentRequest, presented: Presented) -> None:
    """Refuse a request that was signed for another way of presenting (``FieldFormat``)."""
    if request.presented != presented:
        raise FieldFormat(f"the request is for a {request.presented}-presented code")


def require_terminal(books: Books, merchant: Merchant, terminal_id: str) -> None:
    """Refuse a terminal that is not the merchant's own (``TerminalNotFound``)."""
    if books.directory.terminal(merchant.merchant_id, terminal_id) is None:
        raise TerminalNotFound(f"no terminal {terminal_id[:40]!r} of {merchant.merchant_id}")


def require_currency(merchant: Merchant, amount: Money) -> None:
    """Refuse another currency than the merchant's own (``CurrencyMismatch``)."""
    if amount.currency != merchant.currency:
        raise CurrencyMismatch(f"{merchant.merchant_id} sells in {merchant.currency.code}")


def hold_until(request: PaymentRequest, *, policy: Policy) -> Instant | None:
    """Tell until when a deposit would be held; longer than the policy allows is ``HoldTimes``."""
    if request.intent is not Intent.DEPOSIT:
        return None
    latest = later(request.created_at, policy.hold_ms)
    if request.hold_until is None:
        return latest
    if request.hold_until > latest:
        raise HoldTimes(f"a deposit is held for {policy.hold_ms // DAY} days at most")
    return request.hold_until


def require_times(request: PaymentRequest, *, policy: Policy, now: Instant) -> None:
    """Refuse a request that was not made just now, or lives for too long (``RequestTimes``)."""
    if abs(request.created_at - now) > CLOCKS_DIFFER_MS:
        raise RequestTimes("the request was not made within five minutes of the ledger's clock")
    if not now < request.expires_at <= later(request.created_at, policy.payment_lifetime_ms):
        raise RequestTimes("the request is over already or lives for too long")


def require_neutral_subject(request: PaymentRequest) -> None:
    """Refuse a subject that could tell what was bought (``SubjectNotNeutral``).

    Neutral is none at all, the order's number, or one of ``NEUTRAL_WORDS`` and the number.
    """
    word, _, number = request.subject.rpartition(" ")
    if not request.subject:
        return
    if number != request.merchant_order_no or (word and word not in NEUTRAL_WORDS):
        raise SubjectNotNeutral(f"a subject is like 'Order {request.merchant_order_no}'")
