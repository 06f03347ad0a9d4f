"""Parts of a deposit: a merchant takes some of it, or gives some back, and holds on to the rest.

A deposit is captured or given back once (``captures``, ``releases``). Where a merchant may do so in
parts, as with Alipay's, each step is one unit of work of three: all that is held goes back, the
part that is taken is paid as a sale of its own, and what is left is held anew, as a deposit that
follows the first.

    30.00 held ──take 3.50──►  given back 30.00,  sale 3.50 paid,  26.50 held
               ──take 20.00─►  given back 26.50,  sale 20.00 paid,  6.50 held
               ──give back───►  given back 6.50

The payer agreed to the first and nothing after it goes beyond: a part costs what the rate they
agreed to says, rounded up, and what is held anew is what was held less that. So the parts of a
deposit that is used up cost exactly what was held. The end of the hold stays, limits are not asked
again. Where rounding has left less than one unit of the payer's money, nothing is held any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd

from ledger.core import spending
from ledger.core.books import flows, fx, journal
from ledger.core.books.accounts import hold_account, payer_account
from ledger.core.checkout import progress
from ledger.core.checkout.capture import Captured, capture, captured
from ledger.core.checkout.claims import require_claim
from ledger.core.checkout.deposits import captures, holds, releases
from ledger.core.limits import require_merchant_may_sell
from ledger.core.notices import notifications, receipts
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.payments import Claim, Payment, Quote, Rate
from ledger.protocol.errors.checkout import CaptureExceedsHeld
from ledger.protocol.identifiers import IdSource, Kind, QuoteId, payment_id_of
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentEvent, PaymentState
from ledger.protocol.messages import NotificationEvent
from ledger.protocol.money import Money, payable
from ledger.protocol.signing import PrivateKey


@dataclass(frozen=True, slots=True)
class Taken:
    """What a merchant took, and the deposit of what is left, None if nothing is held any more."""

    part: Captured
    rest: Payment | None


@dataclass(frozen=True, slots=True)
class _Step:
    """One step in the books: everything that each of its movements needs."""

    books: Books
    deposit: Payment
    claim: Claim
    quote: Quote | None
    now: Instant
    ids: IdSource
    key: PrivateKey

    def worth(self, amount: Money) -> Money:
        """Give what an amount costs the payer at the deposit's rate."""
        if self.quote is None:
            return amount
        return fx.convert(amount, self.quote.rate, self.claim.payer_amount.currency)


