"""The sub-book of sharing: who may receive, and what was shared."""

from __future__ import annotations

from ledger.core.ports.sharing.book import SharingBook

__all__ = ["SharingBook"]
