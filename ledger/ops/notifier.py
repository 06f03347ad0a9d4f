"""The notifier: delivers what stands in the outbox, at least once, until the till says ``success``.

    claim    lease up to 32 due rows and commit: nobody else sends them for the next 30 s
    send     POST each to the merchant's registered address, eight at a time
    note     commit what became of them: delivered, or when to try again, or dead

It may be killed between any two of these; the lease then runs out and the row is sent again, so a
till can be told twice and never not at all. When to try again is a table in
``ledger.core.notices.notifications``, on the ledger's clock.

Taken means: status 200 and a body that is exactly ``success``, as Alipay defines it. A redirection
is not followed, an answer is read up to 4 KiB, and a till has seven seconds; so a whole batch is
done before its lease runs out. The address comes from the operator's register, never from a call.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from ledger.core.notices import notifications
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books, Store
from ledger.core.records.notices import OutboxRow
from ledger.kit.clock import Clock
from ledger.kit.transport import HttpTransport, Transport
from ledger.protocol.errors import QrpayError
from ledger.protocol.native_wire import NotificationDelivery, SignedText

LOGGER = logging.getLogger("qrpay.background")

TAKEN = b"success"
BATCH = 32
SENDERS = 8
CONNECT_TIMEOUT_S = 2.0
ANSWER_TIMEOUT_S = 5.0
ANSWER_MAX_BYTES = 4096
_SHOWN_BYTES = 80

HEADERS = {"Content-Type": "application/json"}


def transport() -> HttpTransport:
    """Make the transport for deliveries, with the limits above."""
    return HttpTransport(
        connect_timeout_s=CONNECT_TIMEOUT_S,
        answer_timeout_s=ANSWER_TIMEOUT_S,
        answer_max_bytes=ANSWER_MAX_BYTES,
    )


@dataclass(frozen=True)
class Delivery:
    """One attempt: what is sent where. ``url`` is empty for a merchant without an address."""

    notification_id: str
    url: str
    body: bytes


@dataclass(frozen=True)
class Attempt:
    """What became of a delivery: what was answered, and whether that means taken."""

    notification_id: str
    answer: str
    taken: bool = False


class Notifier:
    """Delivers the outbox of one ledger."""

    def __init__(self, store: Store, clock: Clock, transport: Transport) -> None:
        self._store = store
        self._clock = clock
        self._transport = transport

    def deliver_due(self) -> bool:
        """Deliver one batch of what is due; True when there was one, so there may be more."""
        if not self._is_anything_due():
            return False
        deliveries = self._claim()
        self._note(self._send_all(deliveries))
        return bool(deliveries)

    def _is_anything_due(self) -> bool:
        with self._store.reading() as books:
            return bool(books.outbox.due(self._clock.now(), 1))

    def _claim(self) -> list[Delivery]:
        with self._store.transaction() as books:
            leased = notifications.lease_due(books, now=self._clock.now(), limit=BATCH)
            return [_delivery(books, row) for row in leased]

    def _send_all(self, deliveries: Sequence[Delivery]) -> list[Attempt]:
        with ThreadPoolExecutor(max_workers=SENDERS, thread_name_prefix="notify") as pool:
            return list(pool.map(self._send, deliveries))

    def _send(self, delivery: Delivery) -> Attempt:
        if not delivery.url:
            return Attempt(delivery.notification_id, "no address is registered")
        try:
            answer = self._transport.request("POST", delivery.url, HEADERS, delivery.body)
        except QrpayError as error:
            return Attempt(delivery.notification_id, error.code)
        except Exception as error:
            # Whatever is wrong with one address must not keep the others from being told.
            LOGGER.exception("could not send %s", delivery.notification_id)
            return Attempt(delivery.notification_id, type(error).__qualname__)
        taken = (answer.status, answer.body) == (HTTPStatus.OK, TAKEN)
        shown = f"{answer.status} {answer.body[:_SHOWN_BYTES]!r}"
        return Attempt(delivery.notification_id, shown, taken)

    def _note(self, attempts: Sequence[Attempt]) -> None:
        with self._store.transaction() as books:
            for attempt in attempts:
                _note_one(books, attempt, self._clock)


def _note_one(books: Books, attempt: Attempt, clock: Clock) -> None:
    if attempt.taken:
        notifications.delivered(books, notification_id=attempt.notification_id)
    else:
        notifications.failed(
            books,
            notification_id=attempt.notification_id,
            answer=attempt.answer,
            now=clock.now(),
        )


def _delivery(books: Books, row: OutboxRow) -> Delivery:
    receipt = books.receipts.find(row.receipt_id) if row.receipt_id else None
    body = NotificationDelivery(
        notification=SignedText.of(row.notification),
        receipt=None if receipt is None else SignedText.of(receipt.signed),
    )
    url = require_merchant(books, row.merchant_id).notify_url
    return Delivery(row.notification_id, url, msgspec.json.encode(body))
