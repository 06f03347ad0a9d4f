"""A sandbox, put together: what a test or the control API reaches of one ledger."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial

import flask

from ledger.core.vendors.announcing import Announcers
from ledger.kit.clock import Clock
from ledger.kit.transport import Transport
from ledger.protocol.instants import Instant, later
from ledger.sandbox.checklist.judging import Checklist, judge
from ledger.sandbox.checklist.traffic import traffic
from ledger.sandbox.courier import Courier, Forwarding
from ledger.sandbox.doorway import Doorway, refuse_when_told
from ledger.sandbox.faults import Faults
from ledger.sandbox.faults.magic import Magic
from ledger.sandbox.magic_codes import MagicCodes
from ledger.sandbox.parts import Parts
from ledger.sandbox.record.deliveries import Deliveries
from ledger.sandbox.record.journal import Journal
from ledger.sandbox.record.whose import merchant_of
from ledger.sandbox.timekeeper import Job, MovableClock, Timekeeper
from ledger.sandbox.wallets import People


class SkewedClock:
    """A clock that is off by as much as the faults say; time is let pass on the true one."""

    def __init__(self, true: Clock, faults: Faults) -> None:
        self.true = true
        self._faults = faults

    def now(self) -> Instant:
        """Give the time of day, as this clock shows it."""
        return self._off(self.true.now())

    def outside(self) -> Instant:
        """Give everybody else's time of day, off by as much: what is stamped by it is wrong too."""
        return self._off(self.true.outside())

    def _off(self, moment: Instant) -> Instant:
        skew_ms = self._faults.skew_ms()
        return later(moment, skew_ms) if skew_ms else moment

    def monotonic(self) -> float:
        """Give seconds that only go forward."""
        return self.true.monotonic()


@dataclass(frozen=True)
class Sandbox:
    """People, faults, time, and the record of what was said."""

    parts: Parts
    faults: Faults
    journal: Journal
    deliveries: Deliveries
    people: People
    forwarding: Forwarding
    magic_codes: MagicCodes
    magic: Magic

    def courier(self, transport: Transport, announcers: Announcers) -> Courier:
        """Give what posts notifications in this sandbox, and judges answers as they do."""
        whereby = (self.faults, self.deliveries, self.forwarding)
        return Courier(self.parts, transport, *whereby, magic=self.magic, announcers=announcers)

    def forget(self) -> None:
        """Remember no request, no notification, and no order that had its magic amount's fault."""
        self.journal.clear()
        self.deliveries.clear()
        self.magic.forget()

    def checklists(self, merchant: str = "", face: str = "") -> list[Checklist]:
        """Tell how each merchant's program stands, of those that were seen; empty fits all."""
        with self.parts.store.reading() as books:
            seen = traffic(
                self.journal.all(),
                self.deliveries.all(),
                self.parts.clock.now(),
                cache(partial(merchant_of, books)),
            )
        return [
            Checklist(each.merchant, each.face, tuple(judge(each)))
            for each in seen
            if merchant in ("", each.merchant) and face in ("", each.face)
        ]

    def stand_before(self, app: flask.Flask) -> None:
        """Put the doorway in front of an app."""
        refuse_when_told(app)
        app.wsgi_app = Doorway(  # type: ignore[method-assign]
            app.wsgi_app, self.parts, self.faults, self.journal, self.magic
        )

    def timekeeper(self, clock: MovableClock, jobs: Sequence[Job]) -> Timekeeper:
        """Give who lets time pass here, with these doing their work and payers deciding."""
        return Timekeeper(clock, self.parts.store, (self.magic_codes.decide, *jobs))


def sandbox(parts: Parts, faults: Faults) -> Sandbox:
    """Put a sandbox together."""
    numbers = itertools.count(1)  # one count for both tells what came before what
    return Sandbox(
        parts=parts,
        faults=faults,
        journal=Journal(numbers),
        deliveries=Deliveries(parts.store, numbers),
        people=People(parts, faults),
        forwarding=Forwarding(),
        magic_codes=MagicCodes(parts, faults),
        magic=Magic(),
    )
