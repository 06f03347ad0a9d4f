"""The sub-book of what payers have spent, their own limits, and operators' decisions."""

from __future__ import annotations

from typing import Protocol

from ledger.core.records.spending import Decision, OwnLimits, Purpose
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import Instant


class SpendingBook(Protocol):
    """Running sums by payer, purpose, currency and day, so that no check adds up payments."""

    def spent(
        self, payer_id: PayerId, purpose: Purpose, currency: str, since: Instant, until: Instant
    ) -> int:
        """Sum the days that began from ``since`` to ``until``, both included, in minor units."""

    def add(
        self, payer_id: PayerId, purpose: Purpose, currency: str, day: Instant, minor_units: int
    ) -> None:
        """Add to the sum of a day; in a transaction the sum stays locked until the end."""

    def take_back(
        self, payer_id: PayerId, purpose: Purpose, currency: str, day: Instant, minor_units: int
    ) -> None:
        """Take off the sum of a day; a day that was forgotten stays so."""

    def prune(self, before: Instant) -> int:
        """Forget the days that began before then; how many rows."""

    def own_limits(self, payer_id: PayerId) -> OwnLimits | None:
        """Find the limits set for one payer."""

    def set_own_limits(self, limits: OwnLimits) -> None:
        """Keep a payer's limits in place of those kept before."""

    def add_decision(self, decision: Decision) -> None:
        """Add an operator's decision."""

    def decisions(self, party: str) -> list[Decision]:
        """List the decisions about a party, oldest first."""
