"""Opening the books for a command that decides something: who may write, by which clock.

One process writes a file, so books in a file are refused (``STORE_IN_USE``) as long as a ledger
keeps them. A database takes any number of writers: there an operator decides beside a ledger at
work. The clock is the one that the parties of the sandbox share.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ledger import config
from ledger.cli.books_place import require_books
from ledger.core.ports import Books
from ledger.kit.clock import SharedClock
from ledger.kit.home import Home
from ledger.protocol.errors.service import StoreInUse
from ledger.protocol.instants import Instant
from ledger.store import BooksStore, open_store


def operators_clock() -> SharedClock:
    """Give the clock that an operator's decisions go by."""
    return SharedClock(config.from_environment().clock or Home(config.home()).clock)


@contextmanager
def writing(place: str) -> Iterator[tuple[Books, Instant]]:
    """Give the books of a place and the time, for one unit of work.

    Raises ``NotRunning`` where there are no books and ``StoreInUse`` where another process writes.
    """
    require_books(place)
    store = _open(place)
    try:
        with store.transaction() as books:
            yield books, operators_clock().now()
    finally:
        store.close()


def _open(place: str) -> BooksStore:
    try:
        return open_store(place)
    except StoreInUse as error:
        raise StoreInUse(
            "a ledger is at work on this file: stop it first, with `qrpay down` if `qrpay up`"
            " started it, and repeat the command"
        ) from error
