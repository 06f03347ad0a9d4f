"""After the last checkout: the books hold exactly what was acknowledged, and all adds up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.cli.bench.checkout.fair import Fair
from ledger.cli.checkout import Service
from ledger.core.ports import Books
from ledger.ops.audit import audit
from ledger.ops.findings import Finding
from ledger.protocol.lifecycle import PaymentState
from ledger.store import open_reader

_TOLD_WITHIN_S = 120.0
_POLL_S = 0.1
_PAGE = 500


@dataclass(frozen=True)
class Proof:
    """What was found.

    ``missing`` were acknowledged and are not in the books as paid, ``unasked`` the other way round;
    ``postings_sum_minor`` is the sum of all postings, all currencies; ``untold`` counts the
    notifications that no till has taken yet.
    """

    stored: int
    missing: list[str]
    unasked: list[str]
    postings_sum_minor: int
    untold: int
    findings: list[Finding]

    def broken(self) -> list[str]:
        """Say what does not hold; empty when all does."""
        told = {
            "acknowledged and not in the books": len(self.missing),
            "in the books and not acknowledged": len(self.unasked),
            "minor units that the postings do not sum to zero by": self.postings_sum_minor,
            "notifications that no till has taken": self.untold,
            "findings of the audit": len(self.findings),
        }
        return [f"{count} {what}" for what, count in told.items() if count]


def wait_until_told(fair: Fair) -> int:
    """Wait until the tills have taken every notification; how many they have not."""
    deadline = time.monotonic() + _TOLD_WITHIN_S
    while True:
        untold = int(Service(fair.provider.url).get("/health")["outbox_waiting"])
        if not untold or time.monotonic() > deadline:
            return untold
        time.sleep(_POLL_S)


def prove(place: str | Path, acknowledged: Sequence[str], untold: int) -> Proof:
    """Hold the books against what was acknowledged, id by id, and audit them."""
    reader = open_reader(place)
    with reader.reading() as books:
        paid = set(_paid(books))
        postings = sum(account.balance_minor for account in books.journal.accounts())
    findings = audit(reader)
    reader.close()
    known = set(acknowledged)
    return Proof(
        stored=len(paid),
        missing=sorted(known - paid),
        unasked=sorted(paid - known),
        postings_sum_minor=postings,
        untold=untold,
        findings=findings,
    )


def _paid(books: Books) -> list[str]:
    paid: list[str] = []
    last = ""
    while page := books.payments.page(last, _PAGE):
        last = page[-1].payment_id
        paid += (each.payment_id for each in page if each.state is PaymentState.PAID)
    return paid
