"""One deposit as a merchant sees it: its numbers, what was done to it, and what is held now.

The order that began it stays at its head for good, under ``auth_no``; its merchant's number is kept
as ``auth/<out_order_no>``, which no trade can have, since the two are numbered apart. What is left
after a part was taken is held by another payment (``deposits.parts``), which the head's facts name.
They also keep each operation. Facts are forgotten after half a year, long after any deposit is
over.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from ledger.core.checkout import progress
from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.records.vendors import VendorFace, VendorOrder
from ledger.core.vendors import orders
from ledger.core.vendors.orders import Opened
from ledger.faces.alipay.calls.call import Call
from ledger.faces.alipay.deposits.refused import fund
from ledger.protocol.identifiers import PaymentId, body_of
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentEvent, PaymentState
from ledger.protocol.money import Money, parse_minor, to_decimal

BY: Final = "deposit"
REST: Final = "deposit-rest"
NUMBER: Final = "auth/{}"
NUMBER_LENGTH: Final = 59
"""How long ``out_order_no`` may be: with its mark it is an order's number of at most 64."""

FREEZE, UNFREEZE, PAY = "FREEZE", "UNFREEZE", "PAY"
_NOW, _DONE = "deposit", "operations"


@dataclass(frozen=True, slots=True)
class Operation:
    """What was done: a number of ours, one of the merchant's, an amount (minor units), when."""

    operation_id: str
    out_request_no: str
    kind: str
    amount_minor: int
    at: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit: ``head`` began it, ``now`` is by what the rest is held, or was at last."""

    head: Opened
    now: Payment
    done: Sequence[Operation]

    @property
    def amount(self) -> Money:
        """What was to be frozen."""
        return self.head.payment.amount

    @property
    def rest(self) -> Money:
        """What is held now."""
        is_held = self.now.state is PaymentState.HELD
        return self.now.amount if is_held else Money(0, self.amount.currency)

    @property
    def status(self) -> str:
        """Its ``order_status``."""
        if self.rest.minor_units > 0:
            return "AUTHORIZED"
        if self.head.payment.state in (PaymentState.AWAITING_PAYER, PaymentState.AUTHORISING):
            return "INIT"
        return "FINISH" if any(each.kind == PAY for each in self.done) else "CLOSED"

    def sum(self, kind: str) -> Money:
        """Add up what was done of a kind."""
        total = sum(each.amount_minor for each in self.done if each.kind == kind)
        return Money(total, self.amount.currency)

    def named(self, call: Call) -> Operation | None:
        """Find the operation that a call names by ``operation_id`` or ``out_request_no``."""
        operation_id = call.content.text("operation_id", 64)
        number = call.content.text("out_request_no", 64)
        for each in self.done:
            if operation_id in ("", each.operation_id) and number in ("", each.out_request_no):
                return each
        return None


def find(call: Call) -> Deposit | None:
    """Find the deposit that a call names by ``auth_no``, which wins, or ``out_order_no``."""
    auth_no, out_no = call.content.text("auth_no", 64), call.content.text("out_order_no", 64)
    if not auth_no and not out_no:
        raise fund("ILLEGAL_ARGUMENT", "auth_no or out_order_no is needed")
    number = NUMBER.format(out_no)
    head = orders.find(call.books, account=call.account, out_no=number, vendor_no=auth_no)
    if head is None or head.order.facts.get("by") != BY:
        return None
    return read(call.books, head)


def read(books: Books, head: Opened) -> Deposit:
    """Read a deposit from the order at its head."""
    facts = head.order.facts
    now = head.payment
    if _NOW in facts:
        now = progress.require_payment(books, PaymentId(facts[_NOW]))
    done = [Operation(**each) for each in json.loads(facts.get(_DONE, "[]"))]
    return Deposit(head, now, done)


def noted(call: Call, deposit: Deposit, operation: Operation, now: Payment | None) -> Deposit:
    """Keep what was done; ``now`` is by what the rest is held, None where nothing is any more."""
    done = [*deposit.done, operation]
    order = deposit.head.order
    facts = {**order.facts, _DONE: json.dumps([asdict(each) for each in done])}
    if now is not None:
        facts[_NOW] = now.payment_id
        call.books.vendor_orders.add(_order_of_rest(call, order, now))
    changed = replace(order, facts=facts)
    call.books.vendor_orders.replace(changed)
    head = orders.find(call.books, account=call.account, vendor_no=order.vendor_no)
    return read(call.books, head or Opened(changed, deposit.head.payment))


def _order_of_rest(call: Call, head: VendorOrder, held: Payment) -> VendorOrder:
    """Make the order of what is held anew, so that what happens to it is told by this face."""
    return VendorOrder(
        payment_id=held.payment_id,
        face=VendorFace.ALIPAY,
        account_id=head.account_id,
        out_no=body_of(held.payment_id),
        vendor_no=held.payment_id,
        created_at=call.now,
        facts={"by": REST},
    )


def amount_of(operation: Operation, deposit: Deposit) -> str:
    """Spell an operation's amount."""
    code = deposit.amount.currency.code
    return to_decimal(parse_minor(operation.amount_minor, code))


def was_held(books: Books, deposit: Deposit) -> bool:
    """Tell whether the payer ever agreed."""
    return _held_at(books, deposit) is not None


def time_of(books: Books, deposit: Deposit, operation: Operation) -> Instant:
    """Tell when an operation was done: a freezing when the payer agreed, any other at once."""
    held_at = _held_at(books, deposit) if operation.kind == FREEZE else None
    return held_at or Instant(operation.at)


def _held_at(books: Books, deposit: Deposit) -> Instant | None:
    steps = books.payments.history(deposit.head.payment.payment_id)
    return next((step.happened_at for step in steps if step.event is PaymentEvent.HOLD), None)
