"""Orders and refunds as vendors know them, in tables."""

from __future__ import annotations

from collections.abc import Collection

from ledger.core.records.vendors import Vendor, VendorFace, VendorOrder, VendorRefund
from ledger.protocol.identifiers import PayerId, PaymentId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.records import record
from ledger.store.tables.rows import Tables, as_json
from ledger.store.tables.vendors.accounts import read, spelled


@record(frozen=True, slots=True)
class OrderRow:
    """A row of ``vendor_order``."""

    payment_id: PaymentId
    vendor: Vendor
    face: VendorFace
    account_id: str
    out_no: str
    vendor_no: str
    created_at: Instant
    code: str
    code_until: Instant | None
    notify_url: str
    payer_alias: str
    facts: str

    @classmethod
    def of(cls, order: VendorOrder) -> OrderRow:
        """Spell an order as a row."""
        return cls(
            payment_id=order.payment_id,
            vendor=order.vendor,
            face=order.face,
            account_id=order.account_id,
            out_no=order.out_no,
            vendor_no=order.vendor_no,
            created_at=order.created_at,
            code=order.code,
            code_until=order.code_until,
            notify_url=order.notify_url,
            payer_alias=order.payer_alias,
            facts=spelled(order.facts),
        )

    def record(self) -> VendorOrder:
        """Read the row as an order."""
        return VendorOrder(
            payment_id=self.payment_id,
            face=self.face,
            account_id=self.account_id,
            out_no=self.out_no,
            vendor_no=self.vendor_no,
            created_at=self.created_at,
            code=self.code,
            code_until=self.code_until,
            notify_url=self.notify_url,
            payer_alias=self.payer_alias,
            facts=read(self.facts),
        )


@record(frozen=True, slots=True)
class RefundRow:
    """A row of ``vendor_refund``."""

    refund_id: RefundId
    payment_id: PaymentId
    vendor: Vendor
    face: VendorFace
    account_id: str
    out_no: str
    vendor_no: str
    created_at: Instant
    notify_url: str
    facts: str

    @classmethod
    def of(cls, refund: VendorRefund) -> RefundRow:
        """Spell a refund as a row."""
        return cls(
            refund_id=refund.refund_id,
            payment_id=refund.payment_id,
            vendor=refund.vendor,
            face=refund.face,
            account_id=refund.account_id,
            out_no=refund.out_no,
            vendor_no=refund.vendor_no,
            created_at=refund.created_at,
            notify_url=refund.notify_url,
            facts=spelled(refund.facts),
        )

    def record(self) -> VendorRefund:
        """Read the row as a refund."""
        return VendorRefund(
            refund_id=self.refund_id,
            payment_id=self.payment_id,
            face=self.face,
            account_id=self.account_id,
            out_no=self.out_no,
            vendor_no=self.vendor_no,
            created_at=self.created_at,
            notify_url=self.notify_url,
            facts=read(self.facts),
        )


_OF_ACCOUNT = "vendor = ? AND account_id = ?"
_MADE = f"{_OF_ACCOUNT} AND created_at >= ? AND created_at < ?"

_PAID_UNASKED = """
SELECT count(*) FROM payment JOIN vendor_order ON vendor_order.payment_id = payment.payment_id
WHERE vendor = ? AND payer_id = ? AND paid_at >= ?
    AND presented = 'consumer' AND state <> 'REVERSED'
    AND NOT EXISTS (SELECT 1 FROM authorisation WHERE authorisation.payment_id = payment.payment_id)
"""


