"""The chain is whole: every link hashes its entry and the link before it, every head fits.

One pass from the first link to the last, a page at a time, so books of any size take the same
memory. A fault is told where it is and the pass goes on from the link as stated: one altered entry
is one finding, however many links follow.

What books can't show by themselves is that they were rewritten as a whole, heads included, by
somebody with the provider's key. ``require_head`` finds that with a head that somebody kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.core.parties import keys
from ledger.core.ports import Books
from ledger.core.records.chain import KeptHead, Link, WrittenEntry
from ledger.ops.findings import Finding
from ledger.protocol import chain
from ledger.protocol.errors import QrpayError
from ledger.protocol.errors.trust import HeadMismatch, LinkMismatch, LinkSequence
from ledger.protocol.instants import day_of
from ledger.protocol.messages import Head, Signed, decode, open_head

PAGE = 500
BEFORE_ALL = -(2**63)
"""Not 0: a link that was given a number below one is to be met as well."""


def chain_is_whole(books: Books) -> Iterator[Finding]:
    """Every entry is as it was when it was linked, and every head states what was linked."""
    return _Pass(books).findings()


def require_head(books: Books, signed: Signed) -> Head:
    """Give a kept head if these books still continue it.

    Raises ``HeadMismatch`` if they don't, and what ``open_head`` raises for a head that was not
    signed with a key of these books. The links themselves are ``chain_is_whole``'s to check.
    """
    head = open_head(signed, keys.directory(books))
    _require_stated(head, head.sequence, _digest_at(books, head.sequence))
    return head


def _digest_at(books: Books, sequence: int) -> str:
    if sequence == 0:
        return chain.GENESIS
    page = books.chain.page(sequence - 1, 1)
    return page[0][0].digest if page else "missing"


def _require_stated(head: Head, sequence: int, digest: str) -> None:
    stated, found = f"link {head.sequence} {head.link}", f"link {sequence} {digest}"
    if stated != found:
        raise HeadMismatch(f"the head of {head.business_date} states {stated}, here is {found}")


class _Pass:
    """One way along the chain: which link came last, which head is next, which day it is."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._directory = keys.directory(books)
        self._sequence, self._digest = 0, chain.GENESIS
        self._heads = _heads(books)
        self._next_head = next(self._heads, None)
        self._head_before: Head | None = None
        self._lost = False  # behind a head that could not be believed, until the next that can
        self._day: date | None = None

    def findings(self) -> Iterator[Finding]:
        """Go all the way."""
        for link, written in _links(self._books):
            yield from self._heads_until(self._sequence)
            try:
                self._check_link(link, written)
            except QrpayError as error:
                yield _finding(link.entry_id, error)
            self._sequence, self._digest = link.sequence, link.digest
        while self._next_head is not None:
            yield from self._pass_head(self._next_head)

    def _check_link(self, link: Link, written: WrittenEntry | None) -> None:
        if link.sequence != self._sequence + 1:
            raise LinkSequence(f"link {link.sequence} follows link {self._sequence}")
        if written is None:
            raise LinkMismatch(f"the entry of link {link.sequence} is gone")
        previous, entry = self._digest, written.entry
        chain.require_link(link.digest, link.sequence, previous, entry, link.commitment)
        chain.require_note(link.commitment, link.salt, written.note)
        booked_on = day_of(entry.booked_at)
        self._day = self._day or booked_on
        if booked_on != self._day and not self._lost:
            raise HeadMismatch(f"was booked on {booked_on} and stands among those of {self._day}")

    def _heads_until(self, sequence: int) -> Iterator[Finding]:
        while self._next_head is not None and _stated_sequence(self._next_head) <= sequence:
            yield from self._pass_head(self._next_head)

    def _pass_head(self, kept: KeptHead) -> Iterator[Finding]:
        try:
            head = open_head(kept.signed, self._directory)
            if head.business_date.isoformat() != kept.business_date:
                raise HeadMismatch(f"is the head of {head.business_date}")
            if not self._lost:
                head.require_after(self._head_before)
            _require_stated(head, self._sequence, self._digest)
            self._head_before, self._lost = head, False
            self._day = head.business_date + timedelta(days=1)
        except QrpayError as error:
            self._lost = True
            yield _finding(kept.business_date, error)
        self._next_head = next(self._heads, None)


def _stated_sequence(kept: KeptHead) -> int:
    """Where a head says that it stands; one that can't be read is dealt with at once."""
    try:
        return decode(Head, kept.signed.text).sequence
    except QrpayError:
        return 0


def _links(books: Books) -> Iterator[tuple[Link, WrittenEntry | None]]:
    last = BEFORE_ALL
    while page := books.chain.page(last, PAGE):
        yield from page
        last = page[-1][0].sequence


def _heads(books: Books) -> Iterator[KeptHead]:
    last = ""
    while page := books.chain.heads(last, PAGE):
        yield from page
        last = page[-1].business_date


def _finding(subject: str, error: QrpayError) -> Finding:
    return Finding("chain_is_whole", subject, f"{error.code}: {error}")
