"""Fees: what a merchant pays the provider for a sale, in basis points, and what of it comes back.

A basis point is a hundredth of a percent, so a fee is one multiplication and one division of whole
minor units. Its only rounding is to the nearest minor unit, an exact half upwards; and of a sale
that is partly refunded the merchant pays the fee of what is left. Both are the habit of this
market: Youzan, which collects for shops through Alipay and WeChat Pay, tells its merchants that
fees are rounded half up (四舍五入) and that 20 of 100 yuan refunded leaves a fee of
(100 - 20) x 0.6 % (bbs.youzan.com, thread 666638).

What comes back is reckoned from what is left, not from each refund, so however a refund is cut, all
of it brings back exactly the fee.

    >>> from ledger.protocol.money import currency
    >>> price, terms = Money(12_50, currency("EUR")), FeeTerms("M2088DEMO000001", Instant(0), 60)
    >>> fee = fee_of(price, terms)                          # 7.5 cents: half upwards
    >>> fee, returned(fee, left=Money(4_17, currency("EUR")), terms=terms)
    (Money(8, 'EUR'), Money(5, 'EUR'))
"""

from __future__ import annotations

from ledger.core.records.parties import FeeTerms
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money

WHOLE_BPS = 10_000
"""The whole of an amount, in basis points."""

FREE = FeeTerms(merchant_id="", valid_from=Instant(0), bps=0)
"""The terms of a merchant with whom none were agreed: nothing to pay."""


def share_of(amount: Money, bps: int) -> Money:
    """Give ``bps`` basis points of an amount, rounded to the nearest minor unit, a half upwards."""
    return Money((amount.minor_units * bps + WHOLE_BPS // 2) // WHOLE_BPS, amount.currency)


def fee_of(amount: Money, terms: FeeTerms) -> Money:
    """Give the fee of a sale: within the bounds of the terms, and never more than the sale."""
    fee = max(share_of(amount, terms.bps).minor_units, terms.minimum_minor)
    if terms.maximum_minor is not None:
        fee = min(fee, terms.maximum_minor)
    return Money(min(fee, amount.minor_units), amount.currency)


def returned(fee: Money, *, left: Money, terms: FeeTerms) -> Money:
    """Give how much of a fee has to be back when ``left`` of the sale is not refunded.

    ``terms`` are those of the sale. The difference of two calls is what one refund brings back.
    """
    return fee - min(fee, fee_of(left, terms))
