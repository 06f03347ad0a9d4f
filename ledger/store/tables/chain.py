"""Links and heads, in tables."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from ledger.core.records.chain import KeptHead, Link, WrittenEntry
from ledger.protocol.chain import LinkedEntry, LinkedPosting
from ledger.protocol.instants import Instant
from ledger.protocol.messages import Signed
from ledger.protocol.records import record
from ledger.store.tables.rows import Tables

# CROSS JOIN keeps SQLite from walking through all entries to find the few that wait.
_WAITING = """
SELECT entry.* FROM unlinked CROSS JOIN entry
WHERE entry.entry_id = unlinked.entry_id AND booked_at < ? ORDER BY unlinked.entry_id LIMIT ?"""
_WAITING_FIRST = """
SELECT entry.* FROM unlinked CROSS JOIN entry
WHERE entry.entry_id = unlinked.entry_id ORDER BY booked_at LIMIT 1"""
_WAITING_POSTINGS = """
SELECT posting.* FROM unlinked CROSS JOIN posting
WHERE posting.entry_id = unlinked.entry_id AND unlinked.entry_id <= ?
ORDER BY unlinked.entry_id, line"""
_LINKED = """
SELECT link.*, kind, event_at, booked_at, payment_id, refund_id, note
FROM link LEFT JOIN entry ON entry.entry_id = link.entry_id
WHERE sequence > ? ORDER BY sequence LIMIT ?"""
_LINKED_POSTINGS = """
SELECT posting.* FROM link JOIN posting ON posting.entry_id = link.entry_id
WHERE sequence > ? AND sequence <= ? ORDER BY posting.entry_id, line"""


@record(frozen=True, slots=True)
class _EntryRow:
    entry_id: str
    kind: str
    event_at: Instant
    booked_at: Instant
    payment_id: str | None
    refund_id: str | None
    note: str

    def record(self, postings: Iterable[_PostingRow]) -> WrittenEntry:
        entry = LinkedEntry(
            entry_id=self.entry_id,
            kind=self.kind,
            event_at=self.event_at,
            booked_at=self.booked_at,
            payment_id=self.payment_id,
            refund_id=self.refund_id,
            postings=tuple(posting.record() for posting in postings),
        )
        return WrittenEntry(entry, self.note)


@record(frozen=True, slots=True)
class _PostingRow:
    entry_id: str
    line: int
    account_id: str
    amount_minor: int
    currency: str
    balance_before: int
    balance_after: int

    def record(self) -> LinkedPosting:
        return LinkedPosting(
            line=self.line,
            account_id=self.account_id,
            amount_minor=self.amount_minor,
            currency=self.currency,
            balance_before=self.balance_before,
            balance_after=self.balance_after,
        )


@record(frozen=True, slots=True)
class _LinkedRow:
    """A link and its entry; without the entry everything behind ``salt`` is NULL."""

    sequence: int
    entry_id: str
    digest: str
    commitment: str
    salt: str
    kind: str | None
    event_at: Instant | None
    booked_at: Instant | None
    payment_id: str | None
    refund_id: str | None
    note: str | None

    def link(self) -> Link:
        return Link(self.sequence, self.entry_id, self.digest, self.commitment, self.salt)

    def entry(self) -> _EntryRow | None:
        if self.kind is None or self.event_at is None or self.booked_at is None:
            return None
        return _EntryRow(
            entry_id=self.entry_id,
            kind=self.kind,
            event_at=self.event_at,
            booked_at=self.booked_at,
            payment_id=self.payment_id,
            refund_id=self.refund_id,
            note=self.note or "",
        )


@record(frozen=True, slots=True)
class _HeadRow:
    business_date: str
    text: str
    key_id: str
    signature: str

    @classmethod
    def of(cls, head: KeptHead) -> _HeadRow:
        signed = head.signed
        return cls(head.business_date, signed.text, signed.key_id, signed.signature)

    def record(self) -> KeptHead:
        signed = Signed(self.text, self.key_id, self.signature)
        return KeptHead(self.business_date, signed)


class Chain:
    """``ledger.core.ports.chain.ChainBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def hold(self) -> None:
        """Keep the chain to oneself for the rest of the unit of work."""
        self._tables.hold("chain")

    def waiting(self, before: Instant, limit: int) -> list[WrittenEntry]:
        """List entries without a link that were booked before an instant, oldest first."""
        rows = self._tables.rows(_EntryRow, _WAITING, before, limit)
        if not rows:
            return []
        postings = _by_entry(self._tables.rows(_PostingRow, _WAITING_POSTINGS, rows[-1].entry_id))
        return [row.record(postings.get(row.entry_id, ())) for row in rows]

    def waiting_since(self) -> Instant | None:
        """Tell when the oldest entry without a link was booked; None when all are linked."""
        row = self._tables.row(_EntryRow, _WAITING_FIRST)
        return row.booked_at if row else None

    def count_waiting(self) -> int:
        """Count the entries without a link."""
        return self._tables.number("SELECT count(*) FROM unlinked")

    def add_link(self, link: Link) -> None:
        """Add the link of an entry, which then waits no longer."""
        self._tables.insert("link", link)
        self._tables.write_one("DELETE FROM unlinked WHERE entry_id = ?", link.entry_id)

    def last_link(self) -> Link | None:
        """Find the link with the highest number."""
        return self._tables.row(Link, "SELECT * FROM link ORDER BY sequence DESC LIMIT 1")

    def page(self, after: int, limit: int) -> list[tuple[Link, WrittenEntry | None]]:
        """List links by number, those behind ``after``, each with its entry if that is there."""
        rows = self._tables.rows(_LinkedRow, _LINKED, after, limit)
        if not rows:
            return []
        last = rows[-1].sequence
        postings = _by_entry(self._tables.rows(_PostingRow, _LINKED_POSTINGS, after, last))
        return [(row.link(), _written(row.entry(), postings)) for row in rows]

    def forget_note(self, entry_id: str) -> None:
        """Delete the note of an entry and the salt of its commitment, for ever."""
        self._tables.write("UPDATE entry SET note = '' WHERE entry_id = ?", entry_id)
        self._tables.write("UPDATE link SET salt = '' WHERE entry_id = ?", entry_id)

    def first_booked_at(self) -> Instant | None:
        """Tell when the first entry of the journal was booked."""
        row = self._tables.row(_EntryRow, "SELECT * FROM entry ORDER BY entry_id LIMIT 1")
        return row.booked_at if row else None

    def add_head(self, head: KeptHead) -> None:
        """Add the head of a day."""
        self._tables.insert("head", _HeadRow.of(head))

    def head(self, business_date: str) -> KeptHead | None:
        """Find the head of a day."""
        sql = "SELECT * FROM head WHERE business_date = ?"
        row = self._tables.row(_HeadRow, sql, business_date)
        return row.record() if row else None

    def last_head(self) -> KeptHead | None:
        """Find the head of the last day that has one."""
        sql = "SELECT * FROM head ORDER BY business_date DESC LIMIT 1"
        row = self._tables.row(_HeadRow, sql)
        return row.record() if row else None

    def heads(self, after: str, limit: int) -> list[KeptHead]:
        """List heads by day, those behind ``after`` (empty: from the first)."""
        sql = "SELECT * FROM head WHERE business_date > ? ORDER BY business_date LIMIT ?"
        return [row.record() for row in self._tables.rows(_HeadRow, sql, after, limit)]


_Postings = dict[str, list[_PostingRow]]


def _by_entry(rows: Iterable[_PostingRow]) -> _Postings:
    return {entry_id: list(group) for entry_id, group in groupby(rows, lambda row: row.entry_id)}


def _written(row: _EntryRow | None, postings: _Postings) -> WrittenEntry | None:
    return row.record(postings.get(row.entry_id, ())) if row else None
