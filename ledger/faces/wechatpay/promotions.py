"""What coupons and points paid of an order, and what of it a refund gives back, in v3's members.

A merchant's own coupon lowers what is settled (``NOCASH``, in a refund ``DISCOUNT``); what the
provider pays for is settled in full (``CASH``, ``COUPON``). There is one item for each source,
under a number that follows from the order. What falls on whom of a refund is the books' own
arithmetic (``ledger.core.books.funding``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ledger.core.books import funding
from ledger.core.notices import receipts
from ledger.core.ports import Books
from ledger.core.records.funding import FundingLine
from ledger.core.records.payments import Payment, Refund
from ledger.core.vendors.refunds import Refunded
from ledger.protocol.messages import Funded, FundingSource

Json = dict[str, object]

GLOBAL = "GLOBAL"
NAMES = {
    FundingSource.MERCHANT_COUPON: "商家代金券",
    FundingSource.COUPON: "微信支付代金券",
    FundingSource.POINTS: "微信支付积分",
}


def of_order(books: Books, payment: Payment) -> list[Json]:
    """Tell what paid a part of a price beside the payer."""
    return [_paid(payment, part) for part in funding.paid(books.funding.lines(payment.payment_id))]


def _paid(payment: Payment, part: Funded) -> Json:
    is_merchants = part.source is FundingSource.MERCHANT_COUPON
    number = _number(payment, part.source)
    return {
        "coupon_id": number,
        "name": NAMES[part.source],
        "scope": GLOBAL,
        "type": "NOCASH" if is_merchants else "CASH",
        "amount": part.minor_units,
        "stock_id": number,
        "wechatpay_contribute": 0 if is_merchants else part.minor_units,
        "merchant_contribute": part.minor_units if is_merchants else 0,
        "other_contribute": 0,
        "currency": payment.amount.currency.code,
        "goods_detail": [],
    }


def _given_before(books: Books, given: Refund) -> int:
    """Sum what went back before a refund; all that did so far, where it has not arrived."""
    amounts = {
        each.refund_id: each.amount.minor_units for each in books.payments.refunds(given.payment_id)
    }
    entries = books.journal.entries_of_payment(given.payment_id)
    booked = [entry.refund_id for entry in entries if entry.refund_id is not None]
    if given.refund_id in booked:
        booked = booked[: booked.index(given.refund_id)]
    return sum(amounts[refund_id] for refund_id in booked)


def _number(payment: Payment, source: FundingSource) -> str:
    digest = hashlib.sha256(f"{payment.payment_id} {source}".encode()).digest()
    return f"{int.from_bytes(digest[:8]) % 10**10:010d}"


def of_refund(books: Books, refunded: Refunded) -> list[Json]:
    """Tell what of a refund goes back to coupons and points."""
    payment = refunded.payment
    lines = books.funding.lines(payment.payment_id)
    whole = {part.source: part.minor_units for part in funding.paid(lines)}
    return [
        {
            "promotion_id": _number(payment, part.source),
            "scope": GLOBAL,
            "type": "DISCOUNT" if part.source is FundingSource.MERCHANT_COUPON else "COUPON",
            "amount": whole[part.source],
            "refund_amount": part.minor_units,
            "goods_detail": [],
        }
        for part in _given_back(books, refunded, lines)
    ]


def amount_of(books: Books, refunded: Refunded) -> int:
    """Count all that a refund gives back to coupons and points, in minor units of the price."""
    lines = books.funding.lines(refunded.payment.payment_id)
    return sum(part.minor_units for part in _given_back(books, refunded, lines))


def _given_back(
    books: Books, refunded: Refunded, lines: Sequence[FundingLine]
) -> tuple[Funded, ...]:
    if not lines:
        return ()
    payment, given = refunded.payment, refunded.refund
    before = _given_before(books, given)
    own = funding.own_part(receipts.captured_of(payment), funding.paid(lines))
    parts = (own.minor_units, *(line.amount_minor for line in lines))
    then = funding.given_back(before, parts=parts)
    now = funding.given_back(before + given.amount.minor_units, parts=parts)
    back = [after - earlier for after, earlier in zip(now[1:], then[1:], strict=True)]
    return funding.by_source(
        (line.source, share) for line, share in zip(lines, back, strict=True) if share
    )
