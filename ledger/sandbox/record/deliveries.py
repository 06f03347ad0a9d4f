"""The notification log: what was posted to a merchant, when, and what it said to it.

One entry is one attempt as the merchant saw it: a doubled delivery is two, a lost one is one
without a status. It is kept in memory, the newest ``MOST``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.core.notices import attempts, notifications
from ledger.core.ports import Books, Store
from ledger.core.records.notices import DeliveryState, KeptAttempt, OutboxRow
from ledger.protocol.errors.sandbox import NotRemembered
from ledger.protocol.instants import Instant
from ledger.sandbox.record.log import Log

MOST: Final = 1000
WAIT_S: Final = 10.0
OF_DEPOSITS: Final = "out_order_no"
"""How Alipay calls the merchant's number of a deposit, in calls and in what is kept of one."""


@dataclass(frozen=True, slots=True)
class About:
    """What a notification tells of; ``face`` and ``account`` are empty natively."""

    notification_id: str
    event: str
    merchant: str
    payment_id: str
    order_no: str
    face: str = ""
    account: str = ""
    attempt: int = 0
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt: what was posted, and the answer; status 0 where there was none.

    ``is_taken`` tells whether the answer says, by the rule of its face, that the merchant has it.
    """

    number: int
    at: Instant
    about: tuple[About, ...]
    url: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer: bytes
    faults: tuple[str, ...] = ()
    is_taken: bool = False

    @property
    def arrived(self) -> bool:
        """Whether the merchant has seen it."""
        return self.status != 0


@dataclass(frozen=True, slots=True)
class Told:
    """Which deliveries are meant; what is empty fits all, lost ones only if asked for."""

    event: str = ""
    order_no: str = ""
    merchant: str = ""
    face: str = ""
    notification_id: str = ""
    lost_too: bool = False

    def fits(self, delivery: Delivery) -> bool:
        """Tell whether this is one of them."""
        return (delivery.arrived or self.lost_too) and any(map(self._is_it, delivery.about))

    def _is_it(self, about: About) -> bool:
        return (
            self.event in ("", about.event)
            and self.order_no in ("", about.order_no)
            and self.merchant in ("", about.merchant, about.account)
            and self.face in ("", about.face)
            and self.notification_id in ("", about.notification_id)
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a notification stands, and what became of each attempt, oldest first.

    ``next_at`` is None where no attempt will follow by itself.
    """

    notification_id: str
    state: DeliveryState
    attempts: int
    next_at: Instant | None
    tried: Sequence[KeptAttempt]


class Deliveries:
    """The attempts of one ledger to tell its merchants, numbered like the journal."""

    def __init__(self, store: Store, numbers: Iterator[int] | None = None) -> None:
        self._store = store
        self._log = Log[Delivery](MOST)
        self._numbers = numbers or itertools.count(1)

    def next_number(self) -> int:
        """Give the number of the next attempt."""
        return next(self._numbers)

    def add(self, delivery: Delivery) -> None:
        """Keep an attempt."""
        self._log.add(delivery)

    def all(self) -> list[Delivery]:
        """Give all that are kept, oldest first."""
        return self._log.all()

    def find(self, told: Told) -> list[Delivery]:
        """Give those that fit, oldest first."""
        return [each for each in self._log.all() if told.fits(each)]

    def wait(self, fits: Callable[[Delivery], bool], within_s: float = WAIT_S) -> Delivery:
        """Give the first that fits, now or within so many seconds (``NothingCame``)."""
        return self._log.wait(fits, within_s)

    def about(self, notification_ids: Sequence[str]) -> tuple[About, ...]:
        """Tell what notifications are about, by the books."""
        with self._store.reading() as books:
            return tuple(_about(books, each) for each in notification_ids)

    def standing(self, delivery: Delivery) -> list[Standing]:
        """Tell how what an attempt told stands by now, by the books."""
        with self._store.reading() as books:
            rows = [books.outbox.find(each.notification_id) for each in delivery.about]
            return [_standing(books, row) for row in rows if row is not None]

    def resend(self, notification_id: str, now: Instant) -> None:
        """Begin again with a notification; raises ``NotRemembered``, ``NotificationForgotten``."""
        with self._store.transaction() as books:
            if books.outbox.find(notification_id) is None:
                raise NotRemembered(f"there is no notification {notification_id[:40]!r}")
            notifications.resend(books, notification_id=notification_id, now=now)

    def clear(self) -> None:
        """Forget all."""
        self._log.clear()


def _standing(books: Books, row: OutboxRow) -> Standing:
    is_pending = row.state is DeliveryState.PENDING
    return Standing(
        row.notification_id,
        row.state,
        row.attempts,
        next_at=row.due_at if is_pending else None,
        tried=attempts.log_of(books, row),
    )


def _about(books: Books, notification_id: str) -> About:
    row = books.outbox.find(notification_id)
    if row is None:
        return About(notification_id, "", "", "", "")
    told_by = books.vendor_orders.of_payment(row.payment_id)
    payment = books.payments.find(row.payment_id)
    number = payment.merchant_order_no if payment else ""
    if told_by:
        number = told_by.facts.get(OF_DEPOSITS, told_by.out_no)
    return About(
        notification_id=notification_id,
        event=row.event.value,
        merchant=row.merchant_id,
        payment_id=row.payment_id,
        order_no=number,
        face=told_by.face.value if told_by else "",
        account=told_by.account_id if told_by else "",
        attempt=row.attempts,
        amount_minor=payment.amount.minor_units if payment else 0,
    )
