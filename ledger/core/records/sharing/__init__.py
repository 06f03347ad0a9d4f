"""Sharing a payment with other merchants: who may receive, and what was shared."""

from __future__ import annotations

from ledger.core.records.sharing.shares import Receiver, Share, SharePart

__all__ = ["Receiver", "Share", "SharePart"]
