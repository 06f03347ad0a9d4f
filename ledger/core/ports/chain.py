"""The sub-book of links and heads."""

from __future__ import annotations

from typing import Protocol

from ledger.core.records.chain import KeptHead, Link, WrittenEntry
from ledger.protocol.instants import Instant


class ChainBook(Protocol):
    """The chain over the journal: links without gaps, and the head of each day."""

    def hold(self) -> None:
        """Keep the chain to oneself for the rest of the unit of work: one at a time extends it."""

    def waiting(self, before: Instant, limit: int) -> list[WrittenEntry]:
        """List entries without a link that were booked before an instant, oldest first."""

    def waiting_since(self) -> Instant | None:
        """Tell when the oldest entry without a link was booked; None when all are linked."""

    def count_waiting(self) -> int:
        """Count the entries without a link."""

    def add_link(self, link: Link) -> None:
        """Add the link of an entry, which then waits no longer."""

    def last_link(self) -> Link | None:
        """Find the link with the highest number."""

    def page(self, after: int, limit: int) -> list[tuple[Link, WrittenEntry | None]]:
        """List links by number, those behind ``after``, each with its entry if that is there."""

    def forget_note(self, entry_id: str) -> None:
        """Delete the note of an entry and the salt of its commitment, for ever."""

    def first_booked_at(self) -> Instant | None:
        """Tell when the first entry of the journal was booked."""

    def add_head(self, head: KeptHead) -> None:
        """Add the head of a day."""

    def head(self, business_date: str) -> KeptHead | None:
        """Find the head of a day."""

    def last_head(self) -> KeptHead | None:
        """Find the head of the last day that has one."""

    def heads(self, after: str, limit: int) -> list[KeptHead]:
        """List heads by day, those behind ``after`` (empty: from the first)."""
