"""The provider's statement of one business day, as the till compares it with its own records.

It comes over the provider's API or as a file (``statement_csv``); both end here. A statement whose
own arithmetic is wrong is refused before anything is compared with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.protocol.errors.content import FieldFormat, StatementInconsistent
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.money import Currency, Money
from ledger.protocol.native_wire import MovementKind
from pos.closing.movements import Key

_RATE = re.compile(r"[1-9][0-9]{0,18}/[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One booked movement.

    ``event_at`` is when it happened, ``booked_at`` when the provider booked it. ``amount``,
    ``discount`` (the shop's own coupon), ``fee`` and ``net`` are in the shop's currency,
    ``payer_amount`` in the payer's; what went back is negative, with its discount and its fee.
    ``rate`` is ``num/den``, empty without exchange, else
    ``FieldFormat``.
    """

    number: int
    kind: MovementKind
    event_at: Instant
    booked_at: Instant
    payment_id: PaymentId
    merchant_order_no: str
    refund_id: str
    merchant_refund_no: str
    terminal_id: str
    amount: Money
    discount: Money
    fee: Money
    net: Money
    payer_amount: Money
    rate: str

    def __post_init__(self) -> None:
        if self.rate and not _RATE.fullmatch(self.rate):
            raise FieldFormat(f"rate: {self.rate[:40]!r}")

    @property
    def key(self) -> Key:
        """What it is compared by."""
        return self.kind, self.payment_id, self.merchant_refund_no


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over lines, in the shop's currency: net is amount less discount less fee."""

    amount: Money
    discount: Money
    fee: Money
    net: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """All lines of one business day; ``stated`` are the totals the provider wrote beside them.

    Raises ``StatementInconsistent`` when the totals are not the sums of the lines, or a net amount
    is not its amount less its discount and its fee.
    """

    business_day: date
    currency: Currency
    lines: tuple[Line, ...]
    stated: Totals

    def __post_init__(self) -> None:
        for line in self.lines:
            if line.net != line.amount - line.discount - line.fee:
                off = f"{line.amount} less {line.discount} and {line.fee}"
                raise StatementInconsistent(f"line {line.number}: {off} is not {line.net}")
        added = totals(self.lines, self.currency)
        if added != self.stated:
            raise StatementInconsistent(
                f"the lines add up to {added.amount}, coupons {added.discount}, fees {added.fee};"
                f" it states {self.stated.amount}, {self.stated.discount}, {self.stated.fee}"
            )


def totals(lines: Sequence[Line], of: Currency) -> Totals:
    """Add lines up."""
    return Totals(
        amount=total([line.amount for line in lines], of),
        discount=total([line.discount for line in lines], of),
        fee=total([line.fee for line in lines], of),
        net=total([line.net for line in lines], of),
    )


def total(amounts: Sequence[Money], of: Currency) -> Money:
    """Add amounts up, none of them to nothing."""
    return sum(amounts, start=Money(0, of))
