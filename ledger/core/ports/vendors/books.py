"""What the core asks of a store about vendors' accounts and orders."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from ledger.core.records.vendors import Vendor, VendorAccount, VendorOrder, VendorRefund
from ledger.protocol.identifiers import PayerId, PaymentId, RefundId
from ledger.protocol.instants import Instant


class VendorAccountsBook(Protocol):
    """Merchants by the numbers that vendors know them by."""

    def find(self, vendor: Vendor, account_id: str) -> VendorAccount | None:
        """Find an account."""

    def of_merchant(self, merchant_id: str) -> list[VendorAccount]:
        """List a merchant's accounts, by vendor and id."""

    def all(self, vendor: Vendor) -> list[VendorAccount]:
        """List a vendor's accounts by id."""

    def add(self, account: VendorAccount) -> None:
        """Add an account; one that is there raises ``InvariantBroken``."""

    def replace(self, account: VendorAccount) -> None:
        """Put new settings in place of an account's old ones."""


class VendorOrdersBook(Protocol):
    """Orders and refunds as vendors know them; adding what is there raises ``InvariantBroken``."""

    def of_payment(self, payment_id: PaymentId) -> VendorOrder | None:
        """Find the order behind which a payment stands."""

    def among(self, payment_ids: Collection[PaymentId]) -> dict[PaymentId, VendorOrder]:
        """Find which of many payments came through a vendor's face."""

    def by_out_no(self, vendor: Vendor, account_id: str, out_no: str) -> VendorOrder | None:
        """Find an order by the merchant's number; whoever asks for the same meanwhile waits."""

    def by_vendor_no(self, vendor: Vendor, vendor_no: str) -> VendorOrder | None:
        """Find an order by the vendor's number."""

    def by_code(self, code: str) -> VendorOrder | None:
        """Find an order by the text of its code."""

    def of_account(
        self, vendor: Vendor, account_id: str, since: Instant, until: Instant
    ) -> list[VendorOrder]:
        """List an account's orders made from ``since`` to ``until`` (exclusive), oldest first."""

    def paid_unasked(self, vendor: Vendor, payer_id: PayerId, since: Instant) -> int:
        """Count a payer's payments by code ``since`` then that stand and were not asked about.

        Who decides by it keeps the payer's sum of what went without asking first (``spending``).
        """

    def add(self, order: VendorOrder) -> None:
        """Add an order: numbers and code are unique."""

    def replace(self, order: VendorOrder) -> None:
        """Put code, addresses, alias and facts of an order in place of the old; numbers stay."""

    def rename(self, payment_id: PaymentId, out_no: str) -> None:
        """Put another merchant's number in place of an order's own, which is free then."""

    def refund(self, refund_id: RefundId) -> VendorRefund | None:
        """Find a refund."""

    def refunds(self, payment_id: PaymentId) -> list[VendorRefund]:
        """List the refunds of an order, oldest first."""

    def refunds_by_out_no(self, vendor: Vendor, account_id: str, out_no: str) -> list[VendorRefund]:
        """List an account's refunds of a number, which may be one number for each order."""

    def refund_by_vendor_no(self, vendor: Vendor, vendor_no: str) -> VendorRefund | None:
        """Find a refund by the vendor's number."""

    def refunds_of_account(
        self, vendor: Vendor, account_id: str, since: Instant, until: Instant
    ) -> list[VendorRefund]:
        """List an account's refunds made from ``since`` to ``until`` (exclusive), oldest first."""

    def add_refund(self, refund: VendorRefund) -> None:
        """Add a refund: its number is unique for its order."""
