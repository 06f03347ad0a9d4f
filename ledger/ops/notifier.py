"""The notifier: delivers what stands in the outbox, at least once, until the till says ``success``.

    claim    lease what is due and commit: nobody else sends it for the next 30 s
    send     POST to each merchant's registered address, up to 64 together, eight posts at a time
    note     commit what became of each: delivered, or when to try again, or dead

It may be killed between any two of these; the lease then runs out and the row is sent again, so a
till can be told twice and never not at all. When to try again is a table in
``ledger.core.notices.notifications``, on the ledger's clock.

Nobody waits for more to come: what is due goes, and the more is due, the more goes together. Each
notification has an answer of its own, so one that is refused does not hold up the others. Taken
means: status 200 and ``success`` in its place, the word that Alipay uses. A redirection is not
followed, an answer is read up to 4 KiB, and a till has seven seconds; so all that is claimed is
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
from ledger.kit.transport import HttpTransport, Response, Transport
from ledger.protocol.errors import QrpayError
from ledger.protocol.native_wire import (
    TAKEN,
    NotificationAnswers,
    NotificationDeliveries,
    NotificationDelivery,
    SignedText,
)

LOGGER = logging.getLogger("qrpay.background")

ROWS = 512
DELIVERIES = 32
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

    notification_ids: Sequence[str]
    url: str
    body: bytes


@dataclass(frozen=True)
class Attempt:
    """What became of a notification: what was answered, which may mean that it was taken."""

    notification_id: str
    answer: str

    @property
    def is_taken(self) -> bool:
        """Whether the till has it."""
        return self.answer == TAKEN


class Notifier:
    """Delivers the outbox of one ledger."""

    def __init__(self, store: Store, clock: Clock, transport: Transport) -> None:
        self._store = store
        self._clock = clock
        self._transport = transport

    def deliver_due(self) -> bool:
        """Deliver what is due; True when there was something, so there may be more."""
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
            leased = notifications.lease_together(
                books, now=self._clock.now(), most=ROWS, deliveries=DELIVERIES
            )
            return [_delivery(books, rows) for rows in leased]

    def _send_all(self, deliveries: Sequence[Delivery]) -> list[Attempt]:
        with ThreadPoolExecutor(max_workers=SENDERS, thread_name_prefix="notify") as pool:
            return [attempt for sent in pool.map(self._send, deliveries) for attempt in sent]

    def _send(self, delivery: Delivery) -> list[Attempt]:
        answers = self._answers(delivery)
        pairs = zip(delivery.notification_ids, answers, strict=True)
        return [Attempt(notification_id, answer) for notification_id, answer in pairs]

    def _answers(self, delivery: Delivery) -> Sequence[str]:
        """Send, and give an answer for each; the same for all where the till gave none."""
        count = len(delivery.notification_ids)
        if not delivery.url:
            return ["no address is registered"] * count
        try:
            answer = self._transport.request("POST", delivery.url, HEADERS, delivery.body)
        except QrpayError as error:
            return [error.code] * count
        except Exception as error:
            # Whatever is wrong with one address must not keep the others from being told.
            LOGGER.exception("could not send %s", ", ".join(delivery.notification_ids))
            return [type(error).__qualname__] * count
        return _read(answer, count) or [f"{answer.status} {answer.body[:_SHOWN_BYTES]!r}"] * count

    def _note(self, attempts: Sequence[Attempt]) -> None:
        with self._store.transaction() as books:
            for attempt in attempts:
                _note_one(books, attempt, self._clock)


def _read(answer: Response, count: int) -> Sequence[str]:
    """Read an answer for each of so many; nothing from what is no such answer."""
    if answer.status != HTTPStatus.OK:
        return ()
    try:
        answers = msgspec.json.decode(answer.body, type=NotificationAnswers).answers
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()
    return answers if len(answers) == count else ()


def _note_one(books: Books, attempt: Attempt, clock: Clock) -> None:
    if attempt.is_taken:
        notifications.delivered(books, notification_id=attempt.notification_id)
    else:
        notifications.failed(
            books,
            notification_id=attempt.notification_id,
            answer=attempt.answer,
            now=clock.now(),
        )


def _delivery(books: Books, rows: Sequence[OutboxRow]) -> Delivery:
    """Put together what goes to one merchant."""
    url = require_merchant(books, rows[0].merchant_id).notify_url
    body = NotificationDeliveries(notifications=[_item(books, row) for row in rows])
    return Delivery([row.notification_id for row in rows], url, msgspec.json.encode(body))


def _item(books: Books, row: OutboxRow) -> NotificationDelivery:
    receipt = books.receipts.find(row.receipt_id) if row.receipt_id else None
    return NotificationDelivery(
        notification=SignedText.of(row.notification),
        receipt=None if receipt is None else SignedText.of(receipt.signed),
    )
