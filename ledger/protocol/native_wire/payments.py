"""Bodies of payments: as the till makes them, the wallet meets them, and both are told of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ledger.protocol.identifiers import PayerId, PaymentId, QuoteId, RefundId, RequestId
from ledger.protocol.lifecycle import NextActor, PaymentState, RefundState
from ledger.protocol.messages import FundingSource, Intent
from ledger.protocol.money import Money, currency
from ledger.protocol.native_wire.basics import (
    AmountMinor,
    CurrencyCode,
    InstantText,
    LanguageNames,
    Request,
    SignedText,
    TotalMinor,
    View,
)

# --- Payments, as the till makes and follows them -----------------------------------------------


class PaymentView(View, frozen=True, kw_only=True, omit_defaults=True):
    """A payment as its merchant and its payer may see it.

    What the merchant pays the provider, ``fee_minor``, and how much of that went back with refunds
    are the merchant's business: a payer's view does not have them. ``discount_minor`` is what the
    merchant's own coupon took off: what is settled is ``amount_minor`` without it. It is there
    where there was one, for the merchant alone. A deposit's view says so (``intent``), until when
    it is held at most, and how much of it was captured once it was.
    """

    payment_id: PaymentId
    merchant_id: str
    terminal_id: str
    merchant_order_no: str
    amount_minor: AmountMinor
    currency: CurrencyCode
    state: PaymentState
    next_actor: NextActor
    presented: Annotated[str, Meta(description="who showed the code: merchant, consumer, sticker")]
    subject: str
    created_at: InstantText
    expires_at: InstantText
    paid_at: InstantText | None
    refunded_minor: TotalMinor
    fee_minor: TotalMinor | None = None
    fee_returned_minor: TotalMinor | None = None
    discount_minor: TotalMinor | None = None
    intent: Intent = Intent.SALE
    hold_until: InstantText | None = None
    captured_minor: TotalMinor | None = None

    @property
    def amount(self) -> Money:
        """What is to be paid, in the merchant's currency."""
        return Money(self.amount_minor, currency(self.currency))

    @property
    def discount(self) -> Money:
        """What the merchant's own coupon took off: nothing, if there was none."""
        return Money(self.discount_minor or 0, currency(self.currency))

    @property
    def captured(self) -> Money | None:
        """How much of a deposit was captured, None until it was; of a sale, None."""
        if self.captured_minor is None:
            return None
        return Money(self.captured_minor, currency(self.currency))

    @property
    def refunded(self) -> Money:
        """How much of it was given back so far."""
        return Money(self.refunded_minor, currency(self.currency))


class CaptureDeposit(Request, frozen=True, kw_only=True):
    """Take this much of a held deposit; the rest goes back to the payer at once."""

    amount_minor: AmountMinor
    currency: CurrencyCode


class CreatePayment(Request, frozen=True, kw_only=True):
    """A signed payment request; with the payer's payment code when the till scanned one."""

    request: SignedText
    payment_code: str | None = None


class ReversePayment(Request, frozen=True, kw_only=True):
    """Undo an attempt. One that the provider has never seen is refused should it still come.

    It is answered with a payment of nothing (``amount_minor`` 0), REVERSED.
    """

    merchant_order_no: str


class PaymentResult(View, frozen=True, kw_only=True):
    """A payment after something happened to it, with the receipt if money moved."""

    payment: PaymentView
    receipt: SignedText | None


class Payments(View, frozen=True, kw_only=True):
    """The payments that were asked for, newest first."""

    payments: list[PaymentView]


class CreateRefund(Request, frozen=True, kw_only=True):
    """Give back all or part of a payment; the merchant's own number makes it happen once."""

    merchant_refund_no: str
    amount_minor: AmountMinor
    currency: CurrencyCode
    reason: str | None = None


class RefundView(View, frozen=True, kw_only=True):
    """A refund. ``fee_minor`` is the part of the payment's fee that the merchant gets back.

    ``discount_minor`` falls on the merchant's own coupon: the merchant gives back the rest.
    """

    refund_id: RefundId
    payment_id: PaymentId
    merchant_refund_no: str
    amount_minor: AmountMinor
    currency: CurrencyCode
    discount_minor: TotalMinor
    fee_minor: TotalMinor
    state: RefundState
    reason: str | None
    created_at: InstantText

    @property
    def amount(self) -> Money:
        """What was given back, in the merchant's currency."""
        return Money(self.amount_minor, currency(self.currency))


class RefundResult(View, frozen=True, kw_only=True):
    """A refund that was made, the payment after it, and the receipt."""

    refund: RefundView
    payment: PaymentView
    receipt: SignedText


class Refunds(View, frozen=True, kw_only=True):
    """The refunds of a payment, oldest first."""

    refunds: list[RefundView]


RECEIPTS_AT_MOST: Final = 100
"""How many receipts one answer lists of a payer's; the query ``before`` asks for older ones."""


class Receipts(View, frozen=True, kw_only=True):
    """Signed receipts, oldest first."""

    receipts: list[SignedText]


# --- Payments, as the wallet meets them ---------------------------------------------------------


class ClaimPayment(Request, frozen=True, kw_only=True):
    """The code that was scanned, exactly as it was read."""

    code: str


