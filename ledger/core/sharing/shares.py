"""Shares: a part of what a payment brought goes on to other merchants, and may come back.

One request to share is one entry, however many receive, so all of them get their parts or none. Of
12.95 euro with a fee of 8 cents the shop is left 12.87, of which it shares 3.00 and 1.50:

    merchant:M2088DEMO000001:EUR   -450
    merchant:M2088DEMO000002:EUR   +300
    merchant:M2088DEMO000003:EUR   +150

No more is shared than is *left*: what was settled with the merchant for the payment, without what
fee, refunds and earlier shares took of it. A refund comes after that from the merchant alone. Where
the merchant or a face says so, receivers give back a part with the refund: the same entry with its
signs turned, never more than they have of this payment, nor than the refund costs the merchant.

The way a payment was made and what it was for stay as they were; its receipt states what its payer
paid, and sharing is no business of the payer's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ledger.core.books import journal
from ledger.core.books.accounts import merchant_account
from ledger.core.books.journal import Line
from ledger.core.checkout import progress
from ledger.core.notices.receipts import captured_of
from ledger.core.ports import Books
from ledger.core.records.journal import EntryKind, JournalEntry
from ledger.core.records.payments import Payment, Refund
from ledger.core.records.sharing import Share, SharePart
from ledger.core.sharing.receivers import require_bound
from ledger.protocol.errors.content import CurrencyMismatch
from ledger.protocol.errors.vendors import (
    NotShareable,
    ShareBackExceeds,
    ShareExceedsLeft,
    ShareNumberReused,
)
from ledger.protocol.identifiers import IdSource, PaymentId, check_text
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState
from ledger.protocol.money import Money, payable

REQUEST_NO_LENGTH = 64


def share(
    books: Books,
    *,
    payment_id: PaymentId,
    request_no: str,
    share_no: str,
    parts: Sequence[SharePart],
    now: Instant,
    ids: IdSource,
) -> Share:
    """Share a payment; the same number with the same parts is the same share.

    ``share_no`` is the number that a new share gets. Raises ``OrderNotFound``,
    ``ShareNumberReused``, ``NotShareable``, ``AmountOutOfRange``, ``CurrencyMismatch``,
    ``ReceiverNotBound``, ``ShareExceedsLeft``, ``TextCharacter``.
    """
    payment = progress.require_payment(books, payment_id)
    known = requested(books, payment_id, request_no)
    if known is not None:
        if known.parts != tuple(parts):
            raise ShareNumberReused(f"{request_no} stands for another share")
        return known
    if payment.state is not PaymentState.PAID:
        raise NotShareable(f"{payment_id} is {payment.state}")
    for part in parts:
        _require_in(payment, part)
        require_bound(books, merchant_id=payment.merchant_id, receiver_id=part.receiver_id)
    wanted, left = _sum_of(parts), left_of(books, payment).minor_units
    if wanted > left:
        raise ShareExceedsLeft(f"asked {wanted}, {left} is left (minor units)")
    entry = _book(books, payment, parts, sign=1, now=now, ids=ids)
    made = Share(
        share_no=share_no,
        payment_id=payment_id,
        request_no=check_text(request_no, REQUEST_NO_LENGTH),
        entry_id=entry.entry_id,
        created_at=now,
        parts=tuple(parts),
    )
    books.sharing.add(made)
    return made


def take_back(
    books: Books,
    *,
    refund: Refund,
    request_no: str,
    share_no: str,
    parts: Sequence[SharePart],
    now: Instant,
    ids: IdSource,
) -> Share:
    """Let receivers give back parts of their shares with a refund that was just given.

    ``request_no`` is the number that the merchant has given the refund. Raises
    ``AmountOutOfRange``, ``CurrencyMismatch``, ``ShareBackExceeds``.
    """
    payment = progress.require_payment(books, refund.payment_id)
    received = received_of(books, payment.payment_id)
    asked: Counter[str] = Counter()
    for part in parts:
        _require_in(payment, part)
        asked[part.receiver_id] += part.amount.minor_units
    for receiver_id, minor_units in asked.items():
        if minor_units > received[receiver_id]:
            raise ShareBackExceeds(f"{receiver_id} has {received[receiver_id]} of {minor_units}")
    cost = _cost_of(refund)
    if asked.total() > cost:
        raise ShareBackExceeds(f"asked {asked.total()}, the refund costs {cost} (minor units)")
    entry = _book(books, payment, parts, sign=-1, now=now, ids=ids)
    back = Share(
        share_no=share_no,
        payment_id=payment.payment_id,
        request_no=request_no,
        entry_id=entry.entry_id,
        created_at=now,
        parts=tuple(parts),
        refund_id=refund.refund_id,
    )
    books.sharing.add(back)
    return back


def in_proportion(books: Books, refund: Refund) -> tuple[SharePart, ...]:
    """Give what each receiver gives back where all bear a refund, just given, by their parts.

    Rounded down over all refunds of the payment together, so that of a whole payment all comes
    back; never more than the refund costs the merchant, nor than a receiver still has.
    """
    payment = progress.require_payment(books, refund.payment_id)
    got, back = _got_and_given(books, payment.payment_id)
    whole, rest = captured_of(payment).minor_units, _cost_of(refund)
    parts = []
    for receiver_id, minor_units in got.items():
        due = minor_units * payment.refunded.minor_units // whole - back[receiver_id]
        part = min(due, rest)
        if part > 0:
            rest -= part
            parts.append(SharePart(receiver_id, Money(part, payment.amount.currency)))
    return tuple(parts)


def requested(books: Books, payment_id: PaymentId, request_no: str) -> Share | None:
    """Find the share of a payment that a request made; what came back of it is none."""
    for each in books.sharing.shares(payment_id):
        if each.refund_id is None and each.request_no == request_no:
            return each
    return None


def taken_back(books: Books, refund: Refund) -> tuple[SharePart, ...]:
    """Give what receivers gave back with a refund, nothing if it was the merchant's alone."""
    for each in books.sharing.shares(refund.payment_id):
        if each.refund_id == refund.refund_id:
            return each.parts
    return ()


