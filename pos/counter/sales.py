"""Ring up a sale, and give one up."""

from __future__ import annotations

from dataclasses import replace

from ledger.protocol.errors.checkout import IdempotencyKeyReused
from ledger.protocol.identifiers import Kind
from ledger.protocol.messages import Intent
from pos.collect import give_up
from pos.counter import collecting
from pos.counter.desk import Desk
from pos.goods.basket import SALT_BYTES, Basket
from pos.till import SALE, Sale, SaleEvent, SaleId, SaleState

ABANDONED = "ABANDONED"
"""Why a collection was given up."""


def ring_up(
    desk: Desk, basket: Basket, intent: Intent = Intent.SALE, *, asked_key: str = ""
) -> Sale:
    """Open a sale for a basket, or ask for a deposit of its amount.

    ``asked_key`` makes a repeated wish the same sale, whatever has become of it since; raises
    ``IdempotencyKeyReused`` if something else was wished for.
    """
    with desk.store.transaction():
        known = asked_for(desk, basket, intent, asked_key)
        if known is not None:
            return known
        now = desk.clock.now()
        sale = Sale(
            sale_id=SaleId(desk.ids.new(Kind.SALE, now)),
            state=SALE.initial,
            basket=basket,
            salt=desk.entropy(SALT_BYTES),
            created_at=now,
            intent=intent,
            asked_key=asked_key,
        )
        desk.store.sales.put(sale)
    return sale


def asked_for(desk: Desk, basket: Basket, intent: Intent, asked_key: str) -> Sale | None:
    """Find the sale that was asked for before; raises as ``ring_up`` does."""
    known = desk.store.sales.asked_for(asked_key) if asked_key else None
    if known is not None and (known.basket, known.intent) != (basket, intent):
        raise IdempotencyKeyReused("the first time it was another basket")
    return known


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
