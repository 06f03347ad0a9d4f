"""Let shoppers check out at running services, and take down what became of it.

Everything happens in one thread that waits for all sockets at once (epoll(7)): the driver shares
the machine with the services, so it must cost little.
"""

from __future__ import annotations

import select
import time
from collections import Counter, deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ledger.cli import TimedOut
from ledger.cli.bench.checkout.driver.arrivals import Arrivals
from ledger.cli.bench.checkout.driver.wire import Answer, Connection
from ledger.client.refusals import refusal

_REFUSED = 400
_SILENT_S = 30.0

Call = tuple[Connection, str, bytes | None]
"""Whom to ask, the target, the body (None for a GET)."""

Steps = Generator[Call, bytes, str]
"""A checkout: yields calls, is sent the bodies of their answers, returns the payment's id."""


class Shopper(Protocol):
    """Somebody with connections of their own, who can check out again and again."""

    @property
    def connections(self) -> Sequence[Connection]:
        """The connections that nobody else uses."""

    def checkout(self) -> Steps:
        """Begin a checkout."""


@dataclass
class Played:
    """What came of it: ids of acknowledged payments, times in ms, refusals by their code.

    ``processor_s`` is what the driver itself took, ``left`` counts what was due and never begun.
    """

    acknowledged: list[str] = field(default_factory=list)
    times_ms: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    processor_s: float = 0.0
    left: int = 0

    @property
    def rate(self) -> float:
        """Acknowledged checkouts in a second."""
        return len(self.acknowledged) / self.seconds if self.seconds else 0.0

    def percentile_ms(self, percent: float) -> float:
        """Give the time within which so many percent were done."""
        times = sorted(self.times_ms)
        return times[min(len(times) - 1, int(len(times) * percent / 100))] if times else 0.0


def play(shoppers: Sequence[Shopper], arrivals: Arrivals) -> Played:
    """Let shoppers check out until all that became due is done.

    Raises ``AnswerLost`` when a service hangs up, ``TimedOut`` when it falls silent.
    """
    running = _Play(shoppers, arrivals)
    processor_s = time.process_time()
    try:
        running.go_on_to_the_end()
    finally:
        running.poll.close()
    played = running.played
    played.seconds = running.now()
    played.processor_s = time.process_time() - processor_s
    played.left = arrivals.left()
    return played


@dataclass
class _Checkout:
    """A checkout under way."""

    shopper: Shopper
    steps: Steps
    due_s: float


class _Play:
    def __init__(self, shoppers: Sequence[Shopper], arrivals: Arrivals) -> None:
        self.played = Played()
        self.poll = select.epoll()
        self._arrivals = arrivals
        self._free = deque(shoppers)
        self._connections = {
            each.socket.fileno(): each for one in shoppers for each in one.connections
        }
        for descriptor in self._connections:
            self.poll.register(descriptor, select.EPOLLIN)
        self._waiting: dict[Connection, _Checkout] = {}
        self._began = time.perf_counter()

    def now(self) -> float:
        return time.perf_counter() - self._began

    def go_on_to_the_end(self) -> None:
        heard_at = 0.0
        while True:
            now = self.now()
            while self._free and (due := self._arrivals.take(now)) is not None:
                self._begin(self._free.popleft(), due)
            if not self._waiting and self._arrivals.are_over(now):
                return
            events = self.poll.poll(self._arrivals.wait_s(now) if self._free else 1.0)
            for descriptor, _ in events:
                self._hear(self._connections[descriptor])
            heard_at = now if events or not self._waiting else heard_at
            if now - heard_at > _SILENT_S:
                raise TimedOut(f"{len(self._waiting)} requests were not answered")

    def _begin(self, shopper: Shopper, due_s: float) -> None:
        steps = shopper.checkout()
        self._ask(_Checkout(shopper, steps, due_s), next(steps))

    def _ask(self, checkout: _Checkout, call: Call) -> None:
        connection, target, body = call
        connection.send(target, body)
        self._waiting[connection] = checkout

    def _hear(self, connection: Connection) -> None:
        answer = connection.receive()
        if answer is not None:
            self._go_on(self._waiting.pop(connection), answer)

    def _go_on(self, checkout: _Checkout, answer: Answer) -> None:
        if answer.status >= _REFUSED:
            self.played.refused[refusal(answer.status, answer.body).code] += 1
            self._free.append(checkout.shopper)
            return
        try:
            self._ask(checkout, checkout.steps.send(answer.body))
        except StopIteration as done:
            payment_id: str = done.value
            self.played.acknowledged.append(payment_id)
            self.played.times_ms.append((self.now() - checkout.due_s) * 1000)
            self._free.append(checkout.shopper)
