"""An acquirer's bill as the statement that a day is compared with: one line a movement.

What a bill does not say is not made up: there is no payer's side, and each line was booked when it
happened. The bill's own sums were checked by whoever read it, so these are the sums of the lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.money import Currency, Money
from ledger.protocol.native_wire import MovementKind
from pos.acquirers.numbers import own_spelling, payment_of, terminal_of
from pos.closing.statement import Line, Statement, totals


@dataclass(frozen=True, slots=True)
class Billed:
    """A movement as a bill has it; what went back is negative, with its discount and its fee.

    ``refund_id`` and ``refund_no`` are the acquirer's and the shop's numbers of a refund.
    """

    kind: MovementKind
    at: Instant
    order_no: str
    amount: Money
    discount: Money
    fee: Money
    refund_id: str = ""
    refund_no: str = ""


def statement(day: date, of: Currency, moved: Iterable[Billed], *, terminal: str) -> Statement:
    """Make the statement of a day; ``terminal`` is the till's own."""
    lines = tuple(_line(number, each, terminal) for number, each in enumerate(moved, start=1))
    return Statement(day, of, lines, totals(lines, of))


def _line(number: int, billed: Billed, terminal: str) -> Line:
    return Line(
        number=number,
        kind=billed.kind,
        event_at=billed.at,
        booked_at=billed.at,
        # A number that no till of ours made stands for itself, so that it can be looked for.
        payment_id=payment_of(billed.order_no) or PaymentId(billed.order_no),
        merchant_order_no=own_spelling(billed.order_no),
        refund_id=billed.refund_id,
        merchant_refund_no=billed.refund_no,
        terminal_id=terminal_of(billed.order_no, own=terminal),
        amount=billed.amount,
        discount=billed.discount,
        fee=billed.fee,
        net=billed.amount - billed.discount - billed.fee,
        payer_amount=billed.amount,
        rate="",
    )
