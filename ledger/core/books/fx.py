"""Exchange: a shop's price in euro, a payer's wallet in yuan, and nothing lost in between.

A rate is a fraction of whole numbers, so converting is one multiplication and one division of
integers, and the only rounding is the last one. What a payer is asked for is the middle rate of the
table and a *spread* on it in basis points, which is what exchanging earns; the rate says both, in
words that reach the payer's screen and the signed receipt. A refund goes back at the rate of its
sale, spread included. Rounding goes against whoever starts the movement: a
payment is rounded up against the payer, a refund down against the merchant's share of what the
payer had paid; so no walk from one currency to another and back creates money.

What a payer loses by rounding is not hidden in the rate. Our position ``fx:<currency>`` takes what
the price is *worth* in the payer's currency, to the nearest minor unit, and the difference between
that and what was paid stands in ``fx-rounding:<currency>``. When a payment has gone back whole,
both are again as they were.

    >>> from ledger.protocol.money import currency, parse_decimal
    >>> price = parse_decimal("12.95", currency("EUR"))
    >>> rate = SANDBOX_RATES.rate(currency("EUR"), currency("CNY"))
    >>> str(rate), convert(price, rate, currency("CNY"))
    ('125/16', Money(10118, 'CNY'))
    >>> [payer_share(parse_decimal(part, currency("EUR")), of=price, paid=convert(
    ...     price, rate, currency("CNY"))).minor_units for part in ("4.00", "12.94", "12.95")]
    [3125, 10110, 10118]
"""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd

from ledger.core.books.fees import WHOLE_BPS
from ledger.core.records.payments import Rate
from ledger.protocol.errors.content import CurrencyUnsupported
from ledger.protocol.money import Currency, Money, payable
from ledger.protocol.records import record

BASE = "EUR"


@record(frozen=True, slots=True)
class RateTable:
    """Middle rates by currency: how many units of it one euro buys, as (numerator, denominator).

    ``spread_bps`` is what a payer pays on top, 0 to 10,000 basis points.
    """

    per_euro: Mapping[str, tuple[int, int]]
    set_by: str
    spread_bps: int = 0

    def rate(self, sold: Currency, bought: Currency) -> Rate:
        """Give a payer's rate from ``sold`` to ``bought`` in minor units, crossed over the euro.

        A currency without a rate raises ``CurrencyUnsupported``.
        """
        sold_numerator, sold_denominator = self._per_euro(sold)
        numerator, denominator = self._per_euro(bought)
        numerator *= sold_denominator * 10**bought.exponent * (WHOLE_BPS + self.spread_bps)
        denominator *= sold_numerator * 10**sold.exponent * WHOLE_BPS
        divisor = gcd(numerator, denominator)
        return Rate(numerator // divisor, denominator // divisor, self._set_by(), self.spread_bps)

    def _set_by(self) -> str:
        if self.spread_bps == 0:
            return self.set_by
        return f"{self.set_by}: middle rate + {self.spread_bps // 100}.{self.spread_bps % 100:02} %"

    def _per_euro(self, currency: Currency) -> tuple[int, int]:
        if currency.code not in self.per_euro:
            raise CurrencyUnsupported(f"there is no exchange rate for {currency.code}")
        return self.per_euro[currency.code]


SANDBOX_RATES = RateTable(
    {
        "EUR": (1, 1),
        "CNY": (78125, 10000),
        "JPY": (16250, 100),
        "BHD": (4, 10),
        "GBP": (85, 100),
        "CHF": (95, 100),
        "USD": (115, 100),
    },
    set_by="qrpay sandbox",
)
"""Invented rates near those of 2025; fixed, so that every example can be checked by hand."""


def convert(amount: Money, rate: Rate, into: Currency) -> Money:
    """Tell what a payer pays for ``amount`` in the currency ``into``, rounded up."""
    return payable(Money(-(-amount.minor_units * rate.numerator // rate.denominator), into))


def worth(amount: Money, rate: Rate | None, into: Currency) -> Money:
    """Tell what ``amount`` is in the currency ``into``, to the nearest minor unit, a half up.

    Without a rate nothing is exchanged, and it is worth itself.
    """
    if rate is None:
        return amount
    return _to_nearest(amount.minor_units * rate.numerator, rate.denominator, into)


def worth_share(given_back: Money, *, of: Money, worth: Money) -> Money:
    """Tell what of ``worth`` goes with a part ``given_back`` of the price ``of``, to the nearest.

    Called, like ``payer_share``, with the sum of all refunds so far.
    """
    return _to_nearest(worth.minor_units * given_back.minor_units, of.minor_units, worth.currency)


def _to_nearest(numerator: int, denominator: int, into: Currency) -> Money:
    return Money((2 * numerator + denominator) // (2 * denominator), into)


def payer_share(given_back: Money, *, of: Money, paid: Money) -> Money:
    """Tell what of ``paid`` belongs to a part ``given_back`` of the price ``of``, rounded down.

    Called with the sum of all refunds so far, the difference of two calls is what one refund gives
    the payer; however it is cut, a full refund gives back exactly ``paid``.
    """
    return Money(paid.minor_units * given_back.minor_units // of.minor_units, paid.currency)