def take(
    books: Books,
    *,
    deposit: Payment,
    part: Payment,
    keep_rest: bool,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Taken:
    """Pay ``part``, a sale that waits for its payer, out of a deposit of the same merchant.

    Raises what ``captures.require_capturable`` raises for its amount, and ``MerchantBlocked``.
    """
    deposit = progress.require_payment(books, deposit.payment_id)  # locked before its accounts
    captures.require_capturable(books, deposit, part.amount, now=now)
    require_merchant_may_sell(receipts.sides_of(books, deposit).merchant)
    step = _step(books, deposit, now=now, ids=ids, key=key)
    paid = step.worth(part.amount)
    _lock(step, part, paid)
    _release(step)
    attached = _attach(step, part, paid)
    sale = capture(
        books,
        payment=attached,
        claim=require_claim(books, attached),
        sides=receipts.sides_of(books, attached),
        now=now,
        ids=ids,
        key=key,
    )
    spending.count(books, sale.payment)
    if not keep_rest or part.amount == deposit.amount:
        return Taken(sale, None)
    return Taken(sale, _hold_anew(step, deposit.amount - part.amount, spent=paid))


def give_back(
    books: Books,
    *,
    deposit: Payment,
    amount: Money,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Payment | None:
    """Give a part of a deposit back, or all of it; the deposit of what is left.

    Raises what ``captures.require_capturable`` raises.
    """
    captures.require_capturable(books, deposit, payable(amount), now=now)
    step = _step(books, deposit, now=now, ids=ids, key=key)
    _release(step)
    if amount == deposit.amount:
        return None
    left = deposit.amount - amount
    return _hold_anew(step, left, spent=step.claim.payer_amount - step.worth(left))


def _step(books: Books, deposit: Payment, *, now: Instant, ids: IdSource, key: PrivateKey) -> _Step:
    claim = require_claim(books, deposit)
    quote = books.payments.quote(claim.quote_id) if claim.quote_id else None
    return _Step(books, deposit, claim, quote, now, ids, key)


def _lock(step: _Step, part: Payment, paid: Money) -> None:
    """Lock what release, part and new hold touch, since others may pay the merchant meanwhile."""
    fee = captured(step.books, part, part.amount, paid=paid, now=step.now).fee
    pays = flows.to_merchant(
        payer_id=step.claim.payer_id,
        paid=paid,
        exchanged=paid,
        merchant_id=part.merchant_id,
        price=part.amount,
        fee=fee,
    )
    lines = [*holds.back_to_payer(step.claim), *pays]
    journal.lock(step.books, [line.account for line in lines])


def _release(step: _Step) -> None:
    """Give all that is held back."""
    releases.release(
        step.books,
        merchant_id=step.deposit.merchant_id,
        payment_id=step.deposit.payment_id,
        now=step.now,
        ids=step.ids,
        key=step.key,
    )


def _attach(step: _Step, payment: Payment, payer_amount: Money) -> Payment:
    """Tie the deposit's payer to a payment, at the deposit's rate."""
    books, claim, quote = step.books, step.claim, step.quote
    if payer_amount.minor_units <= 0:
        raise CaptureExceedsHeld(f"{payment.amount} is less than a unit of the payer's money")
    if quote is not None:
        quote = replace(
            quote,
            quote_id=QuoteId(step.ids.new(Kind.QUOTE, step.now)),
            payment_id=payment.payment_id,
            amount=payment.amount,
            payer_amount=payer_amount,
            rate=_rate(quote.rate, payment.amount, payer_amount),
            created_at=step.now,
        )
        books.payments.add_quote(quote)
    books.payments.set_claim(
        replace(
            claim,
            payment_id=payment.payment_id,
            payer_amount=payer_amount,
            quote_id=quote.quote_id if quote else None,
            code_digest="",
            claimed_at=step.now,
        )
    )
    change = replace(payment, payer_id=claim.payer_id)
    return progress.advance(books, payment, PaymentEvent.SCAN, now=step.now, change=change)


def _rate(like: Rate, amount: Money, payer_amount: Money) -> Rate:
    """Give the rate at which an amount is exactly what is paid or held for it."""
    divisor = gcd(payer_amount.minor_units, amount.minor_units)
    numerator, denominator = payer_amount.minor_units, amount.minor_units
    return replace(like, numerator=numerator // divisor, denominator=denominator // divisor)


def _hold_anew(step: _Step, left: Money, *, spent: Money) -> Payment | None:
    """Hold what is left of a deposit, None where that is nothing in the payer's money."""
    payer_amount = step.claim.payer_amount - spent
    if payer_amount.minor_units <= 0:
        return None
    request_id = step.ids.body(step.now)
    fresh = replace(
        step.deposit,
        payment_id=payment_id_of(request_id),
        merchant_order_no=request_id,
        amount=left,
        request_text=f"rest of {step.deposit.payment_id}",
        state=PaymentState.AWAITING_PAYER,
        created_at=step.now,
        payer_id=None,
        version=1,
    )
    progress.begin(step.books, fresh, now=step.now)
    attached = _attach(step, fresh, payer_amount)
    held = progress.advance(step.books, attached, PaymentEvent.HOLD, now=step.now)
    currency = payer_amount.currency
    journal.book(
        step.books,
        kind=EntryKind.HOLD,
        lines=journal.move(
            payer_amount,
            source=payer_account(step.claim.payer_id, currency),
            target=hold_account(step.claim.payer_id, currency),
        ),
        event_at=step.now,
        now=step.now,
        ids=step.ids,
        payment_id=held.payment_id,
    )
    notifications.tell(
        step.books,
        event=NotificationEvent.PAYMENT_HELD,
        payment=held,
        now=step.now,
        ids=step.ids,
        key=step.key,
    )
    return held
