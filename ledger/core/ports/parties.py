"""The sub-book of parties and their keys."""

from __future__ import annotations

from typing import Protocol

from ledger.core.records.parties import (
    Device,
    FeeTerms,
    GuestPass,
    Invitation,
    Merchant,
    PartyStatus,
    Payer,
    Terminal,
)
from ledger.protocol.identifiers import DeviceId, PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.signing.directory import KeyRecord


class DirectoryBook(Protocol):
    """Who is who. Adding something that is already there raises ``InvariantBroken``."""

    def merchant(self, merchant_id: str) -> Merchant | None:
        """Find a merchant."""

    def merchants(self) -> list[Merchant]:
        """List the merchants by id."""

    def merchant_with_skeleton(self, skeleton: str) -> str | None:
        """Find the id of the merchant one of whose names has this skeleton (``parties.names``)."""

    def add_merchant(self, merchant: Merchant, skeletons: frozenset[str]) -> None:
        """Add a merchant with the skeletons of its names, each unique among all merchants."""

    def set_merchant_status(self, merchant_id: str, status: PartyStatus) -> None:
        """Block a merchant or let it go on."""

    def fee_terms(self, merchant_id: str, instant: Instant) -> FeeTerms | None:
        """Find the row of a merchant's fee table that holds at an instant."""

    def fee_table(self, merchant_id: str) -> list[FeeTerms]:
        """List all rows of a merchant's fee table, in the order they begin."""

    def add_fee_terms(self, terms: FeeTerms) -> None:
        """Add a row to a merchant's fee table; no two begin at the same instant."""

    def terminal(self, merchant_id: str, terminal_id: str) -> Terminal | None:
        """Find a terminal."""

    def terminals(self, merchant_id: str) -> list[Terminal]:
        """List a merchant's terminals by id."""

    def add_terminal(self, terminal: Terminal) -> None:
        """Add a terminal."""

    def payer(self, payer_id: PayerId) -> Payer | None:
        """Find a payer."""

    def payers(self) -> list[Payer]:
        """List the payers by id."""

    def add_payer(self, payer: Payer) -> None:
        """Add a payer."""

    def set_payer_status(self, payer_id: PayerId, status: PartyStatus) -> None:
        """Block a payer or let them go on."""

    def device(self, device_id: DeviceId) -> Device | None:
        """Find a device."""

    def device_of_key(self, key_id: str) -> Device | None:
        """Find the device a key belongs to."""

    def add_device(self, device: Device) -> None:
        """Add a device."""

    def key(self, key_id: str) -> KeyRecord | None:
        """Find a key."""

    def published_keys(self) -> list[KeyRecord]:
        """List the keys of the ledger and of all merchants, in the order they were added."""

    def add_key(self, record: KeyRecord) -> None:
        """Add a key; its id and its public key are both unique."""

    def replace_key(self, record: KeyRecord) -> None:
        """Put a key's new status and period in place of the old."""

    def invitation(self, token_digest: str) -> Invitation | None:
        """Find an invitation by the SHA-256 of its token."""

    def add_invitation(self, invitation: Invitation) -> None:
        """Add an invitation."""

    def use_invitation(self, token_digest: str, key_id: str) -> None:
        """Note which key used an invitation; a used one raises ``InvariantBroken``."""

    def guest_pass(self, token_digest: str) -> GuestPass | None:
        """Find a guest pass by the SHA-256 of its token."""

    def guest_pass_in(self, currency: str) -> GuestPass | None:
        """Find the oldest guest pass of a currency."""

    def add_guest_pass(self, given: GuestPass) -> None:
        """Add a guest pass."""

    def use_guest_pass(self, token_digest: str) -> bool:
        """Count one more guest; False where the pass has let in as many as it may."""
