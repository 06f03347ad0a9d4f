"""The settler: closes business days and pays batches out, when their time has come.

One batch is one unit of work, so a settler that is killed leaves whole batches only and the next
one goes on. A merchant whose day can't be closed is logged and does not hold up the others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Store
from ledger.core.records.settlement import Batch, SettlementTerms
from ledger.core.settlement import clearing, due, payouts
from ledger.kit.clock import Clock
from ledger.protocol.errors import QrpayError
from ledger.protocol.identifiers import IdSource
from ledger.protocol.instants import Instant

LOGGER = logging.getLogger("qrpay.settler")

BATCHES_A_ROUND = 50


@dataclass
class Settler:
    """Settles the books of one ledger."""

    store: Store
    clock: Clock
    ids: IdSource

    def settle(self) -> bool:
        """Do one round; True when there may be more."""
        done = sum(1 for _ in self.settle_due(self.clock.now(), most=BATCHES_A_ROUND))
        return done == BATCHES_A_ROUND

    def settle_due(self, now: Instant, *, most: int) -> Iterator[Batch]:
        """Close and pay what is due, and give each batch as it is left, at most so many."""
        with self.store.reading() as books:
            all_terms = books.settlement.all_terms()
        left = most
        for terms in all_terms:
            try:
                for batch in self._of_merchant(terms, now):
                    yield batch
                    left -= 1
                    if left == 0:
                        return
            except QrpayError:
                LOGGER.exception("%s can't be settled", terms.merchant_id)

    def _of_merchant(self, terms: SettlementTerms, now: Instant) -> Iterator[Batch]:
        while (closed := self._close_next(terms, now)) is not None:
            yield closed
        with self.store.reading() as books:
            unpaid = due.batches_to_pay(books, terms, now)
        for batch in unpaid:
            with self.store.transaction() as books:
                paid = payouts.pay_out(books, batch_id=batch.batch_id, now=now, ids=self.ids)
            yield paid

    def _close_next(self, terms: SettlementTerms, now: Instant) -> Batch | None:
        with self.store.reading() as books:
            day = due.day_to_close(books, terms, now)
        if day is None:
            return None
        with self.store.transaction() as books:
            merchant = require_merchant(books, terms.merchant_id)
            return clearing.close_day(
                books, merchant=merchant, business_day=day, now=now, ids=self.ids
            )
