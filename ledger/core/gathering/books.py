"""``Books`` in memory: read ahead, changed here, written together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from ledger.core.gathering.journal import GatheredJournal, GatheredSettlement
from ledger.core.gathering.notices import GatheredEvents, GatheredOutbox, GatheredReceipts
from ledger.core.gathering.parties import (
    GatheredDirectory,
    GatheredFunding,
    GatheredSigners,
    GatheredSpending,
)
from ledger.core.gathering.payments import GatheredPayments
from ledger.core.gathering.undo import InMemory, Undo
from ledger.core.ports import Books
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
from ledger.core.ports.store import GatheringBook
from ledger.core.ports.vendors import VendorAccountsBook, VendorOrdersBook
from ledger.core.records.gathering import Ahead, Gathered, SignersAhead


class GatheredBooks:
    """All of the books as far as they were read ahead, over the ``books`` of a transaction.

    A sub-book here has only the methods that most payments need; ``cast`` promises the others,
    which raise ``NotReadAhead``.
    """

    def __init__(self, books: Books, ahead: Ahead) -> None:
        self._books = books
        self._undo = undo = Undo()
        self._gathered = gathered = Gathered()
        self.directory = cast(DirectoryBook, GatheredDirectory(ahead))
        self.payments = cast(PaymentsBook, GatheredPayments(ahead, gathered, undo))
        self.codes = cast(CodesBook, InMemory())
        self.spending = cast(SpendingBook, GatheredSpending(ahead, gathered, undo))
        self.funding = cast(FundingBook, GatheredFunding(ahead))
        self.journal = cast(JournalBook, GatheredJournal(ahead, gathered, undo))
        self.chain = cast(ChainBook, InMemory())
        self.settlement = cast(SettlementBook, GatheredSettlement(ahead, gathered, undo))
        self.sharing = cast(SharingBook, InMemory())
        self.receipts = cast(ReceiptsBook, GatheredReceipts(ahead, gathered, undo))
        self.outbox = cast(OutboxBook, GatheredOutbox(gathered, undo))
        self.events = cast(EventsBook, GatheredEvents(gathered, undo))
        self.idempotency = cast(IdempotencyBook, InMemory())
        self.nonces = cast(NoncesBook, InMemory())
        self.personal = cast(PersonalBook, InMemory())
        self.vendor_accounts = cast(VendorAccountsBook, InMemory())
        self.vendor_orders = cast(VendorOrdersBook, InMemory())
        self.gathering = cast(GatheringBook, InMemory())

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Begin a part of the unit of work that can fail on its own."""
        mark = self._undo.mark()
        try:
            yield
        except BaseException:
            self._undo.back_to(mark)
            raise
        if mark == 0:  # nothing around it could take it back
            self._undo.forget()

    def write(self) -> None:
        """Bring everything to the tables; what was read ahead is old then."""
        self._books.gathering.write(self._gathered)


class SignersOnly(InMemory):
    """Books to check many signatures with: keys and devices, each looked up once."""

    def __init__(self, books: Books, ahead: SignersAhead) -> None:
        self.directory = cast(DirectoryBook, GatheredSigners(books.directory, ahead))


def signers_only(books: Books, ahead: SignersAhead) -> Books:
    """Give books that know keys and devices, and nothing else."""
    return cast(Books, SignersOnly(books, ahead))
