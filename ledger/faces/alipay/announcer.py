"""Notifications: a signed form, posted to the order's ``notify_url`` until it says ``success``.

Told are a trade that was paid (``TRADE_SUCCESS``), by whichever way, and each refund to the same
address: a part as ``TRADE_SUCCESS`` with what was refunded, the whole as ``TRADE_CLOSED``. Sources
disagree on refunds, so an app can choose (its setting ``refund_notices``: ``all``, ``partial`` or
``off``), and on trades that the answer to ``alipay.trade.pay`` told already (``paid_notices``:
``all`` or ``later``). That a trade closed unpaid, or is finished, is told of ``wap.pay`` and
``app.pay`` alone.

A notification has one ``notify_id``, however often it is sent; ``notify_time`` is when it is sent.
Exactly ``success``, seven letters with status 200, means that it was taken. Eight deliveries in 24
hours and 22 minutes, as documented (opendocs.alipay.com, "asynchronous notification").

    >>> (1 + len(RETRY_AFTER_MS), sum(RETRY_AFTER_MS) == 24 * HOUR + 24 * MINUTE)
    (8, True)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from ledger.core.notices import receipts
from ledger.core.ports import Books
from ledger.core.records.notices import OutboxRow
from ledger.core.records.payments import Payment
from ledger.core.records.vendors import VendorAccount, VendorOrder
from ledger.core.vendors import orders, refunds
from ledger.core.vendors.alipay import (
    PAID_NOTICES,
    REFUND_NOTICES,
    PaidNotices,
    RefundNotices,
)
from ledger.core.vendors.announcing import Post
from ledger.core.vendors.orders import Opened
from ledger.core.vendors.refunds import Refunded
from ledger.faces.alipay import numbers, vouchers, wording
from ledger.faces.alipay.apps import Platform
from ledger.faces.alipay.deposits import notices
from ledger.protocol.alipay_wire import keys
from ledger.protocol.alipay_wire.parameters import SIGN, notice_text
from ledger.protocol.alipay_wire.spelling import to_beijing
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.instants import HOUR, MINUTE, Instant
from ledger.protocol.messages import NotificationEvent
from ledger.protocol.money import Money, to_decimal

RETRY_AFTER_MS: Final = (
    *(4 * MINUTE, 10 * MINUTE, 10 * MINUTE),
    *(1 * HOUR, 2 * HOUR, 6 * HOUR, 15 * HOUR),
)
TAKEN: Final = b"success"
_ENDINGS: Final = {
    NotificationEvent.PAYMENT_CLOSED: "TRADE_CLOSED",
    NotificationEvent.PAYMENT_FINISHED: "TRADE_FINISHED",
}
_TOLD_OF_ENDINGS: Final = ("wap", "app")
_HEADERS: Final = {
    "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    "User-Agent": "Mozilla/4.0",
}


class AlipayAnnouncer:
    """Tells merchants as the platform does."""

    def __init__(self, platform: Callable[[], Platform]) -> None:
        self._platform = platform

    @property
    def retry_after_ms(self) -> Sequence[int]:
        """How long to wait after each attempt."""
        return RETRY_AFTER_MS

    def is_taken(self, status: int, body: bytes) -> bool:
        """Tell whether the merchant has it."""
        return status == HTTPStatus.OK and body == TAKEN

    def render(
        self, books: Books, row: OutboxRow, order: VendorOrder, *, now: Instant
    ) -> Post | None:
        """Spell what happened; None for what is not told."""
        account = books.vendor_accounts.find(order.vendor, order.account_id)
        if account is None:
            raise InvariantBroken(f"{order.payment_id} is of no account")
        if not order.notify_url:
            return None
        opened = orders.require(books, account=account, out_no=order.out_no)
        fields = _fields(books, row, opened, account)
        if fields is None:
            return None
        fields = {**_always(row, account, now), **fields}
        fields = {name: value for name, value in fields.items() if value}
        fields[SIGN] = keys.sign(self._platform().key, notice_text(fields).encode())
        return Post(order.notify_url, urlencode(fields).encode(), _HEADERS)


def _fields(
    books: Books, row: OutboxRow, opened: Opened, account: VendorAccount
) -> dict[str, str] | None:
    if notices.is_deposit(opened):
        return notices.said(books, row, opened)
    said = _said(books, row, opened, account)
    return None if said is None else {**_trade(books, opened), **said}


def _said(
    books: Books, row: OutboxRow, opened: Opened, account: VendorAccount
) -> dict[str, str] | None:
    if row.event is NotificationEvent.PAYMENT_PAID:
        paid_notices = PaidNotices(account.settings.get(PAID_NOTICES, PaidNotices.ALL))
        if paid_notices is PaidNotices.LATER and wording.ANSWERED in opened.order.facts:
            return None
        return {"trade_status": "TRADE_SUCCESS"}
    if row.event in _ENDINGS:
        return _ended(row, opened)
    if row.event is not NotificationEvent.REFUND_SUCCEEDED:
        return None
    given = [
        each
        for each in refunds.of_order(books, opened=opened)
        if each.refund.refund_id == row.refund_id
    ]
    chosen = RefundNotices(account.settings.get(REFUND_NOTICES, RefundNotices.ALL))
    if not given or chosen is RefundNotices.OFF:
        return None
    return _refunded(books, opened, given[0], chosen)


def _ended(row: OutboxRow, opened: Opened) -> dict[str, str] | None:
    """Tell that a trade ended; of those that began at a till or on a computer nobody is told."""
    if opened.order.facts.get("by") not in _TOLD_OF_ENDINGS or not wording.exists(opened):
        return None
    status = _ENDINGS[row.event]
    closed = {"gmt_close": to_beijing(row.created_at)} if status == "TRADE_CLOSED" else {}
    return {"trade_status": status, **closed}


def _refunded(
    books: Books, opened: Opened, given: Refunded, chosen: RefundNotices
) -> dict[str, str] | None:
    """Tell of a refund as of when it was made, not of what was refunded since."""
    earlier = [
        each
        for each in books.payments.refunds(opened.payment.payment_id)
        if each.refund_id <= given.refund.refund_id
    ]
    in_all = sum((each.amount for each in earlier[1:]), earlier[0].amount)
    by_coupon = Money(sum(each.discount_minor for each in earlier), in_all.currency)
    is_whole = in_all == receipts.captured_of(opened.payment)
    if is_whole and chosen is RefundNotices.PARTIAL:
        return None
    return {
        "trade_status": "TRADE_CLOSED" if is_whole else "TRADE_SUCCESS",
        "out_biz_no": given.vendor_refund.out_no,
        "refund_fee": to_decimal(in_all),
        "send_back_fee": to_decimal(in_all - by_coupon),
        "gmt_refund": f"{to_beijing(given.refund.created_at)}.000",
    }


def _always(row: OutboxRow, account: VendorAccount, now: Instant) -> dict[str, str]:
    return {
        "notify_time": to_beijing(now),
        "notify_type": "trade_status_sync",
        "notify_id": notify_id(row.notification_id, row.created_at),
        "app_id": account.account_id,
        "auth_app_id": account.account_id,
        "charset": "utf-8",
        "version": "1.0",
        "sign_type": "RSA2",
        "seller_id": numbers.seller_id(account.merchant_id),
    }


def notify_id(notification_id: str, created_at: Instant) -> str:
    """Name a notification: 34 digits, the same for each delivery.

    >>> notify_id("ntf_01KAMZ6JP38FHQ2M5T7WABCDEF", Instant(1795300180123))
    '2026112200222062940088337828170755'
    """
    moment = "".join(letter for letter in to_beijing(created_at) if letter.isdigit())
    digest = int.from_bytes(hashlib.sha256(notification_id.encode()).digest(), "big")
    return f"{moment[:8]}00222{moment[8:]}{digest % 10**15:015d}"


def _trade(books: Books, opened: Opened) -> dict[str, str]:
    payment, order = opened.payment, opened.order
    buyer = wording.buyer(books, payment)
    fields = {
        "trade_no": order.vendor_no,
        "out_trade_no": order.out_no,
        "buyer_id": buyer.get("buyer_user_id", ""),
        "buyer_logon_id": buyer.get("buyer_logon_id", ""),
        "total_amount": to_decimal(payment.amount),
        "gmt_create": to_beijing(payment.created_at),
        "subject": order.facts.get("subject", ""),
        "body": order.facts.get("body", ""),
        "passback_params": order.facts.get("passback_params", ""),
        **wording.exchange(books, payment),
        **_paid(books, payment),
    }
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _paid(books: Books, payment: Payment) -> wording.Fields:
    if payment.paid_at is None:
        return {}
    rows = wording.channels(books, payment, channel="fundChannel")
    listed = vouchers.listed(books, payment, camel=True)
    return {
        **wording.paid_amounts(books, payment),
        **wording.time_of(payment.paid_at),
        "fund_bill_list": _compact(rows),
        vouchers.DETAILS: _compact(listed) if listed else "",
    }


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
