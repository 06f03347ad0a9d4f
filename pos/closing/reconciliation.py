"""Compare the till's movements with the provider's statement of a day; name what differs.

    found = reconcile(movements, {day: statement}, day=day, zone=zone, terminals={"T01", "T02"})
    assert found.till_total + total_of(effects) == found.statement_total

That equation holds for whatever is compared, so no difference can hide behind another one.

Around midnight the two sides may put the same movement on different days. A movement belongs to the
day on which it happened where the shop is. One that is booked at most ``LATE_BOOKING_MS`` later may
also stand in the statement of the day on which it was booked: what the till took in the last
minutes of a day and the statement does not have yet is *awaited*, and expected in the next one.
Anything else in another day's statement is ``WRONG_DAY``.

The statements of the day before and after are looked at if they are given; without them, what
stands there instead is missing here. Lines of other tills of the same shop are added up, and not
compared; so are shares, which the provider books between shops and no till makes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.instants import MINUTE, later, to_text
from ledger.protocol.money import Currency, Money
from ledger.protocol.native_wire import MovementKind
from pos.closing.business_day import bounds, day_of
from pos.closing.differences import Difference, DifferenceKind
from pos.closing.movements import Key, Movement
from pos.closing.statement import Line, Statement, total

LATE_BOOKING_MS = 15 * MINUTE
"""How long after it happened a movement may be booked and still stand in that day's statement."""

_ONLY_AT_TILL: Mapping[MovementKind, DifferenceKind] = {
    MovementKind.PAYMENT: DifferenceKind.MISSING_AT_PROVIDER,
    MovementKind.REFUND: DifferenceKind.MISSING_REFUND,
    MovementKind.REVERSAL: DifferenceKind.STATE,
}
_ONLY_IN_STATEMENT: Mapping[MovementKind, DifferenceKind] = {
    MovementKind.PAYMENT: DifferenceKind.MISSING_AT_TILL,
    MovementKind.REFUND: DifferenceKind.UNKNOWN_REFUND,
    MovementKind.REVERSAL: DifferenceKind.STATE,
}


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What came of comparing one day.

    ``matched`` movements agree in everything. ``till_total`` and ``statement_total`` are over what
    was compared: the movements that belong to this day's statement, and its lines of this till.
    ``discount``, ``fee`` and ``net`` are the statement's for the same lines. ``elsewhere`` are the
    lines of other tills, ``shared`` what went on to other shops or came from them, ``awaited`` the
    movements that the next day's statement must have.
    """

    day: date
    matched: int
    till_total: Money
    statement_total: Money
    discount: Money
    fee: Money
    net: Money
    elsewhere: tuple[Line, ...]
    shared: tuple[Line, ...]
    awaited: tuple[Movement, ...]
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Tell whether nothing differs."""
        return not self.differences


def reconcile(
    till: Sequence[Movement],
    statements: Mapping[date, Statement],
    *,
    day: date,
    zone: ZoneInfo,
    terminals: Collection[str],
) -> Reconciliation:
    """Compare one day.

    ``till`` holds the movements of that day and of the days around it. ``statements`` has the day's
    own and may have its neighbours'. ``terminals`` are this till's and its stickers'.
    """
    known = {each.payment_id for each in till}
    compared: list[Line] = []
    elsewhere: list[Line] = []
    shared: list[Line] = []
    for each in statements[day].lines:
        ours = each.payment_id in known or each.terminal_id in terminals
        if each.kind is MovementKind.SHARE:
            shared.append(each)
        else:
            (compared if ours else elsewhere).append(each)
    desk = _Comparison(statements, day, zone, statements[day].currency)
    for movement in till:
        desk.compare(movement)
    desk.name_the_rest(compared)
    found = Reconciliation(
        day=day,
        matched=desk.matched,
        till_total=total(desk.counted, desk.currency),
        statement_total=total([each.amount for each in compared], desk.currency),
        discount=total([each.discount for each in compared], desk.currency),
        fee=total([each.fee for each in compared], desk.currency),
        net=total([each.net for each in compared], desk.currency),
        elsewhere=tuple(elsewhere),
        shared=tuple(shared),
        awaited=tuple(desk.awaited),
        differences=tuple(desk.differences),
    )
    return _proven(found)


def _proven(found: Reconciliation) -> Reconciliation:
    effects = total([each.effect for each in found.differences], found.till_total.currency)
    if found.till_total + effects != found.statement_total:
        raise InvariantBroken(f"{found.till_total} and {effects} are not {found.statement_total}")
    return found


