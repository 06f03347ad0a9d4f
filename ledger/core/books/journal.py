"""Double entry: every movement of money is one entry whose lines sum to zero in each currency.

``book`` is the only function that moves money. It proves its entry before writing it and proves
what was written again afterwards (pair assertion, as TigerBeetle does); a broken rule raises
``InvariantBroken`` and the caller's transaction undoes everything. The one rule that a caller can
break in good faith, an account's floor, raises ``NotEnoughFunds``.

    payer       -10118 CNY     what left the payer's account
    fx          +10117 CNY
    fx-rounding     +1 CNY
    fx           -1295 EUR
    merchant     +1287 EUR     what the merchant is owed
    fees            +8 EUR

Balances can't leave 64 bits: an amount is at most 10^11, and ten million such postings into one
account reach 10^18 of 9.2 * 10^18 (checked on every line).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.core.books.accounts import require_may_meet
from ledger.core.ports import Books
from ledger.core.records.journal import Account, EntryKind, JournalEntry, Posting
from ledger.protocol.errors.checkout import NotEnoughFunds
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import IdSource, Kind, PaymentId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.money import MOST_MINOR_UNITS, Money
from ledger.protocol.records import record

LEAST_LINES = 2
BALANCE_LIMIT = 2**62

SETTLED_WITH_THE_MERCHANT = frozenset({EntryKind.CAPTURE, EntryKind.REFUND, EntryKind.REVERSAL})
"""What a merchant's statement lists; such an entry waits for its batch as soon as it is booked."""


@record(frozen=True, slots=True)
class Line:
    """One wanted posting: plus raises the balance of the account, minus lowers it."""

    account: Account
    amount: Money


def move(amount: Money, *, source: Account, target: Account) -> list[Line]:
    """Two lines that take an amount out of one account and put it into another.

    Nothing to move is no line at all, so that a share rounded down to nothing leaves none behind.
    """
    if amount.minor_units == 0:
        return []
    return [Line(source, -amount), Line(target, amount)]


def net(lines: Sequence[Line]) -> list[Line]:
    """Put the lines of one account together, and leave out those that come to nothing."""
    sums: dict[str, Line] = {}
    for line in lines:
        before = sums.get(line.account.account_id)
        amount = before.amount + line.amount if before else line.amount
        sums[line.account.account_id] = Line(line.account, amount)
    return [line for line in sums.values() if line.amount.minor_units != 0]


def book(
    books: Books,
    *,
    kind: EntryKind,
    lines: Sequence[Line],
    event_at: Instant,
    now: Instant,
    ids: IdSource,
    payment_id: PaymentId | None = None,
    refund_id: RefundId | None = None,
    note: str = "",
) -> JournalEntry:
    """Write one entry and move the balances; gives the entry as written.

    Raises ``NotEnoughFunds`` where a line would push an account below its floor, and
    ``InvariantBroken`` for an entry that no caller should ever build.
    """
    require_balanced(lines)
    require_may_meet(kind, [line.account for line in lines])
    accounts = books.journal.open_accounts([line.account for line in lines])
    entry = JournalEntry(
        entry_id=ids.new(Kind.ENTRY, now),
        kind=kind,
        event_at=event_at,
        booked_at=now,
        postings=tuple(_post(accounts[line.account.account_id], line.amount) for line in lines),
        payment_id=payment_id,
        refund_id=refund_id,
        note=note,
    )
    books.journal.append(entry)
    if payment_id is not None and kind in SETTLED_WITH_THE_MERCHANT:
        books.settlement.await_batch(entry.entry_id, payment_id, event_at)
    _require_written(books, entry)
    return entry


def lock(books: Books, accounts: Iterable[Account]) -> None:
    """Lock the accounts of all entries that a unit of work is going to make.

    ``book`` locks those of one entry in the order of their ids, so two entries never wait for each
    other. Two units of several entries each would, unless they lock all before the first.
    """
    books.journal.open_accounts(list({each.account_id: each for each in accounts}.values()))


def require_balanced(lines: Sequence[Line]) -> None:
    """Check an entry before it is written: two lines or more, none empty, zero per currency."""
    if len(lines) < LEAST_LINES:
        raise InvariantBroken(f"an entry has at least two lines, not {len(lines)}")
    if len({line.account.account_id for line in lines}) != len(lines):
        raise InvariantBroken("an entry touches each account once")
    sums: dict[str, int] = {}
    for line in lines:
        if line.amount.currency != line.account.currency:
            raise InvariantBroken(f"{line.amount} can't be posted to {line.account.account_id}")
        if not 1 <= abs(line.amount.minor_units) <= MOST_MINOR_UNITS:
            raise InvariantBroken(f"a line of {line.amount.minor_units} minor units")
        code = line.amount.currency.code
        sums[code] = sums.get(code, 0) + line.amount.minor_units
    if any(sums.values()):
        raise InvariantBroken(f"an entry sums to zero in each currency, not {sums}")


def _post(account: Account, amount: Money) -> Posting:
    after = account.balance_minor + amount.minor_units
    if abs(after) > BALANCE_LIMIT:
        raise InvariantBroken(f"the balance of {account.account_id} would leave 63 bits")
    if account.floor_minor is not None and after < account.floor_minor:
        raise NotEnoughFunds("the balance does not cover the amount")
    return Posting(account.account_id, amount, account.balance_minor, after)


def _require_written(books: Books, entry: JournalEntry) -> None:
    for posting in entry.postings:
        found = books.journal.account(posting.account_id)
        if found is None or found.balance_minor != posting.balance_after:
            raise InvariantBroken(f"{posting.account_id} was not left at its new balance")
