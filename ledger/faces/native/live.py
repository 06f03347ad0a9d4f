"""Live events over server-sent events: one connection that speaks up when something happened.

Source: WHATWG HTML, section 9.2. A frame is an ``id:`` line with the event's place in the books'
one rising sequence, an ``event:`` line with its name and a ``data:`` line with an ``EventView``.
The sequence is kept with the books, so a stream that breaks is taken up where it ended, also after
a restart: browsers send the last id as ``Last-Event-ID``, others as ``?after=``. Without either a
stream begins with what happens next; its first frame has an id and no data, for the same purpose.

A stream says nothing that must be believed: it is a hint to ask, and the answer to the question is
signed. It sleeps until something was committed (``wake``), pings so that both ends notice a dead
connection, and ends after a while, because each open stream occupies a thread.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from ledger.core.ports import Books, Store
from ledger.faces.native import mapping
from ledger.kit.clock import Clock, SystemClock
from ledger.protocol.errors.checkout import TooManyStreams
from ledger.protocol.errors.service import ServiceUnavailable
from ledger.protocol.native_wire import EventView

MEDIA_TYPE = "text/event-stream"
RECONNECT_MS = 500
EVENTS_AT_ONCE = 100
PING = b": ping\n\n"
# A busy ledger commits for others all the time; a stream that looked in vain rests this long.
REST_S = 0.05


@dataclass(frozen=True)
class StreamLimits:
    """How many streams there may be, in all and by audience, how long each, how often it pings."""

    most: int
    most_per_audience: int
    life_s: float
    ping_s: float = 15.0


class LiveEvents:
    """The open streams of one ledger.

    ``timer`` measures how long a stream is open; it is the machine's even where the ledger's own
    clock stands still, since the thread that a stream occupies is real.
    """

    def __init__(self, store: Store, limits: StreamLimits, timer: Clock | None = None) -> None:
        self._store = store
        self._limits = limits
        self._timer = timer or SystemClock()
        self._changed = threading.Condition()
        self._commits = 0
        self._closed = False
        self._readers = 0
        self._open: Counter[str] = Counter()

    def wake(self) -> None:
        """Let the streams look: something was committed."""
        with self._changed:
            self._commits += 1
            self._changed.notify_all()

    def close(self) -> None:
        """End all streams; none of them reads the books any more. A second call does nothing."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._readers == 0)

    def take_place(self, audience: str) -> None:
        """Count a stream in.

        Raises ``TooManyStreams`` for an audience with enough of them, ``ServiceUnavailable`` when
        the ledger has no thread left to give; either may poll instead.
        """
        with self._changed:
            if self._open[audience] >= self._limits.most_per_audience:
                raise TooManyStreams(f"{self._limits.most_per_audience} are open")
            if self._open.total() >= self._limits.most:
                raise ServiceUnavailable("all live streams are taken")
            self._open[audience] += 1

    def give_place_back(self, audience: str) -> None:
        """Count a stream out."""
        with self._changed:
            self._open[audience] -= 1

    def frames(self, audience: str, after: int | None) -> Iterator[bytes]:
        """Give the frames of one stream until its life is over or the ledger stops.

        ``after`` is the last sequence number the caller knows; None begins with what comes next.
        """
        spoke_at = self._timer.monotonic()
        ends_at = spoke_at + self._limits.life_s
        known = self._begin(audience, after)
        if known is None:
            return
        yield f"retry: {RECONNECT_MS}\nid: {known}\n\n".encode()
        woken = False
        while not self._closed and (now := self._timer.monotonic()) < ends_at:
            commits = self._commits  # before looking, so that a commit meanwhile is not slept over
            events = self._look(audience, known)
            if events:
                yield b"".join(map(_frame, events))
                known, spoke_at = events[-1].event_id, now
                continue
            # Others' commits wake it as well; only what it says keeps it alive and finds it dead.
            if now - spoke_at >= self._limits.ping_s:
                yield PING
                spoke_at = now
            if woken:
                self._rest()
            woken = self._sleep_until_commit(commits, spoke_at + self._limits.ping_s - now)

    def _begin(self, audience: str, after: int | None) -> int | None:
        with self._reading() as books:
            if books is None:
                return None
            newest = books.events.last(audience)
        if after is None:
            return newest
        # A number this ledger never gave comes from books that were replaced: tell everything.
        return after if after <= newest else 0

    def _look(self, audience: str, known: int) -> list[EventView]:
        with self._reading() as books:
            if books is None:
                return []
            return [
                mapping.event_view(event)
                for event in books.events.after(audience, known, EVENTS_AT_ONCE)
            ]

    @contextmanager
    def _reading(self) -> Iterator[Books | None]:
        """Look at one state of the books; None once the streams end, as the books may be closed."""
        with self._changed:
            ended = self._closed
            self._readers += not ended
        if ended:
            yield None
            return
        try:
            with self._store.reading() as books:
                yield books
        finally:
            with self._changed:
                self._readers -= 1
                if self._closed:
                    self._changed.notify_all()

    def _sleep_until_commit(self, commits: int, most_s: float) -> bool:
        """Sleep until there were more commits than that; False when the time was over first."""
        with self._changed:
            return self._changed.wait_for(lambda: self._closed or self._commits != commits, most_s)

    def _rest(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, REST_S)


def _frame(event: EventView) -> bytes:
    data = msgspec.json.encode(event).decode()
    return f"id: {event.event_id}\nevent: {event.event}\ndata: {data}\n\n".encode()
