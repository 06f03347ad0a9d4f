"""Vendors' accounts, orders and refunds, in tables."""

from __future__ import annotations

from ledger.store.tables.vendors.accounts import VendorAccounts
from ledger.store.tables.vendors.orders import VendorOrders

__all__ = ["VendorAccounts", "VendorOrders"]
