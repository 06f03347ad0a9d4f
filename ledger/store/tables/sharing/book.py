"""Receivers and shares, in tables."""

from __future__ import annotations

from ledger.core.records.sharing import Receiver, Share, SharePart
from ledger.protocol.identifiers import PaymentId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, currency
from ledger.protocol.records import record
from ledger.store.tables.rows import SqlValue, Tables

_BIND = """
INSERT INTO share_receiver (merchant_id, receiver_id, memo, bound_at) VALUES (?, ?, ?, ?)
ON CONFLICT (merchant_id, receiver_id) DO UPDATE SET memo = excluded.memo
"""

_SHARES = """
SELECT share.share_no, share.payment_id, share.request_no, share.entry_id, share.created_at,
    share.refund_id, payment.currency
FROM share JOIN payment ON payment.payment_id = share.payment_id
"""

_OF_PAYMENT = "WHERE share.payment_id = ? ORDER BY share.entry_id"

_NUMBERED = "WHERE share.share_no = ?"

_SHARED_BETWEEN = """
WHERE share.created_at >= ? AND share.created_at < ? AND payment.merchant_id = ?
ORDER BY share.created_at, share.entry_id
"""

_RECEIVED_BETWEEN = """
WHERE share.created_at >= ? AND share.created_at < ? AND EXISTS (
    SELECT 1 FROM share_part
    WHERE share_part.share_no = share.share_no AND share_part.receiver_id = ?
)
ORDER BY share.created_at, share.entry_id
"""


@record(frozen=True, slots=True)
class _ShareRow:
    """A row of ``share``."""

    share_no: str
    payment_id: PaymentId
    request_no: str
    refund_id: RefundId | None
    entry_id: str
    created_at: Instant


@record(frozen=True, slots=True)
class _FoundShare:
    """A share as it is found, with the currency of its payment."""

    share_no: str
    payment_id: PaymentId
    request_no: str
    entry_id: str
    created_at: Instant
    refund_id: RefundId | None
    currency: str


@record(frozen=True, slots=True)
class _PartRow:
    """A row of ``share_part``."""

    share_no: str
    number: int
    receiver_id: str
    amount_minor: int


class Sharing:
    """``ledger.core.ports.sharing.SharingBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def receiver(self, merchant_id: str, receiver_id: str) -> Receiver | None:
        """Find a merchant's receiver."""
        sql = "SELECT * FROM share_receiver WHERE merchant_id = ? AND receiver_id = ?"
        return self._tables.row(Receiver, sql, merchant_id, receiver_id)

    def receivers(self, merchant_id: str) -> list[Receiver]:
        """List a merchant's receivers, those bound first before the others."""
        sql = "SELECT * FROM share_receiver WHERE merchant_id = ? ORDER BY bound_at, receiver_id"
        return self._tables.rows(Receiver, sql, merchant_id)

    def bind(self, receiver: Receiver) -> None:
        """Keep a receiver, in place of what was kept of it before."""
        said = (receiver.merchant_id, receiver.receiver_id, receiver.memo, receiver.bound_at)
        self._tables.write_one(_BIND, *said)

    def unbind(self, merchant_id: str, receiver_id: str) -> None:
        """Forget a receiver, if there is one; its shares stay."""
        sql = "DELETE FROM share_receiver WHERE merchant_id = ? AND receiver_id = ?"
        self._tables.write(sql, merchant_id, receiver_id)

    def shares(self, payment_id: PaymentId) -> list[Share]:
        """List a payment's shares and what came back of them, oldest first."""
        return self._found(_OF_PAYMENT, payment_id)

    def share(self, share_no: str) -> Share | None:
        """Find a share by its number."""
        return next(iter(self._found(_NUMBERED, share_no)), None)

    def shared_between(self, merchant_id: str, since: Instant, until: Instant) -> list[Share]:
        """List what was shared, or came back, of a merchant's payments from ``since`` on."""
        return self._found(_SHARED_BETWEEN, since, until, merchant_id)

    def received_between(self, receiver_id: str, since: Instant, until: Instant) -> list[Share]:
        """List the shares in which a receiver has a part, from ``since`` on."""
        return self._found(_RECEIVED_BETWEEN, since, until, receiver_id)

    def add(self, share: Share) -> None:
        """Add a share with its parts."""
        row = _ShareRow(
            share_no=share.share_no,
            payment_id=share.payment_id,
            request_no=share.request_no,
            refund_id=share.refund_id,
            entry_id=share.entry_id,
            created_at=share.created_at,
        )
        self._tables.insert("share", row)
        parts = [
            _PartRow(share.share_no, number, part.receiver_id, part.amount.minor_units)
            for number, part in enumerate(share.parts, start=1)
        ]
        self._tables.insert_all("share_part", parts)

    def _found(self, which: str, *params: SqlValue) -> list[Share]:
        rows = self._tables.rows(_FoundShare, f"{_SHARES} {which}", *params)
        return [self._share(row) for row in rows]

    def _share(self, row: _FoundShare) -> Share:
        sql = "SELECT * FROM share_part WHERE share_no = ? ORDER BY number"
        of = currency(row.currency)
        return Share(
            share_no=row.share_no,
            payment_id=row.payment_id,
            request_no=row.request_no,
            entry_id=row.entry_id,
            created_at=row.created_at,
            refund_id=row.refund_id,
            parts=tuple(
                SharePart(part.receiver_id, Money(part.amount_minor, of))
                for part in self._tables.rows(_PartRow, sql, row.share_no)
            ),
        )
