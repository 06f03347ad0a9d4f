"""What happened in a vendor's account on days of China's calendar: sales, refunds, reversals.

A bill's day is China's, wherever the shop stands, while the ledger's own statements are by the
shop's business days. What is told is what the journal booked, so the two add up to the same. The
journal books a sale less its fee in one posting; vendors tell it whole, and its fee apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from ledger.core.books.accounts import merchant_account
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind, JournalEntry
from ledger.core.records.vendors import VendorAccount, VendorOrder
from ledger.core.vendors import refunds
from ledger.core.vendors.orders import Opened, require
from ledger.core.vendors.refunds import Refunded
from ledger.protocol.instants import DAY, Instant, later
from ledger.protocol.messages import FundingSource
from ledger.protocol.money import Money
from ledger.protocol.wechatpay_wire.times import CHINA

MOVES: Final = (EntryKind.CAPTURE, EntryKind.REFUND, EntryKind.REVERSAL)
LONGEST_MS: Final = 16 * DAY
"""An order is paid within fifteen days of being made, and reversed within seven."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A movement of money, the order it belongs to, and the refund it is, if it is one."""

    entry: JournalEntry
    opened: Opened
    refunded: Refunded | None = None

    @property
    def gives_back(self) -> bool:
        """Whether money went back to the payer."""
        return self.entry.kind is not EntryKind.CAPTURE

    @property
    def price(self) -> Money:
        """What the sale cost that it is, or that it gives back of."""
        payment = self.opened.payment
        return payment.captured or payment.amount

    @property
    def asked(self) -> Money:
        """What was sold for, or what of it is given back, with the merchant's own discount."""
        return self.price if self.refunded is None else self.refunded.refund.amount

    @property
    def discount(self) -> Money:
        """What of that fell on the merchant's own coupon, which nobody pays or gives back."""
        if self.refunded is None:
            return self.opened.payment.discount
        return Money(self.refunded.refund.discount_minor, self.price.currency)

    @property
    def fee(self) -> Money:
        """The fee that was kept, or that came back; never below zero."""
        return self.opened.payment.fee if self.refunded is None else self.refunded.refund.fee


@dataclass(frozen=True, slots=True)
class Step:
    """One of the movements that a vendor tells of a posting, and the balance after it."""

    amount: Money
    balance: Money
    is_fee: bool = False


def steps(happened: Happened) -> list[Step]:
    """Tell what moved the merchant's account: the whole, and then its fee the other way."""
    entry, payment = happened.entry, happened.opened.payment
    own = merchant_account(payment.merchant_id, payment.amount.currency).account_id
    posting = next((each for each in entry.postings if each.account_id == own), None)
    if posting is None:
        return []
    before, after = (
        Money(minor, payment.amount.currency)
        for minor in (posting.balance_before, posting.balance_after)
    )
    whole = happened.asked - happened.discount
    told = [Step(whole, before - whole if happened.gives_back else before + whole)]
    if happened.fee.minor_units:
        told.append(Step(happened.fee, after, is_fee=True))
    return told


def paid_by(books: Books, happened: Happened, source: FundingSource) -> Money:
    """Count what one of our own discounts paid of a sale, which the merchant gets all the same."""
    lines = books.funding.lines(happened.opened.payment.payment_id)
    paid = (line.amount_minor for line in lines if line.source is source)
    return Money(sum(paid), happened.price.currency)


def bounds(day: date) -> tuple[Instant, Instant]:
    """Give the first instant of a day in China, and the first one after it."""
    return _begins(day), _begins(day + timedelta(days=1))


def _begins(day: date) -> Instant:
    since_epoch = datetime.combine(day, time(), CHINA) - datetime(1970, 1, 1, tzinfo=UTC)
    return Instant(since_epoch // timedelta(milliseconds=1))


def happened_on(books: Books, *, account: VendorAccount, day: date) -> list[Happened]:
    """List what happened in an account on a day, oldest first."""
    since, until = bounds(day)
    return happened_within(books, account=account, since=since, until=until)


def happened_within(
    books: Books, *, account: VendorAccount, since: Instant, until: Instant
) -> list[Happened]:
    """List what happened in an account from ``since`` to ``until`` (exclusive), oldest first."""
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
