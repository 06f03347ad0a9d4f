"""One merchant's traffic in one way of speaking: calls by order, notifications by number."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.protocol.instants import MINUTE, Instant, later
from ledger.sandbox.checklist.roles import Role, role_of
from ledger.sandbox.record.deliveries import Delivery
from ledger.sandbox.record.journal import Exchange
from ledger.sandbox.record.whose import NATIVE

PATIENCE_MS: Final = 1 * MINUTE
"""So long a program may take before what it did not do counts as left undone."""

_IN_ANSWER: Final = re.compile(
    rb'"(?:out_trade_no|paymentRequestId|merchant_order_no)" ?: ?"([^"]{1,64})"'
)
_DOUBTFUL: Final = frozenset(("answer.lost", "call.lost", "call.unknown", "call.failed"))
_SPOILT: Final = frozenset(("answer.wrongly-signed", "answer.unsigned"))


@dataclass(frozen=True, slots=True)
class Call:
    """One call with what it is for, and about which order of the merchant's."""

    exchange: Exchange
    role: Role
    order_no: str

    @property
    def is_doubtful(self) -> bool:
        """Whether the caller can't know what became of it."""
        return not _DOUBTFUL.isdisjoint(self.exchange.faults)

    @property
    def is_spoilt(self) -> bool:
        """Whether its answer was not to be believed."""
        return not _SPOILT.isdisjoint(self.exchange.faults)


@dataclass(frozen=True)
class Traffic:
    """What one merchant called and was told in one way of speaking, until ``now``."""

    merchant: str
    face: str
    calls: Sequence[Call]
    deliveries: Sequence[Delivery]
    now: Instant

    def of(self, *roles: Role) -> Iterator[Call]:
        """Give the calls that are for one of these, oldest first."""
        return (call for call in self.calls if call.role in roles)

    def after(self, call: Call, *roles: Role) -> list[Call]:
        """Give what was called later about the same order."""
        return [
            each
            for each in self.of(*roles)
            if each.order_no == call.order_no and each.exchange.number > call.exchange.number
        ]

    def is_long_ago(self, at: Instant) -> bool:
        """Tell whether there was time enough to do what had to be done."""
        return self.now >= later(at, PATIENCE_MS)

    def copies(self) -> list[list[Delivery]]:
        """Give the attempts that arrived, grouped by what they told, oldest first."""
        found: dict[str, list[Delivery]] = {}
        for each in self.deliveries:
            if each.arrived:
                found.setdefault(each.about[0].notification_id, []).append(each)
        return list(found.values())


Whose = Callable[[str, str], str]
"""Tells which merchant an account of a face belongs to; empty for nobody's."""


def traffic(
    exchanges: Iterable[Exchange], deliveries: Iterable[Delivery], now: Instant, whose: Whose
) -> list[Traffic]:
    """Sort a record by merchant and way of speaking; calls of payers are left out."""
    calls: dict[tuple[str, str], list[Call]] = {}
    told: dict[tuple[str, str], list[Delivery]] = {}
    exchanges = sorted(exchanges, key=lambda each: each.number)
    names = _names(exchanges)
    for each in exchanges:
        role = role_of(each.called.name)
        merchant = whose(each.called.face, each.called.account) if role else ""
        if role and merchant:
            number = _order_no(each)
            call = Call(each, role, names.get(number, number))
            calls.setdefault((merchant, each.called.face), []).append(call)
    for delivery in deliveries:
        about = delivery.about[0]
        told.setdefault((about.merchant, about.face or NATIVE), []).append(delivery)
    return [
        Traffic(*key, calls.get(key, []), told.get(key, []), now) for key in sorted({*calls, *told})
    ]


def _order_no(exchange: Exchange) -> str:
    """Give the number a call names, else the one its answer tells."""
    found = None if exchange.called.order_no else _IN_ANSWER.search(exchange.answer)
    return found[1].decode() if found else exchange.called.order_no


def _names(exchanges: Iterable[Exchange]) -> Mapping[str, str]:
    """Give the merchant's number for each payment id that an answer named with it."""
    names = {}
    for each in exchanges:
        if each.called.face == NATIVE:
            payment = _payment(each.answer)
            names[str(payment.get("payment_id"))] = str(payment.get("merchant_order_no"))
    return {payment_id: number for payment_id, number in names.items() if number != "None"}


def _payment(answer: bytes) -> Mapping[str, object]:
    try:
        told = json.loads(answer)
    except ValueError:
        return {}
    found = told.get("payment", told) if isinstance(told, dict) else {}
    return found if isinstance(found, dict) else {}
