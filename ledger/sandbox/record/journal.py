"""The request journal: what was asked and what was answered, each with its bytes.

A program under test can be asked what it said (``find``), and told apart by whose call it was, for
which order, by which name. It is kept in memory, the newest ``MOST``, bodies up to ``KEPT_BYTES``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.protocol.errors.sandbox import NotSeen
from ledger.protocol.instants import Instant
from ledger.sandbox.record.calls import Called
from ledger.sandbox.record.log import Log

MOST: Final = 1000
KEPT_BYTES: Final = 64 * 1024
WAIT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer; status 0 where there was none. ``faults`` are what was done to it.

    Header names are in small letters.
    """

    number: int
    at: Instant
    called: Called
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer: bytes
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which exchanges are meant; what is empty fits all.

    ``name`` is a call as the journal names it (``alipay.trade.pay``, ``POST /v3/…``) or the
    beginning of its path; ``order_no`` is the merchant's number of an order.
    """

    name: str = ""
    account: str = ""
    order_no: str = ""
    face: str = ""
    status: int = 0
    text: str = ""

    def fits(self, exchange: Exchange) -> bool:
        """Tell whether this is one of them."""
        called = exchange.called
        path = exchange.target.partition("?")[0]
        return (
            (not self.name or self.name in (called.name, f"{exchange.method} {path}", path))
            and self.account in ("", called.account)
            and self.order_no in ("", called.order_no)
            and self.face in ("", called.face)
            and self.status in (0, exchange.status)
            and self.text.encode() in exchange.body + exchange.answer
        )


class Journal:
    """The exchanges of one ledger; ``numbers`` are shared with whatever stands between them."""

    def __init__(self, numbers: Iterator[int] | None = None) -> None:
        self._log = Log[Exchange](MOST)
        self._numbers = numbers or itertools.count(1)

    def next_number(self) -> int:
        """Give the number of the exchange that begins."""
        return next(self._numbers)

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange."""
        self._log.add(exchange)

    def all(self) -> list[Exchange]:
        """Give all that are kept, oldest first."""
        return self._log.all()

    def find(self, wanted: Wanted) -> list[Exchange]:
        """Give those that fit, oldest first."""
        return [each for each in self._log.all() if wanted.fits(each)]

    def wait(self, fits: Callable[[Exchange], bool], within_s: float = WAIT_S) -> Exchange:
        """Give the first that fits, now or within so many seconds (``NothingCame``)."""
        return self._log.wait(fits, within_s)

    def require(self, wanted: Wanted, times: int) -> list[Exchange]:
        """Give those that fit, which must be so many (``NotSeen``)."""
        found = self.find(wanted)
        if len(found) != times:
            named = [f"{each.called.name} {each.called.order_no}" for each in self.all()[-10:]]
            raise NotSeen(f"{len(found)} of {times}: {wanted}; the last were {named}")
        return found

    def clear(self) -> None:
        """Forget all."""
        self._log.clear()