class VendorOrders:
    """``ledger.core.ports.vendors.VendorOrdersBook`` on tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def of_payment(self, payment_id: PaymentId) -> VendorOrder | None:
        """Find the order behind which a payment stands."""
        return self._one("SELECT * FROM vendor_order WHERE payment_id = ?", payment_id)

    def among(self, payment_ids: Collection[PaymentId]) -> dict[PaymentId, VendorOrder]:
        """Find which of many payments came through a vendor's face."""
        sql = (
            f"SELECT vendor_order.* FROM {self._tables.each} AS wanted"  # noqa: S608
            " JOIN vendor_order ON payment_id = wanted.value ->> 0"
        )
        wanted = as_json([(payment_id,) for payment_id in payment_ids])
        rows = self._tables.rows(OrderRow, sql, wanted)
        return {row.payment_id: row.record() for row in rows}

    def by_out_no(self, vendor: Vendor, account_id: str, out_no: str) -> VendorOrder | None:
        """Find an order by the merchant's number; whoever asks for the same meanwhile waits."""
        sql = f"SELECT * FROM vendor_order WHERE {_OF_ACCOUNT} AND out_no = ?"  # noqa: S608
        row = self._tables.held(OrderRow, sql, vendor, account_id, out_no)
        return row.record() if row else None

    def by_vendor_no(self, vendor: Vendor, vendor_no: str) -> VendorOrder | None:
        """Find an order by the vendor's number."""
        sql = "SELECT * FROM vendor_order WHERE vendor = ? AND vendor_no = ?"
        return self._one(sql, vendor, vendor_no)

    def by_code(self, code: str) -> VendorOrder | None:
        """Find an order by the text of its code."""
        return self._one("SELECT * FROM vendor_order WHERE code = ? AND code <> ''", code)

    def of_account(
        self, vendor: Vendor, account_id: str, since: Instant, until: Instant
    ) -> list[VendorOrder]:
        """List an account's orders made from ``since`` to ``until``, oldest first."""
        sql = f"SELECT * FROM vendor_order WHERE {_MADE} ORDER BY created_at, payment_id"  # noqa: S608
        rows = self._tables.rows(OrderRow, sql, vendor, account_id, since, until)
        return [row.record() for row in rows]

    def paid_unasked(self, vendor: Vendor, payer_id: PayerId, since: Instant) -> int:
        """Count a payer's payments by code ``since`` then that stand and were not asked about."""
        return self._tables.number(_PAID_UNASKED, vendor, payer_id, since)

    def add(self, order: VendorOrder) -> None:
        """Add an order."""
        self._tables.insert("vendor_order", OrderRow.of(order))

    def replace(self, order: VendorOrder) -> None:
        """Put code, addresses, alias and facts of an order in place of the old."""
        sql = (
            "UPDATE vendor_order SET code = ?, code_until = ?, notify_url = ?, payer_alias = ?,"
            " facts = ? WHERE payment_id = ?"
        )
        row = OrderRow.of(order)
        said = (row.code, row.code_until, row.notify_url, row.payer_alias, row.facts)
        self._tables.write_one(sql, *said, row.payment_id)

    def rename(self, payment_id: PaymentId, out_no: str) -> None:
        """Put another merchant's number in place of an order's own."""
        sql = "UPDATE vendor_order SET out_no = ? WHERE payment_id = ?"
        self._tables.write_one(sql, out_no, payment_id)

    def refund(self, refund_id: RefundId) -> VendorRefund | None:
        """Find a refund."""
        return self._refund("SELECT * FROM vendor_refund WHERE refund_id = ?", refund_id)

    def refunds(self, payment_id: PaymentId) -> list[VendorRefund]:
        """List the refunds of an order, oldest first."""
        sql = "SELECT * FROM vendor_refund WHERE payment_id = ? ORDER BY refund_id"
        return [row.record() for row in self._tables.rows(RefundRow, sql, payment_id)]

    def refunds_by_out_no(self, vendor: Vendor, account_id: str, out_no: str) -> list[VendorRefund]:
        """List an account's refunds of a number, which may be one number for each order."""
        self._tables.hold("vendor refund", vendor, account_id, out_no)
        sql = f"SELECT * FROM vendor_refund WHERE {_OF_ACCOUNT} AND out_no = ? ORDER BY refund_id"  # noqa: S608
        rows = self._tables.rows(RefundRow, sql, vendor, account_id, out_no)
        return [row.record() for row in rows]

    def refund_by_vendor_no(self, vendor: Vendor, vendor_no: str) -> VendorRefund | None:
        """Find a refund by the vendor's number."""
        sql = "SELECT * FROM vendor_refund WHERE vendor = ? AND vendor_no = ?"
        return self._refund(sql, vendor, vendor_no)

    def refunds_of_account(
        self, vendor: Vendor, account_id: str, since: Instant, until: Instant
    ) -> list[VendorRefund]:
        """List an account's refunds made from ``since`` to ``until``, oldest first."""
        sql = f"SELECT * FROM vendor_refund WHERE {_MADE} ORDER BY created_at, refund_id"  # noqa: S608
        rows = self._tables.rows(RefundRow, sql, vendor, account_id, since, until)
        return [row.record() for row in rows]

    def add_refund(self, refund: VendorRefund) -> None:
        """Add a refund."""
        self._tables.insert("vendor_refund", RefundRow.of(refund))

    def _one(self, sql: str, *params: str) -> VendorOrder | None:
        row = self._tables.row(OrderRow, sql, *params)
        return row.record() if row else None

    def _refund(self, sql: str, *params: str) -> VendorRefund | None:
        row = self._tables.row(RefundRow, sql, *params)
        return row.record() if row else None
