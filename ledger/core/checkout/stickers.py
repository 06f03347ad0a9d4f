"""The sticker on the counter: the payer scans it and types the amount.

There is no request of the merchant's: the payer's claim opens the payment, for them alone, under a
request id that their wallet chose. Because a sticker can be pasted over with another shop's honest
one, what a payer can pay this way in a day is capped, and the wallet shows the registered name.
"""

from __future__ import annotations

from ledger.core.books.fx import RateTable
from ledger.core.checkout import claims, codes, progress, requests
from ledger.core.checkout.claims import Offer
from ledger.core.limits import (
    Policy,
    require_merchant_may_sell,
    require_payer_may_pay,
    require_sticker_allowance,
)
from ledger.core.parties.register import require_payer
from ledger.core.ports import Books
from ledger.core.records.parties import Merchant, Terminal
from ledger.core.records.payments import Payment
from ledger.protocol.errors.checkout import OrderNumberReused
from ledger.protocol.identifiers import IdSource, PayerId, PaymentId, payment_id_of
from ledger.protocol.instants import Instant, later
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Presented
from ledger.protocol.money import Money, payable

SUBJECT = "Sticker"
ORDER_NO_PREFIX = "ST-"


def claim_sticker(
    books: Books,
    *,
    payer_id: PayerId,
    code: str,
    amount: Money,
    request_id: str,
    rates: RateTable,
    policy: Policy,
    now: Instant,
    ids: IdSource,
) -> Offer:
    """Open a payment of a typed amount to the shop of a sticker; again is the same offer.

    Raises what ``codes.read_sticker`` raises, ``OrderNumberReused``, ``CurrencyMismatch``,
    ``AmountOutOfRange``, ``MerchantBlocked``, ``PayerBlocked``, ``StaticQrDailyLimit``,
    ``CurrencyUnsupported``, ``DailyLimit``, ``MonthlyLimit``.
    """
    payment_id = payment_id_of(request_id)
    known = books.payments.find(payment_id)
    if known is not None:
        require_same_claim(known, payer_id=payer_id, code=code, amount=amount)
        return claims.offer(books, payer_id=payer_id, payment_id=payment_id, policy=policy, now=now)
    merchant, terminal = codes.read_sticker(books, code=code, now=now)
    require_merchant_may_sell(merchant)
    requests.require_currency(merchant, payable(amount))
    payer = require_payer(books, payer_id)
    require_payer_may_pay(payer)
    require_sticker_allowance(books, payer_id=payer_id, amount=amount, policy=policy, now=now)
    payment = _payment(payment_id, merchant, terminal, amount, code, policy=policy, now=now)
    require_order_no_unused(books, payment)
    payment = progress.begin(books, payment, now=now)
    claims.attach(
        books,
        payment=payment,
        payer=payer,
        code_digest=codes.digest(code),
        rates=rates,
        policy=policy,
        now=now,
        ids=ids,
    )
    return claims.offer(books, payer_id=payer_id, payment_id=payment_id, policy=policy, now=now)


def require_same_claim(known: Payment, *, payer_id: PayerId, code: str, amount: Money) -> None:
    """Refuse a request id that stands for something else already (``OrderNumberReused``)."""
    if (known.payer_id, known.request_text, known.amount) != (payer_id, code, amount):
        raise OrderNumberReused(f"{known.payment_id} stands for another payment")


def require_order_no_unused(books: Books, payment: Payment) -> None:
    """Refuse an order number that the merchant has given to another (``OrderNumberReused``)."""
    if books.payments.by_order_no(payment.merchant_id, payment.merchant_order_no) is not None:
        raise OrderNumberReused(f"{payment.merchant_order_no} stands for another payment")


def _payment(
    payment_id: PaymentId,
    merchant: Merchant,
    terminal: Terminal,
    amount: Money,
    code: str,
    *,
    policy: Policy,
    now: Instant,
) -> Payment:
    request_id = payment_id.partition("_")[2]
    return Payment(
        payment_id=payment_id,
        merchant_id=merchant.merchant_id,
        terminal_id=terminal.terminal_id,
        merchant_order_no=ORDER_NO_PREFIX + request_id,
        amount=amount,
        subject=SUBJECT,
        basket_hash="",
        presented=Presented.STICKER,
        request_text=code,
        state=PaymentState.AWAITING_PAYER,
        created_at=now,
        expires_at=later(now, policy.sticker_payment_ms),
        refunded=Money(0, amount.currency),
    )
