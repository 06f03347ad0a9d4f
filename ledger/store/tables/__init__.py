"""The books as tables: each sub-book of ``ledger.core.ports`` once, for every engine.

``rows`` says what an engine must give (``Tables``); ``embedded`` and its like give it. The schemas
are the engines' own, since types and locks are spelt differently; the statements are shared.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from ledger.store.tables.chain import Chain
from ledger.store.tables.codes import Codes
from ledger.store.tables.directory import Directory
from ledger.store.tables.funding import Funding
from ledger.store.tables.gathering import Gathering
from ledger.store.tables.journal import Journal
from ledger.store.tables.notices import Events, Idempotency, Nonces, Outbox, Receipts
from ledger.store.tables.payments import Payments
from ledger.store.tables.personal import Personal
from ledger.store.tables.rows import Tables
from ledger.store.tables.settlement import Settlement
from ledger.store.tables.sharing import Sharing
from ledger.store.tables.spending import Spending
from ledger.store.tables.vendors import VendorAccounts, VendorOrders

__all__ = ["BooksInTables", "Tables"]


class BooksInTables:
    """``ledger.core.ports.Books`` over one connection of an engine."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.directory = Directory(tables)
        self.payments = Payments(tables)
        self.codes = Codes(tables)
        self.spending = Spending(tables)
        self.funding = Funding(tables)
        self.journal = Journal(tables)
        self.chain = Chain(tables)
        self.settlement = Settlement(tables)
        self.sharing = Sharing(tables)
        self.receipts = Receipts(tables)
        self.outbox = Outbox(tables)
        self.events = Events(tables)
        self.idempotency = Idempotency(tables)
        self.nonces = Nonces(tables)
        self.personal = Personal(tables)
        self.vendor_accounts = VendorAccounts(tables)
        self.vendor_orders = VendorOrders(tables)
        self.gathering = Gathering(tables, self.events)

    def savepoint(self) -> AbstractContextManager[None]:
        """Begin a part of the unit of work that can fail on its own."""
        return self._tables.savepoint()
