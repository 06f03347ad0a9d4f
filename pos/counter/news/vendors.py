"""An acquirer tells in its own words: checked by it, then held against what the till knows.

Forgeries are refused without a trace, as those of the provider's own notifications are
(``notifications``). News comes any number of times and has one effect; it names a payment of this
till and its price, else somebody has to look. Of a refund it says nothing that the till does not
ask for again under the refund's number, unless the till never made it.
"""

from __future__ import annotations

from ledger.protocol.errors.checkout import (
    NotificationAmountDiffers,
    NotificationContradicts,
    NotificationRefused,
    NotificationSaleUnknown,
)
from pos.acquirers.intents import Attempt
from pos.acquirers.port import Delivery, News, Teller
from pos.counter import refunds
from pos.counter.desk import Desk
from pos.counter.news import told


def receive(desk: Desk, teller: Teller, delivery: Delivery) -> None:
    """Take one in; returns when it has had its effect, now or before.

    Raises what the acquirer finds wrong with it, and a ``NotificationRefused``.
    """
    news = teller.open(delivery)
    if news is None:
        return
    refusal = desk.store.commit(lambda: _take(desk, news))
    if refusal is not None:
        raise refusal


def _take(desk: Desk, news: News) -> NotificationRefused | None:
    """Let it have its effect; the refusal that has left the sale under review."""
    evidence = desk.store.evidence
    if evidence.had_notifications([news.notification_id]):
        return None
    attempt = desk.store.attempts.find(news.payment_id)
    if attempt is None:
        raise NotificationSaleUnknown(news.payment_id)
    try:
        _require_fitting(attempt, news)
    except (NotificationAmountDiffers, NotificationContradicts) as error:
        told.put_under_review(desk, attempt, news.notification_id, error)
        return error
    if news.refund_no:
        refunds.told_of(desk, attempt, news.refund_no)
    else:
        told.heed(desk, attempt, news.event)
    evidence.keep_notification(news.notification_id, attempt.sale_id, desk.clock.now())
    return None


def _require_fitting(attempt: Attempt, news: News) -> None:
    if news.amount != attempt.amount:
        raise NotificationAmountDiffers(f"it says {news.amount}, the sale is {attempt.amount}")
    if not news.refund_no:
        told.require_possible(attempt, news.event)
