"""The sub-book of personal data: what is kept about a payer, and how it is forgotten.

What is forgotten is deleted or emptied for good; an emptied row still says that something happened.
Each ``forget_…`` does at most ``limit`` rows and tells how many, so it can be called until there is
nothing left, by whoever comes after a crash.
"""

from __future__ import annotations

from typing import Protocol

from ledger.core.records.notices import KeyedReply
from ledger.core.records.parties import Device
from ledger.core.records.personal import Movement
from ledger.protocol.identifiers import PayerId
from ledger.protocol.instants import Instant


class PersonalBook(Protocol):
    """Personal data as such."""

    def devices(self, payer_id: PayerId) -> list[Device]:
        """List a payer's devices by id."""

    def movements(self, payer_id: PayerId) -> list[Movement]:
        """List what was ever posted to a payer's accounts, oldest first."""

    def untold(self, payer_id: PayerId) -> int:
        """Count the notifications about a payer's payments that no merchant has taken yet."""

    def forget_used_codes(self, before: Instant, limit: int) -> int:
        """Delete handles that paid for a payment opened before then."""

    def forget_notifications(self, before: Instant, limit: int) -> int:
        """Empty notifications that were taken, or given up, before then; delete their attempts."""

    def forget_invitations(self, before: Instant, limit: int) -> int:
        """Delete invitations of before then that were used."""

    def forget_unpaid(self, before: Instant, limit: int) -> int:
        """Detach the payer from payments of before then that ended with nothing ever booked."""

    def forget_reasons(self, before: Instant, limit: int) -> int:
        """Empty the free text of refunds made before then."""

    def forget_consents(self, before: Instant, limit: int) -> int:
        """Empty the signed text of consents kept since before then."""

    def forget_vendor_facts(self, before: Instant, limit: int) -> int:
        """Empty what only vendors' faces need of orders and refunds made before then."""

    def replies_that_name(self, text: str) -> list[KeyedReply]:
        """List the kept replies whose body contains a text."""

    def erase(self, payer_id: PayerId, now: Instant) -> None:
        """Empty everything that tells who a payer is; their payments and entries stay.

        The profile and all secrets, the signed texts of receipts and consents, the words of
        refunds; handles, invitations, nonces, live events and replies are deleted.
        """

    def erased_since_scrub(self) -> int:
        """Count the payers who were erased since the store was last scrubbed."""

    def scrubbed(self) -> None:
        """Note that the store keeps no copy any more of what was erased so far."""
