"""The chart of accounts: what each is for, what its sign means, its floor, and whom it may meet.

| account                 | plus means                                     | floor |
|-------------------------|------------------------------------------------|-------|
| ``payer:<id>:<cur>``    | money of the payer that we keep                | 0     |
| ``hold:<payer>:<cur>``  | a payer's deposits, set aside                  | 0     |
| ``merchant:<id>:<cur>`` | what we owe the merchant for sales             | none  |
| ``fees:<cur>``          | what merchants paid us for their sales         | none  |
| ``coupons:<cur>``       | minus what we paid for payers with our coupons | none  |
| ``points:<cur>``        | minus what we paid for payers with points      | none  |
| ``fx:<cur>``            | our position: taken in by exchange and kept    | none  |
| ``fx-rounding:<cur>``   | what rounding an exchange left with us         | none  |
| ``nostro:<cur>``        | what left our account at the bank              | 0     |
| ``suspense:<cur>``      | payouts that came back, to be paid again       | 0     |
| ``issuance:<cur>``      | minus what was ever issued: play money         | none  |

An account is opened when it is first needed; a payer's when the payer is registered.

Which accounts may be moved against each other depends on why money moves. A payer's money comes out
of the issuance or goes to a merchant, never to another payer, and is held for them alone; a
merchant's goes to other merchants where it shares a payment, in an entry that has nobody else.
``journal.book`` holds each entry against ``MAY_MEET``, so a mistake in a flow can't put money where
nobody looks for it.

    >>> from ledger.protocol.money import currency
    >>> account = payer_account("pyr_01", currency("CNY"))
    >>> account.account_id, account.floor_minor, kind_of(account.account_id).value
    ('payer:pyr_01:CNY', 0, 'payer')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from ledger.core.records.journal import Account, EntryKind
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.messages import FundingSource
from ledger.protocol.money import Currency


class AccountKind(StrEnum):
    """What an account is for; its id begins with it."""

    PAYER = "payer"
    HOLD = "hold"
    MERCHANT = "merchant"
    FEES = "fees"
    COUPONS = "coupons"
    POINTS = "points"
    FX = "fx"
    FX_ROUNDING = "fx-rounding"
    NOSTRO = "nostro"
    SUSPENSE = "suspense"
    ISSUANCE = "issuance"


FLOORS: Mapping[AccountKind, int] = {
    AccountKind.PAYER: 0,
    AccountKind.HOLD: 0,
    AccountKind.NOSTRO: 0,
    AccountKind.SUSPENSE: 0,
}
"""The least that accounts of a kind may hold; the others may hold anything."""

_SALE = frozenset(
    {
        AccountKind.PAYER,
        AccountKind.MERCHANT,
        AccountKind.FEES,
        AccountKind.COUPONS,
        AccountKind.POINTS,
        AccountKind.FX,
        AccountKind.FX_ROUNDING,
    }
)

_DEPOSIT = frozenset({AccountKind.PAYER, AccountKind.HOLD})

MAY_MEET: Mapping[EntryKind, frozenset[AccountKind]] = {
    EntryKind.ISSUANCE: frozenset({AccountKind.ISSUANCE, AccountKind.PAYER}),
    EntryKind.HOLD: _DEPOSIT,
    EntryKind.CAPTURE: _SALE | _DEPOSIT,
    EntryKind.RELEASE: _DEPOSIT,
    EntryKind.REFUND: _SALE,
    EntryKind.REVERSAL: _SALE,
    EntryKind.SHARE: frozenset({AccountKind.MERCHANT}),
    EntryKind.PAYOUT: frozenset(
        {AccountKind.MERCHANT, AccountKind.NOSTRO, AccountKind.SUSPENSE},
    ),
    EntryKind.PAYOUT_RETURN: frozenset({AccountKind.NOSTRO, AccountKind.SUSPENSE}),
}
"""Which kinds of account may stand in one entry."""

_FUNDING: Mapping[FundingSource, AccountKind] = {
    FundingSource.COUPON: AccountKind.COUPONS,
    FundingSource.POINTS: AccountKind.POINTS,
}

MORE_THAN_ONCE: Mapping[EntryKind, frozenset[AccountKind]] = {
    EntryKind.SHARE: frozenset({AccountKind.MERCHANT}),
}
"""What else may stand in an entry more than once: who shares, and who receives."""

IN_EACH_CURRENCY = frozenset({AccountKind.FX})
"""What may stand in any entry more than once: our position, in the currencies on both sides."""


def kind_of(account_id: str) -> AccountKind:
    """Tell what an account is for; ``InvariantBroken`` for one that is not in the chart."""
    try:
        return AccountKind(account_id.partition(":")[0])
    except ValueError as error:
        raise InvariantBroken(f"{account_id} is not in the chart of accounts") from error


def require_may_meet(kind: EntryKind, accounts: Sequence[Account]) -> None:
    """Check that the accounts of an entry may meet in it; ``InvariantBroken`` if they may not."""
    met: set[AccountKind] = set()
    many = IN_EACH_CURRENCY | MORE_THAN_ONCE.get(kind, frozenset())
    for account in accounts:
        side = kind_of(account.account_id)
        if side not in MAY_MEET[kind]:
            raise InvariantBroken(f"{account.account_id} has no place in a {kind}")
        if side in met - many:
            raise InvariantBroken(f"{account.account_id} meets another {side} account")
        if account.floor_minor != FLOORS.get(side):
            raise InvariantBroken(f"{account.account_id} has not the floor of its kind")
        met.add(side)


def payer_account(payer_id: str, currency: Currency) -> Account:
    """Give the account of a payer's money, which can't be overdrawn."""
    return _account(AccountKind.PAYER, currency, of=payer_id)


def hold_account(payer_id: str, currency: Currency) -> Account:
    """Give the account of a payer's deposits: neither theirs to spend nor anybody else's."""
    return _account(AccountKind.HOLD, currency, of=payer_id)


def merchant_account(merchant_id: str, currency: Currency) -> Account:
    """Give the account of what is owed to a merchant."""
    return _account(AccountKind.MERCHANT, currency, of=merchant_id)


def fees_account(currency: Currency) -> Account:
    """Give the account of what merchants pay us; negative where we gave back more than came in."""
    return _account(AccountKind.FEES, currency)


def funding_account(source: FundingSource, currency: Currency) -> Account:
    """Give the account of our money that pays for payers' coupons, or for their points.

    A merchant's own coupon is nobody's money and has none.
    """
    return _account(_FUNDING[source], currency)


def fx_account(currency: Currency) -> Account:
    """Give our position in a currency: what was exchanged into and out of it."""
    return _account(AccountKind.FX, currency)


def fx_rounding_account(currency: Currency) -> Account:
    """Give the account of what rounding left with us when a payer's currency was exchanged."""
    return _account(AccountKind.FX_ROUNDING, currency)


def nostro_account(currency: Currency) -> Account:
    """Give our account at the bank, from which merchants are paid out."""
    return _account(AccountKind.NOSTRO, currency)


def suspense_account(currency: Currency) -> Account:
    """Give the account of money whose owner is known but can't be reached."""
    return _account(AccountKind.SUSPENSE, currency)


def issuance_account(currency: Currency) -> Account:
    """Give the account that play money comes from."""
    return _account(AccountKind.ISSUANCE, currency)


def _account(kind: AccountKind, currency: Currency, *, of: str = "") -> Account:
    account_id = f"{kind.value}:{of}:{currency.code}" if of else f"{kind.value}:{currency.code}"
    return Account(account_id, currency, floor_minor=FLOORS.get(kind))
