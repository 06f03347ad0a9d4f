"""Grants (coupons and points of a payer), and the lines by which they pay a part of a price."""

from __future__ import annotations

from ledger.protocol.identifiers import PayerId, PaymentId
from ledger.protocol.instants import Instant
from ledger.protocol.messages import FundingSource
from ledger.protocol.records import record


@record(frozen=True, slots=True)
class Grant:
    """What a payer was given, in minor units of ``currency``, until ``valid_until`` (exclusive).

    ``merchant_id`` is where it can be used, empty for everywhere; a merchant's own coupon is for
    that merchant. ``used_minor`` is what payments
    use of it that are under way or paid, and ``returned_minor`` what of that was refunded.
    """

    grant_id: str
    payer_id: PayerId
    source: FundingSource
    amount_minor: int
    currency: str
    merchant_id: str
    granted_at: Instant
    valid_until: Instant
    used_minor: int = 0
    returned_minor: int = 0

    @property
    def left_minor(self) -> int:
        """What can still be used of it: a coupon is used once, points come back when refunded."""
        if self.source is FundingSource.POINTS:
            return self.amount_minor - self.used_minor + self.returned_minor
        return 0 if self.used_minor else self.amount_minor


@record(frozen=True, slots=True)
class FundingLine:
    """What a grant pays of one payment, and what of it went back, in minor units of the price."""

    payment_id: PaymentId
    number: int
    grant_id: str
    source: FundingSource
    amount_minor: int
    returned_minor: int = 0
