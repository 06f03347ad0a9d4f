"""Coupons and points of payers, and what they pay of payments, in tables."""

from __future__ import annotations

from ledger.store.tables.funding.book import Funding

__all__ = ["Funding"]