class ClaimSticker(Request, frozen=True, kw_only=True):
    """A sticker's code and what the payer typed; ``request_id`` is the wallet's, as a till's is."""

    code: str
    amount_minor: AmountMinor
    currency: CurrencyCode
    request_id: RequestId


class ClaimCode(Request, frozen=True, kw_only=True):
    """A code that names no payment of its own, exactly as it was read."""

    code: str


class PayeeView(View, frozen=True, kw_only=True):
    """Who will be paid, as registered; never what a code says."""

    merchant_id: str
    name: str
    names: LanguageNames
    city: str


class QuoteView(View, frozen=True, kw_only=True):
    """A locked exchange rate: one unit of the merchant's currency in the payer's.

    ``rate_spread_bps`` is how many basis points it lies above the middle rate.
    """

    quote_id: QuoteId
    rate: Annotated[str, Meta(description="an exact fraction num/den", examples=["125/16"])]
    rate_set_by: str
    rate_spread_bps: int
    valid_until: InstantText


class FundingView(View, frozen=True, kw_only=True):
    """What coupons, or points, pay of a price, in its currency; merchants' coupons take it off."""

    source: FundingSource
    amount_minor: AmountMinor


class Offer(View, frozen=True, kw_only=True):
    """What the payer is asked to agree to; ``payer_amount_minor`` is without what others fund."""

    payment: PaymentView
    payee: PayeeView
    amount_minor: AmountMinor
    currency: CurrencyCode
    payer_amount_minor: AmountMinor
    payer_currency: CurrencyCode
    quote: QuoteView | None
    funding: list[FundingView]
    needs_pin: bool
    claimed_until: InstantText

    @property
    def amount(self) -> Money:
        """What the merchant asks for."""
        return Money(self.amount_minor, currency(self.currency))

    @property
    def payer_amount(self) -> Money:
        """What the payer will pay, in the payer's currency."""
        return Money(self.payer_amount_minor, currency(self.payer_currency))


class AuthorisePayment(Request, frozen=True, kw_only=True):
    """The payer's consent, signed on the payer's device."""

    authorisation: SignedText


class PayerView(View, frozen=True, kw_only=True):
    """The payer, as the payer's own wallet may see it.

    ``balance_minor`` can be spent; ``held_minor`` are deposits, beside it and not part of it. Up to
    ``no_pin_limit_minor`` may be paid without the PIN at once, and ``no_pin_left_minor`` today.
    """

    payer_id: PayerId
    display_name: str
    currency: CurrencyCode
    locale: str
    balance_minor: TotalMinor
    held_minor: TotalMinor
    no_pin_limit_minor: TotalMinor
    no_pin_left_minor: TotalMinor
    no_pin_limit_currency: CurrencyCode

    @property
    def balance(self) -> Money:
        """What the payer can spend."""
        return Money(self.balance_minor, currency(self.currency))

    @property
    def held(self) -> Money:
        """What of the payer's money is held as deposits."""
        return Money(self.held_minor, currency(self.currency))

    @property
    def no_pin_limit(self) -> Money:
        """Up to which amount a shown payment code is enough."""
        return Money(self.no_pin_limit_minor, currency(self.no_pin_limit_currency))

    @property
    def no_pin_left(self) -> Money:
        """How much of what may be paid without the PIN in a day is left of today's."""
        return Money(self.no_pin_left_minor, currency(self.no_pin_limit_currency))


class PaymentCodeHandles(View, frozen=True, kw_only=True):
    """A pool of one-time handles, to make payment codes from while offline."""

    handles: list[Annotated[str, Meta(description="ten digits")]]


# --- Told, not asked ----------------------------------------------------------------------------


class EventView(View, frozen=True, kw_only=True):
    """Something happened: a hint to look, since a stream carries no signature. Query before acting.

    ``event_id`` grows; asking for events after the last one seen misses none.
    """

    event_id: int
    event: str
    payment_id: PaymentId
    merchant_order_no: str
    state: PaymentState
    occurred_at: InstantText


NOTIFICATIONS_MOST: Final = 64
"""How many notifications may come in one delivery."""

TAKEN: Final = "success"
"""How a till answers a notification that it has, as Alipay has it."""


class NotificationDelivery(Request, frozen=True, kw_only=True):
    """One notification, with the receipt where money moved."""

    notification: SignedText
    receipt: SignedText | None = None


class NotificationDeliveries(Request, frozen=True, kw_only=True):
    """What the provider posts to the merchant's registered address, each at least once."""

    notifications: Annotated[
        list[NotificationDelivery],
        Meta(
            description="1 to 64, the longest waiting first",
            min_length=1,
            max_length=NOTIFICATIONS_MOST,
        ),
    ]


class NotificationAnswers(View, frozen=True, kw_only=True):
    """What the till says to each, in the same sequence: ``success``, or the code of the refusal."""

    answers: list[str]

    @classmethod
    def read(cls, body: bytes, count: int) -> Sequence[str]:
        """Read an answer for each of so many; nothing from what is no such answer."""
        try:
            answers = msgspec.json.decode(body, type=cls).answers
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ()
        return answers if len(answers) == count else ()
