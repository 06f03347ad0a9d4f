"""Notifications of API v3: what happened, sealed with the merchant's API v3 key, and signed.

Told are a payment that a wallet was led to by a code, and a refund that names an address; payment
by payment code is not told, as on the platform. Each attempt is sealed and signed anew, under the
same ``id``; the first may be a probe, whose signature can't hold. Status 200 or 204 means that the
merchant has it, whatever the body says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from ledger.core.notices.notifications import RETRY_AFTER_MS
from ledger.core.ports import Books
from ledger.core.records.notices import OutboxRow
from ledger.core.records.vendors import Vendor, VendorOrder
from ledger.core.vendors import refunds
from ledger.core.vendors.announcing import Post
from ledger.core.vendors.orders import Opened, require
from ledger.core.vendors.wechatpay import (
    PlatformKeys,
    Registration,
    regime_of_news,
    registration,
)
from ledger.core.vendors.wechatpay.probes import is_probed
from ledger.faces.wechatpay import mapping
from ledger.faces.wechatpay.answering import signature_headers, spell
from ledger.faces.wechatpay.mapping import Json
from ledger.kit.clock import Clock
from ledger.kit.entropy import Entropy
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.instants import Instant
from ledger.protocol.messages import NotificationEvent, Presented
from ledger.protocol.wechatpay_wire import seals, times

NONCE_CHARACTERS = seals.NONCE_CHARACTERS
OF_REFUNDS = {
    NotificationEvent.REFUND_SUCCEEDED: ("SUCCESS", "退款成功"),
    NotificationEvent.REFUND_WAITING: ("ABNORMAL", "退款异常"),
    NotificationEvent.REFUND_FAILED: ("CLOSED", "退款关闭"),
}
"""What is told of a refund: its status then, and the summary."""


@dataclass(frozen=True)
class News:
    """What is told where, before it is sealed."""

    url: str
    event_type: str
    summary: str
    original_type: str
    plain: Json
    facts: Mapping[str, str]


class WechatPayAnnouncer:
    """Tells merchants as the platform does."""

    def __init__(self, keys: PlatformKeys, entropy: Entropy, clock: Clock) -> None:
        self._keys = keys
        self._entropy = entropy
        self._clock = clock

    @property
    def retry_after_ms(self) -> Sequence[int]:
        """Fifteen tries within 24 hours and four minutes; the ledger's own schedule is this one."""
        return RETRY_AFTER_MS

    def is_taken(self, status: int, body: bytes) -> bool:  # noqa: ARG002 - the body says nothing
        """Tell whether the merchant has it."""
        return status in (HTTPStatus.OK, HTTPStatus.NO_CONTENT)

    def render(
        self, books: Books, row: OutboxRow, order: VendorOrder, *, now: Instant
    ) -> Post | None:
        """Spell what happened; None for what is not told."""
        news = _news(books, row, order)
        if news is None or not news.url:
            return None
        told = _told(books, order)
        body = spell(self._sealed(news, row, told))
        choice = self._keys().choose("", regime_of_news(news.facts, told.regime), now)
        is_probe = row.attempts <= 1 and is_probed(told.probes, row.notification_id)
        headers = signature_headers(
            choice.key,
            body,
            stamped_at=self._clock.outside(),
            entropy=self._entropy,
            is_probe=is_probe,
        )
        return Post(news.url, body, {"Content-Type": "application/json", **headers}, is_probe)

    def _sealed(self, news: News, row: OutboxRow, told: Registration) -> Json:
        nonce = self._entropy(NONCE_CHARACTERS // 2).hex()
        data = news.original_type
        return {
            "id": name_of(row.notification_id),
            "create_time": times.to_text(row.created_at),
            "resource_type": "encrypt-resource",
            "event_type": news.event_type,
            "summary": news.summary,
            "resource": {
                "original_type": news.original_type,
                "algorithm": seals.ALGORITHM,
                "ciphertext": seals.seal(
                    spell(news.plain), told.api_v3_key, nonce=nonce, data=data
                ),
                "associated_data": data,
                "nonce": nonce,
            },
        }


def name_of(notification_id: str) -> str:
    """Give a notification the 36 characters of the platform's, the same for each attempt.

    >>> name_of("ntf_01KAMZ6JP38FHQ2M5T7WABCDEF")
    'e19f1cb7-727a-5ce2-9095-1b5c8ad6cb6e'
    """
    digest = hashlib.sha256(notification_id.encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-5{digest[12:15]}-9{digest[15:18]}-{digest[18:30]}"


def _told(books: Books, order: VendorOrder) -> Registration:
    """Give the registration of whoever made the order: a service provider, else the merchant."""
    account_id = order.facts.get("sp_mchid", order.account_id)
    account = books.vendor_accounts.find(Vendor.WECHATPAY, account_id)
    if account is None:
        raise InvariantBroken(f"{order.payment_id} is of no account")
    return registration(account)


def _news(books: Books, row: OutboxRow, order: VendorOrder) -> News | None:
    if row.event is NotificationEvent.PAYMENT_PAID:
        return _paid(books, order)
    if row.event in OF_REFUNDS and row.refund_id is not None:
        return _refunded(books, row, order)
    return None


def _opened(books: Books, order: VendorOrder) -> Opened:
    account = books.vendor_accounts.find(Vendor.WECHATPAY, order.account_id)
    if account is None:
        raise InvariantBroken(f"{order.payment_id} is of no account")
    return require(books, account=account, out_no=order.out_no)


def _paid(books: Books, order: VendorOrder) -> News | None:
    opened = _opened(books, order)
    if opened.payment.presented is Presented.CONSUMER:
        return None
    return News(
        url=order.notify_url,
        event_type="TRANSACTION.SUCCESS",
        summary="支付成功",
        original_type="transaction",
        plain=mapping.transaction(books, opened, mapping.style_of_news(order)),
        facts=order.facts,
    )


def _refunded(books: Books, row: OutboxRow, order: VendorOrder) -> News | None:
    given = [
        each
        for each in refunds.of_order(books, opened=_opened(books, order))
        if each.refund.refund_id == row.refund_id
    ]
    if not given:
        return None
    [refunded] = given
    status, summary = OF_REFUNDS[row.event]
    return News(
        url=refunded.vendor_refund.notify_url,
        event_type=f"REFUND.{status}",
        summary=summary,
        original_type="refund",
        plain=mapping.refund_news(books, refunded, order, status),
        facts=refunded.vendor_refund.facts,
    )
