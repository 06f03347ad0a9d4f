"""Payments that came too late: paid after the till had ended their collection. They go back.

The sale was over: the payer had been told so, the goods stayed in the shop, or were paid in another
way. So the till reverses such a payment by itself, until the provider says that it went back, and
shows it as what it is. The sale stays as it was, and may be collected anew meanwhile.

Only a reversal that the provider refuses is a matter for a person: then its own word ("paid") and
its books differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ledger.protocol.errors.checkout import NotificationContradicts
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant, later
from pos.acquirers.intents import Attempt
from pos.acquirers.port import Reply
from pos.collect import CALL_PATIENCE, PAUSES, Event, Phase
from pos.counter import collecting
from pos.counter.desk import Desk
from pos.store.evidence import Alarm
from pos.store.late_payments import LatePayment, LateState
from pos.till import Sale, SaleEvent

CAME_TOO_LATE = "CAME_TOO_LATE"
"""Why it goes back: it was paid after its collection had ended."""

LATE_STATES: Mapping[LateState, str] = {
    LateState.GIVING_BACK: "Came too late; it is being given back.",
    LateState.GIVEN_BACK: "Came too late, given back.",
    LateState.REFUSED: "Came too late, and could not be given back; a person must look.",
}
"""Each state in the sentence that screens show."""

_GONE_BACK = frozenset({Event.REVERSED, Event.RETURNED})


def take_up(desk: Desk, attempt: Attempt, why: str) -> None:
    """Begin to give a payment back; one that is being given back goes on. In a transaction."""
    known = desk.store.late_payments.find(attempt.payment_id)
    if known is not None and known.state is not LateState.REFUSED:
        return
    now = desk.clock.now()
    desk.store.late_payments.put(
        LatePayment(
            payment_id=attempt.payment_id,
            sale_id=attempt.sale_id,
            why=why,
            state=LateState.GIVING_BACK,
            told_at=now,
            due_at=now,
        )
    )


def pursue(desk: Desk, payment_id: PaymentId) -> None:
    """Send the reversal of a late payment (again), if it is time."""
    with desk.store.transaction():
        late, attempt = _require(desk, payment_id)
        now = desk.clock.now()
        if late.state is not LateState.GIVING_BACK or now < late.due_at:
            return
        out = replace(late, calls=late.calls + 1, due_at=later(now, CALL_PATIENCE))
        desk.store.late_payments.put(out)
    reply = desk.acquirer.reverse(attempt)
    with desk.store.transaction():
        _hear(desk, attempt, reply)


def payments_of(desk: Desk, sale: Sale) -> frozenset[str]:
    """Name the payments of a sale that came too late."""
    found = desk.store.late_payments.of_sale(sale.sale_id)
    return frozenset(each.payment_id for each in found if each.why == CAME_TOO_LATE)


def _hear(desk: Desk, attempt: Attempt, reply: Reply) -> None:
    late, _ = _require(desk, attempt.payment_id)
    if late.state is not LateState.GIVING_BACK:
        return
    now = desk.clock.now()
    if reply.event in _GONE_BACK:
        desk.store.late_payments.put(replace(late, state=LateState.GIVEN_BACK))
        collecting.keep_receipts(desk, attempt, reply.receipts)
        ended = replace(attempt.collection, phase=Phase.REVERSED, told=reply.event, reason=late.why)
        desk.store.attempts.update(attempt.payment_id, ended)
    elif reply.event is Event.WRONG_STATE:
        refused = replace(late, state=LateState.REFUSED, reason=reply.reason)
        desk.store.late_payments.put(refused)
        _ask_for_a_person(desk, refused, now)
    else:
        due_at = later(now, _pause(late.calls))
        desk.store.late_payments.put(replace(late, due_at=due_at, reason=reply.reason))


def _ask_for_a_person(desk: Desk, late: LatePayment, now: Instant) -> None:
    sale = desk.store.sales.get(late.sale_id)
    desk.store.sales.put(sale.advance(SaleEvent.CONTRADICT))
    code, detail = NotificationContradicts.code, f"it was paid, and its reversal: {late.reason}"
    desk.store.evidence.raise_alarm(Alarm(now, code, detail, late.sale_id, late.payment_id))


def _pause(calls: int) -> int:
    pauses = PAUSES[Phase.REVERSING]
    return pauses[min(calls, len(pauses) - 1)]


def _require(desk: Desk, payment_id: PaymentId) -> tuple[LatePayment, Attempt]:
    late, attempt = desk.store.late_payments.find(payment_id), desk.store.attempts.find(payment_id)
    if late is None or attempt is None:
        raise InvariantBroken(f"{payment_id} was never stored")
    return late, attempt
