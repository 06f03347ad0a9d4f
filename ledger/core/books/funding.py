"""Funding: which of a payer's grants pay a part of a price, and what of it each gets back.

A *grant* is what an operator gave a payer: a coupon of one amount, used whole and once, or points,
each worth one minor unit of its currency, used little by little. A coupon is the merchant's, who
then gets the price without it (the *discount*), or the provider's, who pays it and the points to
the merchant. For each sale, without being asked:

1. *one coupon of the merchant's*, the one worth most; of equals the one that ends first, then by
   its id; what it takes off, nobody has to pay;
2. then *one of the provider's*, chosen alike;
3. then *points*, those that end first before the others, as many as there is room for;
4. at least one minor unit stays with the payer, so that nothing is paid without a consent to pay,
   and the merchant, too, always gets something.

What is refunded comes from each part in proportion to what it paid, as WeChat Pay refunds its
vouchers (developers.weixin.qq.com/community/pay/doc/0002a6f1348e80165300e5bc961400). If the payer's
own money came first, goods worth a coupon could be kept for nothing by returning all the others.
Reckoned from the sum of all refunds, and by splitting off one part after the other, no part ever
gets less by a further refund, and a full refund gives each back exactly what it paid.

    >>> given_back(590, parts=(1095, 150, 50))       # of 12.95, 1.50 by coupon, 0.50 by points
    (498, 69, 23)
    >>> given_back(1295, parts=(1095, 150, 50))
    (1095, 150, 50)

Where the merchant's coupon paid a part, the merchant gives back what it got, not that part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.core.records.funding import FundingLine, Grant
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.messages import Funded, FundingSource
from ledger.protocol.money import Money


def own_part(price: Money, funding: Iterable[Funded]) -> Money:
    """Give what is left of a price for the payer, in the currency of the price."""
    return Money(price.minor_units - sum(part.minor_units for part in funding), price.currency)


def choose(price: Money, grants: Iterable[Grant], *, payment_id: PaymentId) -> list[FundingLine]:
    """Choose what pays a part of a price, of grants that may all be used for it."""
    room = price.minor_units - 1
    usable = [grant for grant in grants if grant.left_minor > 0]
    chosen: list[tuple[Grant, int]] = []
    for source in (FundingSource.MERCHANT_COUPON, FundingSource.COUPON):
        best = _best_coupon(usable, source, room)
        if best is not None:
            chosen.append((best, best.left_minor))
            room -= best.left_minor
    points = (grant for grant in usable if grant.source is FundingSource.POINTS)
    for grant in sorted(points, key=lambda grant: (grant.valid_until, grant.grant_id)):
        part = min(grant.left_minor, room)
        if part > 0:
            chosen.append((grant, part))
            room -= part
    return [
        FundingLine(payment_id, number, grant.grant_id, grant.source, part)
        for number, (grant, part) in enumerate(chosen, start=1)
    ]


def _best_coupon(grants: Iterable[Grant], source: FundingSource, room: int) -> Grant | None:
    coupons = (grant for grant in grants if grant.source is source and grant.left_minor <= room)
    return min(
        coupons,
        key=lambda each: (-each.left_minor, each.valid_until, each.grant_id),
        default=None,
    )


def by_source(parts: Iterable[tuple[FundingSource, int]]) -> tuple[Funded, ...]:
    """Sum up parts by source, in their sequence; a source that pays nothing is left out."""
    sums: dict[FundingSource, int] = {}
    for source, minor_units in parts:
        sums[source] = sums.get(source, 0) + minor_units
    if not sums:  # as nearly always
        return ()
    return tuple(Funded(source, sums[source]) for source in FundingSource if sums.get(source))


def paid(lines: Iterable[FundingLine]) -> tuple[Funded, ...]:
    """Tell what the lines of a payment pay, by source."""
    return by_source((line.source, line.amount_minor) for line in lines)


def given_back(minor_units: int, *, parts: Sequence[int]) -> tuple[int, ...]:
    """Split ``minor_units``, the sum of all refunds, over what each part paid of the whole."""
    shares = []
    for number in range(len(parts) - 1, 0, -1):
        before = minor_units * sum(parts[:number]) // sum(parts[: number + 1])
        shares.append(minor_units - before)
        minor_units = before
    return (minor_units, *reversed(shares))
