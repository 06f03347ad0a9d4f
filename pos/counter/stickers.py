"""Stickers: static codes of this till, and the sales that are paid by them.

Nobody rings such a sale up: the payer scans, types an amount, pays, and the provider tells. The
sale exists from then on.
"""

from __future__ import annotations

from ledger.protocol.errors.checkout import StickerNotFound
from ledger.protocol.identifiers import Kind
from ledger.protocol.messages import Notification
from pos.acquirers.intents import Attempt, Profile
from pos.codes import issue
from pos.collect import Collection, Event, Mode, Phase
from pos.counter.desk import Desk
from pos.goods.basket import SALT_BYTES, Basket
from pos.till import SALE, Sale, SaleEvent, SaleId


def sticker_code(desk: Desk, sticker_id: str) -> str:
    """Give the text of a sticker's code; an unknown sticker raises ``StickerNotFound``."""
    if sticker_id not in desk.sticker_ids:
        raise StickerNotFound(repr(sticker_id[:40]))
    return issue.sticker(desk.identity, sticker_id)


def begin_sale(desk: Desk, notification: Notification) -> Attempt:
    """Open the sale of a sticker's payment, waiting for its outcome; in a transaction.

    Raises ``StickerNotFound`` for a terminal that is none of this till's stickers.
    """
    sticker_code(desk, notification.terminal_id)
    now = desk.clock.now()
    sale = Sale(
        sale_id=SaleId(desk.ids.new(Kind.SALE, now)),
        state=SALE.initial,
        basket=Basket.of_amount(notification.amount),
        salt=desk.entropy(SALT_BYTES),
        created_at=now,
        sticker_id=notification.terminal_id,
    ).advance(SaleEvent.COLLECT)
    attempt = Attempt(
        payment_id=notification.payment_id,
        sale_id=sale.sale_id,
        merchant_order_no=notification.merchant_order_no,
        amount=notification.amount,
        request=None,
        profile=Profile.STICKER,
        code=sticker_code(desk, notification.terminal_id),
        created_at=now,
        expires_at=now,
        collection=Collection(Mode.SHOW, Phase.WAITING, now, now, told=Event.AUTHORISING),
    )
    desk.store.sales.put(sale)
    desk.store.attempts.add(attempt)
    return attempt
