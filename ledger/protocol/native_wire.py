"""Every body of the native API, once: what the provider's face reads is what its client writes.

One class a body. The face decodes requests into them and builds answers of them, the client does
the reverse, and the OpenAPI document is made from them. A request with a member that is not named
here is refused (``UnknownField``); an answer may grow members, which older clients ignore.

Spellings: amounts are whole minor units beside their currency (``amount_minor``, ``currency``),
instants are RFC 3339 text (``instants.from_text``), keys and secrets are base64url without padding,
states are the words of ``lifecycle``. What must be proven later to somebody else travels as
``SignedText`` inside a body; the HTTP signature around it protects the conversation only.

An annotation's ``refused_as`` names the error for a value of the wrong type, where that is not the
general ``FieldFormat``.

    >>> import msgspec
    >>> msgspec.convert({"amount_minor": 1295, "currency": "EUR", "merchant_refund_no": "R1"},
    ...                 CreateRefund)
    CreateRefund(merchant_refund_no='R1', amount_minor=1295, currency='EUR', reason=None)
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from ledger.protocol.errors.content import AmountFormat
from ledger.protocol.identifiers import (
    DeviceId,
    PayerId,
    PaymentId,
    QuoteId,
    RefundId,
    RequestId,
)
from ledger.protocol.lifecycle import NextActor, PaymentState, RefundState
from ledger.protocol.messages import Signed
from ledger.protocol.money import Money, currency
from ledger.protocol.signing import Algorithm

REFUSED_AS: Final = "refused_as"

AmountMinor = Annotated[
    int,
    Meta(
        description="whole minor units of the currency beside it (cents, yen, fils), 1 to 10^11",
        examples=[1295],
        extra={REFUSED_AS: AmountFormat},
    ),
]
TotalMinor = Annotated[int, Meta(description="a sum in whole minor units; may be 0", examples=[0])]
CurrencyCode = Annotated[str, Meta(description="ISO 4217 alphabetic code", examples=["EUR"])]
InstantText = Annotated[
    str,
    Meta(
        description="RFC 3339, UTC, exactly three decimals",
        examples=["2026-11-21T22:29:40.123Z"],
    ),
]
Base64Url = Annotated[str, Meta(description="base64url without padding (RFC 4648, section 5)")]
LanguageNames = Annotated[
    dict[str, str], Meta(description="the registered name in de, en and zh", max_length=8)
]


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body that the provider reads."""


class View(Struct, frozen=True, kw_only=True):
    """A body that the provider writes."""


# --- Signed inside ------------------------------------------------------------------------------


class SignedText(Request, frozen=True, kw_only=True):
    """A signed text message: its exact text, the key that signed it, the signature."""

    text: str
    key_id: str
    signature: Base64Url

    @classmethod
    def of(cls, message: Signed) -> SignedText:
        """Put a sealed message into a body."""
        return cls(text=message.text, key_id=message.key_id, signature=message.signature)

    @property
    def sealed(self) -> Signed:
        """The sealed message, to be opened before anything of it is believed."""
        return Signed(self.text, self.key_id, self.signature)


class Nothing(Request, frozen=True, kw_only=True):
    """An empty object: the path says it all."""


# --- Payments, as the till makes and follows them -----------------------------------------------


class PaymentView(View, frozen=True, kw_only=True):
    """A payment as its merchant and its payer may see it."""

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

    @property
    def amount(self) -> Money:
        """What is to be paid, in the merchant's currency."""
        return Money(self.amount_minor, currency(self.currency))

    @property
    def refunded(self) -> Money:
        """How much of it was given back so far."""
        return Money(self.refunded_minor, currency(self.currency))


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
    """A refund."""

    refund_id: RefundId
    payment_id: PaymentId
    merchant_refund_no: str
    amount_minor: AmountMinor
    currency: CurrencyCode
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


class PayeeView(View, frozen=True, kw_only=True):
    """Who will be paid, as registered; never what a code says."""

    merchant_id: str
    name: str
    names: LanguageNames
    city: str


class QuoteView(View, frozen=True, kw_only=True):
    """A locked exchange rate: one unit of the merchant's currency in the payer's."""

    quote_id: QuoteId
    rate: Annotated[str, Meta(description="an exact fraction num/den", examples=["125/16"])]
    rate_set_by: str
    valid_until: InstantText


class Offer(View, frozen=True, kw_only=True):
    """What the payer is asked to agree to."""

    payment: PaymentView
    payee: PayeeView
    amount_minor: AmountMinor
    currency: CurrencyCode
    payer_amount_minor: AmountMinor
    payer_currency: CurrencyCode
    quote: QuoteView | None
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
    """The payer, as the payer's own wallet may see it."""

    payer_id: PayerId
    display_name: str
    currency: CurrencyCode
    locale: str
    balance_minor: TotalMinor
    no_pin_limit_minor: TotalMinor
    no_pin_limit_currency: CurrencyCode

    @property
    def balance(self) -> Money:
        """What the payer has."""
        return Money(self.balance_minor, currency(self.currency))

    @property
    def no_pin_limit(self) -> Money:
        """Up to which amount a shown payment code is enough."""
        return Money(self.no_pin_limit_minor, currency(self.no_pin_limit_currency))


class PaymentCodeHandles(View, frozen=True, kw_only=True):
    """A pool of one-time handles, to make payment codes from while offline."""

    handles: list[Annotated[str, Meta(description="ten digits")]]


# --- Parties and keys ---------------------------------------------------------------------------


class EnrolKey(Request, frozen=True, kw_only=True):
    """A one-time token from the operator, and the public key that shall stand for its holder."""

    token: str
    algorithm: Algorithm
    public_key: Base64Url


class MerchantView(View, frozen=True, kw_only=True):
    """A merchant as registered."""

    merchant_id: str
    name: str
    names: LanguageNames
    city: str
    country: Annotated[str, Meta(description="ISO 3166-1 alpha-2", examples=["DE"])]
    postal_code: str
    mcc: Annotated[str, Meta(description="ISO 18245 merchant category", examples=["5912"])]
    currency: CurrencyCode


class TerminalView(View, frozen=True, kw_only=True):
    """A till of a merchant."""

    terminal_id: str
    label: str
    store_label: str


class TerminalEnrolled(View, frozen=True, kw_only=True):
    """The till's key is registered; this is who the till now is."""

    key_id: str
    merchant: MerchantView
    terminal: TerminalView


class EnrolledPayer(View, frozen=True, kw_only=True):
    """Whose device it is."""

    payer_id: PayerId
    display_name: str
    currency: CurrencyCode
    locale: str


class DeviceEnrolled(View, frozen=True, kw_only=True):
    """The device's key is registered; ``code_secret`` (32 bytes) makes its payment codes."""

    device_id: DeviceId
    key_id: str
    payer: EnrolledPayer
    code_secret: Base64Url


class KeySet(View, frozen=True, kw_only=True):
    """The key directory as a JSON Web Key Set; ``signing.from_jwks`` reads it.

    Other kinds of keys have other members (RFC 7517, section 4), so these are not spelt out.
    """

    keys: list[dict[str, Any]]


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


class NotificationDelivery(Request, frozen=True, kw_only=True):
    """What the provider posts to the merchant's registered address, at least once."""

    notification: SignedText
    receipt: SignedText | None = None
