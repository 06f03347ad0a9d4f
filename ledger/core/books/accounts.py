"""The chart of accounts: what each account is for, what its sign means, and the rule it carries.

| account                 | plus means                                  | floor |
|-------------------------|---------------------------------------------|-------|
| ``payer:<id>:<cur>``    | money of the payer that we keep             | 0     |
| ``merchant:<id>:<cur>`` | what we owe the merchant for sales          | none  |
| ``fees:<cur>``          | what merchants paid us for their sales      | none  |
| ``fx:<cur>``            | our position: taken in by exchange and kept | none  |
| ``issuance:<cur>``      | minus what was ever issued: play money      | none  |

An account is opened when it is first needed; a payer's when the payer is registered.

    >>> from ledger.protocol.money import currency
    >>> account = payer_account("pyr_01", currency("CNY"))
    >>> account.account_id, account.floor_minor
    ('payer:pyr_01:CNY', 0)
"""

from __future__ import annotations

from ledger.core.records.journal import Account
from ledger.protocol.money import Currency


def payer_account(payer_id: str, currency: Currency) -> Account:
    """Give the account of a payer's money, which can't be overdrawn."""
    return Account(f"payer:{payer_id}:{currency.code}", currency, floor_minor=0)


def merchant_account(merchant_id: str, currency: Currency) -> Account:
    """Give the account of what is owed to a merchant."""
    return Account(f"merchant:{merchant_id}:{currency.code}", currency, floor_minor=None)


def fees_account(currency: Currency) -> Account:
    """Give the account of what merchants pay us; negative where we gave back more than came in."""
    return Account(f"fees:{currency.code}", currency, floor_minor=None)


def fx_account(currency: Currency) -> Account:
    """Give our position in a currency: what was exchanged into and out of it, rounding included."""
    return Account(f"fx:{currency.code}", currency, floor_minor=None)


def issuance_account(currency: Currency) -> Account:
    """Give the account that play money comes from."""
    return Account(f"issuance:{currency.code}", currency, floor_minor=None)
