"""One payment and everything that belongs to it.

A ``Payment`` is the merchant's request plus where it stands. A ``Claim`` ties it to the payer who
scanned it, a ``Quote`` locks an exchange rate for that claim, a ``Refund`` gives a part back, and
each ``StateChange`` is one step of its history, which is only ever added to.
"""

from __future__ import annotations

from ledger.protocol.identifiers import DeviceId, PayerId, PaymentId, QuoteId, RefundId
from ledger.protocol.instants import Instant
from ledger.protocol.lifecycle import PaymentCodeState, PaymentEvent, PaymentState, RefundState
from ledger.protocol.messages import Intent, Presented
from ledger.protocol.money import Money
from ledger.protocol.records import record

_CODE_HEAD = "000201"
"""How every code in EMVCo's form begins; a request begins with its type."""


@record(frozen=True, slots=True)
class Payment:
    """One request for one amount, and its one lifecycle.

    ``request_text`` is the merchant's request exactly as signed; it decides whether a repeated
    request is the same one. Of a payment that its code opened, it is that code. ``payer_id`` is who
    is attached: set by a scan, taken back by a release. ``captured`` is what the merchant was paid
    of ``amount``, all of it but for a deposit, and ``payer_amount`` what the payer paid for it, in
    the payer's currency; they and ``paid_at`` are None until the payment is paid. A deposit is held
    until ``hold_until`` (exclusive), which is
    None for a sale. ``refunded`` counts in the merchant's currency,
    ``payer_refunded_minor`` in the payer's. ``fee_minor`` is what the merchant pays us for it, in
    the merchant's currency, and ``fee_returned_minor`` how much of that went back with refunds.
    ``discount_minor`` is what the merchant's own coupon took off: of ``captured``, that was not
    settled with the merchant, and ``discount_returned_minor`` is the part of it that fell on
    refunds, which therefore cost the merchant less than they gave back of the price.
    ``version`` is the number of its last state change.
    """

    payment_id: PaymentId
    merchant_id: str
    terminal_id: str
    merchant_order_no: str
    amount: Money
    subject: str
    basket_hash: str
    presented: Presented
    request_text: str
    state: PaymentState
    created_at: Instant
    expires_at: Instant
    refunded: Money
    payer_id: PayerId | None = None
    payer_amount: Money | None = None
    payer_refunded_minor: int = 0
    fee_minor: int = 0
    fee_returned_minor: int = 0
    discount_minor: int = 0
    discount_returned_minor: int = 0
    paid_at: Instant | None = None
    intent: Intent = Intent.SALE
    hold_until: Instant | None = None
    captured: Money | None = None
    version: int = 1

    @property
    def fee(self) -> Money:
        """What the merchant pays us for it, as money."""
        return Money(self.fee_minor, self.amount.currency)

    @property
    def is_opened_by_code(self) -> bool:
        """Whether the till showed a code whose payment we did not know, and a payer paid it."""
        return self.presented is Presented.MERCHANT and self.request_text.startswith(_CODE_HEAD)

    @property
    def discount(self) -> Money:
        """What the merchant's own coupon took off, as money."""
        return Money(self.discount_minor, self.amount.currency)

    @property
    def is_tombstone(self) -> bool:
        """Whether this only marks an id that was reversed before its request arrived."""
        return self.amount.minor_units == 0


@record(frozen=True, slots=True)
class Claim:
    """The payer who scanned, and what was scanned; others wait until ``claimed_until``.

    ``code_digest`` is the SHA-256 (hexadecimal) of the scanned text, empty for a payment code.
    """

    payment_id: PaymentId
    payer_id: PayerId
    payer_amount: Money
    quote_id: QuoteId | None
    code_digest: str
    claimed_at: Instant
    claimed_until: Instant


@record(frozen=True, slots=True)
class Rate:
    """How many minor units of one currency a minor unit of another is worth, as a whole fraction.

    ``set_by`` says whose rate it is, so that a payer can compare; ``spread_bps`` how many basis
    points above the middle rate it lies, which ``set_by`` says too.

        >>> str(Rate(125, 16, "sandbox"))
        '125/16'
    """

    numerator: int
    denominator: int
    set_by: str
    spread_bps: int = 0

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@record(frozen=True, slots=True)
class Quote:
    """An exchange rate locked for one payer and one payment until ``valid_until`` (exclusive)."""

    quote_id: QuoteId
    payment_id: PaymentId
    payer_id: PayerId
    amount: Money
    payer_amount: Money
    rate: Rate
    created_at: Instant
    valid_until: Instant


@record(frozen=True, slots=True)
class AuthorisationKept:
    """The payer's signed consent, kept as evidence: the text, who signed it, and how.

    The three are empty when it was kept for long enough.
    """

    authorisation_id: str
    payment_id: PaymentId
    payer_id: PayerId
    device_id: DeviceId
    text: str
    key_id: str
    signature: str
    kept_at: Instant


@record(frozen=True, slots=True)
class Refund:
    """A part of a paid payment given back, under the merchant's own number.

    ``fee_minor`` is the part of the payment's fee that the merchant gets back with it,
    ``discount_minor`` what of it falls on the merchant's own coupon, which nobody gives back.
    """

    refund_id: RefundId
    payment_id: PaymentId
    merchant_id: str
    merchant_refund_no: str
    amount: Money
    payer_amount: Money
    reason: str
    state: RefundState
    created_at: Instant
    fee_minor: int = 0
    discount_minor: int = 0

    @property
    def fee(self) -> Money:
        """The part of the fee that goes back with it, as money."""
        return Money(self.fee_minor, self.amount.currency)


@record(frozen=True, slots=True)
class StateChange:
    """One step of a payment's history; the first one has no event and no state before it."""

    payment_id: PaymentId
    number: int
    event: PaymentEvent | None
    state_before: PaymentState | None
    state_after: PaymentState
    happened_at: Instant


@record(frozen=True, slots=True)
class CodeHandle:
    """A one-time handle behind a payment code: ten random digits that say nothing of the payer."""

    handle: str
    device_id: DeviceId
    payer_id: PayerId
    state: PaymentCodeState
    issued_at: Instant
    payment_id: PaymentId | None = None
