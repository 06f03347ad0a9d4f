"""A payer scans the shop's code: the payment is theirs to authorise for the next two minutes.

The ledger reads the scanned code itself (signature, expiry, every field against its own row), so a
wallet that was fooled, or lies, gains nothing. What the wallet then shows and signs is the *offer*:
the payee as registered, the price, and what it costs in the payer's own currency at a locked rate.

While a claim runs nobody else gets in; when it has run out, the next payer to scan may take over.
"""

from __future__ import annotations

from ledger.core.books import funding, fx
from ledger.core.books.fx import RateTable
from ledger.core.checkout import codes, progress
from ledger.core.checkout.scans import openings
from ledger.core.limits import (
    Policy,
    pin_needed,
    require_allowance,
    require_merchant_may_sell,
    require_payer_may_pay,
)
from ledger.core.parties import keys
from ledger.core.parties.register import require_merchant, require_payer
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant, Payer
from ledger.core.records.payments import Claim, Payment, Quote
from ledger.protocol import merchant_qr
from ledger.protocol.errors.checkout import OrderClaimed, OrderNotFound, OrderState
from ledger.protocol.identifiers import (
    IdSource,
    Kind,
    PayerId,
    PaymentId,
    QuoteId,
    payment_id_of,
)
from ledger.protocol.instants import Instant, later
from ledger.protocol.lifecycle import PaymentEvent, PaymentState
from ledger.protocol.merchant_qr import DynamicCode
from ledger.protocol.messages import Funded, Intent, Presented
from ledger.protocol.money import Money
from ledger.protocol.records import record, replace


@record(frozen=True, slots=True)
class Offer:
    """What a payer is asked to agree to; ``payer_amount`` leaves the account if they do.

    ``funding`` is what coupons and points pay of the price, which ``payer_amount`` is without.
    ``needs_pin`` says that it is more than goes without the wallet asking for its PIN: by amount,
    by what was spent in the day, or since a payment code is asked about only where that is so.
    """

    payment: Payment
    merchant: Merchant
    payer_amount: Money
    quote: Quote | None
    funding: tuple[Funded, ...]
    needs_pin: bool
    claimed_until: Instant


def claim(
    books: Books,
    *,
    payer_id: PayerId,
    payment_id: PaymentId,
    code: str,
    rates: RateTable,
    policy: Policy,
    now: Instant,
    ids: IdSource,
) -> Offer:
    """Attach a payer to the payment whose code they scanned; again is the same offer.

    A code that says all of its payment opens it, as with a consent that comes at once.

    Raises what ``codes.read_presented`` raises for the code, ``OrderNotFound``,
    ``OrderAlreadyPaid``, ``QrExpired``, ``OrderState``, ``OrderClaimed``, ``MerchantBlocked``,
    ``PayerBlocked``, ``CurrencyUnsupported`` (no rate), ``DailyLimit``, ``MonthlyLimit``, and what
    ``openings.open_payment`` raises.
    """
    payment = books.payments.find(payment_id)
    if payment is None:
        payment = _opened(books, code, payment_id, policy=policy, now=now)
    merchant = require_merchant(books, payment.merchant_id)
    progress.require_payable(payment, now=now)
    codes.read_presented(books, code=code, payment=payment, merchant=merchant, now=now)
    require_merchant_may_sell(merchant)
    take(
        books,
        payment=payment,
        payer_id=payer_id,
        code_digest=codes.digest(code),
        rates=rates,
        policy=policy,
        now=now,
        ids=ids,
    )
    return offer(books, payer_id=payer_id, payment_id=payment_id, policy=policy, now=now)


def _opened(
    books: Books, code: str, payment_id: PaymentId, *, policy: Policy, now: Instant
) -> Payment:
    """Open the payment that nobody has asked us for yet; only a code of profile S says enough."""
    read = merchant_qr.verify(code, keys.directory(books), now=now)
    if not isinstance(read, DynamicCode) or payment_id_of(read.request_id) != payment_id:
        raise OrderNotFound(payment_id)
    return openings.open_payment(books, code=read, policy=policy, now=now)


def take(
    books: Books,
    *,
    payment: Payment,
    payer_id: PayerId,
    code_digest: str,
    rates: RateTable,
    policy: Policy,
    now: Instant,
    ids: IdSource,
) -> Payment:
    """Give a payer the payment whose code was read; a claim of theirs that runs stays as it is.

    Raises ``PayerNotFound``, ``PayerBlocked``, ``OrderClaimed``, and what ``attach`` raises.
    """
    payer = require_payer(books, payer_id)
    require_payer_may_pay(payer)
    require_unclaimed(books, payment, payer_id, now=now)
    if _is_fresh(books, payment, payer_id, code_digest, now=now):
        return payment
    if payment.state is PaymentState.AUTHORISING:
        payment = _detach(books, payment, now=now)
    return attach(
        books,
        payment=payment,
        payer=payer,
        code_digest=code_digest,
        rates=rates,
        policy=policy,
        now=now,
        ids=ids,
    )


def require_unclaimed(books: Books, payment: Payment, payer_id: PayerId, *, now: Instant) -> None:
    """Nobody else may be paying this code right now (``OrderClaimed``)."""
    if payment.state is PaymentState.AUTHORISING and payment.payer_id != payer_id:
        held = books.payments.claim(payment.payment_id)
        if held is None or now < held.claimed_until:
            raise OrderClaimed(payment.payment_id)


