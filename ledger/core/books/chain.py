"""Links over the journal, and the signed head of each day (the rule: ``ledger.protocol.chain``).

``journal.book`` only notes that an entry waits. Its link comes seconds later, from ``advance``,
which one writer at a time calls: a link needs the one before it, so payments that linked themselves
would all have to wait for each other.

    booked    a b      c d    |e             booked in any succession, by any number of writers
    linked         1 2     3 4|      5       one after the other
                              midnight
    head                           sealed    up to 4: after the grace, before 5

An entry of the new day is not linked before the head of the old one is sealed, so a head says what
its day held. ``GRACE_MS`` after midnight is for units of work that began before it; one that ends
even later is linked on the next day, and the audit tells of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from ledger.core.ports import Books
from ledger.core.records.chain import KeptHead, Link, WrittenEntry
from ledger.protocol import chain
from ledger.protocol.errors.trust import HeadNotSealed
from ledger.protocol.instants import DAY, MINUTE, Instant, day_begins, day_of, later
from ledger.protocol.messages import Head, Signed, decode, seal
from ledger.protocol.signing import PrivateKey

BATCH = 100
GRACE_MS = MINUTE


def due(books: Books, *, now: Instant) -> bool:
    """Tell whether ``advance`` would do anything."""
    day, waiting_since = _open_day(books), books.chain.waiting_since()
    if day is None:
        return False
    has_entries = waiting_since is not None and waiting_since < _ends(day)
    return has_entries or now >= _sealing_time(day)


def advance(
    books: Books, *, now: Instant, key: PrivateKey, entropy: Callable[[int], bytes]
) -> bool:
    """Link a batch of entries, or seal the head of a day that is over; True if there may be more.

    ``entropy(32)`` gives the salt of each commitment.
    """
    books.chain.hold()
    day = _open_day(books)
    if day is None:
        return False
    written = books.chain.waiting(_ends(day), BATCH)
    _link(books, written, entropy)
    if len(written) == BATCH:
        return True
    if now < _sealing_time(day):
        return False
    _seal(books, day, now, key)
    return True


def head_of(books: Books, *, business_date: str) -> Signed:
    """Give the head of a day (``2026-11-21``); raises ``HeadNotSealed``."""
    kept = books.chain.head(business_date)
    if kept is None:
        raise HeadNotSealed(business_date)
    return kept.signed


def _open_day(books: Books) -> date | None:
    """Give the day whose entries are being linked; None before the first entry."""
    last = books.chain.last_head()
    if last is not None:
        return date.fromisoformat(last.business_date) + timedelta(days=1)
    first = books.chain.first_booked_at()
    return None if first is None else day_of(first)


def _ends(day: date) -> Instant:
    return later(day_begins(day), DAY)


def _sealing_time(day: date) -> Instant:
    return later(_ends(day), GRACE_MS)


def _link(books: Books, written: list[WrittenEntry], entropy: Callable[[int], bytes]) -> None:
    last = books.chain.last_link()
    sequence, previous = (last.sequence, last.digest) if last else (0, chain.GENESIS)
    for row in written:
        sequence += 1
        salt = entropy(chain.SALT_BYTES).hex()
        commitment = chain.commitment(salt, row.note)
        previous = chain.link(sequence, previous, row.entry, commitment)
        books.chain.add_link(Link(sequence, row.entry.entry_id, previous, commitment, salt))


def _seal(books: Books, day: date, now: Instant, key: PrivateKey) -> None:
    last, before = books.chain.last_link(), books.chain.last_head()
    previous = decode(Head, before.signed.text) if before else None
    sequence = last.sequence if last else 0
    head = Head(
        business_date=day,
        sequence=sequence,
        link=last.digest if last else chain.GENESIS,
        count=sequence - (previous.sequence if previous else 0),
        previous_head=previous.digest if previous else "",
        sealed_at=now,
    )
    books.chain.add_head(KeptHead(day.isoformat(), seal(head, key)))
