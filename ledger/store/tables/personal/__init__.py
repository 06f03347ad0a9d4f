"""Personal data in tables: ``Personal`` is the sub-book, in ``book``."""

from __future__ import annotations

from ledger.store.tables.personal.book import Personal

__all__ = ["Personal"]
