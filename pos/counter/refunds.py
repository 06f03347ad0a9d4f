"""Give back what was paid, in parts or as a whole; each refund happens once.

A refund is stored under the till's own number before it is asked for, and asked for again under
that number until the provider says what became of it. A refusal that says nothing about the refund
itself (a signature's time, too many requests) does not end it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ledger.protocol.errors.checkout import (
    IdempotencyKeyReused,
    OrderNotPaid,
    RefundExceedsCaptured,
    SaleState,
)
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.instants import SECOND, Instant, later
from ledger.protocol.lifecycle import REFUND, RefundEvent, RefundState
from ledger.protocol.messages import Notification
from ledger.protocol.money import Money, payable
from pos.acquirers.intents import Attempt, Refund
from pos.acquirers.port import RefundOutcome, RefundReply
from pos.collect import CALL_PATIENCE
from pos.counter import collecting
from pos.counter.desk import Desk
from pos.store.evidence import Alarm
from pos.till import Sale, SaleEvent
from pos.till import SaleState as State

REFUND_ELSEWHERE = "REFUND_ELSEWHERE"
"""The alarm about money that went back without this till."""

PAUSES: Sequence[int] = (2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, 60 * SECOND)
"""Milliseconds until a refund without an answer is asked for again; the last one is repeated."""


def give_back(
    desk: Desk, sale_id: str, amount: Money | None, *, asked_key: str = "", asked_reason: str = ""
) -> Refund:
    """Refund an amount of a sale, or all that is left of it; ``asked_reason`` says what for.

    ``asked_key`` makes a repeated wish the same refund: ``IdempotencyKeyReused`` if the amount is
    another one. Raises ``SaleNotFound``, ``SaleState``, ``OrderNotPaid``, ``AmountOutOfRange``,
    ``CurrencyMismatch`` and ``RefundExceedsCaptured``.
    """
    with desk.store.transaction():
        sale = desk.store.sales.get(sale_id)
        refunds = desk.store.refunds.of_sale(sale_id)
        known = next((each for each in refunds if asked_key and each.asked_key == asked_key), None)
        if known is not None:
            return _same(known, amount)
        refund = _intend(desk, sale, refunds, amount)
        refund = replace(refund, asked_key=asked_key, asked_reason=asked_reason)
        desk.store.refunds.put(refund)
    return _carry_out(desk, refund)


def pursue(desk: Desk, merchant_refund_no: str) -> None:
    """Ask again for a refund whose outcome is not known, if it is time."""
    with desk.store.transaction():
        refund = _require(desk, merchant_refund_no)
        now = desk.clock.now()
        if refund.state is not RefundState.PROCESSING or now < refund.due_at:
            return
        refund = _out(refund, now)
        desk.store.refunds.put(refund)
    _carry_out(desk, refund)


def told(desk: Desk, attempt: Attempt, notification: Notification) -> None:
    """Take in that the provider made a refund; an alarm for one that was not made here.

    One that is PROCESSING here learns its outcome when it is asked for again, under its number.
    """
    refunds = desk.store.refunds.of_sale(attempt.sale_id)
    ours = {each.refund_id for each in refunds}
    running = {each.amount for each in refunds if each.state is RefundState.PROCESSING}
    if notification.refund_id in ours or notification.refund_amount in running:
        return
    detail = f"{notification.refund_amount} went back, and not from this till"
    about, now = notification.refund_id, desk.clock.now()
    alarm = Alarm(now, REFUND_ELSEWHERE, detail, attempt.sale_id, about)
    desk.store.evidence.raise_alarm(alarm)


def told_of(desk: Desk, attempt: Attempt, refund_no: str) -> None:
    """Take in that there was a refund under this number; an alarm for one not made here."""
    refunds = desk.store.refunds.of_sale(attempt.sale_id)
    if refund_no not in {each.merchant_refund_no for each in refunds}:
        detail = f"a refund {refund_no} was made, and not from this till"
        alarm = Alarm(desk.clock.now(), REFUND_ELSEWHERE, detail, attempt.sale_id, refund_no)
        desk.store.evidence.raise_alarm(alarm)


def refunded(refunds: Sequence[Refund], total: Money) -> Money:
    """Add up what was given back of a sale with this total."""
    done = (each.amount.minor_units for each in refunds if each.state is RefundState.SUCCEEDED)
    return Money(sum(done), total.currency)


def _same(known: Refund, amount: Money | None) -> Refund:
    if amount is not None and amount != known.amount:
        raise IdempotencyKeyReused(f"it stands for a refund of {known.amount}")
    return known


def _intend(desk: Desk, sale: Sale, refunds: Sequence[Refund], amount: Money | None) -> Refund:
    attempt = collecting.paid_attempt(desk, sale)
    if attempt is None:
        raise OrderNotPaid(f"the sale is {sale.state}")
    if sale.state is not State.PAID:
        raise SaleState(f"a sale that is {sale.state} allows no refund")
    left = _left(sale, refunds)
    wanted = payable(left if amount is None else amount)
    if wanted > left:
        raise RefundExceedsCaptured(f"asked {wanted}, {left} is left")
    now = desk.clock.now()
    fresh = Refund(
        merchant_refund_no=f"R{desk.ids.body(now)}",
        sale_id=sale.sale_id,
        payment_id=attempt.payment_id,
        amount=wanted,
        asked_key="",
        state=REFUND.initial,
        created_at=now,
        due_at=now,
    )
    return _out(fresh, now)


def _left(sale: Sale, refunds: Sequence[Refund]) -> Money:
    """Give what no refund has taken yet; one that may still happen counts as taken."""
    taken = (each.amount.minor_units for each in refunds if each.state is not RefundState.FAILED)
    left = Money(sale.paid.minor_units - sum(taken), sale.total.currency)
    if left.minor_units <= 0:
        raise RefundExceedsCaptured("nothing is left")
    return left


def _out(refund: Refund, now: Instant) -> Refund:
    """Mark that a call is out, so that nobody else makes it."""
    return replace(refund, calls=refund.calls + 1, due_at=later(now, CALL_PATIENCE))


def _carry_out(desk: Desk, refund: Refund) -> Refund:
    attempt = desk.store.attempts.find(refund.payment_id)
    if attempt is None:
        raise InvariantBroken(f"{refund.payment_id} was never stored")
    reply = desk.acquirer.refund(attempt, refund)
    with desk.store.transaction():
        return _hear(desk, _require(desk, refund.merchant_refund_no), reply)


def _hear(desk: Desk, refund: Refund, reply: RefundReply) -> Refund:
    if refund.state is not RefundState.PROCESSING:
        return refund
    now = desk.clock.now()
    pause = PAUSES[min(refund.calls, len(PAUSES)) - 1]
    heard = replace(
        refund, due_at=later(now, pause), reason=reply.reason, refund_id=reply.refund_id
    )
    if reply.outcome is RefundOutcome.REFUSED:
        heard = replace(heard, state=REFUND.advance(refund.state, RefundEvent.FAIL))
    elif reply.outcome is RefundOutcome.DONE:
        heard = replace(heard, state=REFUND.advance(refund.state, RefundEvent.COMPLETE))
    desk.store.refunds.put(heard)
    if reply.outcome is RefundOutcome.DONE:
        _book(desk, heard, reply)
    return heard


def _book(desk: Desk, refund: Refund, reply: RefundReply) -> None:
    sale = desk.store.sales.get(refund.sale_id)
    whole = refunded(desk.store.refunds.of_sale(refund.sale_id), sale.total) == sale.paid
    desk.store.sales.put(sale.advance(SaleEvent.REFUND_ALL if whole else SaleEvent.REFUND))
    attempt = desk.store.attempts.find(refund.payment_id)
    if attempt is not None:
        collecting.keep_receipts(desk, attempt, reply.receipts)


def _require(desk: Desk, merchant_refund_no: str) -> Refund:
    refund = desk.store.refunds.find(merchant_refund_no)
    if refund is None:
        raise InvariantBroken(f"{merchant_refund_no} was never stored")
    return refund
