"""Rows for many payments at once, in tables."""

from ledger.store.tables.gathering.book import Gathering

__all__ = ["Gathering"]
