"""The chain as it is kept: links over entries, heads of days (rule: ``ledger.protocol.chain``)."""

from __future__ import annotations

from ledger.protocol.chain import LinkedEntry
from ledger.protocol.messages import Signed
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class Link:
    """The link of an entry: its number from 1, its digest, and the commitment to the entry's note.

    ``salt`` is empty when the note was deleted. All but numbers are hexadecimal.
    """

    sequence: int
    entry_id: str
    digest: str
    commitment: str
    salt: str


@record(frozen=True, slots=True)
class WrittenEntry:
    """An entry as the tables have it, in the form in which it is linked, and its note."""

    entry: LinkedEntry
    note: str


@record(frozen=True, slots=True)
class KeptHead:
    """The signed head of a day (UTC, spelled ``2026-11-21``)."""

    business_date: str
    signed: Signed
