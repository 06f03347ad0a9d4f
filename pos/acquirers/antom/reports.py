"""A day's statement from a file of Antom's: transaction items, or settlement items."""

from __future__ import annotations

from datetime import date
from typing import Final

from ledger.protocol.antom_wire import report_reading
from ledger.protocol.antom_wire.report_reading import CANCEL, PAYMENT, REFUND, Item
from ledger.protocol.native_wire import MovementKind
from pos.acquirers import billed
from pos.acquirers.billed import Billed
from pos.acquirers.numbers import is_reversal
from pos.closing.statement import Statement
from pos.goods.catalogue import SHOP_CURRENCY

_KINDS: Final = {
    PAYMENT: MovementKind.PAYMENT,
    REFUND: MovementKind.REFUND,
    CANCEL: MovementKind.REVERSAL,
}


def statement(raw: bytes, day: date, *, terminal: str) -> Statement:
    """Read the items of a day of Beijing's calendar; raises what is wrong with the file."""
    items = report_reading.read(raw, SHOP_CURRENCY)
    return billed.statement(day, SHOP_CURRENCY, map(_billed, items), terminal=terminal)


def _billed(item: Item) -> Billed:
    kind = _KINDS[item.kind]
    if kind is MovementKind.REFUND and is_reversal(item.request_no):
        kind = MovementKind.REVERSAL
    is_refund = kind is MovementKind.REFUND
    return Billed(
        kind=kind,
        at=item.at,
        order_no=item.order_no,
        amount=item.amount,
        discount=item.discount,
        fee=item.fee,
        refund_id=item.number if is_refund else "",
        refund_no=item.request_no if is_refund else "",
    )
