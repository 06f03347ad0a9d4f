"""Books in which those who will hear of the end are not told of the steps towards it.

What opens, claims and pays in one unit of work is seen by nobody before its end, so its end is the
news: one live event for the shop and one for the payer, where three would only make both ask what
the next one answers. Whoever else a step concerns, as a payer whose claim ran out, hears of it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from ledger.core.ports import Books
from ledger.core.records.notices import NewEvent


def unheard(books: Books, audiences: Collection[str]) -> Books:
    """Give the same books, whose live events for these audiences are dropped."""
    return cast(Books, _Unheard(books, audiences))


class _Unheard:
    """All sub-books but one are the books' own."""

    def __init__(self, books: Books, audiences: Collection[str]) -> None:
        self._books = books
        self.events = _Events(books, audiences)

    def __getattr__(self, name: str) -> object:
        return getattr(self._books, name)


class _Events:
    """Passes on what others are told."""

    def __init__(self, books: Books, audiences: Collection[str]) -> None:
        self._books = books
        self._audiences = audiences

    def add(self, event: NewEvent) -> None:
        """Add an event for one audience, if it will hear of nothing else."""
        if event.audience not in self._audiences:
            self._books.events.add(event)
