"""Funding: what pays a part of a price instead of the payer, coupon by coupon, point by point.

A consent and a receipt say it in their last line, and have that line only where there is something
to say:

    funding=coupon:200,points:95

Amounts are whole minor units of the price's currency. What is left of the price is the payer's own
part. The provider pays the rest of it to the merchant, who therefore gets the whole price.

    >>> spell((Funded(FundingSource.COUPON, 200), Funded(FundingSource.POINTS, 95)))
    'coupon:200,points:95'
    >>> read("coupon:200")
    (Funded(source=<FundingSource.COUPON: 'coupon'>, minor_units=200),)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ledger.protocol.errors.content import MessageFormat
from ledger.protocol.money import Money

_FUNDING = re.compile(
    r"coupon:[1-9][0-9]{0,17}(,points:[1-9][0-9]{0,17})?|points:[1-9][0-9]{0,17}", re.ASCII
)


class FundingSource(StrEnum):
    """Who or what pays beside the payer; both are the provider's money."""

    COUPON = "coupon"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Funded:
    """How many minor units of the price's currency one source pays."""

    source: FundingSource
    minor_units: int


def spell(funding: Iterable[Funded]) -> str:
    """Spell as the value of a line."""
    return ",".join(f"{part.source}:{part.minor_units}" for part in funding)


def read(text: str) -> tuple[Funded, ...]:
    """Read what ``spell`` writes, coupon before points; empty is none; else ``MessageFormat``."""
    if not text:
        return ()
    if not _FUNDING.fullmatch(text):
        raise MessageFormat(f"not a funding: {text[:80]!r}")
    parts = (part.split(":") for part in text.split(","))
    return tuple(Funded(FundingSource(source), int(minor)) for source, minor in parts)


def check(funding: Iterable[Funded], *, amount: Money, payer_amount: Money) -> None:
    """Check that the parts make up the price: what they leave of it is what the payer pays.

    Where a currency is changed, only that they are no more than the price; else ``MessageFormat``.
    """
    parts = tuple(funding)
    if not parts:
        return
    own = amount.minor_units - sum(part.minor_units for part in parts)
    if own < 0 or (amount.currency == payer_amount.currency and own != payer_amount.minor_units):
        raise MessageFormat("funding and the payer's amount do not make up the price")
