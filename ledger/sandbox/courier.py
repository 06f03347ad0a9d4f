"""Stands between the notifier and the merchants: writes down each attempt, and breaks some.

    notification.lost            not posted; the notifier hears of no answer
    notification.doubled         posted twice in a row; the second answer counts
    notification.late            put off, as if its time had not come
    notification.out-of-order    put off until another one to the same merchant has gone out
    notification.wrongly-signed  posted with another signature

Each attempt at a merchant that can't be reached is written down as well, without a status.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from ledger.core.notices import notifications
from ledger.core.notices.notifications import PutOff
from ledger.core.records.vendors import VendorFace
from ledger.core.vendors.announcing import Announcers, Post
from ledger.kit.transport import Response, Transport
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.errors.trust import AnswerLost
from ledger.protocol.instants import MINUTE, later
from ledger.protocol.native_wire import TAKEN, NotificationAnswers
from ledger.sandbox.faults import Concerned, Fault, FaultKind, Faults
from ledger.sandbox.faults.kinds import Strikes
from ledger.sandbox.faults.magic import Magic
from ledger.sandbox.faults.spoil import altered
from ledger.sandbox.parts import Parts
from ledger.sandbox.record.deliveries import About, Deliveries, Delivery

OWN_HOSTS: Final = ("127.0.0.1", "localhost", "::1")

OVERTAKEN_MOST_MS = 1 * MINUTE
"""How long one waits for another to overtake it."""


class Forwarding:
    """Where notifications are posted instead of the address that a call named; empty: there.

    All of them to ``url``, else those about one order to that order's, with what travels along.
    """

    def __init__(self) -> None:
        self.url = ""
        self._of_orders: dict[str, str] = {}

    def address(self, about: Sequence[About]) -> str:
        """Tell where what tells of these is posted; empty: where it belongs."""
        of_orders = (self._of_orders.get(each.order_no, "") for each in about)
        return self.url or next(filter(None, of_orders), "")

    def end(self, order_no: str = "") -> None:
        """Have them posted where they belong again: of an order, or all."""
        if order_no:
            self._of_orders.pop(order_no, None)
        else:
            self.url = ""
            self._of_orders.clear()

    def to(self, url: str, order_no: str = "") -> None:
        """Have them posted to an address of this machine; another raises ``FieldFormat``."""
        try:
            host = urlsplit(url).hostname
        except ValueError:
            host = None
        if host not in OWN_HOSTS:
            raise FieldFormat(f"notifications are forwarded to one of {', '.join(OWN_HOSTS)}")
        if order_no:
            self._of_orders[order_no] = url
        else:
            self.url = url


class Courier:
    """Posts what a ledger tells its merchants."""

    def __init__(
        self,
        parts: Parts,
        transport: Transport,
        faults: Faults,
        deliveries: Deliveries,
        forwarding: Forwarding,
        *,
        magic: Magic,
        announcers: Announcers,
    ) -> None:
        self._forwarding = forwarding
        self._announcers = announcers
        self._magic = magic
        self._parts = parts
        self._transport = transport
        self._faults = faults
        self._deliveries = deliveries
        self._lock = threading.Lock()
        self._overtaken: dict[str, str] = {}

    def send(self, notification_ids: Sequence[str], post: Post) -> Response | PutOff:
        """Post what tells of these; raises ``AnswerLost``, ``ServiceUnavailable``."""
        about = self._deliveries.about(notification_ids)
        post = replace(post, url=self._forwarding.address(about) or post.url)
        struck = self._struck(about)
        kinds = {fault.kind for fault in struck}
        put_off = self._put_off(about, struck)
        if put_off is not None:
            return put_off
        labels = tuple(fault.kind.label for fault in struck)
        if FaultKind.NOTIFICATION_LOST in kinds:
            self._note(about, post, None, labels)
            raise AnswerLost("the sandbox lost it")
        if FaultKind.NOTIFICATION_FORGED in kinds:
            headers, body = altered(post.headers, post.body)
            post = replace(post, headers=headers, body=body)
        if FaultKind.NOTIFICATION_DOUBLED in kinds:
            self._posted(about, post, labels)
        answer = self._posted(about, post, labels)
        self._let_overtaken_follow(about)
        return answer

    def _struck(self, about: Sequence[About]) -> list[Fault]:
        first = about[0]
        by_amount = self._magic.strike(
            Strikes.NOTIFICATION, first.amount_minor, first.notification_id
        )
        if self._faults.is_empty:
            return by_amount
        concerned = Concerned(
            merchant=first.merchant,
            account=first.account,
            order_no=first.order_no,
            event=first.event,
        )
        return by_amount + self._faults.strike(Strikes.NOTIFICATION, concerned)

    def _put_off(self, about: Sequence[About], struck: Sequence[Fault]) -> PutOff | None:
        now = self._parts.clock.now()
        for fault in struck:
            if fault.kind is FaultKind.NOTIFICATION_LATE:
                return PutOff(later(now, fault.delay_ms))
            if fault.kind is FaultKind.NOTIFICATION_OVERTAKEN:
                with self._lock:
                    self._overtaken |= {each.notification_id: each.merchant for each in about}
                return PutOff(later(now, fault.delay_ms or OVERTAKEN_MOST_MS))
        return None

    def _let_overtaken_follow(self, about: Sequence[About]) -> None:
        """Let what was kept back for this one be due now."""
        merchants = {each.merchant for each in about}
        with self._lock:
            follow = [
                notification_id
                for notification_id, merchant in self._overtaken.items()
                if merchant in merchants
            ]
            for notification_id in follow:
                del self._overtaken[notification_id]
        own = {each.notification_id for each in about}
        with self._parts.store.transaction() as books:
            for notification_id in set(follow) - own:
                row = books.outbox.find(notification_id)
                if row is not None and row.due_at > self._parts.clock.now():
                    notifications.put_off(
                        books, notification_id=notification_id, until=self._parts.clock.now()
                    )

    def _posted(self, about: tuple[About, ...], post: Post, faults: tuple[str, ...]) -> Response:
        try:
            answer = self._transport.request("POST", post.url, post.headers, post.body)
        except QrpayError:
            self._note(about, post, None, faults)
            raise
        self._note(about, post, answer, faults)
        return answer

    def _note(
        self,
        about: tuple[About, ...],
        post: Post,
        answer: Response | None,
        faults: tuple[str, ...],
    ) -> None:
        self._deliveries.add(
            Delivery(
                number=self._deliveries.next_number(),
                at=self._parts.clock.now(),
                about=about,
                url=post.url,
                headers=post.headers,
                body=post.body,
                status=answer.status if answer else 0,
                answer=answer.body if answer else b"",
                faults=faults,
                is_taken=answer is not None and self._is_taken(about, answer),
            )
        )

    def _is_taken(self, about: tuple[About, ...], answer: Response) -> bool:
        """Tell by the rule of its face whether the merchant says that it has all of this."""
        face = about[0].face
        if face:
            return self._announcers[VendorFace(face)].is_taken(answer.status, answer.body)
        said = NotificationAnswers.read(answer.body, len(about))
        return answer.status == HTTPStatus.OK and set(said) == {TAKEN}
