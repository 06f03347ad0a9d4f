"""Antom's reports of a client: what it transacted on a day of China's, and what was settled of it.

A batch here is a merchant's, for one of its business days, whatever way it sold; a report has what
of the batch came through the client, so its total is a part of a payout, or all of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind
from ledger.core.records.settlement import Batch, BatchLine
from ledger.core.records.vendors import Vendor, VendorAccount, VendorOrder
from ledger.core.vendors import antom_prices
from ledger.core.vendors.bills.account_day import Happened, bounds, happened_on
from ledger.protocol.antom_wire import reports, values
from ledger.protocol.antom_wire.reports import Ids, SettledRow, TransactionRow
from ledger.protocol.errors.vendors import ReportNotMade
from ledger.protocol.identifiers import RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money

_KINDS: Final = {
    EntryKind.CAPTURE: "PAYMENT",
    EntryKind.REFUND: "REFUND",
    EntryKind.REVERSAL: "CANCEL",
}
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Report:
    """A file of a client, below ``/v1/settlements``."""

    path: str
    content: str


def customer_id(merchant_id: str) -> str:
    """Give the nineteen digits by which Antom knows a merchant.

    >>> len(customer_id("M2088DEMO000001"))
    19
    """
    digest = int.from_bytes(hashlib.sha256(merchant_id.encode()).digest(), "big")
    return f"1022188{digest % 10**12:012d}"


def transaction_report(books: Books, *, account: VendorAccount, day: date, now: Instant) -> Report:
    """Make the transaction items of a day, once it is over; raises ``ReportNotMade``."""
    if now < bounds(day)[1]:
        raise ReportNotMade(f"{day} is not over in China")
    own = customer_id(account.merchant_id)
    rows = [_transaction(each) for each in happened_on(books, account=account, day=day)]
    name = f"transactionItems_{day:%Y%m%d}_000.csv"
    return Report(f"{own}/{day:%Y%m%d}/{name}", reports.transactions(own, rows))


def _transaction(happened: Happened) -> TransactionRow:
    refunded, order = happened.refunded, happened.opened.order
    price = antom_prices.read(refunded.vendor_refund.facts if refunded else order.facts)
    asked = price.said if price else happened.asked
    amount = -asked if happened.gives_back else asked
    ids = _ids(
        order,
        happened.entry.kind,
        refunded.vendor_refund.vendor_no if refunded else "",
        refunded.vendor_refund.out_no if refunded else "",
    )
    return TransactionRow(_KINDS[happened.entry.kind], ids, happened.entry.event_at, amount)


def _ids(order: VendorOrder, kind: EntryKind, refund_no: str, refund_request: str) -> Ids:
    """Name a row; a cancellation has no number but the payment's."""
    return Ids(
        transaction=refund_no or order.vendor_no,
        original="" if kind is EntryKind.CAPTURE else order.vendor_no,
        request=refund_request or order.out_no,
        reference=order.facts.get("referenceOrderId", ""),
        merchant=order.facts.get("referenceMerchantId", ""),
        store=order.facts.get("referenceStoreId", ""),
    )


def settlement_reports(books: Books, *, account: VendorAccount, day: date) -> list[Report]:
    """Make items and summary of a day's batch; raises ``ReportNotMade`` before its payout."""
    batch = books.settlement.batch_of_day(
        account.merchant_id, require_merchant(books, account.merchant_id).currency.code, day
    )
    if batch is None or batch.settled_at is None:
        raise ReportNotMade(f"the batch of {day} is not settled")
    own, zero = customer_id(account.merchant_id), Money(0, batch.currency)
    told = reports.Batch(_digits(batch), own, batch.settled_at, zero)
    rows = list(_settled(books, account, batch))
    end = f"{batch.currency.code}_{told.batch_id}_000.csv"
    folder = f"{own}/{batch.payout_on:%Y%m%d}"
    return [
        Report(f"{folder}/settlementItems_{end}", reports.items(told, rows)),
        Report(f"{folder}/settlementSummary_{end}", reports.summary(told, rows)),
    ]


def _digits(batch: Batch) -> str:
    """Name a batch in digits, as Antom does: its day, and what makes it this one."""
    digest = int.from_bytes(hashlib.sha256(batch.batch_id.encode()).digest(), "big")
    return f"{batch.business_day:%Y%m%d}{digest % 10**11:011d}"


def _settled(books: Books, account: VendorAccount, batch: Batch) -> Iterator[SettledRow]:
    after = 0
    while lines := books.settlement.lines(batch.batch_id, after, _PAGE):
        after = lines[-1].number
        orders = books.vendor_orders.among({line.payment_id for line in lines})
        for line in lines:
            order = orders.get(line.payment_id)
            if order is not None and _is_of(order, account):
                yield _settled_row(books, batch, line, order)


def _is_of(order: VendorOrder, account: VendorAccount) -> bool:
    return order.vendor is Vendor.ANTOM and order.account_id == account.account_id


def _settled_row(books: Books, batch: Batch, line: BatchLine, order: VendorOrder) -> SettledRow:
    given = books.vendor_orders.refund(RefundId(line.refund_id)) if line.refund_id else None
    ids = _ids(order, line.kind, given.vendor_no if given else "", given.out_no if given else "")
    amount, fee, discount = (
        Money(minor, batch.currency)
        for minor in (line.amount_minor, line.fee_minor, line.discount_minor)
    )
    price = antom_prices.read(given.facts if given else order.facts)
    if price is None:
        told = TransactionRow(_KINDS[line.kind], ids, line.event_at, amount)
        return SettledRow(told, amount, fee, discount)
    said = -price.said if amount.minor_units < 0 else price.said
    of, to = batch.currency, said.currency
    told = TransactionRow(_KINDS[line.kind], ids, line.event_at, said)
    worth = values.price(*price.fraction(), of, to)
    return SettledRow(told, amount, fee, discount, f"{of.code}/{to.code}", worth)
