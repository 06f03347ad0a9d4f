"""Who may receive of whose payments, and what was shared, in tables."""

from __future__ import annotations

from ledger.store.tables.sharing.book import Sharing

__all__ = ["Sharing"]
