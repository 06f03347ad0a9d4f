"""What the till asks of an acquirer, as it is stored before it is asked.

An ``Attempt`` is one attempt to collect a sale: one payment, named by the till itself
(``pay_`` + request id), and how far its collection is. A ``Refund`` gives back all or a part of
what an attempt collected, under the till's own number. The idempotency keys are derived from those
names, so what is stored always goes out under the same key, however often.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.protocol.identifiers import PaymentId, body_of
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import RefundState
from ledger.protocol.messages import Intent, PaymentRequest, Signed, decode
from ledger.protocol.money import Money
from pos.collect import Collection, Phase


class Profile(StrEnum):
    """Which kind of code is shown: signed EMVCo code, signed link, sticker.

    None of these when the payer's code is read, and for a code that the acquirer issued.
    """

    SIGNED = "S"
    LINK = "L"
    STICKER = "T"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to collect a sale.

    ``request`` is None where nothing is requested, since the payer begins what is paid by a sticker
    or a self-contained code.

    ``code`` is the text of the code that is shown, empty until the acquirer has issued it, and when
    the payer's code was read; that one is used once and never stored.
    """

    payment_id: PaymentId
    sale_id: str
    merchant_order_no: str
    amount: Money
    request: Signed | None
    profile: Profile
    code: str
    created_at: Instant
    expires_at: Instant
    collection: Collection

    @property
    def shown_code(self) -> str | None:
        """The code to show now: not before the provider knows the payment, not after its end."""
        return self.code if self.code and self.collection.phase is Phase.WAITING else None

    @property
    def is_deposit(self) -> bool:
        """Whether the payer was asked to leave a deposit, not to pay."""
        if self.request is None:
            return False
        return decode(PaymentRequest, self.request.text).intent is Intent.DEPOSIT

    @property
    def request_key(self) -> str:
        """The idempotency key of the payment request."""
        return f"request-{body_of(self.payment_id)}"

    def capture_key(self, amount: Money) -> str:
        """Give the idempotency key of taking this much of a deposit."""
        return f"capture-{amount.minor_units}-{body_of(self.payment_id)}"

    @property
    def release_key(self) -> str:
        """The idempotency key of giving the deposit back."""
        return f"release-{body_of(self.payment_id)}"

    @property
    def reversal_key(self) -> str:
        """The idempotency key of its reversal."""
        return f"reverse-{body_of(self.payment_id)}"


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund.

    ``asked_key``: the key under which the shop asked the till for it, if any;
    ``asked_reason``: what the shop said it is for.

    While PROCESSING it is due at ``due_at`` and ``calls`` have been made; then ``refund_id`` is the
    provider's name for it, or ``reason`` says why it FAILED.
    """

    merchant_refund_no: str
    sale_id: str
    payment_id: PaymentId
    amount: Money
    asked_key: str
    state: RefundState
    created_at: Instant
    due_at: Instant
    calls: int = 0
    refund_id: str = ""
    reason: str = ""
    asked_reason: str = ""

    @property
    def refund_key(self) -> str:
        """The idempotency key of the refund."""
        return f"refund-{self.merchant_refund_no}"
