"""The sub-books of payments and of payment codes' handles."""

from __future__ import annotations

from typing import Protocol

from ledger.core.records.payments import (
    AuthorisationKept,
    Claim,
    CodeHandle,
    Payment,
    Quote,
    Refund,
    StateChange,
)
from ledger.protocol.identifiers import DeviceId, PayerId, PaymentId, QuoteId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentState


class PaymentsBook(Protocol):
    """Payments and what belongs to them; adding what is there raises ``InvariantBroken``."""

    def find(self, payment_id: PaymentId) -> Payment | None:
        """Find a payment; in a transaction it stays locked until the end."""

    def by_order_no(self, merchant_id: str, merchant_order_no: str) -> Payment | None:
        """Find a payment by the merchant's own number."""

    def of_payer(self, payer_id: PayerId, state: PaymentState | None, limit: int) -> list[Payment]:
        """List the payments a payer is attached to, newest first; ``state`` None means any."""

    def of_merchant(self, merchant_id: str, limit: int) -> list[Payment]:
        """List a merchant's payments, newest first."""

    def page(self, after: str, limit: int) -> list[Payment]:
        """List payments of all merchants by id, those behind ``after`` (empty: from the first)."""

    def unpaid_past(self, now: Instant, limit: int) -> list[Payment]:
        """List payments that wait for their payer though ``expires_at`` is not after ``now``."""

    def held(self, limit: int) -> list[Payment]:
        """List the deposits that are HELD, the one that ends first before the others."""

    def held_past(self, now: Instant, limit: int) -> list[Payment]:
        """List the deposits that are HELD though ``hold_until`` is not after ``now``."""

    def paid_before(self, instant: Instant, limit: int) -> list[Payment]:
        """List payments that are PAID since before an instant."""

    def add(self, payment: Payment) -> None:
        """Add a payment; its id and its order number at the merchant are unique."""

    def replace(self, before: Payment, after: Payment) -> None:
        """Put ``after`` in place of ``before``, the next version of it.

        Raises ``OrderState`` where ``before`` is no longer the version that is kept.
        """

    def history(self, payment_id: PaymentId) -> list[StateChange]:
        """List the steps of a payment's lifecycle in order."""

    def add_step(self, step: StateChange) -> None:
        """Add the next step; its number is unique in its payment."""

    def claim(self, payment_id: PaymentId) -> Claim | None:
        """Find the claim on a payment."""

    def set_claim(self, claim: Claim) -> None:
        """Keep a claim in place of an older one on the same payment."""

    def drop_claim(self, payment_id: PaymentId) -> None:
        """Forget a claim."""

    def quote(self, quote_id: QuoteId) -> Quote | None:
        """Find a quote."""

    def add_quote(self, quote: Quote) -> None:
        """Add a quote."""

    def authorisation(self, payment_id: PaymentId) -> AuthorisationKept | None:
        """Find the consent a payment was captured or held with."""

    def add_authorisation(self, kept: AuthorisationKept) -> None:
        """Add a consent; there is one for a payment, and each is used once."""

    def refund(self, merchant_id: str, merchant_refund_no: str) -> Refund | None:
        """Find a refund by the merchant's own number."""

    def refunds(self, payment_id: PaymentId) -> list[Refund]:
        """List the refunds of a payment, oldest first."""

    def add_refund(self, refund: Refund) -> None:
        """Add a refund; its number is unique at its merchant."""

    def replace_refund(self, refund: Refund) -> None:
        """Put what became of a refund in place: its state, and its parts as they were given."""


class CodesBook(Protocol):
    """The one-time handles behind payment codes, and merchants' wrong guesses."""

    def find(self, handle: str) -> CodeHandle | None:
        """Find a handle; in a transaction it stays locked until the end."""

    def of_device(self, device_id: DeviceId) -> list[CodeHandle]:
        """List the handles of a device that can still be used, oldest first."""

    def add(self, handle: CodeHandle) -> None:
        """Add a handle."""

    def replace(self, handle: CodeHandle) -> None:
        """Put a handle's new state in place of the old."""

    def add_miss(self, merchant_id: str, handle: str, now: Instant) -> None:
        """Note that a merchant presented a code with this handle that does not hold."""

    def misses(self, merchant_id: str, since: Instant) -> int:
        """Count a merchant's misses since then."""

    def misses_at(self, handle: str, since: Instant) -> int:
        """Count all merchants' misses at a handle since then.

        In a transaction nobody else counts them until it ends, so that no try goes uncounted.
        """

    def prune_misses(self, before: Instant) -> int:
        """Forget misses from before then; how many."""
