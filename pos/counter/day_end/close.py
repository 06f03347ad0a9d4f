"""Close a business day: count once what it brought in, number the report, keep it for ever.

A report counts what was paid or given back since the close before, up to the midnight that ends its
day; what the till takes after the close belongs to the next day. Closing a closed day again gives
the same report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter

import msgspec

from ledger.protocol.errors.checkout import DayNotBegun, DayNotClosed, DayPassed
from ledger.protocol.instants import Instant, to_text
from ledger.protocol.messages import Receipt, ReceiptKind, decode, discount
from ledger.protocol.money import Money
from pos.acquirers.intents import Attempt, Refund
from pos.closing.business_day import bounds, day_of
from pos.closing.day_report import (
    AcquirerRow,
    DayReport,
    GivenBack,
    Sold,
    open_refund,
    open_sale,
    sum_of,
    vat_rows,
)
from pos.counter.desk import Desk
from pos.goods.catalogue import SHOP_CURRENCY
from pos.store.days import ClosedDay


def close_day(desk: Desk, day: date) -> DayReport:
    """Close a day, if it is not closed yet, and give its report.

    Raises ``DayNotBegun`` for a day to come, and ``DayPassed`` for one that a later close has taken
    in already.
    """
    with desk.store.transaction():
        known = desk.store.days.find(day.isoformat())
        if known is not None:
            return _report(known)
        now, last = desk.clock.now(), desk.store.days.last()
        _require_closable(desk, day, now, last)
        counted = _count(desk, bounds(day, desk.time_zone)[1])
        report = _make(desk, day, now, last, counted)
        desk.store.days.close(
            ClosedDay(report.z_number, report.business_day, now, msgspec.json.encode(report)),
            payment_ids=[each.payment_id for each in counted.attempts],
            merchant_refund_nos=[each.merchant_refund_no for each in counted.refunds],
            reversed_payment_ids=[each.payment_id for each in counted.reversals],
        )
    return report


def closed_day(desk: Desk, day: date) -> DayReport:
    """Give the report of a closed day; raises ``DayNotClosed``."""
    known = desk.store.days.find(day.isoformat())
    if known is None:
        raise DayNotClosed(day.isoformat())
    return _report(known)


@dataclass(frozen=True)
class _Counted:
    """What a report counts."""

    attempts: Sequence[Attempt]
    sales: Sequence[Sold]
    refunds: Sequence[Refund]
    reversals: Sequence[Attempt]
    given_back: Sequence[GivenBack]

    @property
    def discounts_minor(self) -> int:
        """What own coupons took off the sales, less what of it fell on what was given back."""
        back: list[Refund | Attempt] = [*self.refunds, *self.reversals]
        gave = sum(each.amount.minor_units for each in back)
        cost = sum(each.amount.minor_units for each in self.given_back)
        return sum(each.off.minor_units for each in self.sales) - (gave - cost)


def _report(closed: ClosedDay) -> DayReport:
    return msgspec.json.decode(closed.report, type=DayReport)


def _require_closable(desk: Desk, day: date, now: Instant, last: ClosedDay | None) -> None:
    if day > day_of(now, desk.time_zone):
        raise DayNotBegun(day.isoformat())
    if last is not None and day.isoformat() < last.business_day:
        raise DayPassed(f"{last.business_day} was closed after it, without a close of its own")


def _count(desk: Desk, ends: Instant) -> _Counted:
    store = desk.store
    attempts = [each for each in store.attempts.uncounted() if _paid_at(desk, each) < ends]
    refunds = [each for each in store.refunds.uncounted() if _made_at(desk, each) < ends]
    reversals = [
        each for each in store.attempts.uncounted_reversals() if _reversed_at(desk, each) < ends
    ]
    by_sale = sorted(attempts, key=attrgetter("sale_id"))
    sold = [Sold(store.sales.get(each.sale_id), _off(desk, each)) for each in by_sale]
    given_back = _given_back(desk, [*refunds, *reversals])
    return _Counted(attempts, sold, refunds, reversals, given_back)


def _given_back(desk: Desk, back: Sequence[Refund | Attempt]) -> list[GivenBack]:
    """Add up by sale what this day gives back of it."""
    nothing, by_sale = Money(0, SHOP_CURRENCY), dict[str, GivenBack]()
    for each in back:
        known = by_sale.get(each.sale_id)
        if known is None:
            before = (_cost(desk, refund) for refund in desk.store.refunds.counted(each.sale_id))
            sale = desk.store.sales.get(each.sale_id)
            known = GivenBack(sale, _off(desk, each), sum(before, nothing), nothing)
        by_sale[each.sale_id] = replace(known, amount=known.amount + _cost(desk, each))
    return list(by_sale.values())


def _off(desk: Desk, of: Refund | Attempt) -> Money:
    """Tell what the shop's own coupon took off a payment."""
    receipt = _receipt(desk, of, ReceiptKind.PAYMENT)
    return Money(discount(receipt.funding) if receipt else 0, SHOP_CURRENCY)


