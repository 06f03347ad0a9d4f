"""Live events in the order of their commits, though many write at once.

Whoever watches asks for what lies behind the last number they saw. Were a number drawn when an
event happens, the later number could be committed first; the earlier one would then appear behind
the watcher's back. So events wait until all else in the transaction is done, and draw their numbers
holding their audience: the next to write for it goes on after this commit can be seen. Audiences
are held in the order of their names, so that two transactions can't wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ledger.core.records.notices import NewEvent
from ledger.store.postgres.tables import PostgresTables
from ledger.store.tables import BooksInTables
from ledger.store.tables.gathering import Gathering
from ledger.store.tables.notices import Events


class EventsLast(Events):
    """``ledger.core.ports.notices.EventsBook`` whose new events are written by ``write``."""

    def __init__(self, tables: PostgresTables) -> None:
        super().__init__(tables)
        self._waiting: list[NewEvent] = []

    def add(self, event: NewEvent) -> None:
        """Add an event for one audience."""
        self._waiting.append(event)

    def add_all(self, events: Sequence[NewEvent]) -> None:
        """Add events in their sequence."""
        self._waiting += events

    @contextmanager
    def undone_with(self) -> Iterator[None]:
        """Forget the events of a part that failed."""
        before = len(self._waiting)
        try:
            yield
        except BaseException:
            del self._waiting[before:]
            raise

    def write(self) -> None:
        """Write what was added; the last thing before the commit."""
        for audience in sorted({event.audience for event in self._waiting}):
            self._tables.hold("live_event", audience)
        self._tables.insert_all("live_event", self._waiting)


class PostgresBooks(BooksInTables):
    """``ledger.core.ports.Books`` in one transaction."""

    events: EventsLast

    def __init__(self, tables: PostgresTables) -> None:
        super().__init__(tables)
        self.events = EventsLast(tables)
        self.gathering = Gathering(tables, self.events)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Begin a part of the unit of work that can fail on its own."""
        with self._tables.savepoint(), self.events.undone_with():
            yield