def left_of(books: Books, payment: Payment) -> Money:
    """Give what of a payment the merchant could still share; below zero after later refunds."""
    settled = (captured_of(payment) - payment.discount - payment.fee).minor_units
    cost = (
        payment.refunded.minor_units - payment.discount_returned_minor - payment.fee_returned_minor
    )
    shared = received_of(books, payment.payment_id).total()
    return Money(settled - cost - shared, payment.amount.currency)


def received_of(books: Books, payment_id: PaymentId) -> Counter[str]:
    """Give what each receiver has of a payment, by id, in minor units."""
    got, back = _got_and_given(books, payment_id)
    got.subtract(back)
    return got


def _got_and_given(books: Books, payment_id: PaymentId) -> tuple[Counter[str], Counter[str]]:
    """Give what each receiver got of a payment, and what it gave back, in minor units."""
    got: Counter[str] = Counter()
    back: Counter[str] = Counter()
    for each in books.sharing.shares(payment_id):
        for part in each.parts:
            side = got if each.refund_id is None else back
            side[part.receiver_id] += part.amount.minor_units
    return got, back


def _cost_of(refund: Refund) -> int:
    """Give what a refund takes from the merchant, in minor units."""
    return refund.amount.minor_units - refund.discount_minor - refund.fee_minor


def _require_in(payment: Payment, part: SharePart) -> None:
    if payable(part.amount).currency != payment.amount.currency:
        raise CurrencyMismatch(f"the payment is in {payment.amount.currency.code}")


def _sum_of(parts: Sequence[SharePart]) -> int:
    return sum(part.amount.minor_units for part in parts)


def _book(
    books: Books,
    payment: Payment,
    parts: Sequence[SharePart],
    *,
    sign: int,
    now: Instant,
    ids: IdSource,
) -> JournalEntry:
    """Book the parts in one entry, which waits for a batch of each of its merchants."""
    of = payment.amount.currency
    lines = [Line(merchant_account(payment.merchant_id, of), Money(-sign * _sum_of(parts), of))]
    lines += [
        Line(merchant_account(part.receiver_id, of), Money(sign * part.amount.minor_units, of))
        for part in parts
    ]
    entry = journal.book(
        books,
        kind=EntryKind.SHARE,
        lines=journal.net(lines),
        event_at=now,
        now=now,
        ids=ids,
        payment_id=payment.payment_id,
    )
    for merchant_id in dict.fromkeys([payment.merchant_id, *(each.receiver_id for each in parts)]):
        books.settlement.await_batch_of(merchant_id, entry.entry_id, of.code, now)
    return entry