def _cost(desk: Desk, back: Refund | Attempt) -> Money:
    """Tell what giving it back costs the shop: what does not fall on its own coupon."""
    if isinstance(back, Attempt):
        return back.amount - _off(desk, back)
    receipt = _receipt(desk, back, ReceiptKind.REFUND)
    return Money(
        back.amount.minor_units - (discount(receipt.funding) if receipt else 0), SHOP_CURRENCY
    )


def _make(
    desk: Desk, day: date, now: Instant, last: ClosedDay | None, counted: _Counted
) -> DayReport:
    merchant, store = desk.identity.merchant, desk.store
    sales = sum_of([each.amount for each in counted.attempts])
    refunds = sum_of([each.amount for each in counted.refunds])
    reversals = sum_of([each.amount for each in counted.reversals])
    taken_off = counted.discounts_minor
    total_minor = sales.amount_minor - refunds.amount_minor - reversals.amount_minor - taken_off
    return DayReport(
        z_number=1 if last is None else last.z_number + 1,
        business_day=day.isoformat(),
        closed_at=to_text(now),
        closed_before=None if last is None else to_text(last.closed_at),
        merchant_id=merchant.merchant_id,
        merchant_name=merchant.name,
        terminal_id=desk.identity.terminal.terminal_id,
        currency=SHOP_CURRENCY.code,
        sales=sales,
        refunds=refunds,
        reversals=reversals,
        discounts_minor=taken_off,
        total_minor=total_minor,
        vat=vat_rows(counted.sales, counted.given_back),
        acquirers=[
            AcquirerRow(
                acquirer=desk.acquirer.name,
                sales=sales,
                refunds=refunds,
                reversals=reversals,
                total_minor=total_minor,
            )
        ],
        first_sale_id=counted.sales[0].sale.sale_id if counted.sales else None,
        last_sale_id=counted.sales[-1].sale.sale_id if counted.sales else None,
        open_sales=[open_sale(each) for each in store.sales.unfinished()],
        open_refunds=[open_refund(each) for each in store.refunds.unfinished()],
    )


def _paid_at(desk: Desk, attempt: Attempt) -> Instant:
    """Tell when it was paid: the signed receipt says it, if there is one."""
    return _when(desk, attempt, ReceiptKind.PAYMENT)


def _reversed_at(desk: Desk, attempt: Attempt) -> Instant:
    return _when(desk, attempt, ReceiptKind.REVERSAL)


def _made_at(desk: Desk, refund: Refund) -> Instant:
    return _when(desk, refund, ReceiptKind.REFUND)


def _when(desk: Desk, of: Refund | Attempt, kind: ReceiptKind) -> Instant:
    receipt = _receipt(desk, of, kind)
    return receipt.occurred_at if receipt else of.created_at


def _receipt(desk: Desk, of: Refund | Attempt, kind: ReceiptKind) -> Receipt | None:
    # Each was checked when it was kept; to know what it says, its text is enough.
    refund_id = of.refund_id if isinstance(of, Refund) and kind is ReceiptKind.REFUND else ""
    wanted = (kind, of.payment_id, refund_id)
    signed = desk.store.evidence.receipts(of.sale_id)
    receipts = (decode(Receipt, each.text) for each in signed)
    return next(
        (each for each in receipts if (each.kind, each.payment_id, each.refund_id) == wanted), None
    )
