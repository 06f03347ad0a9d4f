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

A sandbox may send in the transport's place (``Send``): twice, late or not at all.

What came by a vendor's face is told in that vendor's way, one at a time, by the face's announcer
(``ledger.core.vendors.announcing``), on the vendor's own schedule. There the merchant names the
address in its call, so it must be at one of the hosts the operator allows: those of this machine,
unless the setting ``NOTIFY_HOSTS`` says otherwise.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec

from ledger.core.notices import notifications
from ledger.core.notices.notifications import RETRY_AFTER_MS, PutOff, Together
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books, Store
from ledger.core.records.notices import KeptReceipt, OutboxRow
from ledger.core.records.vendors import VendorOrder
from ledger.core.vendors.announcing import Announcer, Announcers, Post
from ledger.kit.clock import Clock
from ledger.kit.transport import HttpTransport, Response, Transport
from ledger.protocol.errors import QrpayError
from ledger.protocol.identifiers import ReceiptId
from ledger.protocol.instants import Instant
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

OWN_HOSTS = ("127.0.0.1", "localhost", "::1")
ANY_HOST = "*"
Send = Callable[[Sequence[str], Post], Response | PutOff]
"""Posts what tells of these notifications, and gives the answer; or says when to do it instead."""

NOT_TOLD = "there is nothing to tell by this face"
PROBE_TAKEN = "the merchant took a notification whose signature was forged"
PROBE_REFUSED = "the merchant refused a forged signature, as it should"


def transport() -> HttpTransport:
    """Make the transport for deliveries, with the limits above."""
    return HttpTransport(
        connect_timeout_s=CONNECT_TIMEOUT_S,
        answer_timeout_s=ANSWER_TIMEOUT_S,
        answer_max_bytes=ANSWER_MAX_BYTES,
    )


@dataclass(frozen=True)
class Delivery:
    """One attempt: what is sent where. ``url`` is empty for a merchant without an address.

    ``announcer`` judges the answer and says when to try again, for what a vendor's face tells. A
    probe is taken by nobody: who says so did not look at its signature.
    """

    notification_ids: Sequence[str]
    url: str
    body: bytes
    headers: Mapping[str, str]
    announcer: Announcer | None = None
    is_probe: bool = False

    @property
    def retry_after_ms(self) -> Sequence[int]:
        """The schedule it is tried on."""
        return self.announcer.retry_after_ms if self.announcer else RETRY_AFTER_MS


