"""The sub-book of accounts and entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ledger.core.records.journal import Account, JournalEntry
from ledger.protocol.identifiers import PaymentId


class JournalBook(Protocol):
    """Accounts with their balances, and the entries that made them."""

    def account(self, account_id: str) -> Account | None:
        """Find an account with its present balance."""

    def open_accounts(self, wanted: Sequence[Account]) -> Mapping[str, Account]:
        """Give each account by id with its present balance; open those that don't exist, at zero.

        They stay locked for the rest of the unit of work, taken in the order of their ids so that
        two units of work can't wait for each other.
        """

    def append(self, entry: JournalEntry) -> None:
        """Write an entry that waits for its link, and set each balance to what its posting says.

        Raises ``InvariantBroken`` where a balance is not the one the posting started from.
        """

    def entries_of_payment(self, payment_id: PaymentId) -> list[JournalEntry]:
        """List the entries of a payment, oldest first."""

    def accounts(self) -> list[Account]:
        """List all accounts by id."""

    def latest_entries(self, limit: int) -> list[JournalEntry]:
        """List the entries written last, newest first."""
