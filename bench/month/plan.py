"""What happens in a month: a seeded list of events for each day, made only when its day comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from ledger.protocol.instants import DAY, Instant, later

DAYS = 30
SHOPS = 20
PEOPLE = 400


class Happening(StrEnum):
    """What somebody does."""

    SALE = "sale"
    ABANDONED = "abandoned"
    REFUND = "refund"
    REVERSAL = "reversal"
    DEPOSIT = "deposit"


SHARES = {
    Happening.SALE: 82,
    Happening.ABANDONED: 2,
    Happening.REFUND: 9,
    Happening.REVERSAL: 1,
    Happening.DEPOSIT: 6,
}
"""Of a hundred events, how many are of each kind."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens; shop and payer by number, the amount in minor units."""

    at: Instant
    happening: Happening
    shop: int
    payer: int
    amount_minor: int
    part: float


def days(
    seed: int, events: int, *, shops: int, people: int, start: Instant
) -> Iterator[list[Event]]:
    """Give the events of each day in their order; of all days together as many as asked for."""
    chance = Random(seed)  # noqa: S311 (it shall be foreseeable)
    done = 0
    for day in range(DAYS):
        until = events * (day + 1) // DAYS
        times = sorted(chance.randrange(DAY) for _ in range(until - done))
        yield [_event(chance, shops, people, later(start, day * DAY + time)) for time in times]
        done = until


def _event(chance: Random, shops: int, people: int, at: Instant) -> Event:
    return Event(
        at=at,
        happening=chance.choices(list(SHARES), weights=list(SHARES.values()))[0],
        # A few shops have most of the trade, as in any town.
        shop=min(int(chance.expovariate(0.25)), shops - 1),
        payer=chance.randrange(people),
        amount_minor=chance.choice((99, 1295, 350, chance.randint(1, 4_000))),
        part=chance.random(),
    )
