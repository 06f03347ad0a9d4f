"""What a payer has spent: counted with each payment, day by day, and taken back by a reversal.

The sums are kept as they grow, so that a check reads one number for a day and at most 31 for a
month, however many payments there were. Days and months are those of UTC: one calendar for
everybody, without hours that come twice, and a traveller's day does not begin anew at a border.

A *refund* gives no allowance back. A limit bounds what can leave an account in a day, and a sum
that shrinks when goods come back weeks later would be no sum of that day. A *reversal* does: the
till undid an attempt, so there was no payment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ledger.core.ports import Books
from ledger.core.records.payments import Payment
from ledger.core.records.spending import Purpose
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import DAY, Instant, later
from ledger.protocol.messages import Presented
from ledger.protocol.money import Currency, Money

KEPT_MS = 62 * DAY
"""How long the sum of a day is kept: longer than any month that is still added up."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_of(now: Instant) -> Instant:
    """Give the instant at which the day of ``now`` began (UTC)."""
    return Instant(now - now % DAY)


def month_of(now: Instant) -> Instant:
    """Give the instant at which the month of ``now`` began (UTC)."""
    day = day_of(now)
    return later(day, -(_EPOCH + timedelta(milliseconds=day)).day * DAY + DAY)


def spent_today(
    books: Books, *, payer_id: PayerId, purpose: Purpose, currency: Currency, now: Instant
) -> Money:
    """Sum what a payer has spent on the day of ``now``."""
    return _spent(books, payer_id, purpose, currency, since=day_of(now), now=now)


def spent_this_month(
    books: Books, *, payer_id: PayerId, purpose: Purpose, currency: Currency, now: Instant
) -> Money:
    """Sum what a payer has spent in the month of ``now``, up to and including its day."""
    return _spent(books, payer_id, purpose, currency, since=month_of(now), now=now)


def _spent(
    books: Books,
    payer_id: PayerId,
    purpose: Purpose,
    currency: Currency,
    *,
    since: Instant,
    now: Instant,
) -> Money:
    minor_units = books.spending.spent(payer_id, purpose, currency.code, since, day_of(now))
    return Money(minor_units, currency)


def count(books: Books, payment: Payment) -> None:
    """Count a payment that was just paid, its consent (if any) being kept."""
    for payer_id, purpose, amount, day in _shares(books, payment):
        books.spending.add(payer_id, purpose, amount.currency.code, day, amount.minor_units)


def take_back(books: Books, payment: Payment) -> None:
    """Count a paid payment no longer, since it is being reversed."""
    for payer_id, purpose, amount, day in _shares(books, payment):
        books.spending.take_back(payer_id, purpose, amount.currency.code, day, amount.minor_units)


def _shares(books: Books, payment: Payment) -> Iterator[tuple[PayerId, Purpose, Money, Instant]]:
    if payment.payer_id is None or payment.payer_amount is None or payment.paid_at is None:
        raise InvariantBroken(f"{payment.payment_id} was not paid")
    day = day_of(payment.paid_at)
    yield payment.payer_id, Purpose.ALL, payment.payer_amount, day
    if payment.presented is Presented.STICKER:
        yield payment.payer_id, Purpose.STICKER, payment.amount, day
    if (
        payment.presented is Presented.CONSUMER
        and books.payments.authorisation(payment.payment_id) is None
    ):
        yield payment.payer_id, Purpose.WITHOUT_PIN, payment.amount, day
