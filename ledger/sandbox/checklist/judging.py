"""The verdicts: what a program was seen to do, point by point.

A point is violated when something was done that is wrong, or left undone for a minute of the
sandbox's time; ticked when it was seen done right and never wrong; else it was not seen. Evidence
is named by the numbers under which the record keeps it (``request 12``, ``notification 3``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.sandbox.checklist.points import Point
from ledger.sandbox.checklist.roles import Role, refund_no, says_paid
from ledger.sandbox.checklist.traffic import Call, Traffic
from ledger.sandbox.record.deliveries import Delivery

_FORGED = "notification.wrongly-signed"
_TWICE = 2


class Verdict(StrEnum):
    """How a point stands."""

    TICKED = "ticked"
    NOT_SEEN = "not seen"
    VIOLATED = "violated"


@dataclass(frozen=True, slots=True)
class Observation:
    """Something that was seen: right or wrong, by which entry of the record."""

    right: bool
    evidence: str
    what: str


@dataclass(frozen=True, slots=True)
class Line:
    """How one point stands, with what shows it best: the newest wrong, else the newest right."""

    point: Point
    verdict: Verdict
    evidence: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """How one merchant's program stands, in one way of speaking."""

    merchant: str
    face: str
    lines: Sequence[Line]


def judge(seen: Traffic) -> list[Line]:
    """Give the verdict on every point, in their order."""
    return [_line(point, list(look(seen))) for point, look in _LOOKS.items()]


def _line(point: Point, found: Sequence[Observation]) -> Line:
    wrong = [each for each in found if not each.right]
    if not found:
        return Line(point, Verdict.NOT_SEEN)
    shown = (wrong or found)[-1]
    verdict = Verdict.VIOLATED if wrong else Verdict.TICKED
    return Line(point, verdict, shown.evidence, shown.what)


def _right(entry: Call | Delivery, what: str) -> Observation:
    return Observation(right=True, evidence=_named(entry), what=what)


def _wrong(entry: Call | Delivery, what: str) -> Observation:
    return Observation(right=False, evidence=_named(entry), what=what)


def _named(entry: Call | Delivery) -> str:
    if isinstance(entry, Call):
        return f"request {entry.exchange.number}"
    return f"notification {entry.number}"


def _notices_answered(seen: Traffic) -> Iterator[Observation]:
    for copies in seen.copies():
        honest = [each for each in copies if _FORGED not in each.faults]
        taken = [each for each in honest if each.is_taken]
        if taken:
            yield _right(taken[0], "taken")
        elif len(honest) >= _TWICE:
            yield _wrong(honest[-1], f"answered {len(honest)} times by something else")


def _notices_twice(seen: Traffic) -> Iterator[Observation]:
    for copies in seen.copies():
        honest = [each for each in copies if _FORGED not in each.faults]
        first = next((place for place, each in enumerate(honest) if each.is_taken), None)
        for again in honest[first + 1 :] if first is not None else ():
            if again.is_taken:
                yield _right(again, "the second copy was taken too")
            else:
                yield _wrong(again, f"the second copy was answered with {again.status}")


def _notices_verified(seen: Traffic) -> Iterator[Observation]:
    for each in seen.deliveries:
        if each.arrived and _FORGED in each.faults:
            if each.is_taken:
                yield _wrong(each, "it was taken with a wrong signature")
            else:
                yield _right(each, f"answered with {each.status}, not taken")


def _notices_missed(seen: Traffic) -> Iterator[Observation]:
    for lost in seen.deliveries:
        number = lost.about[0].order_no
        if lost.arrived or "notification.lost" not in lost.faults or number in _told(seen):
            continue
        asked = [
            call
            for call in seen.of(Role.QUERY)
            if call.order_no == number and call.exchange.at >= lost.at
        ]
        if asked:
            yield _right(asked[0], f"asked about {number}")
        elif seen.is_long_ago(lost.at):
            yield _wrong(lost, f"nobody asked about {number}")


def _told(seen: Traffic) -> set[str]:
    """Name the orders of which a notification did arrive."""
    return {each.about[0].order_no for each in seen.deliveries if each.is_taken}