def _is_fresh(
    books: Books, payment: Payment, payer_id: PayerId, digest: str, *, now: Instant
) -> bool:
    held = books.payments.claim(payment.payment_id)
    return (
        payment.state is PaymentState.AUTHORISING
        and held is not None
        and (held.payer_id, held.code_digest) == (payer_id, digest)
        and now < held.claimed_until
    )


def attach(
    books: Books,
    *,
    payment: Payment,
    payer: Payer,
    code_digest: str,
    rates: RateTable,
    policy: Policy,
    now: Instant,
    ids: IdSource,
) -> Payment:
    """Tie a payer to a waiting payment and lock what it costs them.

    Only a code on a shop's screen has others waiting for it, so only that claim runs out early.
    Coupons and points pay their part of a sale first, in the currency of the price; a deposit may
    be captured in parts, so they have no part in it. What is over the payer's limits is refused
    before they are asked (``DailyLimit``, ``MonthlyLimit``).
    """
    until = payment.expires_at
    if payment.presented is Presented.MERCHANT:
        until = min(until, later(now, policy.claim_ms))
    quote = None
    own = _lock_funding(books, payment, payer, now=now)
    if payer.currency != own.currency:
        quote = _lock_rate(books, payment, payer, own, until, rates=rates, now=now, ids=ids)
    payer_amount = quote.payer_amount if quote else own
    require_allowance(books, payer=payer, amount=payer_amount, policy=policy, now=now)
    books.payments.set_claim(
        Claim(
            payment_id=payment.payment_id,
            payer_id=payer.payer_id,
            payer_amount=payer_amount,
            quote_id=quote.quote_id if quote else None,
            code_digest=code_digest,
            claimed_at=now,
            claimed_until=until,
        )
    )
    change = replace(payment, payer_id=payer.payer_id)
    return progress.advance(books, payment, PaymentEvent.SCAN, now=now, change=change)


def _lock_funding(books: Books, payment: Payment, payer: Payer, *, now: Instant) -> Money:
    """Lock the grants that pay a part of a sale; what is left of its price for the payer."""
    if payment.intent is Intent.DEPOSIT:
        return payment.amount
    grants = [
        grant
        for grant in books.funding.grants(payer.payer_id)
        if grant.currency == payment.amount.currency.code
        and grant.merchant_id in ("", payment.merchant_id)
        and now < grant.valid_until
    ]
    lines = funding.choose(payment.amount, grants, payment_id=payment.payment_id)
    books.funding.add_lines(lines)
    return funding.own_part(payment.amount, funding.paid(lines))


def _lock_rate(
    books: Books,
    payment: Payment,
    payer: Payer,
    own: Money,
    valid_until: Instant,
    *,
    rates: RateTable,
    now: Instant,
    ids: IdSource,
) -> Quote:
    rate = rates.rate(payment.amount.currency, payer.currency)
    quote = Quote(
        quote_id=QuoteId(ids.new(Kind.QUOTE, now)),
        payment_id=payment.payment_id,
        payer_id=payer.payer_id,
        amount=own,
        payer_amount=fx.convert(own, rate, payer.currency),
        rate=rate,
        created_at=now,
        valid_until=valid_until,
    )
    books.payments.add_quote(quote)
    return quote


def offer(
    books: Books, *, payer_id: PayerId, payment_id: PaymentId, policy: Policy, now: Instant
) -> Offer:
    """Tell a payer again what they are asked to agree to; raises ``OrderNotFound``."""
    payment = require_attached(books, payment_id, payer_id)
    held = require_claim(books, payment)
    return Offer(
        payment=payment,
        merchant=require_merchant(books, payment.merchant_id),
        payer_amount=held.payer_amount,
        quote=books.payments.quote(held.quote_id) if held.quote_id else None,
        funding=funding.paid(books.funding.lines(payment_id)),
        needs_pin=(payment.presented is Presented.CONSUMER and payment.intent is Intent.SALE)
        or pin_needed(books, payer_id=payer_id, amount=payment.amount, policy=policy, now=now),
        claimed_until=held.claimed_until,
    )


def require_attached(books: Books, payment_id: PaymentId, payer_id: PayerId) -> Payment:
    """Find the payment a payer is attached to; any other is told like none (``OrderNotFound``)."""
    payment = progress.require_payment(books, payment_id)
    if payment.payer_id != payer_id:
        raise OrderNotFound(f"no payment {payment_id[:40]!r}")
    return payment


def require_claim(books: Books, payment: Payment) -> Claim:
    """Find the claim of a payment somebody is attached to, else ``OrderState``."""
    held = books.payments.claim(payment.payment_id)
    if held is None:
        raise OrderState(f"nobody has scanned {payment.payment_id}")
    return held


def release(books: Books, *, payer_id: PayerId, payment_id: PaymentId, now: Instant) -> Payment:
    """Step back without deciding: the code on the shop's screen is free for somebody else.

    A payment code or a sticker was meant for this payer alone and can only be declined
    (``OrderState``).
    """
    payment = require_attached(books, payment_id, payer_id)
    if payment.presented is not Presented.MERCHANT:
        raise OrderState("this payment is for you alone: decline it instead")
    return _detach(books, payment, now=now)


def _detach(books: Books, payment: Payment, *, now: Instant) -> Payment:
    change = replace(payment, payer_id=None)
    released = progress.advance(books, payment, PaymentEvent.RELEASE, now=now, change=change)
    books.payments.drop_claim(payment.payment_id)
    books.funding.drop_lines(payment.payment_id)
    return released
