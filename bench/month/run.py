"""Play a month, settle it, audit it; tell at the end of each week what it has cost."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from pathlib import Path
from time import perf_counter

from bench.month import plan
from bench.month.market import Market
from bench.month.office import Office
from bench.month.plan import Event, Happening
from ledger.core.ports import Books, Store
from ledger.core.records.payments import Payment
from ledger.protocol.errors import CallerError
from ledger.protocol.instants import DAY, Instant, from_text, later
from ledger.protocol.messages import Intent

START = from_text("2026-11-01T00:00:00.000Z")
TOGETHER = 50
"""How many events share a transaction."""

REMEMBERED = 2_000
"""How many payments can still be brought back: what a run keeps in memory does not grow."""

BORROWED_MAX_MS = 3 * DAY
"""How long something is borrowed at most: longer than its deposit is held."""

KEPT_FROM = 0.2
SETTLED_AFTER_DAYS = 5
WEEK = 7
_KIB_A_PAGE = 4


def play(
    store: Store,
    *,
    seed: int,
    events: int,
    shops: int = plan.SHOPS,
    people: int = plan.PEOPLE,
    tell: Callable[[str], None],
) -> Month:
    """Play a month in an empty store and settle it; what came of it is in the result."""
    office = Office()
    market = Market(store, start=START, shops=shops, people=people, told=office.told)
    month = Month(market, office, tell)
    month.play(seed, events)
    return month


@dataclass
class Month:
    """A run: the market, what was done, and what was refused by name."""

    market: Market
    office: Office
    tell: Callable[[str], None]
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    recent: deque[Payment] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    held: list[tuple[Instant, str, Payment]] = field(default_factory=list)
    began_at: float = field(default_factory=perf_counter)

    def play(self, seed: int, events: int) -> None:
        """Play the whole month, day by day."""
        start = self.market.now
        self.tell(f"{'day':>4} {'events':>9} {'seconds':>8} {'memory MiB':>11}")
        shops, people = len(self.market.shops), len(self.market.people)
        days = plan.days(seed, events, shops=shops, people=people, start=start)
        for number, day in enumerate(days, start=1):
            self._day(day)
            self._end_of_day(later(start, number * DAY))
            if number % WEEK == 0 or number == plan.DAYS:
                self._report(number)
        # Until the last day is paid out, over a weekend and a holiday.
        for later_day in range(1, SETTLED_AFTER_DAYS + 1):
            self._end_of_day(later(start, (plan.DAYS + later_day) * DAY))

    def _day(self, events: Sequence[Event]) -> None:
        for first in range(0, len(events), TOGETHER):
            with self.market.unit_of_work() as books:
                for event in events[first : first + TOGETHER]:
                    self._one(books, event)

    def _one(self, books: Books, event: Event) -> None:
        self.market.now = max(self.market.now, event.at)
        while self.held and self.held[0][0] <= self.market.now:
            back_at, _, deposit = heappop(self.held)
            self._try(books, "returned", partial(self._bring_back, books, deposit, back_at))
        self._try(books, event.happening.value, partial(self._happen, books, event))

    def _try(self, books: Books, what: str, action: Callable[[], None]) -> None:
        try:
            with books.savepoint():
                action()
        except CallerError as refusal:
            self.refused[refusal.code] += 1
        else:
            self.done[what] += 1

    def _happen(self, books: Books, event: Event) -> None:
        market = self.market
        shop, person = market.shops[event.shop], market.people[event.payer]
        if event.happening is Happening.ABANDONED:
            market.ask(books, shop, event.amount_minor)
        elif event.happening is Happening.DEPOSIT:
            held = market.agree(books, shop, person, event.amount_minor, Intent.DEPOSIT)
            back_at = later(event.at, int(event.part * BORROWED_MAX_MS))
            heappush(self.held, (back_at, held.payment_id, held))
        elif event.happening is Happening.REFUND and self.recent:
            market.refund(books, self._brought_back(books, event), event.part)
        elif event.happening is Happening.REVERSAL and self.recent:
            market.reverse(books, self._brought_back(books, event))
        else:
            self.recent.append(market.agree(books, shop, person, event.amount_minor))

    def _bring_back(self, books: Books, deposit: Payment, back_at: Instant) -> None:
        part = back_at % 100 / 100
        if part > KEPT_FROM:
            self.recent.append(self.market.capture(books, deposit, part))
        else:
            self.market.release(books, deposit)

    def _brought_back(self, books: Books, event: Event) -> Payment:
        chosen = self.recent[int(event.part * len(self.recent))]
        return books.payments.find(chosen.payment_id) or chosen

    def _end_of_day(self, midnight: Instant) -> None:
        self.market.now = max(self.market.now, midnight)
        self.market.sweep()
        self.office.close(self.market)

    def _report(self, day: int) -> None:
        seconds = perf_counter() - self.began_at
        events = self.done.total() + self.refused.total()
        self.tell(f"{day:>4} {events:>9,} {seconds:>8,.0f} {memory_mib():>11,.1f}")


def memory_mib() -> float:
    """Tell how much memory this process has now, in MiB (Linux: ``/proc/self/statm``)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * _KIB_A_PAGE / 1024
