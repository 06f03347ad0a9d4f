"""A stream on a busy ledger: others' payments wake it all the time, and it must still speak up.

What a stream says is how both ends notice that the other is gone. One that never pings holds its
place and its thread long after its caller has left, and its caller takes it for dead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.core.ports import Books
from ledger.faces.native.live import PING, LiveEvents, StreamLimits
from ledger.kit.clock import SettableClock
from ledger.protocol.instants import SECOND, Instant
from ledger.store import MEMORY, BooksFile, open_store


class BusyStore:
    """A store to which somebody commits whenever anybody has looked."""

    def __init__(self, store: BooksFile) -> None:
        self._store = store
        self.live: LiveEvents | None = None

    @contextmanager
    def reading(self) -> Iterator[Books]:
        with self._store.reading() as books:
            yield books
        if self.live is not None:
            self.live.wake()

    @contextmanager
    def transaction(self) -> Iterator[Books]:
        with self._store.transaction() as books:
            yield books

    def checkpoint(self) -> None:
        self._store.checkpoint()

    def close(self) -> None:
        self._store.close()


class RunningTimer(SettableClock):
    """A clock on which each look takes a second."""

    def monotonic(self) -> float:
        self.advance(SECOND)
        return super().monotonic()


def test_a_stream_with_nothing_to_tell_pings_however_busy_the_ledger_is() -> None:
    books = BusyStore(open_store(MEMORY))
    limits = StreamLimits(most=1, most_per_audience=1, life_s=20.0, ping_s=5.0)
    books.live = LiveEvents(books, limits, timer=RunningTimer(Instant(0)))
    first, *rest = books.live.frames("merchant:nobody", None)
    assert first.startswith(b"retry: ")
    assert rest == [PING, PING, PING]
    books.close()
