"""Ring up a sale, and give one up."""

from __future__ import annotations

from dataclasses import replace

from ledger.protocol.identifiers import Kind
from ledger.protocol.messages import Intent
from pos.collect import give_up
from pos.counter import collecting
from pos.counter.desk import Desk
from pos.goods.basket import SALT_BYTES, Basket
from pos.till import SALE, Sale, SaleEvent, SaleId, SaleState

ABANDONED = "ABANDONED"
"""Why a collection was given up."""


def ring_up(desk: Desk, basket: Basket, intent: Intent = Intent.SALE) -> Sale:
    """Open a sale for a basket, or ask for a deposit of its amount."""
    with desk.store.transaction():
        now = desk.clock.now()
        sale = Sale(
            sale_id=SaleId(desk.ids.new(Kind.SALE, now)),
            state=SALE.initial,
            basket=basket,
            salt=desk.entropy(SALT_BYTES),
            created_at=now,
            intent=intent,
        )
        desk.store.sales.put(sale)
    return sale


def abandon(desk: Desk, sale_id: str) -> Sale:
    """Give a sale up; one that is being collected is undone first and may take a while to end.

    A sale that turns out to be paid by then, and can't be undone, is PAID. Abandoning again changes
    nothing. Raises ``SaleNotFound``, and ``SaleState`` for a sale that is paid or under review.
    """
    with desk.store.transaction():
        sale = desk.store.sales.get(sale_id)
        if sale.state is SaleState.ABANDONED:
            return sale
        running = collecting.running_attempt(desk, sale)
        if running is None:
            sale = sale.advance(SaleEvent.ABANDON)
            desk.store.sales.put(sale)
            return sale
        desk.store.sales.put(replace(sale, abandoning=True))
        stopped = give_up(running.collection, now=desk.clock.now(), reason=ABANDONED)
        collecting.settle(desk, running, stopped)
    collecting.pursue(desk, running.payment_id)
    return desk.store.sales.get(sale_id)
