"""``Store`` gives units of work; each is all of the ``Books``, row by row or many rows at once."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Protocol

from ledger.core.ports.chain import ChainBook
from ledger.core.ports.funding import FundingBook
from ledger.core.ports.journal import JournalBook
from ledger.core.ports.notices import (
    EventsBook,
    IdempotencyBook,
    NoncesBook,
    OutboxBook,
    ReceiptsBook,
)
from ledger.core.ports.parties import DirectoryBook
from ledger.core.ports.payments import CodesBook, PaymentsBook
from ledger.core.ports.personal import PersonalBook
from ledger.core.ports.settlement import SettlementBook
from ledger.core.ports.sharing import SharingBook
from ledger.core.ports.spending import SpendingBook
from ledger.core.ports.vendors import VendorAccountsBook, VendorOrdersBook
from ledger.core.records.gathering import Ahead, Gathered, SignersAhead, Wanted


class GatheringBook(Protocol):
    """Rows of all the other sub-books, for many payments at once (``ledger.core.gathering``)."""

    def signers(self, key_ids: Collection[str]) -> SignersAhead:
        """Find keys, and the devices they belong to."""

    def ahead(self, wanted: Wanted) -> Ahead:
        """Find what many payments will be decided by.

        In a transaction payments and accounts stay locked until the end, in the order of their ids.
        """

    def write(self, gathered: Gathered) -> None:
        """Write what many payments come to, each account once.

        Raises ``InvariantBroken`` where a balance is not the one its first posting started from, or
        something is there already, and ``OrderState`` where a payment has changed meanwhile.
        """


class Books(Protocol):
    """One unit of work on all of the books."""

    @property
    def directory(self) -> DirectoryBook:
        """Merchants, terminals, payers, devices, keys, invitations."""

    @property
    def payments(self) -> PaymentsBook:
        """Payments with their history, claims, quotes, consents and refunds."""

    @property
    def codes(self) -> CodesBook:
        """Handles behind payment codes, and wrong guesses at them."""

    @property
    def spending(self) -> SpendingBook:
        """What payers have spent by day, their own limits, decisions about parties."""

    @property
    def funding(self) -> FundingBook:
        """Coupons and points of payers, and what they pay."""

    @property
    def journal(self) -> JournalBook:
        """Accounts and entries."""

    @property
    def chain(self) -> ChainBook:
        """Links over the entries, and the heads of days."""

    @property
    def settlement(self) -> SettlementBook:
        """Settlement terms, batches, and what waits for them."""

    @property
    def sharing(self) -> SharingBook:
        """Receivers of shares, and what was shared."""

    @property
    def receipts(self) -> ReceiptsBook:
        """Signed receipts."""

    @property
    def outbox(self) -> OutboxBook:
        """Notifications on their way."""

    @property
    def events(self) -> EventsBook:
        """Changes to watch live."""

    @property
    def idempotency(self) -> IdempotencyBook:
        """Replies by Idempotency-Key."""

    @property
    def nonces(self) -> NoncesBook:
        """Nonces of signed requests."""

    @property
    def personal(self) -> PersonalBook:
        """Personal data as such: found by payer, forgotten by age, erased on request."""

    @property
    def vendor_accounts(self) -> VendorAccountsBook:
        """Merchants by the numbers that vendors know them by."""

    @property
    def vendor_orders(self) -> VendorOrdersBook:
        """Payments and refunds as the vendors' faces know them."""

    @property
    def gathering(self) -> GatheringBook:
        """Rows of all the others for many payments at once."""

    def savepoint(self) -> AbstractContextManager[None]:
        """Begin a part of the unit of work that can fail on its own: only it is undone then."""


class Store(Protocol):
    """Keeps the books."""

    def transaction(self) -> AbstractContextManager[Books]:
        """Keep everything done inside when the block ends, or nothing of it if it raises."""

    def reading(self) -> AbstractContextManager[Books]:
        """Look at one consistent state; writing inside is refused."""

    def checkpoint(self) -> None:
        """Leave no copy of what was deleted in the store's own files, as far as it can."""

    def close(self) -> None:
        """Let go of files and connections; a second call does nothing."""
