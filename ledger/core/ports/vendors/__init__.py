"""The sub-books of the vendors' faces: accounts, and orders with their refunds."""

from __future__ import annotations

from ledger.core.ports.vendors.books import VendorAccountsBook, VendorOrdersBook

__all__ = ["VendorAccountsBook", "VendorOrdersBook"]
