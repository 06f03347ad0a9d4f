"""Notifications: the provider tells the till, at least once, until it says ``success``.

The row in the outbox is written in the unit of work of the event itself, so no event is forgotten;
sending is another matter, done later by a notifier that may die at any point:

* it *leases* a row first (``due_at`` moves ahead by the lease) and commits that, then sends;
* an answer moves the row to DELIVERED, a failure to the next attempt of ``RETRY_AFTER_MS``;
* after the last attempt the row is DEAD: the till has its query for that.

So a notification can arrive twice, late or out of order, and a till has to stand all three. The
schedule is the one of WeChat Pay v3: fifteen retries within a day ("payment success notification",
15s/15s/30s/3m/10m/20m/30m/30m/30m/60m/3h/3h/3h/6h/6h).

    >>> len(RETRY_AFTER_MS), sum(RETRY_AFTER_MS) == 24 * HOUR + 4 * MINUTE
    (15, True)
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ledger.core.notices import attempts
from ledger.core.ports import Books
from ledger.core.records.notices import DeliveryState, KeptReceipt, OutboxRow
from ledger.core.records.payments import Payment, Refund
from ledger.core.records.vendors import VendorOrder
from ledger.protocol import messages
from ledger.protocol.errors.privacy import NotificationForgotten
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import IdSource, Kind
from ledger.protocol.instants import HOUR, MINUTE, SECOND, Instant, later
from ledger.protocol.messages import Funded, Notification, NotificationEvent
from ledger.protocol.native_wire import NOTIFICATIONS_MOST, TAKEN
from ledger.protocol.records import record, replace
from ledger.protocol.signing import PrivateKey

RETRY_AFTER_MS = (
    *(15 * SECOND, 15 * SECOND, 30 * SECOND),
    *(3 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 30 * MINUTE, 30 * MINUTE, 60 * MINUTE),
    *(3 * HOUR, 3 * HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR),
)
ANSWER_LENGTH = 200


def tell(
    books: Books,
    *,
    event: NotificationEvent,
    payment: Payment,
    now: Instant,
    ids: IdSource,
    key: PrivateKey,
    receipt: KeptReceipt | None = None,
    refund: Refund | None = None,
    funding: tuple[Funded, ...] = (),
) -> OutboxRow:
    """Put a notification about a payment, or about a refund of it, into the outbox.

    ``funding`` is what the receipt states of it.
    """
    message = Notification(
        notification_id=ids.new(Kind.NOTIFICATION, now),
        event=event,
        merchant_id=payment.merchant_id,
        payment_id=payment.payment_id,
        merchant_order_no=payment.merchant_order_no,
        terminal_id=payment.terminal_id,
        state=payment.state,
        amount=payment.amount,
        refund_id=refund.refund_id if refund else "",
        refund_amount=refund.amount if refund else None,
        presented=payment.presented,
        occurred_at=now,
        funding=funding,
    )
    row = OutboxRow(
        notification_id=message.notification_id,
        event=event,
        merchant_id=payment.merchant_id,
        payment_id=payment.payment_id,
        refund_id=refund.refund_id if refund else None,
        notification=messages.seal(message, key),
        receipt_id=receipt.receipt_id if receipt else None,
        created_at=now,
        due_at=now,
    )
    books.outbox.add(row)
    return row


def lease_due(books: Books, *, now: Instant, limit: int) -> list[OutboxRow]:
    """Take the notifications that are due, so that no other notifier does; commit, then send."""
    leased = [attempts.leased(row, now) for row in books.outbox.due(now, limit)]
    books.outbox.replace_all(leased)
    return leased


@record(frozen=True, slots=True)
class Together:
    """What goes in one delivery: a merchant's rows, or one row about a vendor's order."""

    rows: list[OutboxRow]
    vendor_order: VendorOrder | None = None

    @property
    def is_full(self) -> bool:
        """Whether no other row may go with it; a vendor tells one thing at a time."""
        return self.vendor_order is not None or len(self.rows) == NOTIFICATIONS_MOST


def lease_together(books: Books, *, now: Instant, most: int, deliveries: int) -> list[Together]:
    """Take what is due, put together by merchant, for so many deliveries at most.

    Looks at the ``most`` that have waited longest; what does not fit waits for the next time.
    """
    together: list[Together] = []
    open_for: dict[str, Together] = {}
    due = books.outbox.due(now, most)
    vendors = books.vendor_orders.among({row.payment_id for row in due})
    for row in due:
        told_by = vendors.get(row.payment_id)
        group = open_for.get(row.merchant_id) if told_by is None else None
        if group is None or group.is_full:
            if len(together) == deliveries:
                continue
            group = Together([], told_by)
            together.append(group)
            if told_by is None:
                open_for[row.merchant_id] = group
        group.rows.append(attempts.leased(row, now))
    books.outbox.replace_all([row for group in together for row in group.rows])
    return together


def delivered(
    books: Books,
    *,
    notification_ids: Collection[str],
    answer: str = TAKEN,
    tried_before: Collection[str] = (),
) -> None:
    """Note that the merchants took these, or why there is nothing to take.

    ``tried_before`` names those of them whose log goes on; of the others the outbox says it all.
    """
    books.outbox.deliver(notification_ids, answer[:ANSWER_LENGTH])
    rows = [_require(books, each) for each in tried_before]
    books.outbox.keep_attempts([attempts.last_of(row) for row in rows if row.attempts])


def failed(
    books: Books,
    *,
    notification_id: str,
    answer: str,
    now: Instant,
    retry_after_ms: Sequence[int] = RETRY_AFTER_MS,
) -> OutboxRow:
    """Note that the merchant did not take it, and when to try again; DEAD after the last time.

    One that somebody began again with while the attempt ran stays as it is: due.
    """
    row = _require(books, notification_id)
    if not row.attempts:
        return row
    row = replace(row, answer=answer[:ANSWER_LENGTH])
    books.outbox.keep_attempts([attempts.last_of(row)])
    if row.attempts > len(retry_after_ms):
        row = replace(row, state=DeliveryState.DEAD)
    else:
        row = replace(row, due_at=later(now, retry_after_ms[row.attempts - 1]))
    books.outbox.replace(row)
    return row


@record(frozen=True, slots=True)
class PutOff:
    """A delivery that was not made: a sandbox keeps it back until then."""

    until: Instant


def put_off(books: Books, *, notification_id: str, until: Instant) -> OutboxRow:
    """Let the attempt that was leased be made at another time, as if it had not begun."""
    row = _require(books, notification_id)
    row = replace(row, attempts=max(0, row.attempts - 1), due_at=until)
    books.outbox.replace(row)
    return row


def resend(books: Books, *, notification_id: str, now: Instant) -> OutboxRow:
    """Begin again with a notification, whatever became of it; raises ``NotificationForgotten``."""
    row = _require(books, notification_id)
    if not row.notification.text:
        raise NotificationForgotten(notification_id)
    kept = books.outbox.attempts(notification_id)
    books.outbox.keep_attempts(attempts.log_of(books, row)[len(kept) :])
    row = replace(row, state=DeliveryState.PENDING, attempts=0, due_at=now)
    books.outbox.replace(row)
    return row


def _require(books: Books, notification_id: str) -> OutboxRow:
    row = books.outbox.find(notification_id)
    if row is None:
        raise InvariantBroken(f"no notification {notification_id[:40]!r}")
    return row
