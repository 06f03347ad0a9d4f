"""Shares in Alipay's bills: a column of the business bill, rows of the account bill.

The business bill has no row of its own for a share. What was shared in the bill's time stands in
the row of its sale, what came back in the row of its refund (分润). A share of an earlier sale, and
one that was received, are in the account bill alone, which tells every movement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.core.books.accounts import merchant_account
from ledger.core.parties.register import require_merchant
from ledger.core.ports import Books
from ledger.core.records.journal import Posting
from ledger.core.records.sharing import Share
from ledger.core.records.vendors import VendorAccount, VendorOrder
from ledger.protocol.alipay_bill_wire.account import MovementKind, MovementRow, flow_no
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import PaymentId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money

ByRow = Counter[tuple[PaymentId, RefundId | None]]
"""Minor units by the sale's payment, or by the refund, in whose row they stand."""

_KINDS = {
    (True, False): MovementKind.SHARED,
    (True, True): MovementKind.SHARE_RETURNED,
    (False, False): MovementKind.SHARE_RECEIVED,
    (False, True): MovementKind.SHARE_GIVEN_BACK,
}
"""By whether it is the seller's account, and whether it comes back with a refund."""


def by_row(books: Books, *, account: VendorAccount, since: Instant, until: Instant) -> ByRow:
    """Add up what was shared in a time; what went out has a minus."""
    sums: ByRow = Counter()
    for share in books.sharing.shared_between(account.merchant_id, since, until):
        minor_units = sum(part.amount.minor_units for part in share.parts)
        sums[share.payment_id, share.refund_id] += minor_units if share.refund_id else -minor_units
    return sums


def movements(
    books: Books, *, account: VendorAccount, since: Instant, until: Instant
) -> Iterator[tuple[Instant, str, MovementRow]]:
    """Give the rows of the account bill, each with when it was and the entry that moved it."""
    for share in books.sharing.shared_between(account.merchant_id, since, until):
        order = books.vendor_orders.of_payment(share.payment_id)
        if order is not None and (order.vendor, order.account_id) == (
            account.vendor,
            account.account_id,
        ):
            yield from _rows(books, share, order, of=account.merchant_id, sells=True)
    for share in books.sharing.received_between(account.merchant_id, since, until):
        order = books.vendor_orders.of_payment(share.payment_id)
        if order is not None:
            yield from _rows(books, share, order, of=account.merchant_id, sells=False)


@dataclass(frozen=True, slots=True)
class _Side:
    """What one account has of a share: whom it deals with there, and how much."""

    other: str
    amount: Money


def _rows(
    books: Books, share: Share, order: VendorOrder, *, of: str, sells: bool
) -> Iterator[tuple[Instant, str, MovementRow]]:
    posting = _posting(books, share, of)
    kind = _KINDS[sells, share.refund_id is not None]
    balance = Money(posting.balance_before, posting.amount.currency)
    for number, side in enumerate(_sides(books, share, of, sells=sells), start=1):
        balance = balance + side.amount if kind.comes_in else balance - side.amount
        row = MovementRow(
            kind=kind,
            flow_no=flow_no(share.entry_id, number),
            trade_no=order.vendor_no,
            out_trade_no=order.out_no,
            subject=order.facts.get("subject", "") if sells else "",
            at=share.created_at,
            counterparty=require_merchant(books, side.other).name,
            amount=side.amount,
            balance=balance,
        )
        yield share.created_at, share.entry_id, row


def _posting(books: Books, share: Share, merchant_id: str) -> Posting:
    own = merchant_account(merchant_id, share.parts[0].amount.currency).account_id
    for entry in books.journal.entries_of_payment(share.payment_id):
        for posting in entry.postings:
            if (entry.entry_id, posting.account_id) == (share.entry_id, own):
                return posting
    raise InvariantBroken(f"{share.share_no} has moved nothing of {merchant_id}")


def _sides(books: Books, share: Share, of: str, *, sells: bool) -> Iterator[_Side]:
    if sells:
        yield from (_Side(part.receiver_id, part.amount) for part in share.parts)
        return
    payment = books.payments.find(share.payment_id)
    if payment is None:
        raise InvariantBroken(f"{share.share_no} is of no payment")
    for part in share.parts:
        if part.receiver_id == of:
            yield _Side(payment.merchant_id, part.amount)
