"""The two ways money flows in a checkout, as lines of a journal entry.

Price and payment in one currency are two lines. In two currencies they are four, over our own
position in each, so that every currency sums to zero by itself:

    payer:…:CNY  -10118    fx:CNY  +10118
    fx:EUR        -1295    merchant:…:EUR  +1295
"""

from __future__ import annotations

from ledger.core.books.accounts import fx_account, merchant_account, payer_account
from ledger.core.books.journal import Line, move
from ledger.protocol.identifiers import PayerId
from ledger.protocol.money import Money


def to_merchant(*, payer_id: PayerId, paid: Money, merchant_id: str, price: Money) -> list[Line]:
    """Lines by which a payer pays ``paid`` and a merchant is owed ``price``."""
    payer = payer_account(payer_id, paid.currency)
    merchant = merchant_account(merchant_id, price.currency)
    if paid.currency == price.currency:
        return move(price, source=payer, target=merchant)
    return [
        *move(paid, source=payer, target=fx_account(paid.currency)),
        *move(price, source=fx_account(price.currency), target=merchant),
    ]


def to_payer(
    *, merchant_id: str, given_back: Money, payer_id: PayerId, received: Money
) -> list[Line]:
    """Lines by which a merchant gives back ``given_back`` and a payer receives ``received``."""
    payer = payer_account(payer_id, received.currency)
    merchant = merchant_account(merchant_id, given_back.currency)
    if received.currency == given_back.currency:
        return move(given_back, source=merchant, target=payer)
    return [
        *move(given_back, source=merchant, target=fx_account(given_back.currency)),
        *move(received, source=fx_account(received.currency), target=payer),
    ]
