"""The sub-book of grants (coupons, points) and of what they pay of payments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ledger.core.records.funding import FundingLine, Grant
from ledger.protocol.identifiers import PayerId, PaymentId


class FundingBook(Protocol):
    """What payers were given. The lines of a payment lock it for as long as the payment may be."""

    def add_grant(self, grant: Grant) -> None:
        """Add a grant that nothing was used of."""

    def grants(self, payer_id: PayerId) -> list[Grant]:
        """List a payer's grants by id, with what is used of them.

        In a transaction nobody else uses them until it ends.
        """

    def lines(self, payment_id: PaymentId) -> list[FundingLine]:
        """List what grants pay of a payment, by number."""

    def add_lines(self, lines: Sequence[FundingLine]) -> None:
        """Lock what grants are to pay of a payment."""

    def drop_lines(self, payment_id: PaymentId) -> None:
        """Let go of what was locked for a payment that somebody else may pay now."""

    def give_back(self, line: FundingLine) -> None:
        """Keep a line's new ``returned_minor`` in place of the old."""
