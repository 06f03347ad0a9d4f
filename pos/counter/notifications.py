"""The provider tells: checked against everything the till knows before it has its one effect.

    signature, merchant ─► seen before? ─► payment, number, terminal ─► amount ─► receipt ─► effect
         refused             success             refused                REVIEW    refused

Anybody can post to this address. What is not signed by the provider for this merchant is refused
without a trace. What is signed but does not fit is worse than a forgery: the books differ, so an
amount that is off by one, or an outcome that can't be, puts the sale under review and raises an
alarm. Nothing a browser says (a return address, a parameter) ever reaches this file.

They come in lists, and a list is one unit of work with an answer for each of its items: one that is
refused does not hold up the others.

A notification may come twice, late, or before the answer it is about. Its id is remembered in the
transaction of its effect, so any number of copies have one; and while a payment is being undone it
has none, since then "paid" is no news (``pos.collect``, rule 4). "Paid" after a collection ended
unpaid came too late, and the payment goes back (``late``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from ledger.protocol.errors import CallerError, QrpayError
from ledger.protocol.errors.checkout import (
    NotificationAmountDiffers,
    NotificationContradicts,
    NotificationDiffers,
    NotificationNotOurs,
    NotificationReceiptMissing,
    NotificationRefused,
    NotificationSaleUnknown,
    ReceiptDiffers,
)
from ledger.protocol.errors.service import Internal, StorageFailed, StorageFull
from ledger.protocol.errors.trust import KeyUnknown
from ledger.protocol.messages import (
    Notification,
    NotificationEvent,
    Presented,
    Receipt,
    ReceiptKind,
    Signed,
    open_,
)
from ledger.protocol.signing import LEDGER
from pos import receipts
from pos.acquirers.intents import Attempt, Profile
from pos.collect import EVENT_OF_STATE, Event, Mode
from pos.counter import refunds, stickers
from pos.counter.deposits import ends
from pos.counter.desk import Desk
from pos.counter.news import told
from pos.counter.news.hints import Hint
from pos.store.known import Known
from pos.till import Sale

Delivered = tuple[Signed, Signed | None]
"""A notification, and the receipt where one came with it."""

_LOG = logging.getLogger(__name__)

RECEIPT_OF_EVENT: Mapping[NotificationEvent, ReceiptKind] = {
    NotificationEvent.PAYMENT_PAID: ReceiptKind.PAYMENT,
    NotificationEvent.PAYMENT_CAPTURED: ReceiptKind.PAYMENT,
    NotificationEvent.PAYMENT_REVERSED: ReceiptKind.REVERSAL,
    NotificationEvent.REFUND_SUCCEEDED: ReceiptKind.REFUND,
}
"""Which receipt comes with which event; with others none does."""

MONEY_MOVED = {
    NotificationEvent.PAYMENT_PAID,
    NotificationEvent.PAYMENT_CAPTURED,
    NotificationEvent.REFUND_SUCCEEDED,
}
"""Events that never come without a receipt; an unpaid payment is reversed without one."""


def receive(desk: Desk, sealed: Signed, sealed_receipt: Signed | None) -> None:
    """Take a notification in; returns when it has had its effect, now or before.

    Raises what is wrong with key or signature, and a ``NotificationRefused`` named after the rule.
    """
    [refusal] = receive_all(desk, [(sealed, sealed_receipt)])
    if refusal is not None:
        raise refusal


def receive_all(desk: Desk, delivered: Sequence[Delivered]) -> list[QrpayError | None]:
    """Take notifications in, with their receipts; what refuses each, None for what is taken.

    Raises what keeps the till from storing anything; then nothing was taken.
    """
    opened = [_opened_or_refused(desk, sealed) for sealed, _ in delivered]
    try:
        refusals = desk.store.commit(lambda: _take_all(desk, delivered, opened, _take))
    except (StorageFull, StorageFailed):
        raise
    except Exception:  # noqa: BLE001 (it is one of them: each on its own will tell which)
        refusals = desk.store.commit(lambda: _take_all(desk, delivered, opened, _take_alone))
    desk.hints.drop(
        Hint(each.payment_id, EVENT_OF_STATE[each.state])
        for each, refusal in zip(opened, refusals, strict=True)
        if isinstance(each, Notification) and refusal is None
    )
    return refusals


def _opened_or_refused(desk: Desk, sealed: Signed) -> Notification | CallerError:
    try:
        return _opened(desk, sealed)
    except CallerError as refusal:
        return refusal


Take = Callable[[Desk, Known, Notification, Signed | None], QrpayError | None]


def _take_all(
    desk: Desk,
    delivered: Sequence[Delivered],
    opened: Sequence[Notification | CallerError],
    take: Take,
) -> list[QrpayError | None]:
    known = Known.of(desk.store, [each for each in opened if isinstance(each, Notification)])
    return [
        take(desk, known, each, receipt) if isinstance(each, Notification) else each
        for each, (_, receipt) in zip(opened, delivered, strict=True)
    ]


def _take_alone(
    desk: Desk, known: Known, notification: Notification, sealed_receipt: Signed | None
) -> QrpayError | None:
    """Take one in, such that it can fail without the others; what refuses it."""
    try:
        with desk.store.savepoint():
            return _take(desk, known, notification, sealed_receipt)
    except CallerError as refusal:
        return refusal
    except (StorageFull, StorageFailed):
        raise
    except Exception:  # noqa: BLE001 (what is wrong with one must not keep the others away)
        _LOG.exception("%s could not be taken in", notification.notification_id)
        return Internal()
    finally:
        known.forget(notification)


def _take(
    desk: Desk, known: Known, notification: Notification, sealed_receipt: Signed | None
) -> NotificationRefused | None:
    """Let it have its effect, in a transaction; the refusal that has left it under review."""
    if _is_of_no_interest(desk, notification) or known.has_notification(notification):
        return None
    attempt = known.attempt(notification) or _begun(desk, notification)
    try:
        _require_same(desk, attempt, notification)
        told.require_possible(attempt, EVENT_OF_STATE[notification.state])
        receipt = _receipt(desk, attempt, notification, sealed_receipt)
    except (NotificationAmountDiffers, NotificationContradicts) as error:
        told.put_under_review(desk, attempt, notification.notification_id, error)
        known.forget(notification)
        return error
    _take_effect(desk, attempt, notification, receipt, sealed_receipt, sale=known.sale(attempt))
    known.forget(notification)
    return None


def _opened(desk: Desk, sealed: Signed) -> Notification:
    try:
        notification = _open(desk, sealed)
    except KeyUnknown:
        desk.refresh_keys()
        notification = _open(desk, sealed)
    if notification.merchant_id != desk.identity.merchant.merchant_id:
        raise NotificationNotOurs(f"it is for {notification.merchant_id}")
    return notification


def _open(desk: Desk, sealed: Signed) -> Notification:
    now = desk.clock.now()
    return open_(sealed, Notification, desk.provider_keys(), at=now, owner=LEDGER)


def _is_of_no_interest(desk: Desk, notification: Notification) -> bool:
    """Tell whether somebody scanned a sticker and did not pay: there was never a sale."""
    return (
        notification.presented is Presented.STICKER
        and notification.event not in MONEY_MOVED
        and desk.store.attempts.find(notification.payment_id) is None
    )


def _begun(desk: Desk, notification: Notification) -> Attempt:
    if notification.presented is not Presented.STICKER:
        raise NotificationSaleUnknown(notification.payment_id)
    return stickers.begin_sale(desk, notification)


def _require_same(desk: Desk, attempt: Attempt, notification: Notification) -> None:
    said = (notification.merchant_order_no, notification.terminal_id, notification.presented)
    if attempt.profile is Profile.STICKER:
        sticker_id = desk.store.sales.get(attempt.sale_id).sticker_id
        known = (attempt.merchant_order_no, sticker_id, Presented.STICKER)
    else:
        read = attempt.collection.mode is Mode.READ
        presented = Presented.CONSUMER if read else Presented.MERCHANT
        known = (attempt.merchant_order_no, desk.identity.terminal.terminal_id, presented)
    if said != known:
        raise NotificationDiffers(f"it says {', '.join(said)}; the till knows {', '.join(known)}")
    if notification.amount != attempt.amount:
        raise NotificationAmountDiffers(
            f"it says {notification.amount}, the sale is {attempt.amount}"
        )


def _receipt(
    desk: Desk, attempt: Attempt, notification: Notification, sealed: Signed | None
) -> Receipt | None:
    kind = RECEIPT_OF_EVENT.get(notification.event)
    if sealed is None:
        if notification.event in MONEY_MOVED:
            raise NotificationReceiptMissing(notification.event)
        return None
    receipt = receipts.checked(sealed, desk.provider_keys(), attempt)
    if (receipt.kind, receipt.refund_id) != (kind, notification.refund_id):
        raise ReceiptDiffers(f"a receipt of a {receipt.kind} came with {notification.event}")
    if notification.refund_amount not in (None, receipt.amount):
        raise ReceiptDiffers(f"it states {receipt.amount}, not {notification.refund_amount}")
    if receipt.funding != notification.funding:
        raise ReceiptDiffers("coupons and points are others than those of the notification")
    return receipt


def _take_effect(
    desk: Desk,
    attempt: Attempt,
    notification: Notification,
    receipt: Receipt | None,
    sealed: Signed | None,
    *,
    sale: Sale,
) -> None:
    now = desk.clock.now()
    told.heed(desk, attempt, _said(notification), sale=sale)
    if attempt.is_deposit:
        ends.told(desk, attempt, notification, receipt)
    if notification.event is NotificationEvent.REFUND_SUCCEEDED:
        refunds.told(desk, attempt, notification)
    if receipt is not None and sealed is not None:
        desk.store.evidence.keep_receipt(receipt.receipt_id, attempt.sale_id, sealed)
    desk.store.evidence.keep_notification(notification.notification_id, attempt.sale_id, now)


def _said(notification: Notification) -> Event:
    """Tell what it means for collecting: a deposit that was captured had been held."""
    if notification.event is NotificationEvent.PAYMENT_CAPTURED:
        return Event.HELD
    return EVENT_OF_STATE[notification.state]
