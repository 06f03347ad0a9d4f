"""What clients were told, written down as people keep slips: one line each, safe before going on.

The journal is the clients' own file. Sums can't see a payment that was acknowledged and then lost
together with its debit; comparing id by id can.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from ledger.core.records.journal import EntryKind
from ledger.protocol.identifiers import PaymentId, RefundId
from ledger.store import open_reader
from tests.kit.answered import Json

ENTRIES_MAX = 10_000


@dataclass(frozen=True)
class Slip:
    """One acknowledgement: ``paid`` on a phone, ``sale`` at the till, ``refund`` at the till.

    ``minor_units`` are in the payer's currency for ``paid``, else in the shop's.
    """

    kind: str
    payment_id: str
    number: str
    minor_units: int


class Slips:
    """An append-only file of acknowledgements; a line counts when it is on the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def paid(self, review: Json) -> None:
        """Keep that a phone said paid."""
        payment_id, minor_units = review["payment_id"], review["payer_amount_minor"]
        self._keep(Slip("paid", payment_id, payment_id, minor_units))

    def sale(self, sale: Json) -> None:
        """Keep that the till said paid."""
        payment_id = sale["collection"]["payment_id"]
        self._keep(Slip("sale", payment_id, payment_id, sale["total_minor"]))

    def refund(self, sale: Json, refund: Json) -> None:
        """Keep that the till said given back."""
        payment_id = sale["collection"]["payment_id"]
        self._keep(Slip("refund", payment_id, refund["refund_id"], refund["amount_minor"]))

    def _keep(self, slip: Slip) -> None:
        with self._lock, self._path.open("a") as file:
            file.write(json.dumps(asdict(slip)) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def all(self) -> list[Slip]:
        """Read the file."""
        if not self._path.exists():
            return []
        return [Slip(**json.loads(line)) for line in self._path.read_text().splitlines()]

    def require_in_books(self, place: str | Path) -> None:
        """Each slip is in the books, with its amount; each payment was captured once."""
        with closing(open_reader(place)) as reader, reader.reading() as books:
            entries = books.journal.latest_entries(ENTRIES_MAX)
            captures = Counter(
                entry.payment_id for entry in entries if entry.kind is EntryKind.CAPTURE
            )
            assert set(captures.values()) <= {1}
            for slip in self.all():
                payment = books.payments.find(PaymentId(slip.payment_id))
                assert payment is not None, f"{slip} is not in the books"
                assert captures[payment.payment_id] == 1, f"{slip} was never captured"
                refunds = {
                    refund.refund_id: refund.amount.minor_units
                    for refund in books.payments.refunds(payment.payment_id)
                }
                assert payment.payer_amount is not None
                kept = {
                    "paid": payment.payer_amount.minor_units,
                    "sale": payment.amount.minor_units,
                    "refund": refunds.get(RefundId(slip.number)),
                }
                assert kept[slip.kind] == slip.minor_units, slip
