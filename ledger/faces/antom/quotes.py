"""At which rates a payment was paid and is settled, as Antom tells it.

    paymentQuote      the price's currency first, the wallet's second: what one of the price cost
    settlementQuote   the settlement's currency first, the price's second: what one settled is worth

Each is left out where its two currencies are equal. Where a price is settled in another currency,
what a wallet pays follows from what is settled, so the price of the payment's quote is that of the
two amounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger.core.ports import Books
from ledger.core.records.payments import Payment, Quote
from ledger.core.vendors.antom_prices import Price
from ledger.protocol.antom_wire import values
from ledger.protocol.identifiers import body_of
from ledger.protocol.money import Currency, Money

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two currencies, and how many minor units of the second some of the first are worth."""

    of: Currency
    to: Currency
    numerator: int
    denominator: int

    def spelled(self) -> Body:
        """Spell pair and price; a rate that was fixed holds."""
        return {
            "quoteCurrencyPair": f"{self.of.code}/{self.to.code}",
            "quotePrice": values.price(self.numerator, self.denominator, self.of, self.to),
            "guaranteed": "true",
        }


def of_payment(books: Books, kept: Payment, price: Price | None) -> Body:
    """Tell the rates of a payment that was paid; ``price`` where it is settled in another."""
    quote = _quote_of(books, kept)
    if price is not None:
        return {"settlementQuote": of_settlement(kept, price), **_of_price(kept, price, quote)}
    if quote is None:
        return {}
    paid = values.spell(quote.payer_amount)
    return {"paymentQuote": _spelled(quote), "actualPaymentAmount": paid}


def _quote_of(books: Books, kept: Payment) -> Quote | None:
    claim = books.payments.claim(kept.payment_id)
    return books.payments.quote(claim.quote_id) if claim and claim.quote_id else None


def _spelled(quote: Quote) -> Body:
    rate = quote.rate
    pair = _Pair(
        quote.amount.currency, quote.payer_amount.currency, rate.numerator, rate.denominator
    )
    return {
        "quoteId": quote.quote_id,
        **pair.spelled(),
        "quoteStartTime": values.time_text(quote.created_at),
        "quoteExpiryTime": values.time_text(quote.valid_until),
    }


def of_settlement(kept: Payment, price: Price) -> Body:
    """Spell the rate that a price, or a part of it, is settled at."""
    pair = _Pair(kept.amount.currency, price.said.currency, *price.fraction())
    return _fixed(kept, "SQ", pair)


def _of_price(kept: Payment, price: Price, quote: Quote | None) -> Body:
    paid = quote.payer_amount if quote else kept.payer_amount or kept.amount
    told: Body = {} if paid == price.said else {"actualPaymentAmount": values.spell(paid)}
    if paid.currency != price.said.currency:
        told["paymentQuote"] = _fixed(kept, "PQ", _between(price.said, paid))
    return told


def _between(price: Money, paid: Money) -> _Pair:
    return _Pair(price.currency, paid.currency, paid.minor_units, price.minor_units)


def _fixed(kept: Payment, kind: str, pair: _Pair) -> Body:
    """Spell a rate that holds as long as the payment may be paid."""
    return {
        "quoteId": f"{kind}{body_of(kept.payment_id)}",
        **pair.spelled(),
        "quoteStartTime": values.time_text(kept.created_at),
        "quoteExpiryTime": values.time_text(kept.expires_at),
    }