def _answers_verified(seen: Traffic) -> Iterator[Observation]:
    for call in seen.of(Role.OPEN, Role.QUERY):
        if not call.is_spoilt or not says_paid(call.exchange.answer):
            continue
        later = seen.after(call, Role.OPEN, Role.QUERY, Role.END)
        if later:
            yield _right(later[0], f"asked again about {call.order_no}")
        elif call.order_no not in _told(seen) and seen.is_long_ago(call.exchange.at):
            yield _wrong(call, f"{call.order_no} was believed to be paid, or given up")


def _doubts_asked(seen: Traffic) -> Iterator[Observation]:
    for call in seen.of(Role.OPEN):
        if not call.is_doubtful:
            continue
        later = seen.after(call, Role.OPEN, Role.QUERY, Role.END)
        if later:
            yield _right(later[0], f"{later[0].role} for {call.order_no}")
        elif seen.is_long_ago(call.exchange.at):
            yield _wrong(call, f"{call.order_no} was left in doubt")


def _doubts_same_number(seen: Traffic) -> Iterator[Observation]:
    for call in seen.of(Role.OPEN):
        if not call.is_doubtful:
            continue
        again = seen.after(call, Role.OPEN)
        other = _opened_next(seen, call)
        if again:
            yield _right(again[0], f"{call.order_no} once more")
        elif other and not seen.after(call, Role.QUERY, Role.END):
            yield _wrong(other, f"{other.order_no} in place of {call.order_no}, left in doubt")


def _opened_next(seen: Traffic, call: Call) -> Call | None:
    """Give the next order if it has the same price."""
    later = (each for each in seen.of(Role.OPEN) if each.exchange.number > call.exchange.number)
    following = next(later, None)
    if following is None or _price(following) != _price(call):
        return None
    return following


def _price(call: Call) -> int:
    return call.exchange.called.amount_minor


def _unpaid_ended(seen: Traffic) -> Iterator[Observation]:
    for ended in seen.of(Role.END):
        asked = [
            call
            for call in seen.of(Role.QUERY)
            if call.order_no == ended.order_no and call.exchange.number < ended.exchange.number
        ]
        if asked:
            yield _right(ended, f"{ended.order_no} was asked about {len(asked)} times, then ended")


def _numbers_once(seen: Traffic) -> Iterator[Observation]:
    prices: dict[str, int] = {}
    for call in seen.of(Role.OPEN):
        if not call.order_no or not _price(call):
            continue
        known = prices.setdefault(call.order_no, _price(call))
        if known != _price(call):
            yield _wrong(call, f"{call.order_no} had another price before")
        elif len(prices) >= _TWICE:
            yield _right(call, f"{len(prices)} orders, each with a number of its own")


def _refunds_same_number(seen: Traffic) -> Iterator[Observation]:
    for call in seen.of(Role.REFUND):
        if not call.is_doubtful:
            continue
        number = refund_no(call.exchange.body)
        for again in seen.after(call, Role.REFUND, Role.REFUND_QUERY)[:1]:
            other = refund_no(again.exchange.body)
            if again.role is Role.REFUND_QUERY or other == number:
                yield _right(again, f"{again.role} {number} once more")
            else:
                yield _wrong(again, f"{other} in place of {number}: money may go back twice")


def _statements_fetched(seen: Traffic) -> Iterator[Observation]:
    return (_right(call, call.exchange.called.name) for call in seen.of(Role.STATEMENT))


_LOOKS: dict[Point, Callable[[Traffic], Iterator[Observation]]] = {
    Point.NOTICE_ANSWERED: _notices_answered,
    Point.NOTICE_TWICE: _notices_twice,
    Point.NOTICE_VERIFIED: _notices_verified,
    Point.NOTICE_MISSED: _notices_missed,
    Point.ANSWER_VERIFIED: _answers_verified,
    Point.DOUBT_ASKED: _doubts_asked,
    Point.DOUBT_SAME_NUMBER: _doubts_same_number,
    Point.UNPAID_ENDED: _unpaid_ended,
    Point.NUMBER_ONCE: _numbers_once,
    Point.REFUND_SAME_NUMBER: _refunds_same_number,
    Point.STATEMENT_FETCHED: _statements_fetched,
}
