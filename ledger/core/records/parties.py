"""Who takes part: merchants with their terminals, payers with their devices, and invitations.

Keys are not here: a key is a ``KeyRecord`` of ``ledger.protocol.signing.directory``, whose owner
is one of ``"ledger"``, ``"merchant:M2088DEMO000001"`` and ``"device:dev_…"``.
"""

from __future__ import annotations

from enum import StrEnum

from ledger.protocol.identifiers import DeviceId, PayerId
from ledger.protocol.instants import Instant
from ledger.protocol.money import Currency
from ledger.protocol.records import record
from ledger.protocol.signing.directory import merchant_owner


class PartyStatus(StrEnum):
    """Whether a merchant may take payments, or a payer make them. Only a payer is ever erased."""

    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"
    ERASED = "ERASED"


@record(frozen=True, slots=True)
class Names:
    """A merchant's display name in the three languages of the screens."""

    de: str
    en: str
    zh: str


@record(frozen=True, slots=True)
class Merchant:
    """A shop as registered; a wallet shows these names, never the ones a code carries.

    ``name`` and ``city`` are what the merchant's codes and receipts carry (EMVCo 59 and 60: at
    most 25 and 15 printable ASCII characters), ``mcc`` the category (ISO 18245), ``country`` two
    letters (ISO 3166-1). ``notify_url`` is empty where nobody listens.
    """

    merchant_id: str
    name: str
    names: Names
    city: str
    country: str
    mcc: str
    postal_code: str
    currency: Currency
    notify_url: str = ""
    status: PartyStatus = PartyStatus.ACTIVE

    @property
    def owner(self) -> str:
        """How keys and live events name this merchant."""
        return merchant_owner(self.merchant_id)


@record(frozen=True, slots=True)
class FeeTerms:
    """A row of the fee table: what a merchant pays us for a sale from ``valid_from`` on.

    ``bps`` are basis points of the sale (60 are 0.60 %); the bounds are minor units of the
    merchant's currency, ``maximum_minor`` None where there is no upper one.
    """

    merchant_id: str
    valid_from: Instant
    bps: int
    minimum_minor: int = 0
    maximum_minor: int | None = None


@record(frozen=True, slots=True)
class Terminal:
    """One till of a merchant, and the words on it and on its shop."""

    merchant_id: str
    terminal_id: str
    label: str
    store_label: str


@record(frozen=True, slots=True)
class Payer:
    """A person with a wallet. ``pairwise_secret`` (32 bytes) makes a different id per merchant.

    Of one who was erased only id and currency are left.
    """

    payer_id: PayerId
    display_name: str
    currency: Currency
    locale: str
    pairwise_secret: bytes
    status: PartyStatus = PartyStatus.ACTIVE

    def __repr__(self) -> str:
        return f"Payer({self.payer_id}, {self.display_name!r})"


@record(frozen=True, slots=True)
class Device:
    """A payer's phone. ``code_secret`` (32 bytes) proves the payment codes it shows."""

    device_id: DeviceId
    payer_id: PayerId
    key_id: str
    code_secret: bytes
    enrolled_at: Instant

    def __repr__(self) -> str:
        return f"Device({self.device_id} of {self.payer_id})"


@record(frozen=True, slots=True)
class Invitation:
    """A one-time token that lets a new key in, for one terminal or for one payer.

    Only the SHA-256 of the token is kept (``token_digest``, hexadecimal). ``key_id`` is the key
    that used it, None while it is unused.
    """

    token_digest: str
    created_at: Instant
    merchant_id: str = ""
    terminal_id: str = ""
    payer_id: PayerId | None = None
    key_id: str | None = None


@record(frozen=True, slots=True)
class GuestPass:
    """A token that lets strangers in, each as a new payer with so much play money.

    Only the SHA-256 of the token is kept. ``guests`` of ``guests_most`` were let in so far.
    """

    token_digest: str
    currency: Currency
    amount_minor: int
    guests_most: int
    guests: int
    created_at: Instant


def payer_audience(payer_id: str) -> str:
    """Name a payer as the audience of live events."""
    return f"payer:{payer_id}"
