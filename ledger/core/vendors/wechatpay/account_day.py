"""What happened in a merchant number on one day of China's calendar: sales, refunds, reversals.

A bill's day is China's, wherever the shop stands, while the ledger's own statements are by the
shop's business days. What is told is what the journal booked, so the two add up to the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind, JournalEntry
from ledger.core.records.vendors import VendorAccount, VendorOrder
from ledger.core.vendors import refunds
from ledger.core.vendors.orders import Opened, require
from ledger.core.vendors.refunds import Refunded
from ledger.protocol.instants import DAY, Instant, later
from ledger.protocol.wechatpay_wire.times import CHINA

MOVES: Final = (EntryKind.CAPTURE, EntryKind.REFUND, EntryKind.REVERSAL)
LONGEST_MS: Final = 8 * DAY
"""An order is paid, and by payment code reversed, within seven days of being made."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A movement of money, the order it belongs to, and the refund it is, if it is one."""

    entry: JournalEntry
    opened: Opened
    refunded: Refunded | None = None


def bounds(day: date) -> tuple[Instant, Instant]:
    """Give the first instant of a day in China, and the first one after it."""
    return _begins(day), _begins(day + timedelta(days=1))


def _begins(day: date) -> Instant:
    since_epoch = datetime.combine(day, time(), CHINA) - datetime(1970, 1, 1, tzinfo=UTC)
    return Instant(since_epoch // timedelta(milliseconds=1))


def happened_on(books: Books, *, account: VendorAccount, day: date) -> list[Happened]:
    """List what happened in an account on a day, oldest first."""
    since, until = bounds(day)
    found = [
        each
        for order in _orders(books, account, since, until)
        for each in _of_order(books, account, order)
        if since <= each.entry.event_at < until
    ]
    return sorted(found, key=lambda each: (each.entry.event_at, each.entry.entry_id))


def _orders(
    books: Books, account: VendorAccount, since: Instant, until: Instant
) -> Iterator[VendorOrder]:
    asked = (account.vendor, account.account_id)
    young = books.vendor_orders.of_account(*asked, later(since, -LONGEST_MS), until)
    given_back = books.vendor_orders.refunds_of_account(*asked, since, until)
    old = {each.payment_id for each in given_back} - {order.payment_id for order in young}
    yield from young
    yield from books.vendor_orders.among(old).values()


def _of_order(books: Books, account: VendorAccount, order: VendorOrder) -> Iterator[Happened]:
    moves = [
        entry for entry in books.journal.entries_of_payment(order.payment_id) if entry.kind in MOVES
    ]
    if not moves:
        return
    opened = require(books, account=account, out_no=order.out_no)
    given = {each.refund.refund_id: each for each in refunds.of_order(books, opened=opened)}
    for entry in moves:
        yield Happened(entry, opened, given.get(entry.refund_id) if entry.refund_id else None)
