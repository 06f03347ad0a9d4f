"""Accounts, entries and postings, in tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter

from ledger.core.records.journal import Account, EntryKind, JournalEntry, Posting
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import PaymentId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, currency
from ledger.protocol.records import record
from ledger.store.tables.rows import Move, SqlValue, Tables, columns


@record(frozen=True, slots=True)
class AccountRow:
    """A row of ``account``."""

    account_id: str
    currency: str
    floor_minor: int | None
    balance_minor: int

    @classmethod
    def of(cls, account: Account) -> AccountRow:
        """Spell an account as a row."""
        return cls(
            account_id=account.account_id,
            currency=account.currency.code,
            floor_minor=account.floor_minor,
            balance_minor=account.balance_minor,
        )

    def record(self) -> Account:
        """Read the row as an account."""
        return Account(
            account_id=self.account_id,
            currency=currency(self.currency),
            floor_minor=self.floor_minor,
            balance_minor=self.balance_minor,
        )


@record(frozen=True, slots=True)
class EntryRow:
    """A row of ``entry``."""

    entry_id: str
    kind: EntryKind
    event_at: Instant
    booked_at: Instant
    payment_id: PaymentId | None
    refund_id: RefundId | None
    note: str


@record(frozen=True, slots=True)
class PostingRow:
    """A row of ``posting``."""

    entry_id: str
    line: int
    account_id: str
    amount_minor: int
    currency: str
    balance_before: int
    balance_after: int

    def record(self) -> Posting:
        """Read the row as a posting."""
        return Posting(
            account_id=self.account_id,
            amount=Money(self.amount_minor, currency(self.currency)),
            balance_before=self.balance_before,
            balance_after=self.balance_after,
        )


@record(frozen=True, slots=True)
class UnlinkedRow:
    """A row of ``unlinked``."""

    entry_id: str


# An entry has what its row has, by the same names.
_values_of_entry: Callable[[JournalEntry], tuple[SqlValue, ...]] = attrgetter(*columns(EntryRow))


def post(tables: Tables, entries: Sequence[JournalEntry]) -> None:
    """Write entries in their sequence, each account's balance once, and that they have no link."""
    if entries:
        tables.post(entries, _moves(entries))


def _moves(entries: Sequence[JournalEntry]) -> list[Move]:
    """Say from where the first posting found each account to where the last leaves it."""
    began: dict[str, int] = {}
    left: dict[str, int] = {}
    for entry in entries:
        for posting in entry.postings:
            account_id, before = posting.account_id, posting.balance_before
            found = left.get(account_id)
            if found is None:
                began[account_id] = before
            elif found != before:
                raise InvariantBroken(f"{account_id} is not at {before}")
            left[account_id] = posting.balance_after
    return [(account_id, before, left[account_id]) for account_id, before in began.items()]


def values_of_entries(entries: Sequence[JournalEntry]) -> Iterable[tuple[SqlValue, ...]]:
    """Give the values of each entry by the columns of its row, of which none is made."""
    return map(_values_of_entry, entries)


def values_of_postings(entries: Sequence[JournalEntry]) -> list[tuple[SqlValue, ...]]:
    """Give the values of each entry's postings, by the columns of their rows."""
    return [
        (
            entry.entry_id,
            line,
            posting.account_id,
            posting.amount.minor_units,
            posting.amount.currency.code,
            posting.balance_before,
            posting.balance_after,
        )
        for entry in entries
        for line, posting in enumerate(entry.postings, start=1)
    ]


class Journal:
    """``ledger.core.ports.journal.JournalBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def account(self, account_id: str) -> Account | None:
        """Find an account with its present balance."""
        sql = "SELECT * FROM account WHERE account_id = ?"
        row = self._tables.row(AccountRow, sql, account_id)
        return row.record() if row else None

    def open_accounts(self, wanted: Sequence[Account]) -> Mapping[str, Account]:
        """Give each account by id with its present balance; open those that don't exist."""
        in_order = sorted(wanted, key=lambda account: account.account_id)
        return {account.account_id: self._open(account) for account in in_order}

    def _open(self, wanted: Account) -> Account:
        sql = "SELECT * FROM account WHERE account_id = ?"
        found = self._tables.held(AccountRow, sql, wanted.account_id)
        if found is not None:
            return found.record()
        row = AccountRow(wanted.account_id, wanted.currency.code, wanted.floor_minor, 0)
        self._tables.insert("account", row)
        return row.record()

    def append(self, entry: JournalEntry) -> None:
        """Write an entry that waits for its link, and move each account as its posting says."""
        post(self._tables, [entry])

    def entries_of_payment(self, payment_id: PaymentId) -> list[JournalEntry]:
        """List the entries of a payment, oldest first."""
        sql = "SELECT * FROM entry WHERE payment_id = ? ORDER BY entry_id"
        return [self._entry(row) for row in self._tables.rows(EntryRow, sql, payment_id)]

    def accounts(self) -> list[Account]:
        """List all accounts by id."""
        sql = "SELECT * FROM account ORDER BY account_id"
        return [row.record() for row in self._tables.rows(AccountRow, sql)]

    def latest_entries(self, limit: int) -> list[JournalEntry]:
        """List the entries written last, newest first."""
        sql = "SELECT * FROM entry ORDER BY entry_id DESC LIMIT ?"
        return [self._entry(row) for row in self._tables.rows(EntryRow, sql, limit)]

    def _entry(self, row: EntryRow) -> JournalEntry:
        sql = "SELECT * FROM posting WHERE entry_id = ? ORDER BY line"
        postings = self._tables.rows(PostingRow, sql, row.entry_id)
        return JournalEntry(
            entry_id=row.entry_id,
            kind=row.kind,
            event_at=row.event_at,
            booked_at=row.booked_at,
            postings=tuple(posting.record() for posting in postings),
            payment_id=row.payment_id,
            refund_id=row.refund_id,
            note=row.note,
        )
