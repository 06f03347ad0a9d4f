"""What the till's API answers about a day: a comparison with the provider's statement.

The report of a closed day is answered as it is stored (``pos.closing.day_report``).
"""

from __future__ import annotations

from msgspec import Struct

from pos.closing.differences import EXPLANATIONS, Difference, DifferenceKind
from pos.closing.movements import Movement
from pos.closing.reconciliation import Reconciliation
from pos.closing.statement import total

SHOWN = 500
"""How many differences one answer names; more than that is one cause, not five hundred."""


class DifferenceView(Struct, frozen=True, kw_only=True):
    """One difference, with what it means and what to do.

    ``effect_minor``: by how much it makes the statement's total larger than the till's. ``line`` is
    the statement's number, null where it has none; ``sale_id`` is empty where the till knows none.
    """

    kind: DifferenceKind
    meaning: str
    advice: str
    found: str
    payment_id: str
    merchant_order_no: str
    merchant_refund_no: str
    sale_id: str
    line: int | None
    effect_minor: int


class AwaitedView(Struct, frozen=True, kw_only=True):
    """A movement of the day's last minutes that the next statement must have."""

    kind: str
    payment_id: str
    sale_id: str
    amount_minor: int


class ReconciliationView(Struct, frozen=True, kw_only=True):
    """What came of comparing a day; ``elsewhere`` are lines of other tills of the shop.

    ``shared`` are those of shares: a minus went to other shops, a plus came from them.

    ``differences`` holds the first 500 of ``difference_count``, ``awaited`` the first 500.
    """

    business_day: str
    agrees: bool
    currency: str
    matched: int
    till_total_minor: int
    statement_total_minor: int
    discount_minor: int
    fee_minor: int
    net_minor: int
    elsewhere_count: int
    elsewhere_minor: int
    shared_count: int
    shared_minor: int
    awaited: list[AwaitedView]
    difference_count: int
    differences: list[DifferenceView]


def reconciliation(of: Reconciliation) -> ReconciliationView:
    """Show a comparison."""
    currency = of.till_total.currency
    elsewhere = total([line.amount for line in of.elsewhere], currency)
    return ReconciliationView(
        business_day=of.day.isoformat(),
        agrees=of.agrees,
        currency=currency.code,
        matched=of.matched,
        till_total_minor=of.till_total.minor_units,
        statement_total_minor=of.statement_total.minor_units,
        discount_minor=of.discount.minor_units,
        fee_minor=of.fee.minor_units,
        net_minor=of.net.minor_units,
        elsewhere_count=len(of.elsewhere),
        elsewhere_minor=elsewhere.minor_units,
        shared_count=len(of.shared),
        shared_minor=total([line.amount for line in of.shared], currency).minor_units,
        awaited=[_awaited(each) for each in of.awaited[:SHOWN]],
        difference_count=len(of.differences),
        differences=[_difference(each) for each in of.differences[:SHOWN]],
    )


def _awaited(of: Movement) -> AwaitedView:
    return AwaitedView(
        kind=of.kind,
        payment_id=of.payment_id,
        sale_id=of.sale_id,
        amount_minor=of.amount.minor_units,
    )


def _difference(of: Difference) -> DifferenceView:
    explained = EXPLANATIONS[of.kind]
    return DifferenceView(
        kind=of.kind,
        meaning=explained.meaning,
        advice=explained.advice,
        found=of.found,
        payment_id=of.payment_id,
        merchant_order_no=of.merchant_order_no,
        merchant_refund_no=of.merchant_refund_no,
        sale_id=of.sale_id,
        line=of.line,
        effect_minor=of.effect.minor_units,
    )