@dataclass
class _Comparison:
    """One comparison on its way: what was counted, matched and found so far."""

    statements: Mapping[date, Statement]
    day: date
    zone: ZoneInfo
    currency: Currency
    counted: list[Money] = field(default_factory=list)
    matched: int = 0
    awaited: list[Movement] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    _lines: dict[Key, list[tuple[date, Line]]] = field(default_factory=dict)
    _explained: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        for stated_on, statement in self.statements.items():
            for line in statement.lines:
                self._lines.setdefault(line.key, []).append((stated_on, line))

    def compare(self, movement: Movement) -> None:
        """Find the movement's line and name what differs; others of the same key are surplus."""
        home = day_of(movement.occurred_at, self.zone)
        found = self._lines.get(movement.key, [])
        if not found:
            self._compare_without_line(movement, home)
            return
        stated_on, line = min(found, key=lambda each: self._strangeness(movement, *each))
        is_right = stated_on in self._days_of(movement, line)
        if stated_on == self.day:
            self._explained.add(id(line))
            differing = list(self._differing(movement, line))
            if is_right:
                self.counted.append(movement.amount)
            else:
                differing.append(self._wrong_day(movement, line, home, movement.amount))
            self.differences += differing
            self.matched += not differing
        elif home == self.day and not is_right:
            self.counted.append(movement.amount)
            self.differences.append(self._wrong_day(movement, None, stated_on, -movement.amount))

    def name_the_rest(self, lines: Sequence[Line]) -> None:
        """Name the lines that belong to no movement: unknown here, or there once too often."""
        seen = {line.key for line in lines if id(line) in self._explained}
        for line in lines:
            if id(line) in self._explained:
                continue
            elsewhere = any(stated_on != self.day for stated_on, _ in self._lines[line.key])
            if line.key in seen or elsewhere:
                kind, found = DifferenceKind.DUPLICATE, "it is counted once already"
            else:
                kind, found = _ONLY_IN_STATEMENT[line.kind], f"the statement has {line.amount}"
            seen.add(line.key)
            self.differences.append(_about_line(line, kind, found))

    def _compare_without_line(self, movement: Movement, home: date) -> None:
        _, ends = bounds(home, self.zone)
        may_be_late = later(movement.occurred_at, LATE_BOOKING_MS) >= ends
        if may_be_late and home == self.day:
            self.awaited.append(movement)
        elif home == self.day or (
            may_be_late and home + timedelta(days=1) == self.day and home in self.statements
        ):
            self.counted.append(movement.amount)
            kind = _ONLY_AT_TILL[movement.kind]
            found = f"the till has {movement.amount}, the statement has nothing"
            self.differences.append(_about(movement, kind, None, -movement.amount, found))

    def _strangeness(
        self, movement: Movement, stated_on: date, line: Line
    ) -> tuple[bool, bool, date, int]:
        on_another_day = stated_on not in self._days_of(movement, line)
        return on_another_day, line.amount != movement.amount, stated_on, line.number

    def _days_of(self, movement: Movement, line: Line) -> set[date]:
        """Give the days in whose statement the line may stand."""
        proven = movement.payer_amount is not None
        happened_at = movement.occurred_at if proven else line.event_at
        days = {day_of(happened_at, self.zone)}
        if 0 <= line.booked_at - happened_at <= LATE_BOOKING_MS:
            days.add(day_of(line.booked_at, self.zone))
        return days

    def _differing(self, movement: Movement, line: Line) -> Iterator[Difference]:
        if line.amount != movement.amount:
            found = f"the till has {movement.amount}, the statement {line.amount}"
            effect = line.amount - movement.amount
            yield _about(movement, DifferenceKind.AMOUNT, line, effect, found)
        nothing = Money(0, self.currency)
        if movement.payer_amount is not None and not _same_exchange(movement, line):
            found = (
                f"the receipt has {_exchange(movement.payer_amount, movement.rate)},"
                f" the statement {_exchange(line.payer_amount, line.rate)}"
            )
            yield _about(movement, DifferenceKind.WRONG_FX, line, nothing, found)
        if line.discount != movement.discount:
            found = f"the receipt has {movement.discount}, the statement {line.discount}"
            yield _about(movement, DifferenceKind.DISCOUNT, line, nothing, found)
        elif movement.fee is not None and line.fee != movement.fee:
            found = f"agreed {movement.fee}, the statement has {line.fee}"
            yield _about(movement, DifferenceKind.FEE, line, nothing, found)

    def _wrong_day(
        self, movement: Movement, line: Line | None, other_day: date, effect: Money
    ) -> Difference:
        stands_in = self.day if line is not None else other_day
        found = f"it happened at {to_text(movement.occurred_at)} and stands in {stands_in}"
        return _about(movement, DifferenceKind.WRONG_DAY, line, effect, found)


def _same_exchange(movement: Movement, line: Line) -> bool:
    if line.payer_amount != movement.payer_amount or bool(line.rate) is not bool(movement.rate):
        return False
    return not line.rate or Fraction(line.rate) == Fraction(movement.rate)


def _exchange(payer_amount: Money, rate: str) -> str:
    return f"{payer_amount} at {rate}" if rate else f"{payer_amount}"


def _about(
    movement: Movement, kind: DifferenceKind, line: Line | None, effect: Money, found: str
) -> Difference:
    return Difference(
        kind=kind,
        payment_id=movement.payment_id,
        merchant_order_no=movement.merchant_order_no,
        merchant_refund_no=movement.merchant_refund_no,
        sale_id=movement.sale_id,
        line=line.number if line else None,
        effect=effect,
        found=found,
    )


def _about_line(line: Line, kind: DifferenceKind, found: str) -> Difference:
    return Difference(
        kind=kind,
        payment_id=line.payment_id,
        merchant_order_no=line.merchant_order_no,
        merchant_refund_no=line.merchant_refund_no,
        sale_id="",
        line=line.number,
        effect=line.amount,
        found=found,
    )