@dataclass(frozen=True)
class Attempt:
    """What became of a notification: what was answered, and whether there is no more to tell.

    ``put_off_until`` is set for one that was kept back.
    """

    notification_id: str
    answer: str
    is_over: bool
    retry_after_ms: Sequence[int] = RETRY_AFTER_MS
    put_off_until: Instant | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the merchant has it."""
        return self.is_over and self.answer == TAKEN


class Notifier:
    """Delivers the outbox of one ledger, ``senders`` posts at a time."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        transport: Transport,
        announcers: Announcers | None = None,
        hosts: Collection[str] = OWN_HOSTS,
        *,
        send: Send | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._transport = transport
        self._post = send or self._by_transport
        self._announcers = announcers or {}
        self._hosts = hosts
        self._delivering = threading.Lock()
        self.senders = SENDERS

    def deliver_due(self) -> bool:
        """Deliver what is due; True when there was something, so there may be more.

        Who comes while another thread is at it waits for that to end: a sandbox that moves the
        clock must find every attempt noted, or would step over a lease and have it sent again.
        """
        with self._delivering:
            return self._deliver_due()

    def _deliver_due(self) -> bool:
        if not self._is_anything_due():
            return False
        leased, deliveries = self._claim()
        attempts = self._announce(leased, deliveries)
        tried_before = {
            row.notification_id for each in leased for row in each.rows if row.attempts > 1
        }
        self._note([*attempts, *self._send_all(deliveries)], tried_before)
        return bool(leased)

    def _is_anything_due(self) -> bool:
        with self._store.reading() as books:
            return bool(books.outbox.due(self._clock.now(), 1))

    def _claim(self) -> tuple[list[Together], list[Delivery]]:
        """Lease what is due, and put together what of it is told natively."""
        with self._store.transaction() as books:
            leased = notifications.lease_together(
                books, now=self._clock.now(), most=ROWS, deliveries=DELIVERIES
            )
            native = [_delivery(books, each.rows) for each in leased if each.vendor_order is None]
            return leased, native

    def _announce(self, leased: Sequence[Together], deliveries: list[Delivery]) -> list[Attempt]:
        """Have what vendors tell spelled, as more deliveries; what comes to an end before that."""
        by_vendor = [each for each in leased if each.vendor_order is not None]
        if not by_vendor:
            return []
        over = []
        with self._store.reading() as books:
            for each in by_vendor:
                spelled = self.spelled(books, each.rows[0], each.vendor_order)
                if isinstance(spelled, Delivery):
                    deliveries.append(spelled)
                else:
                    over.append(spelled)
        return over

    def spelled(self, books: Books, row: OutboxRow, told: VendorOrder | None) -> Delivery | Attempt:
        """Spell one notification as it would be sent now, or say why there is nothing to send."""
        if told is None:
            return _delivery(books, [row])
        announcer = self._announcers.get(told.face)
        if announcer is None:
            return Attempt(row.notification_id, NOT_TOLD, is_over=True)
        try:
            post = announcer.render(books, row, told, now=self._clock.now())
        except Exception as error:
            # What can't be spelled is tried again like what can't be sent, and shows in the log.
            LOGGER.exception("could not spell %s", row.notification_id)
            return self._failed(row, type(error).__qualname__, announcer)
        if post is None or not post.url:
            return Attempt(row.notification_id, NOT_TOLD, is_over=True)
        if not self._is_allowed(post):
            return self._failed(row, "the host is not one of NOTIFY_HOSTS", announcer)
        named = [row.notification_id]
        return Delivery(named, post.url, post.body, post.headers, announcer, post.is_probe)

    @staticmethod
    def _failed(row: OutboxRow, why: str, announcer: Announcer) -> Attempt:
        return Attempt(
            row.notification_id, why, is_over=False, retry_after_ms=announcer.retry_after_ms
        )

    def _is_allowed(self, post: Post) -> bool:
        try:
            host = urlsplit(post.url).hostname
        except ValueError:
            return False
        return ANY_HOST in self._hosts or host in self._hosts

    def _send_all(self, deliveries: Sequence[Delivery]) -> list[Attempt]:
        if len(deliveries) == 1:  # as most often; threads would cost more than they save
            return self._send(deliveries[0])
        with ThreadPoolExecutor(max_workers=self.senders, thread_name_prefix="notify") as pool:
            return [attempt for sent in pool.map(self._send, deliveries) for attempt in sent]

    def _by_transport(self, notification_ids: Sequence[str], post: Post) -> Response:
        del notification_ids
        return self._transport.request("POST", post.url, post.headers, post.body)

    def _send(self, delivery: Delivery) -> list[Attempt]:
        answers = self.answers(delivery)
        if isinstance(answers, PutOff):
            return [
                Attempt(each, "", is_over=False, put_off_until=answers.until)
                for each in delivery.notification_ids
            ]
        pairs = zip(delivery.notification_ids, answers, strict=True)
        return [
            Attempt(notification_id, answer, answer == TAKEN, delivery.retry_after_ms)
            for notification_id, answer in pairs
        ]

    def answers(self, delivery: Delivery) -> Sequence[str] | PutOff:
        """Send, note nothing, and give an answer for each; one for all if there is no other."""
        count = len(delivery.notification_ids)
        if not delivery.url:
            return ["no address is registered"] * count
        try:
            post = Post(delivery.url, delivery.body, delivery.headers)
            answer = self._post(delivery.notification_ids, post)
        except QrpayError as error:
            return [error.code] * count
        except Exception as error:
            # Whatever is wrong with one address must not keep the others from being told.
            LOGGER.exception("could not send %s", ", ".join(delivery.notification_ids))
            return [type(error).__qualname__] * count
        if isinstance(answer, PutOff):
            return answer
        said = f"{answer.status} {answer.body[:_SHOWN_BYTES]!r}"
        if delivery.announcer is not None:
            return [_judged(delivery, delivery.announcer, answer) or said]
        is_told = answer.status == HTTPStatus.OK
        each = NotificationAnswers.read(answer.body, count) if is_told else ()
        return each or [said] * count

    def _note(self, attempts: Sequence[Attempt], tried_before: Collection[str]) -> None:
        taken = [attempt.notification_id for attempt in attempts if attempt.is_taken]
        again = [each for each in taken if each in tried_before]
        with self._store.transaction() as books:
            notifications.delivered(books, notification_ids=taken, tried_before=again)
            for attempt in attempts:
                if not attempt.is_taken:
                    _note_apart(books, attempt, tried_before, self._clock)


def _judged(delivery: Delivery, announcer: Announcer, answer: Response) -> str:
    """Tell by a vendor's rule what an answer says, nothing where it refuses."""
    taken = announcer.is_taken(answer.status, answer.body)
    if delivery.is_probe:
        return PROBE_TAKEN if taken else PROBE_REFUSED
    return TAKEN if taken else ""


def _note_apart(
    books: Books, attempt: Attempt, tried_before: Collection[str], clock: Clock
) -> None:
    """Note what became of one that was not simply taken."""
    if attempt.put_off_until is not None:
        named_id, until = attempt.notification_id, attempt.put_off_until
        notifications.put_off(books, notification_id=named_id, until=until)
    elif attempt.is_over:
        named = [attempt.notification_id]
        again = [each for each in named if each in tried_before]
        notifications.delivered(
            books, notification_ids=named, answer=attempt.answer, tried_before=again
        )
    else:
        notifications.failed(
            books,
            notification_id=attempt.notification_id,
            answer=attempt.answer,
            now=clock.now(),
            retry_after_ms=attempt.retry_after_ms,
        )


def _delivery(books: Books, rows: Sequence[OutboxRow]) -> Delivery:
    """Put together what goes to one merchant."""
    url = require_merchant(books, rows[0].merchant_id).notify_url
    wanted = {row.receipt_id for row in rows if row.receipt_id}
    receipts = {receipt.receipt_id: receipt for receipt in books.receipts.found(wanted)}
    body = NotificationDeliveries(notifications=[_item(row, receipts) for row in rows])
    named = [row.notification_id for row in rows]
    return Delivery(named, url, msgspec.json.encode(body), HEADERS)


def _item(row: OutboxRow, receipts: Mapping[ReceiptId, KeptReceipt]) -> NotificationDelivery:
    receipt = receipts.get(row.receipt_id) if row.receipt_id else None
    return NotificationDelivery(
        notification=SignedText.of(row.notification),
        receipt=None if receipt is None else SignedText.of(receipt.signed),
    )
