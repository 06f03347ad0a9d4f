"""Coupons and points are given to a payer by an operator; they are used without being asked for.

A merchant's own coupon is for that merchant alone: nobody else sells cheaper because of it.

What they then pay, and in which order, is in ``ledger.core.books.funding``.
"""

from __future__ import annotations

from ledger.core.parties.register import require_merchant, require_payer
from ledger.core.ports import Books
from ledger.core.records.funding import Grant
from ledger.protocol.errors.content import CurrencyMismatch, FieldFormat
from ledger.protocol.identifiers import IdSource, Kind, PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.messages import FundingSource
from ledger.protocol.money import Money, payable


def grant(
    books: Books,
    *,
    payer_id: PayerId,
    source: FundingSource,
    amount: Money,
    merchant_id: str,
    valid_until: Instant,
    now: Instant,
    ids: IdSource,
) -> Grant:
    """Give a payer a coupon, or points worth ``amount``, for prices in its currency.

    An empty ``merchant_id`` is every merchant. Raises ``PayerNotFound``, ``MerchantNotFound``,
    ``AmountOutOfRange``, ``FieldFormat`` (it would be over already, or a merchant is to pay and it
    is not said which), ``CurrencyMismatch`` (a merchant's own coupon in another currency).
    """
    require_payer(books, payer_id)
    merchant = require_merchant(books, merchant_id) if merchant_id else None
    if source is FundingSource.MERCHANT_COUPON:
        if merchant is None:
            raise FieldFormat("a coupon that a merchant pays for is for one merchant")
        if amount.currency != merchant.currency:
            raise CurrencyMismatch(f"{merchant_id} sells in {merchant.currency.code}")
    if valid_until <= now:
        raise FieldFormat("a grant ends after it was given")
    given = Grant(
        grant_id=ids.new(Kind.GRANT, now),
        payer_id=payer_id,
        source=source,
        amount_minor=payable(amount).minor_units,
        currency=amount.currency.code,
        merchant_id=merchant_id,
        granted_at=now,
        valid_until=valid_until,
    )
    books.funding.add_grant(given)
    return given
