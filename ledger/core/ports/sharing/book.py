"""What the core asks of a store about receivers and shares."""

from __future__ import annotations

from typing import Protocol

from ledger.core.records.sharing import Receiver, Share
from ledger.protocol.identifiers import PaymentId
from ledger.protocol.instants import Instant


class SharingBook(Protocol):
    """Receivers and shares; adding what is there raises ``InvariantBroken``."""

    def receiver(self, merchant_id: str, receiver_id: str) -> Receiver | None:
        """Find a merchant's receiver."""

    def receivers(self, merchant_id: str) -> list[Receiver]:
        """List a merchant's receivers, those bound first before the others."""

    def bind(self, receiver: Receiver) -> None:
        """Keep a receiver, in place of what was kept of it before."""

    def unbind(self, merchant_id: str, receiver_id: str) -> None:
        """Forget a receiver, if there is one; its shares stay."""

    def shares(self, payment_id: PaymentId) -> list[Share]:
        """List a payment's shares and what came back of them, oldest first."""

    def share(self, share_no: str) -> Share | None:
        """Find a share by its number."""

    def shared_between(self, merchant_id: str, since: Instant, until: Instant) -> list[Share]:
        """List what was shared, or came back, of a merchant's payments from ``since`` to ``until``.

        ``until`` is exclusive; oldest first.
        """

    def received_between(self, receiver_id: str, since: Instant, until: Instant) -> list[Share]:
        """List the shares in which a receiver has a part, like ``shared_between``."""

    def add(self, share: Share) -> None:
        """Add a share with its parts."""
