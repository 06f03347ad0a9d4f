"""What a sale is still worth after refunds, by VAT rate.

A refund names an amount, not goods, so it takes from every rate in proportion to what was sold at
it; cents that don't divide go by the largest remainder. A refund's share is what the sale was worth
before less what it is worth after, so however a refund is cut, all of it takes exactly the sale.

    >>> from ledger.protocol.money import currency
    >>> from pos.goods import catalogue
    >>> shop = catalogue.load()
    >>> basket = Basket.of_goods([(shop.product("shampoo-300ml"), 2),
    ...                           (shop.product("herbal-tea-20"), 1)])
    >>> [(w.vat_percent, w.gross.minor_units) for w in worth(basket, Money(0, currency("EUR")))]
    [(19, 590), (7, 189)]
    >>> [(w.vat_percent, w.gross.minor_units) for w in worth(basket, Money(3_00, currency("EUR")))]
    [(19, 363), (7, 116)]
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.protocol.money import Money
from pos.goods.basket import Basket, net_of


@dataclass(frozen=True, slots=True)
class Worth:
    """What is left of one VAT rate; rate and net are None for a typed amount: nobody knows them."""

    vat_percent: int | None
    gross: Money
    net: Money | None


def worth(basket: Basket, refunded: Money) -> list[Worth]:
    """Tell what is left of a basket after ``refunded``, the highest rate first."""
    sold = basket.vat()
    if not sold:
        return [Worth(None, basket.total - refunded, None)]
    taken = refunded.allocate([part.gross.minor_units for part in sold])
    return [
        _left(part.vat_percent, part.gross - less) for part, less in zip(sold, taken, strict=True)
    ]


def _left(vat_percent: int, gross: Money) -> Worth:
    net = Money(net_of(gross.minor_units, vat_percent), gross.currency)
    return Worth(vat_percent, gross, net)
