"""Antom's prices in another currency than the shop's: settled at a rate that is fixed by the call.

    price 16.50 USD, EUR/USD 1.15    ->    14.35 EUR is booked, settled and paid out

The books know what is settled. The price stands beside it as facts of the order, and its part as
facts of each refund; they are forgotten like all facts, and from then on the payment speaks of what
was settled. Converting rounds to the nearest minor unit of what is settled; however a price is
given back in parts, all of them together are exactly what was settled of it.

    >>> from ledger.core.books.fx import SANDBOX_RATES
    >>> from ledger.protocol.money import currency
    >>> fixed = fix(Money(1650, currency("USD")), currency("EUR"), SANDBOX_RATES)
    >>> fixed.settled, read(spelled(fixed.price))
    (Money(1435, 'EUR'), Price(said=Money(1650, 'USD'), rate='23/20'))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ledger.core.books import fx
from ledger.core.books.fx import RateTable
from ledger.core.vendors.refunds import Refunded
from ledger.protocol.errors.checkout import RefundExceedsCaptured
from ledger.protocol.errors.content import CurrencyMismatch, RefundTooSmall
from ledger.protocol.money import Currency, Money, currency, payable
from ledger.protocol.records import record, replace

PRICE: Final = "price"
RATE: Final = "settlement_rate"


@record(frozen=True, slots=True)
class Price:
    """What was said to be paid or given back, in the currency of the price.

    ``rate`` is how much of it one minor unit of what is settled is worth, as ``23/20``.
    """

    said: Money
    rate: str

    def fraction(self) -> tuple[int, int]:
        """Give the rate's numerator and denominator."""
        numerator, _, denominator = self.rate.partition("/")
        return int(numerator), int(denominator)


@record(frozen=True, slots=True)
class Fixed:
    """A price, and what is settled of it."""

    price: Price
    settled: Money


def fix(price: Money, into: Currency, rates: RateTable) -> Fixed:
    """Convert a price at the middle rate; raises ``CurrencyUnsupported``, ``AmountOutOfRange``."""
    middle = replace(rates, spread_bps=0)
    settled = payable(fx.worth(price, middle.rate(price.currency, into), into))
    return Fixed(Price(price, str(middle.rate(into, price.currency))), settled)


def spelled(price: Price) -> dict[str, str]:
    """Spell a price as facts of its order, or of a refund."""
    return {PRICE: f"{price.said.currency.code} {price.said.minor_units}", RATE: price.rate}


def read(kept: Mapping[str, str]) -> Price | None:
    """Read the price of an order or a refund; None where it is in the shop's own currency."""
    if PRICE not in kept:
        return None
    code, _, minor = kept[PRICE].partition(" ")
    return Price(Money(int(minor), currency(code)), kept[RATE])


def part(price: Price, settled: Money, before: Sequence[Refunded], wanted: Money) -> Fixed:
    """Tell what of a settled price goes back with a part of it.

    ``before`` are the refunds there were. Raises ``CurrencyMismatch``, ``RefundExceedsCaptured``,
    ``RefundTooSmall``.
    """
    if wanted.currency != price.said.currency:
        raise CurrencyMismatch(f"the price was in {price.said.currency.code}")
    earlier = [read(each.vendor_refund.facts) for each in before]
    in_all = wanted.minor_units + sum(each.said.minor_units for each in earlier if each)
    if in_all > price.said.minor_units:
        raise RefundExceedsCaptured(f"{in_all} of {price.said.minor_units} minor units")
    owed = settled.minor_units * in_all // price.said.minor_units
    given = owed - sum(each.refund.amount.minor_units for each in before)
    if given <= 0:
        raise RefundTooSmall(f"it is nothing in {settled.currency.code}")
    return Fixed(replace(price, said=wanted), Money(given, settled.currency))
