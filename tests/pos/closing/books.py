"""A day's sales on both sides, in agreement; and every way to spoil that, each told by its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import HOUR, MINUTE, SECOND, Instant, later
from ledger.protocol.money import Money, currency
from ledger.protocol.native_wire import MovementKind
from pos.closing.business_day import bounds, day_of, time_zone
from pos.closing.differences import Difference, DifferenceKind
from pos.closing.movements import Key, Movement, fee_of
from pos.closing.reconciliation import LATE_BOOKING_MS, Reconciliation, reconcile
from pos.closing.statement import Line, Statement, total, totals

EUR, CNY = currency("EUR"), currency("CNY")
BERLIN = time_zone("Europe/Berlin")
DAY = date(2026, 11, 21)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
BEGINS, ENDS = bounds(DAY, BERLIN)
NOON = later(BEGINS, 12 * HOUR)
BPS = 60
RATE = "125/16"
TERMINALS = ("T01", "T02")
KINDS = tuple(kind for kind in MovementKind if kind is not MovementKind.SHARE)
"""What a till moves: no till makes a share."""


def payment_id(number: int) -> PaymentId:
    return PaymentId(f"pay_{number:024d}")


def movement(
    number: int,
    amount_minor: int = 12_95,
    *,
    kind: MovementKind = MovementKind.PAYMENT,
    at: Instant = NOON,
    abroad: bool = False,
    off_minor: int = 0,
) -> Movement:
    """What the till has, with a signed receipt: a refund and a reversal are negative."""
    sign = 1 if kind is MovementKind.PAYMENT else -1
    amount = Money(amount_minor, EUR)
    fee = fee_of(Money(amount_minor - off_minor, EUR), BPS)
    payers = Money(-(-amount_minor * 125 // 16), CNY) if abroad else amount
    return Movement(
        kind=kind,
        payment_id=payment_id(number),
        merchant_order_no=f"T01-{number:024d}",
        merchant_refund_no=f"R{number:024d}" if kind is MovementKind.REFUND else "",
        sale_id=f"sal_{number:024d}",
        occurred_at=at,
        amount=Money(sign * amount_minor, EUR),
        discount=Money(sign * off_minor, EUR),
        fee=Money(sign * fee.minor_units, EUR),
        payer_amount=Money(sign * payers.minor_units, payers.currency),
        rate=RATE if abroad else "",
    )


def line_of(of: Movement, number: int = 1, terminal_id: str = "T01") -> Line:
    """How a provider that makes no mistakes books it, a second later."""
    assert of.fee is not None
    assert of.payer_amount is not None
    return Line(
        number=number,
        kind=of.kind,
        event_at=of.occurred_at,
        booked_at=later(of.occurred_at, SECOND),
        payment_id=of.payment_id,
        merchant_order_no=of.merchant_order_no,
        refund_id=f"rfd_{of.merchant_refund_no[1:]}" if of.merchant_refund_no else "",
        merchant_refund_no=of.merchant_refund_no,
        terminal_id=terminal_id,
        amount=of.amount,
        discount=of.discount,
        fee=of.fee,
        net=of.amount - of.discount - of.fee,
        payer_amount=of.payer_amount,
        rate=of.rate,
    )


def changed(line: Line, *, amount: Money | None = None, fee: Money | None = None) -> Line:
    """Change what a line states, so that it still adds up."""
    amount, fee = amount or line.amount, fee or line.fee
    return replace(line, amount=amount, fee=fee, net=amount - line.discount - fee)


def statement(lines: Sequence[Line], day: date = DAY) -> Statement:
    numbered = tuple(replace(line, number=place) for place, line in enumerate(lines, start=1))
    return Statement(day, EUR, numbered, totals(numbered, EUR))


@dataclass
class Books:
    """Both sides of a day; planting a difference changes one of them."""

    till: list[Movement]
    days: dict[date, list[Line]]

    @classmethod
    def agreeing(cls, till: Sequence[Movement]) -> Books:
        days: dict[date, list[Line]] = {BEFORE: [], DAY: [], AFTER: []}
        for each in till:
            days[day_of(each.occurred_at, BERLIN)].append(line_of(each))
        return cls(list(till), days)

    def reconcile(self, day: date = DAY) -> Reconciliation:
        statements = {day: statement(lines, day) for day, lines in self.days.items()}
        found = reconcile(self.till, statements, day=day, zone=BERLIN, terminals=TERMINALS)
        effects = total([each.effect for each in found.differences], EUR)
        assert found.till_total + effects == found.statement_total
        return found

    def found(self, day: date = DAY) -> list[tuple[DifferenceKind, Key]]:
        """What differs, as pairs of kind and movement, sorted."""
        return sorted(
            (each.kind, self._key_of(each, day)) for each in self.reconcile(day).differences
        )

    def _key_of(self, difference: Difference, day: date) -> Key:
        if difference.line is not None:
            return self.days[day][difference.line - 1].key
        booked = {line.key for line in self.days[day]}
        about = difference.payment_id, difference.merchant_refund_no
        return next(key for key in self._keys() if key[1:] == about and key not in booked)

    def _keys(self) -> list[Key]:
        return [each.key for each in self.till]

    def line(self, key: Key) -> Line:
        return next(line for line in self.days[DAY] if line.key == key)

    def put(self, line: Line) -> None:
        """Replace the line of the same key."""
        self.days[DAY] = [line if each.key == line.key else each for each in self.days[DAY]]

    def drop_line(self, key: Key) -> None:
        self.days[DAY] = [each for each in self.days[DAY] if each.key != key]

    def drop_movement(self, key: Key) -> None:
        self.till = [each for each in self.till if each.key != key]


Plant = Callable[[Books, Key], DifferenceKind]


def lost_line(books: Books, key: Key) -> DifferenceKind:
    books.drop_line(key)
    return {
        MovementKind.PAYMENT: DifferenceKind.MISSING_AT_PROVIDER,
        MovementKind.REFUND: DifferenceKind.MISSING_REFUND,
        MovementKind.REVERSAL: DifferenceKind.STATE,
    }[key[0]]


def forgotten_movement(books: Books, key: Key) -> DifferenceKind:
    books.drop_movement(key)
    return {
        MovementKind.PAYMENT: DifferenceKind.MISSING_AT_TILL,
        MovementKind.REFUND: DifferenceKind.UNKNOWN_REFUND,
        MovementKind.REVERSAL: DifferenceKind.STATE,
    }[key[0]]


def doubled_line(books: Books, key: Key) -> DifferenceKind:
    books.days[DAY].append(books.line(key))
    return DifferenceKind.DUPLICATE


def line_of_yesterday_again(books: Books, key: Key) -> DifferenceKind:
    """It stands in its own day's statement, and in the next one once more."""
    early = replace(_movement(books, key), occurred_at=later(BEGINS, -3 * HOUR))
    books.drop_movement(key)
    books.till.append(early)
    books.put(line_of(early))
    books.days[BEFORE].append(line_of(early))
    return DifferenceKind.DUPLICATE


