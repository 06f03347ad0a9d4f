"""What a list of notifications is about, looked up together instead of one by one.

Each is read once, before the first of the list has its effect. Two of one list may be about one
payment, so whatever was changed is forgotten here, and read anew for the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.protocol.messages import Notification
from pos.acquirers.intents import Attempt
from pos.store import TillStore
from pos.till import Sale


@dataclass
class Known:
    """Attempts by payment, sales by id, and which of the notifications came before."""

    _store: TillStore
    _attempts: dict[str, Attempt]
    _sales: dict[str, Sale]
    _before: set[str]

    @classmethod
    def of(cls, store: TillStore, notifications: Sequence[Notification]) -> Known:
        """Look up what these are about; in the transaction of their effect."""
        attempts = store.attempts.found([each.payment_id for each in notifications])
        sales = store.sales.found([attempt.sale_id for attempt in attempts])
        return cls(
            store,
            {attempt.payment_id: attempt for attempt in attempts},
            {sale.sale_id: sale for sale in sales},
            store.evidence.had_notifications([each.notification_id for each in notifications]),
        )

    def has_notification(self, notification: Notification) -> bool:
        """Tell whether it had its effect already."""
        return notification.notification_id in self._before

    def attempt(self, notification: Notification) -> Attempt | None:
        """Find the attempt whose payment it is about."""
        known = self._attempts.get(notification.payment_id)
        return known or self._store.attempts.find(notification.payment_id)

    def sale(self, attempt: Attempt) -> Sale:
        """Give the sale of an attempt."""
        return self._sales.get(attempt.sale_id) or self._store.sales.get(attempt.sale_id)

    def forget(self, notification: Notification) -> None:
        """Read anew what was changed, and take no copy of this notification for news."""
        self._before.add(notification.notification_id)
        attempt = self._attempts.pop(notification.payment_id, None)
        if attempt is not None:
            self._sales.pop(attempt.sale_id, None)
