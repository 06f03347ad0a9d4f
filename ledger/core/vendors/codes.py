"""Codes on the way through a vendor's face: a wallet scans the shop's, a shop the payer's.

A vendor's code says nothing but a token, so the ledger finds the payment by the code's whole text,
and what the wallet shows and signs is the offer, as for every payment (``checkout.claims``).
"""

from __future__ import annotations

from ledger.core.books.fx import RateTable
from ledger.core.checkout import claims, codes, payment_codes, progress
from ledger.core.checkout.claims import Offer
from ledger.core.checkout.payment_codes import CodePayment
from ledger.core.limits import Policy, require_merchant_may_sell
from ledger.core.parties.register import require_merchant, require_payer
from ledger.core.ports import Books
from ledger.core.records.vendors import VendorOrder
from ledger.core.vendors import aliases
from ledger.core.vendors.orders import Opened
from ledger.protocol.errors.checkout import OrderClaimed, OrderNotFound
from ledger.protocol.errors.codes import QrExpired
from ledger.protocol.identifiers import IdSource, PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.signing import PrivateKey


def claim(
    books: Books,
    *,
    payer_id: PayerId,
    code: str,
    rates: RateTable,
    policy: Policy,
    now: Instant,
    ids: IdSource,
) -> Offer:
    """Attach a payer to the payment behind a vendor's code; again is the same offer.

    Raises ``OrderNotFound``, ``QrExpired``, ``OrderAlreadyPaid``, ``OrderState``,
    ``OrderClaimed`` (also for an order that is for somebody else), ``MerchantBlocked``,
    ``PayerBlocked``, ``CurrencyUnsupported``, ``DailyLimit``, ``MonthlyLimit``.
    """
    order = books.vendor_orders.by_code(code)
    if order is None:
        raise OrderNotFound("no payment of this provider stands behind the code")
    payment = progress.require_payment(books, order.payment_id)
    progress.require_payable(payment, now=now)
    if order.code_until is not None and now >= order.code_until:
        raise QrExpired("the code is too old to begin a payment with")
    require_merchant_may_sell(require_merchant(books, payment.merchant_id))
    _require_meant(books, order, merchant_id=payment.merchant_id, payer_id=payer_id)
    claims.take(
        books,
        payment=payment,
        payer_id=payer_id,
        code_digest=codes.digest(code),
        rates=rates,
        policy=policy,
        now=now,
        ids=ids,
    )
    return claims.offer(
        books, payer_id=payer_id, payment_id=order.payment_id, policy=policy, now=now
    )


def _require_meant(
    books: Books, order: VendorOrder, *, merchant_id: str, payer_id: PayerId
) -> None:
    payer = require_payer(books, payer_id)
    called = aliases.alias(payer, vendor=order.vendor, merchant_id=merchant_id)
    if order.payer_alias not in ("", called):
        raise OrderClaimed("the order is for somebody else")


def pay_with_code(
    books: Books,
    *,
    opened: Opened,
    payment_code: str,
    rates: RateTable,
    policy: Policy,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
) -> CodePayment:
    """Collect an order from the payer whose code was scanned; again gives how it stands.

    Which prefixes a code may have is the face's rule. Raises ``MerchantBlocked``,
    ``TooManyAttempts``, ``AuthCodeFormat``, ``PaymentAuthCodeInvalid``, ``PayerBlocked``,
    ``CurrencyUnsupported``, ``DailyLimit``, ``MonthlyLimit``, ``NotEnoughFunds``. Then the caller
    counts a miss outside of what is undone (``payment_codes.count_miss``), and decides whether the
    order stays by where it begins its savepoint.
    """
    payment = opened.payment
    if payment.state is not PaymentState.AWAITING_PAYER:
        return CodePayment(payment, None)
    progress.require_payable(payment, now=now)
    return payment_codes.collect(
        books,
        payment=payment,
        payment_code=payment_code,
        rates=rates,
        policy=policy,
        now=now,
        ids=ids,
        key=key,
    )