def other_amount(books: Books, key: Key) -> DifferenceKind:
    line = books.line(key)
    books.put(changed(line, amount=line.amount + Money(1, EUR)))
    return DifferenceKind.AMOUNT


def other_discount(books: Books, key: Key) -> DifferenceKind:
    """A coupon of the shop's own is taken off that the signed receipt does not have."""
    line = books.line(key)
    off = line.discount + Money(1, EUR)
    books.put(replace(line, discount=off, net=line.amount - off - line.fee))
    return DifferenceKind.DISCOUNT


def other_fee(books: Books, key: Key) -> DifferenceKind:
    line = books.line(key)
    books.put(changed(line, fee=line.fee + Money(1, EUR)))
    return DifferenceKind.FEE


def other_payer_amount(books: Books, key: Key) -> DifferenceKind:
    line = books.line(key)
    dearer = line.payer_amount + Money(1, line.payer_amount.currency)
    books.put(replace(line, payer_amount=dearer))
    return DifferenceKind.WRONG_FX


def other_rate(books: Books, key: Key) -> DifferenceKind:
    books.put(replace(books.line(key), rate="126/16"))
    return DifferenceKind.WRONG_FX


def in_yesterdays_statement(books: Books, key: Key) -> DifferenceKind:
    books.days[BEFORE].append(books.line(key))
    books.drop_line(key)
    return DifferenceKind.WRONG_DAY


def in_tomorrows_statement(books: Books, key: Key) -> DifferenceKind:
    books.days[AFTER].append(books.line(key))
    books.drop_line(key)
    return DifferenceKind.WRONG_DAY


def of_yesterday_in_todays_statement(books: Books, key: Key) -> DifferenceKind:
    early = replace(_movement(books, key), occurred_at=later(BEGINS, -3 * HOUR))
    books.drop_movement(key)
    books.till.append(early)
    books.put(replace(line_of(early), booked_at=later(BEGINS, MINUTE)))
    return DifferenceKind.WRONG_DAY


def _movement(books: Books, key: Key) -> Movement:
    return next(each for each in books.till if each.key == key)


PLANTS: tuple[Plant, ...] = (
    lost_line,
    forgotten_movement,
    doubled_line,
    line_of_yesterday_again,
    other_amount,
    other_discount,
    other_fee,
    other_payer_amount,
    other_rate,
    in_yesterdays_statement,
    in_tomorrows_statement,
    of_yesterday_in_todays_statement,
)

NEVER_LATE = ENDS - BEGINS - LATE_BOOKING_MS - 1
"""Milliseconds of the day in which nothing may be booked tomorrow."""
