"""Bodies about who takes part: merchants, terminals, payers, devices and everybody's keys."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from ledger.protocol.identifiers import DeviceId, PayerId
from ledger.protocol.native_wire.basics import (
    Base64Url,
    CurrencyCode,
    LanguageNames,
    Request,
    View,
)
from ledger.protocol.signing import Algorithm


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
