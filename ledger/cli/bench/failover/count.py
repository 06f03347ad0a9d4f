"""The books against what was acknowledged, unit by unit, and against themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.cli.bench.failover.load import SCOPE, Acknowledged
from ledger.core.records.journal import EntryKind
from ledger.ops.audit import audit
from ledger.store import BooksStore

_ALL: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Count:
    """What was found: ``lost`` were acknowledged and are not there, ``twice`` are there twice."""

    acknowledged: int
    stored: int
    lost: int
    twice: int
    findings: int


def count(store: BooksStore, acknowledged: list[Acknowledged]) -> Count:
    """Look for each acknowledged unit by its key and its entry, and audit the books."""
    with store.reading() as books:
        entries = [
            each for each in books.journal.latest_entries(_ALL) if each.kind is EntryKind.ISSUANCE
        ]
        kept = {entry.entry_id for entry in entries}
        lost = 0
        for each in acknowledged:
            reply = books.idempotency.find(SCOPE, each.key)
            lost += reply is None or reply.body != each.entry_id or each.entry_id not in kept
    return Count(
        acknowledged=len(acknowledged),
        stored=len(entries),
        lost=lost,
        twice=len(entries) - len({entry.note for entry in entries}),
        findings=len(audit(store)),
    )
