"""Capture of a deposit: the merchant takes a part or all of what is held, once.

One entry gives back all that was held and pays the part, so that nothing of the deposit is left
behind. A power bank of 30.00 € that cost 3.50 €, held of a wallet in yuan at 125/16:

    hold:…:CNY  -23438    payer:…:CNY  +20703    fx:CNY  +2734    fx-rounding:CNY   +1
                                                 fx:EUR   -350    merchant:…:EUR  +350

The payer's side of the part is what a sale of that price would have cost at the same locked rate,
``fx.convert``: rounded up by less than one minor unit, and for all of the deposit exactly what was
held.
"""

from __future__ import annotations

from ledger.core import spending
from ledger.core.books import flows, fx, journal
from ledger.core.checkout import progress
from ledger.core.checkout.capture import Captured, captured
from ledger.core.checkout.claims import require_claim
from ledger.core.checkout.deposits import holds
from ledger.core.limits import require_merchant_may_sell
from ledger.core.notices import notifications, receipts
from ledger.core.notices.receipts import Sides
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.payments import Claim, Payment
from ledger.protocol.errors.checkout import CaptureExceedsHeld, HoldExpired
from ledger.protocol.errors.content import CurrencyMismatch
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import IdSource, PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentEvent
from ledger.protocol.messages import Intent, NotificationEvent, ReceiptKind, Signed
from ledger.protocol.money import Money, payable
from ledger.protocol.signing import PrivateKey


def capture(
    books: Books,
    *,
    merchant_id: str,
    payment_id: PaymentId,
    amount: Money,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> Captured:
    """Take ``amount`` of a held deposit and give the rest back; the same again, the same receipt.

    Raises ``OrderNotFound``, ``MerchantBlocked``, ``PaymentNotHeld``, ``DepositCaptured`` (another
    amount), ``HoldExpired`` (``hold_until`` itself is too late), ``CurrencyMismatch``,
    ``AmountOutOfRange``, ``CaptureExceedsHeld``.
    """
    payment = progress.require_payment_of(books, payment_id, merchant_id)
    if payment.intent is Intent.DEPOSIT and payment.captured == amount:
        return Captured(payment, _receipt_of(books, payment))
    require_capturable(books, payment, payable(amount), now=now)
    sides = receipts.sides_of(books, payment)
    require_merchant_may_sell(sides.merchant)
    claim = require_claim(books, payment)
    paid = _take(books, payment, claim, amount, sides=sides, now=now, ids=ids)
    receipt = receipts.seal(
        books, kind=ReceiptKind.PAYMENT, payment=paid, sides=sides, now=now, ids=ids, key=key
    )
    notifications.tell(
        books,
        event=NotificationEvent.PAYMENT_CAPTURED,
        payment=paid,
        receipt=receipt,
        now=now,
        ids=ids,
        key=key,
    )
    return Captured(paid, receipt.signed)


def require_capturable(books: Books, payment: Payment, amount: Money, *, now: Instant) -> None:
    """Only what is held can be captured, in time, in its currency, and no more than there is.

    Raises what ``holds.require_held`` raises, ``HoldExpired``, ``CurrencyMismatch``,
    ``CaptureExceedsHeld``.
    """
    holds.require_held(books, payment)
    if payment.hold_until is None or now >= payment.hold_until:
        raise HoldExpired(payment.payment_id)
    if amount.currency != payment.amount.currency:
        raise CurrencyMismatch(f"the deposit is in {payment.amount.currency.code}")
    if payment.amount < amount:
        raise CaptureExceedsHeld(f"asked {amount}, {payment.amount} is held")


def _take(
    books: Books,
    payment: Payment,
    claim: Claim,
    amount: Money,
    *,
    sides: Sides,
    now: Instant,
    ids: IdSource,
) -> Payment:
    paid = amount
    if sides.rate is not None:
        paid = fx.convert(amount, sides.rate, claim.payer_amount.currency)
    change = captured(books, payment, amount, paid=paid, now=now)
    after = progress.advance(books, payment, PaymentEvent.CAPTURE, now=now, change=change)
    pays = flows.to_merchant(
        payer_id=claim.payer_id,
        paid=paid,
        exchanged=fx.worth(amount, sides.rate, paid.currency),
        merchant_id=payment.merchant_id,
        price=amount,
        fee=after.fee,
    )
    journal.book(
        books,
        kind=EntryKind.CAPTURE,
        lines=journal.net([*holds.back_to_payer(claim), *pays]),
        event_at=now,
        now=now,
        ids=ids,
        payment_id=payment.payment_id,
    )
    spending.count(books, after)  # after the accounts, as for every payment
    return after


def _receipt_of(books: Books, payment: Payment) -> Signed:
    for receipt in books.receipts.of_payment(payment.payment_id):
        if receipt.kind is ReceiptKind.PAYMENT:
            return receipt.signed
    raise InvariantBroken(f"{payment.payment_id} was captured without a receipt")
