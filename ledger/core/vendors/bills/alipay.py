"""Alipay's bills of an app's merchant: a day or a month of China's calendar, as a ZIP.

A bill is made when its time is over; the platform makes it in the morning after. The business bill
has what came through this app; the balance in the account bill is that of the merchant's account
here, which sales by other ways move too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.vendors import Vendor, VendorAccount
from ledger.core.vendors import aliases
from ledger.core.vendors.bills import alipay_shares
from ledger.core.vendors.bills.account_day import (
    Happened,
    bounds,
    happened_within,
    paid_by,
    steps,
)
from ledger.core.vendors.bills.alipay_shares import ByRow
from ledger.protocol.alipay_bill_wire import account as account_bill
from ledger.protocol.alipay_bill_wire import trade
from ledger.protocol.alipay_bill_wire.account import MovementKind, MovementRow
from ledger.protocol.alipay_bill_wire.archive import archive
from ledger.protocol.alipay_bill_wire.cells import Period
from ledger.protocol.alipay_bill_wire.trade import Store, TradeRow
from ledger.protocol.alipay_wire.spelling import BEIJING
from ledger.protocol.errors.content import FieldFormat
from ledger.protocol.instants import SECOND, Instant
from ledger.protocol.messages import FundingSource
from ledger.protocol.money import Money

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", re.ASCII)
_KINDS: Final = {
    (False, False): MovementKind.SALE,
    (False, True): MovementKind.FEE,
    (True, False): MovementKind.REFUND,
    (True, True): MovementKind.FEE_RETURNED,
}
"""By whether money goes back, and whether it is the fee's part."""


class BillType(StrEnum):
    """Which bill is asked for: of sales, or of the account."""

    TRADE = "trade"
    ACCOUNT = "signcustomer"


@dataclass(frozen=True, slots=True)
class Asked:
    """A bill of the time from ``since`` to ``until`` (exclusive).

    ``pid`` is the merchant as the platform knows it, ``digits`` the time in names of files.
    """

    bill_type: BillType
    pid: str
    digits: str
    since: Instant
    until: Instant

    @property
    def user_id(self) -> str:
        """The account in files and their names: the ``pid`` and four digits more."""
        return f"{self.pid}0156"


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as it is downloaded, and whether nothing stands in it."""

    packed: bytes
    is_empty: bool


def asked(bill_type: BillType, bill_date: str, *, pid: str) -> Asked:
    """Read what is asked for: ``yyyy-MM-dd`` or ``yyyy-MM``; else raises ``FieldFormat``."""
    try:
        first, end = _days(bill_date)
    except (ValueError, OverflowError) as error:
        raise FieldFormat(f"bill_date is yyyy-MM-dd or yyyy-MM, not {bill_date[:16]!r}") from error
    since, until = bounds(first)[0], bounds(end)[0]
    return Asked(bill_type, pid, bill_date.replace("-", ""), since, until)


def _days(text: str) -> tuple[date, date]:
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    if match[1]:
        day = date.fromisoformat(text)
        return day, day + timedelta(days=1)
    first = date.fromisoformat(f"{text}-01")
    return first, (first + timedelta(days=31)).replace(day=1)


def bill(books: Books, *, account: VendorAccount, asked: Asked) -> Bill:
    """Make a bill of an app; the same bill is the same bytes."""
    happened = happened_within(books, account=account, since=asked.since, until=asked.until)
    zero = Money(0, require_merchant(books, account.merchant_id).currency)
    period = Period(asked.user_id, asked.since, asked.until)
    if asked.bill_type is BillType.TRADE:
        shared = alipay_shares.by_row(books, account=account, since=asked.since, until=asked.until)
        sold = [_trade_row(books, each, shared) for each in happened]
        ends, files = (
            (trade.DETAILS, trade.SUMMARY),
            (trade.details(period, sold, zero), trade.summary(period, sold, zero)),
        )
        is_empty = not sold
    else:
        moved = _moved(books, account, asked, happened)
        ends, files = (
            (account_bill.DETAILS, account_bill.SUMMARY),
            (account_bill.details(period, moved, zero), account_bill.summary(period, moved, zero)),
        )
        is_empty = not moved
    return Bill(_packed(asked, ends, files), is_empty=is_empty)


def _packed(asked: Asked, ends: Sequence[str], files: Sequence[bytes]) -> bytes:
    names = (f"{asked.user_id}_{asked.digits}_{end}.csv" for end in ends)
    made = datetime.fromtimestamp(asked.until // SECOND, UTC).astimezone(BEIJING)
    return archive(list(zip(names, files, strict=True)), made=made)


def _moved(
    books: Books, account: VendorAccount, asked: Asked, happened: Sequence[Happened]
) -> list[MovementRow]:
    moved = [
        (each.entry.event_at, each.entry.entry_id, row)
        for each in happened
        for row in _movements(books, each)
    ]
    moved += alipay_shares.movements(books, account=account, since=asked.since, until=asked.until)
    return [row for _, _, row in sorted(moved, key=lambda each: each[:2])]


def _trade_row(books: Books, happened: Happened, shared: ByRow) -> TradeRow:
    order, facts = happened.opened.order, happened.opened.order.facts
    refunded, nothing = happened.refunded, Money(0, happened.price.currency)
    back = happened.gives_back
    own_row = (order.payment_id, happened.entry.refund_id)
    is_own = happened.entry.kind is not EntryKind.REVERSAL  # which has no number like a sale
    return TradeRow(
        trade_no=order.vendor_no,
        out_trade_no=order.out_no,
        subject=facts.get("subject", ""),
        created_at=order.created_at,
        done_at=happened.entry.event_at,
        store=_store(happened),
        counterparty=_counterparty(books, happened),
        price=-happened.asked if back else happened.asked,
        coupon=nothing if back else paid_by(books, happened, FundingSource.COUPON),
        points=nothing if back else paid_by(books, happened, FundingSource.POINTS),
        discount=-happened.discount if back else happened.discount,
        fee=happened.fee if back else -happened.fee,
        shared=Money(shared[own_row] if is_own else 0, happened.price.currency),
        is_refund=back,
        refund_no=refunded.vendor_refund.out_no if refunded else "",
        remark=facts.get("body") or facts.get("subject", ""),
    )


def _store(happened: Happened) -> Store:
    facts = happened.opened.order.facts
    store_id = facts.get("store_id", "")
    return Store(store_id, store_id, facts.get("operator_id", ""), facts.get("terminal_id", ""))


def _counterparty(books: Books, happened: Happened) -> str:
    """Name the payer as the merchant may know them: the masked account name of every answer."""
    payment = happened.opened.payment
    called = aliases.called(
        books, payment.payer_id, vendor=Vendor.ALIPAY, merchant_id=payment.merchant_id
    )
    return aliases.logon_id(called) if called else ""


def _movements(books: Books, happened: Happened) -> list[MovementRow]:
    order, entry = happened.opened.order, happened.entry
    return [
        MovementRow(
            kind=_KINDS[happened.gives_back, step.is_fee],
            flow_no=account_bill.flow_no(entry.entry_id, number),
            trade_no=order.vendor_no,
            out_trade_no=order.out_no,
            subject=order.facts.get("subject", ""),
            at=entry.event_at,
            counterparty=_counterparty(books, happened),
            amount=step.amount,
            balance=step.balance,
            remark=order.facts.get("body", ""),
        )
        for number, step in enumerate(steps(happened), start=1)
    ]
