"""The chart of accounts: who may meet whom, in which entry, and who never does."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from ledger.core.books import accounts, journal
from ledger.core.books.accounts import AccountKind
from ledger.core.records.journal import Account, EntryKind
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.money import Money, currency
from tests.core.demo_world import NOON, World
from tests.core.state import refused

EUR, CNY = currency("EUR"), currency("CNY")

SALE = "payer merchant fees coupons points fx fx-rounding"
TOGETHER = {
    EntryKind.ISSUANCE: "issuance payer",
    EntryKind.HOLD: "payer hold",
    EntryKind.RELEASE: "payer hold",
    EntryKind.CAPTURE: f"{SALE} hold",
    EntryKind.REFUND: SALE,
    EntryKind.REVERSAL: SALE,
    EntryKind.SHARE: "merchant",
    EntryKind.PAYOUT: "merchant nostro suspense",
    EntryKind.PAYOUT_RETURN: "nostro suspense",
}
"""Who may meet, said once more: also itself, ``fx`` in another currency, merchants in a share."""

PAIRS = [
    (entry, one, other)
    for entry in EntryKind
    for one, other in combinations_with_replacement(AccountKind, 2)
]


def may_meet(entry: EntryKind, one: AccountKind, other: AccountKind) -> bool:
    names = TOGETHER[entry].split()
    meets_itself = one == "fx" or (entry, one) == (EntryKind.SHARE, "merchant")
    return one in names and other in names and (one is not other or meets_itself)


def account(kind: AccountKind, number: int) -> Account:
    """The first or the second account of a kind."""
    floor_minor = 0 if kind in ("payer", "hold", "nostro", "suspense") else None
    owner = f":owner{number}" if kind in ("payer", "hold", "merchant") else ""
    money = CNY if kind == "fx" and number == 2 else EUR
    return Account(f"{kind}{owner}:{money.code}", money, floor_minor)


def name_of(value: object) -> str:
    return str(value)


@pytest.mark.parametrize(
    ("entry", "one", "other"), [pair for pair in PAIRS if not may_meet(*pair)], ids=name_of
)
def test_accounts_that_have_nothing_to_do_with_each_other_never_meet(
    entry: EntryKind, one: AccountKind, other: AccountKind
) -> None:
    with pytest.raises(InvariantBroken):
        accounts.require_may_meet(entry, [account(one, 1), account(other, 2)])
    with pytest.raises(InvariantBroken):
        accounts.require_may_meet(entry, [account(other, 2), account(one, 1)])


@pytest.mark.parametrize(
    ("entry", "one", "other"), [pair for pair in PAIRS if may_meet(*pair)], ids=name_of
)
def test_accounts_that_belong_together_may_meet(
    entry: EntryKind, one: AccountKind, other: AccountKind
) -> None:
    accounts.require_may_meet(entry, [account(one, 1), account(other, 2)])


@pytest.mark.parametrize(
    ("entry", "source", "target"),
    [
        (EntryKind.ISSUANCE, accounts.payer_account("a", EUR), accounts.payer_account("b", EUR)),
        (EntryKind.ISSUANCE, accounts.fees_account(EUR), accounts.payer_account("a", EUR)),
        (EntryKind.CAPTURE, accounts.issuance_account(EUR), accounts.merchant_account("m", EUR)),
        (
            EntryKind.REFUND,
            accounts.merchant_account("m", EUR),
            accounts.merchant_account("n", EUR),
        ),
    ],
)
def test_an_entry_between_strangers_is_not_booked(
    world: World, entry: EntryKind, source: Account, target: Account
) -> None:
    with refused(world, InvariantBroken), world.store.transaction() as books:
        journal.book(
            books,
            kind=entry,
            lines=journal.move(Money(1, EUR), source=source, target=target),
            event_at=NOON,
            now=NOON,
            ids=world.ids,
        )


def test_a_payers_account_without_its_floor_is_refused() -> None:
    floorless = Account("payer:a:EUR", EUR, floor_minor=None)
    with pytest.raises(InvariantBroken):
        accounts.require_may_meet(EntryKind.ISSUANCE, [floorless, accounts.issuance_account(EUR)])


@pytest.mark.parametrize("account_id", ["slush:EUR", "Payer:a:EUR", "", "payers:a:EUR"])
def test_an_account_that_is_not_in_the_chart_is_refused(account_id: str) -> None:
    with pytest.raises(InvariantBroken):
        accounts.kind_of(account_id)


def test_every_kind_of_entry_says_who_may_meet_in_it() -> None:
    assert set(accounts.MAY_MEET) == set(EntryKind) == set(TOGETHER)
    assert set().union(*accounts.MAY_MEET.values()) == set(AccountKind)
