"""Accounts and entries in memory, with what waits for its batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ledger.core.gathering.undo import InMemory, Undo, ahead_of
from ledger.core.records.gathering import Ahead, Clearing, Gathered
from ledger.core.records.journal import Account, JournalEntry
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant


class GatheredJournal(InMemory):
    """Accounts with their balances as they become, and new entries."""

    def __init__(self, ahead: Ahead, gathered: Gathered, undo: Undo) -> None:
        self._gathered = gathered
        self._undo = undo
        self._accounts: dict[str, Account | None] = dict.fromkeys(ahead.wanted.account_ids)
        self._accounts.update({account.account_id: account for account in ahead.accounts})

    def account(self, account_id: str) -> Account | None:
        """Find an account with its present balance."""
        return ahead_of(self._accounts, account_id)

    def open_accounts(self, wanted: Sequence[Account]) -> Mapping[str, Account]:
        """Give each account by id with its present balance; open those that don't exist."""
        return {account.account_id: self._open(account) for account in wanted}

    def _open(self, wanted: Account) -> Account:
        found = ahead_of(self._accounts, wanted.account_id)
        if found is None:
            found = replace(wanted, balance_minor=0)
            self._undo.put(self._accounts, wanted.account_id, found)
            self._undo.append(self._gathered.accounts, found)
        return found

    def append(self, entry: JournalEntry) -> None:
        """Write an entry and set each account's balance to what its posting says."""
        for posting in entry.postings:
            account = ahead_of(self._accounts, posting.account_id)
            if account is None or account.balance_minor != posting.balance_before:
                raise InvariantBroken(f"{posting.account_id} is not at {posting.balance_before}")
            after = Account(
                account.account_id, account.currency, account.floor_minor, posting.balance_after
            )
            self._undo.put(self._accounts, posting.account_id, after)
        self._undo.append(self._gathered.entries, entry)


class GatheredSettlement(InMemory):
    """Entries that wait for their batch."""

    def __init__(self, ahead: Ahead, gathered: Gathered, undo: Undo) -> None:
        self._gathered = gathered
        self._undo = undo
        self._known = {payment.payment_id: payment for payment in ahead.payments}

    def await_batch(self, entry_id: str, payment_id: PaymentId, event_at: Instant) -> None:
        """Note that an entry is in no batch yet."""
        payment = self._gathered.opened.get(payment_id) or ahead_of(self._known, payment_id)
        row = Clearing(entry_id, payment.merchant_id, payment.amount.currency.code, event_at)
        self._undo.append(self._gathered.clearing, row)
