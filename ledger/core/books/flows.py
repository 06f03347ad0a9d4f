"""The two ways money flows in a checkout, as lines of a journal entry.

The payer pays the price, the merchant is owed what the fee leaves of it. What coupons and points
pay of the price comes from our own accounts; the rest is the payer's own part. What the merchant's
own coupon takes off comes from nowhere: the merchant is owed that much less. Where price and
payment are in two currencies, our own position stands between, so that every currency sums to zero
by itself. The position takes what the payer's part is worth at the locked rate, and what rounding
made of it stands beside, where it can be seen. The way back is the way there with the signs turned.

    payer:…:CNY  -10118    fx:CNY          +10117    fx-rounding:CNY  +1
    fx:EUR        -1295    merchant:…:EUR   +1287    fees:EUR         +8
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.core.books.accounts import (
    fees_account,
    funding_account,
    fx_account,
    fx_rounding_account,
    merchant_account,
    payer_account,
)
from ledger.core.books.funding import own_part
from ledger.core.books.journal import Line
from ledger.protocol.identifiers import PayerId
from ledger.protocol.messages import Funded, FundingSource, discount
from ledger.protocol.money import Money


def to_merchant(
    *,
    payer_id: PayerId,
    paid: Money,
    exchanged: Money,
    merchant_id: str,
    price: Money,
    fee: Money,
    funding: Sequence[Funded] = (),
) -> list[Line]:
    """Lines by which a payer pays ``paid`` and a merchant is owed ``price`` without our ``fee``.

    What ``funding`` says of the merchant's own coupon, the merchant is not owed either.
    ``exchanged`` is what the payer's own part of the price is worth in the payer's currency
    (``fx.worth``). What comes to nothing is no line at all: no fee, or a share rounded down to
    nothing.
    """
    lines = [Line(payer_account(payer_id, paid.currency), -paid)]
    if paid.currency != price.currency:
        lines.append(Line(fx_account(paid.currency), exchanged))
        lines.append(Line(fx_rounding_account(paid.currency), paid - exchanged))
        lines.append(Line(fx_account(price.currency), -own_part(price, funding)))
    for part in funding:
        if part.source is not FundingSource.MERCHANT_COUPON:
            funded = Money(part.minor_units, price.currency)
            lines.append(Line(funding_account(part.source, price.currency), -funded))
    settled = Money(price.minor_units - discount(funding), price.currency)
    lines.append(Line(merchant_account(merchant_id, price.currency), settled - fee))
    lines.append(Line(fees_account(price.currency), fee))
    return [line for line in lines if line.amount.minor_units != 0]


def to_payer(
    *,
    merchant_id: str,
    given_back: Money,
    fee: Money,
    payer_id: PayerId,
    received: Money,
    exchanged: Money,
    funding: Sequence[Funded] = (),
) -> list[Line]:
    """Lines by which a merchant gives back ``given_back``, of it ``fee`` from us.

    The payer gets ``received``, of which our position gives ``exchanged``; ``funding`` comes back
    to us.
    """
    there = to_merchant(
        payer_id=payer_id,
        paid=received,
        exchanged=exchanged,
        merchant_id=merchant_id,
        price=given_back,
        fee=fee,
        funding=funding,
    )
    return [Line(line.account, -line.amount) for line in reversed(there)]
