"""Bodies about a payer's own data: the export of all of it, and its end."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ledger.protocol.identifiers import DeviceId, PayerId, PaymentId
from ledger.protocol.messages import FundingSource
from ledger.protocol.native_wire.basics import CurrencyCode, InstantText, SignedText, View
from ledger.protocol.native_wire.parties import EnrolledPayer
from ledger.protocol.native_wire.payments import PaymentView, QuoteView, RefundView
from ledger.protocol.signing import Algorithm, KeyStatus

SignedMinor = Annotated[
    int, Meta(description="whole minor units; plus came in, minus went out", examples=[-1295])
]


class DeviceView(View, frozen=True, kw_only=True):
    """A phone of the payer and the standing of its key."""

    device_id: DeviceId
    key_id: str
    algorithm: Algorithm
    status: KeyStatus
    enrolled_at: InstantText


class PseudonymView(View, frozen=True, kw_only=True):
    """Under which name one merchant knows the payer."""

    merchant_id: str
    ppid: str


class ExportedPayment(View, frozen=True, kw_only=True):
    """A payment and everything that belongs to it.

    ``basket_hash`` is all the provider knows of the goods, ``code_digest`` of the code scanned.
    """

    payment: PaymentView
    basket_hash: str
    code_digest: str
    payer_amount_minor: SignedMinor | None
    payer_currency: CurrencyCode | None
    quote: QuoteView | None
    consent: SignedText | None
    refunds: list[RefundView]
    receipts: list[SignedText]


class MovementView(View, frozen=True, kw_only=True):
    """One posting on an account of the payer's."""

    entry_id: str
    kind: str
    booked_at: InstantText
    payment_id: PaymentId | None
    note: str
    account_id: str
    amount_minor: SignedMinor
    currency: CurrencyCode
    balance_after_minor: SignedMinor


class GrantView(View, frozen=True, kw_only=True):
    """A coupon or points the payer was given, and what is left of it.

    ``merchant_id`` is where it can be used, null for everywhere.
    """

    grant_id: str
    source: FundingSource
    amount_minor: SignedMinor
    left_minor: SignedMinor
    currency: CurrencyCode
    merchant_id: str | None
    granted_at: InstantText
    valid_until: InstantText


class RetentionView(View, frozen=True, kw_only=True):
    """What is kept for how long; ``kept_s`` null: as long as the books."""

    what: str
    kept_s: int | None
    since: str
    then: str
    because: str


class PayerExport(View, frozen=True, kw_only=True):
    """Everything the provider holds about a payer, but secrets that would only serve a thief."""

    exported_at: InstantText
    payer: EnrolledPayer
    devices: list[DeviceView]
    pseudonyms: list[PseudonymView]
    payments: list[ExportedPayment]
    movements: list[MovementView]
    grants: list[GrantView]
    retention: list[RetentionView]


class PayerErased(View, frozen=True, kw_only=True):
    """The payer is erased; ``payer_id`` leads to nobody from now on."""

    payer_id: PayerId
    erased_at: InstantText
