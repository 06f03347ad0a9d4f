"""What coupons paid of a trade, as answers and notifications tell it; nothing without coupons.

    discount_amount       what the platform's coupons paid: the merchant gets it all the same
    mdiscount_amount      what the merchant's own coupon took off
    voucher_detail_list   each coupon: its amount, and whose money it was

Points are no coupons; they stand in ``point_amount``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ledger.core.ports import Books
from ledger.core.records.funding import FundingLine
from ledger.core.records.payments import Payment
from ledger.protocol.alipay_wire.nodes import Value
from ledger.protocol.messages import FundingSource
from ledger.protocol.money import Currency, Money, to_decimal

DETAILS: Final = "voucher_detail_list"
_NAMES: Final = {
    FundingSource.COUPON: "支付宝代金券",
    FundingSource.MERCHANT_COUPON: "商家代金券",
}
_TYPE: Final = "ALIPAY_FIX_VOUCHER"


def amounts(books: Books, payment: Payment) -> dict[str, Value]:
    """Give what coupons paid, by whose they are."""
    lines = _lines(books, payment)
    if not lines:
        return {}
    own = payment.amount.currency
    return {
        "discount_amount": _sum(lines, FundingSource.COUPON, own),
        "mdiscount_amount": _sum(lines, FundingSource.MERCHANT_COUPON, own),
    }


def listed(
    books: Books, payment: Payment, *, camel: bool = False
) -> list[Mapping[str, Value]] | None:
    """List the coupons; None where there is none. Notifications spell names in camel case."""
    lines = _lines(books, payment)
    return [_told(line, payment.amount.currency, camel=camel) for line in lines] or None


def _lines(books: Books, payment: Payment) -> list[FundingLine]:
    if payment.paid_at is None:
        return []
    return [line for line in books.funding.lines(payment.payment_id) if line.source in _NAMES]


def _sum(lines: Sequence[FundingLine], source: FundingSource, of: Currency) -> str:
    return to_decimal(Money(sum(each.amount_minor for each in lines if each.source is source), of))


def _told(line: FundingLine, of: Currency, *, camel: bool) -> dict[str, Value]:
    amount, nothing = (to_decimal(Money(minor, of)) for minor in (line.amount_minor, 0))
    is_merchants = line.source is FundingSource.MERCHANT_COUPON
    return {
        "id": line.grant_id,
        "name": _NAMES[line.source],
        "type": _TYPE,
        "amount": amount,
        "merchantContribute" if camel else "merchant_contribute": amount
        if is_merchants
        else nothing,
        "otherContribute" if camel else "other_contribute": nothing if is_merchants else amount,
    }
