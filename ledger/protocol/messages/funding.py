"""Funding: what pays a part of a price instead of the payer, coupon by coupon, point by point.

A consent, a receipt and a notification say it in their last line, and have that line only where
there is something to say:

    funding=merchant-coupon:100,coupon:200,points:95

Amounts are whole minor units of the price's currency. What is left of the price is the payer's own
part. The provider pays ``coupon`` and ``points`` to the merchant. Nobody pays ``merchant-coupon``:
it is the merchant's *discount*, and what is settled with the merchant is the price without it.

    price - discount          what is settled     Alipay: receipt_amount, WeChat: settlement_total
    - coupon - points         the payer's part    Alipay: buyer_pay_amount, WeChat: payer_total

(Alipay's chain is told in developer.aliyun.com/article/710915; WeChat Pay's API v2 has
``settlement_total_fee`` = ``total_fee`` without the coupons that no one paid for in advance.)

    >>> parts = (Funded(FundingSource.MERCHANT_COUPON, 100), Funded(FundingSource.POINTS, 95))
    >>> spell(parts)
    'merchant-coupon:100,points:95'
    >>> read("coupon:200")
    (Funded(source=<FundingSource.COUPON: 'coupon'>, minor_units=200),)
    >>> discount(parts)
    100
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from ledger.protocol.errors.content import MessageFormat
from ledger.protocol.money import Money
from ledger.protocol.records import record


class FundingSource(StrEnum):
    """Whose coupons or points pay beside the payer, in the sequence in which they are spelled.

    A merchant's own coupon lowers what the merchant gets; the others are the provider's money.
    """

    MERCHANT_COUPON = "merchant-coupon"
    COUPON = "coupon"
    POINTS = "points"


_PART = re.compile(f"({'|'.join(FundingSource)}):([1-9][0-9]{{0,17}})", re.ASCII)
_SEQUENCE = tuple(FundingSource)


@record(frozen=True, slots=True)
class Funded:
    """How many minor units of the price's currency one source pays."""

    source: FundingSource
    minor_units: int


def spell(funding: Iterable[Funded]) -> str:
    """Spell as the value of a line."""
    return ",".join(f"{part.source}:{part.minor_units}" for part in funding)


def read(text: str) -> tuple[Funded, ...]:
    """Read what ``spell`` writes, each source once and in sequence; empty is none.

    Anything else raises ``MessageFormat``.
    """
    if not text:
        return ()
    matches = [_PART.fullmatch(part) for part in text.split(",", len(_SEQUENCE))]
    parts = tuple(Funded(FundingSource(each[1]), int(each[2])) for each in matches if each)
    places = [_SEQUENCE.index(part.source) for part in parts]
    if None in matches or places != sorted(set(places)):
        raise MessageFormat(f"not a funding: {text[:80]!r}")
    return parts


def discount(funding: Iterable[Funded]) -> int:
    """Tell what the merchant's own coupon takes off, in minor units of the price."""
    return sum(part.minor_units for part in funding if part.source is FundingSource.MERCHANT_COUPON)


def check(funding: Iterable[Funded], *, amount: Money, payer_amount: Money) -> None:
    """Check that the parts make up the price: what they leave of it is what the payer pays.

    Where a currency is changed, only that they are no more than the price; else ``MessageFormat``.
    """
    parts = tuple(funding)
    if not parts:
        return
    own = check_within(parts, amount)
    if amount.currency == payer_amount.currency and own != payer_amount:
        raise MessageFormat("funding and the payer's amount do not make up the price")


def check_within(funding: Iterable[Funded], amount: Money) -> Money:
    """Give what the parts leave of an amount; ``MessageFormat`` where they are more than it."""
    own = amount.minor_units - sum(part.minor_units for part in funding)
    if own < 0:
        raise MessageFormat("funding is more than the amount")
    return Money(own, amount.currency)
