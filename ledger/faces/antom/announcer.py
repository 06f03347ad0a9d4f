"""``notifyPayment``: the merchant is told what a payment, or a refund, has come to.

A POST of JSON, signed like an answer, over the path of the merchant's own address. It is taken when
the merchant answers with a result whose status is S; otherwise it comes again, eight times in all
within a day: at once, and after 2, 10, 10 minutes, 1, 2, 6, 15 hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import msgspec

from ledger.core.ports import Books
from ledger.core.records.notices import OutboxRow
from ledger.core.records.vendors import VendorOrder
from ledger.core.vendors import refunds
from ledger.core.vendors.announcing import Post
from ledger.core.vendors.orders import Opened
from ledger.faces import Provider
from ledger.faces.antom import mapping
from ledger.faces.antom.desk import CONTENT_TYPE, platform_key
from ledger.faces.antom.quotes import Body
from ledger.faces.antom.results import SUCCESS, result
from ledger.protocol.antom_wire import signatures, values
from ledger.protocol.instants import HOUR, MINUTE, Instant
from ledger.protocol.messages import NotificationEvent

RETRY_AFTER_MS: Final = (
    *(2 * MINUTE, 10 * MINUTE, 10 * MINUTE),
    *(1 * HOUR, 2 * HOUR, 6 * HOUR, 15 * HOUR),
)

_OF_PAYMENTS: Final = frozenset(
    {
        NotificationEvent.PAYMENT_PAID,
        NotificationEvent.PAYMENT_DECLINED,
        NotificationEvent.PAYMENT_CLOSED,
    }
)
"""A cancellation, which the merchant asked for itself, is not told."""


class _Result(msgspec.Struct, frozen=True, rename="camel"):
    result_status: str


class _Acknowledgement(msgspec.Struct, frozen=True):
    result: _Result


class AntomAnnouncer:
    """``ledger.core.vendors.announcing.Announcer`` of Antom."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    @property
    def retry_after_ms(self) -> Sequence[int]:
        """The schedule."""
        return RETRY_AFTER_MS

    def render(
        self,
        books: Books,
        row: OutboxRow,
        order: VendorOrder,
        *,
        now: Instant,  # noqa: ARG002 - the body has the times of what happened
    ) -> Post | None:
        """Spell what happened, signed."""
        told, url = self._told(books, row, order)
        if told is None or not url:
            return None
        body = msgspec.json.encode(told)
        time = values.time_text(self._provider.clock.outside())
        path = urlsplit(url).path or "/"
        signed = signatures.content(path, order.account_id, time, body)
        headers = {
            "Content-Type": CONTENT_TYPE,
            "client-id": order.account_id,
            "request-time": time,
            "signature": signatures.header(platform_key(self._provider), signed),
        }
        return Post(url, body, headers)

    def _told(self, books: Books, row: OutboxRow, order: VendorOrder) -> tuple[Body | None, str]:
        payment = books.payments.find(order.payment_id)
        if payment is None:
            return None, ""
        opened = Opened(order, payment)
        if row.event in _OF_PAYMENTS:
            named = {"notifyType": "PAYMENT_RESULT"}
            now_at = result(mapping.standing(opened).code)
            return {**named, "result": now_at, **mapping.payment(books, opened)}, order.notify_url
        for given in refunds.of_order(books, opened=opened):
            if given.refund.refund_id == row.refund_id:
                return _refund(given, order), given.vendor_refund.notify_url
        return None, ""

    def is_taken(self, status: int, body: bytes) -> bool:
        """Tell whether the answer's result says S."""
        if status != HTTPStatus.OK:
            return False
        try:
            read = msgspec.json.decode(body, type=_Acknowledgement)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
        return read.result.result_status == "S"


def _refund(given: refunds.Refunded, order: VendorOrder) -> Body:
    return {
        "notifyType": "REFUND_RESULT",
        "result": result(SUCCESS),
        "refundStatus": "SUCCESS",
        **mapping.refund(given),
        **mapping.ids(order),
    }
