"""A person decides about a sale under review: the money stays, or it goes back.

``accept`` is possible where a payment of the sale is known to be paid: the sale is PAID then, and
can be refunded like any other. ``give_back`` undoes every payment of the sale that is or may be
paid, and gives the sale up. Each decision is kept with its reason.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from ledger.protocol.errors.checkout import OrderNotPaid
from ledger.protocol.errors.content import FieldMissing
from ledger.protocol.identifiers import check_text
from pos.collect import Phase, give_up
from pos.counter import collecting, late
from pos.counter.desk import Desk
from pos.store.late_payments import Decision, LateState
from pos.till import Sale, SaleEvent

REASON_LENGTH = 200

GIVEN_BACK_BY_A_PERSON = "GIVEN_BACK_BY_A_PERSON"
"""Why a payment goes back: somebody decided it."""


class Verdict(StrEnum):
    """What can be decided."""

    ACCEPT = "accept"
    GIVE_BACK = "give_back"


def decide(desk: Desk, sale_id: str, verdict: Verdict, reason: str) -> Sale:
    """End the review of a sale.

    Raises ``SaleNotFound``, ``SaleState`` (it is not under review), ``OrderNotPaid`` (nothing is
    there to accept), ``FieldMissing`` (no reason) and ``TextCharacter``.
    """
    if not reason.strip():
        raise FieldMissing("reason")
    check_text(reason, REASON_LENGTH)
    with desk.store.transaction():
        sale = desk.store.sales.get(sale_id)
        decided = _accept(desk, sale) if verdict is Verdict.ACCEPT else _give_back(desk, sale)
        desk.store.sales.put(decided)
        now = desk.clock.now()
        desk.store.late_payments.add_decision(Decision(sale_id, verdict, reason, now))
    return decided


def _accept(desk: Desk, sale: Sale) -> Sale:
    accepted = sale.advance(SaleEvent.ACCEPT)
    if collecting.paid_attempt(desk, sale) is None:
        raise OrderNotPaid("no payment of this sale is known to be paid: give it back")
    return accepted


def _give_back(desk: Desk, sale: Sale) -> Sale:
    undone = replace(sale.advance(SaleEvent.GIVE_BACK), abandoning=True)
    running = collecting.running_attempt(desk, sale)
    for attempt in desk.store.attempts.of_sale(sale.sale_id):
        known = desk.store.late_payments.find(attempt.payment_id)
        refused = known is not None and known.state is LateState.REFUSED
        if attempt.collection.phase is Phase.PAID or refused:
            late.take_up(desk, attempt, GIVEN_BACK_BY_A_PERSON)
    if running is None:
        return undone.follow(Phase.REVERSED)
    stopped = give_up(running.collection, now=desk.clock.now(), reason=GIVEN_BACK_BY_A_PERSON)
    collecting.settle(desk, running, stopped)
    return undone
