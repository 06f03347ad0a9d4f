"""The till's own memory: sales, attempts to collect them, refunds, and what the provider proved.

    store = TillStore(open_store(path, package="pos.store"))
    with store.transaction():
        sale = store.sales.get(sale_id)
        store.sales.put(sale.advance(SaleEvent.COLLECT))

Reading order: ``migrations/`` (the tables), ``sales``, ``attempts``, ``refunds``,
``late_payments``, ``evidence`` (receipts, notifications, alarms, facts), ``days``. No rule lives
here but those that the tables themselves guard: one running attempt for a sale, one that was paid,
and closed days that stay as they are. Stored means safe from ``kill -9`` and power loss
(``ledger.kit.embedded``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from ledger.kit.embedded import EmbeddedStore
from pos.store.attempts import Attempts
from pos.store.days import Days
from pos.store.evidence import Evidence
from pos.store.late_payments import LatePayments
from pos.store.refunds import Refunds
from pos.store.sales import Sales

Result = TypeVar("Result")


def _tell_nobody() -> None:
    """Do nothing: no screen is open."""


class TillStore:
    """All that a till remembers, by subject; ``on_change`` is called after each change."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self.on_change: Callable[[], None] = _tell_nobody
        self.sales = Sales(store)
        self.attempts = Attempts(store)
        self.refunds = Refunds(store)
        self.late_payments = LatePayments(store)
        self.evidence = Evidence(store)
        self.days = Days(store)

    def transaction(self) -> AbstractContextManager[None]:
        """Store what is done inside, wholly or not at all; others wait."""
        return self._telling()

    def commit(self, work: Callable[[], Result]) -> Result:
        """Store what ``work`` does, wholly or not at all, together with what others do."""
        result = self._store.commit(work)
        self.on_change()
        return result

    @contextmanager
    def _telling(self) -> Iterator[None]:
        with self._store.transaction():
            yield
        self.on_change()

    def savepoint(self) -> AbstractContextManager[None]:
        """Begin a part of a transaction that can fail alone."""
        return self._store.savepoint()

    def snapshot(self) -> AbstractContextManager[None]:
        """Read several things of one state."""
        return self._store.snapshot()

    def facts(self) -> dict[str, str | int]:
        """Tell how it keeps its promises, for ``/health``."""
        return self._store.facts()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()
