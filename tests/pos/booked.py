"""What a provider that makes no mistakes books: a line for every receipt it has signed."""

from __future__ import annotations

from datetime import date

from ledger.protocol.instants import SECOND, later
from ledger.protocol.messages import Receipt, ReceiptKind, decode, discount
from ledger.protocol.money import Money
from ledger.protocol.native_wire import MovementKind
from pos.closing.business_day import day_of
from pos.closing.statement import Line, Statement, totals
from tests.pos.provider import MiniProvider
from tests.pos.shop import BERLIN, EUR


def line_of(receipt: Receipt, number: int, merchant_refund_no: str) -> Line:
    sign = 1 if receipt.kind is ReceiptKind.PAYMENT else -1
    amount = Money(sign * receipt.amount.minor_units, EUR)
    off = Money(sign * discount(receipt.funding), EUR)
    payer = receipt.payer_amount
    return Line(
        number=number,
        kind=MovementKind(receipt.kind.value),
        event_at=receipt.occurred_at,
        booked_at=later(receipt.occurred_at, SECOND),
        payment_id=receipt.payment_id,
        merchant_order_no=receipt.merchant_order_no,
        refund_id=receipt.refund_id,
        merchant_refund_no=merchant_refund_no,
        terminal_id=receipt.terminal_id,
        amount=amount,
        discount=off,
        fee=Money(0, EUR),
        net=amount - off,
        payer_amount=Money(sign * payer.minor_units, payer.currency),
        rate=receipt.rate,
    )


def settle(provider: MiniProvider, day: date) -> Statement:
    """Make the statement of a day, and have the provider tell it from now on."""
    numbers = {each.refund_id: number for number, each in provider.refunds.items()}
    kept = [decode(Receipt, each.text) for sealed in provider.kept.values() for each in sealed]
    ours = [each for each in kept if day_of(each.occurred_at, BERLIN) == day]
    lines = [
        line_of(each, number, numbers.get(each.refund_id, "") if each.refund_id else "")
        for number, each in enumerate(ours, start=1)
    ]
    return tell(provider, day, lines)


def tell(provider: MiniProvider, day: date, lines: list[Line]) -> Statement:
    """Have the provider tell these lines."""
    statement = Statement(day, EUR, tuple(lines), totals(lines, EUR))
    provider.statements[day] = statement
    return statement
