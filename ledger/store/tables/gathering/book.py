"""``ledger.core.ports.store.GatheringBook`` on tables.

The names of the wanted rows travel as one value, a JSON array, which the engine makes a table of
(``Tables.each``); so a statement has the same text however many there are.
"""

from __future__ import annotations

from collections.abc import Collection

from ledger.core.records.gathering import Ahead, Gathered, SignersAhead, Wanted
from ledger.store.tables.gathering.reading import Wants
from ledger.store.tables.gathering.writing import Writes
from ledger.store.tables.notices import Events
from ledger.store.tables.rows import Tables


class Gathering:
    """Reads ahead and writes together."""

    def __init__(self, tables: Tables, events: Events) -> None:
        self._wants = Wants(tables)
        self._writes = Writes(tables, events)

    def signers(self, key_ids: Collection[str]) -> SignersAhead:
        """Find keys, and the devices they belong to."""
        return SignersAhead(self._wants.keys(key_ids), self._wants.devices(key_ids))

    def ahead(self, wanted: Wanted) -> Ahead:
        """Find what many payments will be decided by; payments, then accounts, stay locked."""
        wants = self._wants
        payments = wants.payments(wanted.payment_ids, wanted.order_nos)
        found = [payment.payment_id for payment in payments]
        # Who moves a payer's money holds their account, so sums read after it stay as they are.
        accounts = wants.accounts(wanted.account_ids)
        return Ahead(
            wanted=wanted,
            payments=payments,
            claims=wants.claims(found),
            consents=wants.consents(found),
            receipts=wants.receipts(found),
            lines=wants.lines(found),
            merchants=wants.merchants(wanted.merchant_ids),
            terminals=wants.terminals(wanted.tills),
            fee_terms=wants.fee_terms(wanted.merchant_ids, wanted.terms_at),
            payers=wants.payers(wanted.payer_ids),
            own_limits=wants.own_limits(wanted.payer_ids),
            granted=wants.granted(wanted.payer_ids),
            spent=wants.spent(wanted.payer_ids, wanted.spent_since),
            keys=wants.keys(wanted.key_ids),
            accounts=accounts,
        )

    def write(self, gathered: Gathered) -> None:
        """Write what many payments come to: what is referred to first."""
        writes = self._writes
        writes.payments(gathered)
        writes.journal(gathered)
        writes.notices(gathered)
