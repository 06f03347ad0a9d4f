"""Rules about coupons and points, and about prices that they lowered."""

from __future__ import annotations

from ledger.protocol.errors import Conflict


class RefundTooSmall(Conflict):
    """A refund from which nobody would get anything back is none: ask for more at once."""
