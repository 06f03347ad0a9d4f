"""How a held deposit ends: a part or all of it is captured, or it goes back.

Both can be asked for again safely: the same capture is the same capture, what went back is back. So
an answer that got lost leaves the sale HELD, and the cashier (or the provider's notification) goes
on from there.
"""

from __future__ import annotations

from ledger.protocol.errors.checkout import CaptureExceedsHeld, SaleState
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.messages import Intent, Notification, NotificationEvent, Receipt
from ledger.protocol.money import Money, payable
from pos.acquirers.intents import Attempt
from pos.acquirers.port import Reply
from pos.collect import Event
from pos.counter import collecting
from pos.counter.desk import Desk
from pos.till import Sale, SaleEvent
from pos.till import SaleState as State


def capture(desk: Desk, sale_id: str, amount: Money) -> Sale:
    """Take a part or all of a held deposit; the rest goes back to the payer at once.

    Raises ``SaleNotFound``, ``SaleState`` (nothing is held, or the provider refuses),
    ``AmountOutOfRange``, ``CaptureExceedsHeld``, ``ServiceUnavailable`` (no answer: ask again).
    """
    sale = desk.store.sales.get(sale_id)
    if sale.state is State.PAID and sale.captured == amount:
        return sale
    attempt = _require_held(desk, sale)
    if payable(amount) > sale.total:
        raise CaptureExceedsHeld(f"asked {amount}, {sale.total} is held")
    reply = desk.acquirer.capture(attempt, amount)
    _require_done(reply)
    with desk.store.transaction():
        collecting.keep_receipts(desk, attempt, reply.receipts)
        return _take(desk, sale_id, amount)


def give_back(desk: Desk, sale_id: str) -> Sale:
    """Give a held deposit back; raises what ``capture`` raises."""
    sale = desk.store.sales.get(sale_id)
    if sale.state is State.RELEASED:
        return sale
    reply = desk.acquirer.release(_require_held(desk, sale))
    _require_done(reply)
    with desk.store.transaction():
        return _release(desk, sale_id)


def told(desk: Desk, attempt: Attempt, notification: Notification, receipt: Receipt | None) -> None:
    """Take in what the provider tells of a deposit; in a transaction."""
    if notification.event is NotificationEvent.PAYMENT_CAPTURED and receipt is not None:
        _take(desk, attempt.sale_id, receipt.amount)
    elif notification.state in (PaymentState.CLOSED, PaymentState.REVERSED):
        _release(desk, attempt.sale_id)


def _require_held(desk: Desk, sale: Sale) -> Attempt:
    attempt = collecting.paid_attempt(desk, sale)
    if sale.state is not State.HELD or attempt is None:
        raise SaleState(f"a {sale.intent} that is {sale.state} holds nothing")
    return attempt


def _require_done(reply: Reply) -> None:
    if reply.event is Event.NO_ANSWER:
        raise ServiceUnavailable("the provider's answer is missing: ask again")
    if reply.reason:
        raise SaleState(f"the provider refuses: {reply.reason}")


def _take(desk: Desk, sale_id: str, amount: Money) -> Sale:
    sale = desk.store.sales.get(sale_id)
    if sale.state is State.HELD and sale.intent is Intent.DEPOSIT:
        sale = sale.take(amount)
        desk.store.sales.put(sale)
    return sale


def _release(desk: Desk, sale_id: str) -> Sale:
    sale = desk.store.sales.get(sale_id)
    if sale.state is State.HELD:
        sale = sale.advance(SaleEvent.RELEASE)
        desk.store.sales.put(sale)
    return sale
