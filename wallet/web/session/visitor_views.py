"""What the API answers to the wallet's own pages."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ledger.protocol.identifiers import payment_id_of
from ledger.protocol.instants import later, to_text
from ledger.protocol.merchant_qr import SignedCode, StickerCode
from ledger.protocol.native_wire import DeviceEnrolled
from ledger.protocol.payment_code import WINDOW_MS, PaymentCode
from ledger.protocol.signing import b64url
from wallet.visitors.relay import SignedAnswer


class CodeAheadView(Struct, frozen=True):
    """The digits of one minute, this one's or one to come."""

    digits: str
    valid_from: str
    valid_until: str


class SessionView(Struct, frozen=True):
    """Which wallet a browser has: ``guest``, ``browser`` (its key is there), or none.

    ``sandbox`` says that its pages have the sandbox card, ``has_trust_page`` that the door in front
    tells how a device learns to believe its certificate (``/trust``).
    """

    kind: str
    name: str
    demo_pin: str
    currencies: list[str]
    now: str
    sandbox: bool
    has_trust_page: bool


def code_ahead(code: PaymentCode) -> CodeAheadView:
    """Show the digits of one minute."""
    return CodeAheadView(
        digits=code.text,
        valid_from=to_text(later(code.valid_until, -WINDOW_MS)),
        valid_until=to_text(code.valid_until),
    )


class EnrolledView(Struct, frozen=True):
    """What a browser has to know of its own wallet; ``code_secret`` is told this once."""

    device_id: str
    key_id: str
    payer_id: str
    currency: str
    code_secret: str
    ledger_url: str


class AnswerView(Struct, frozen=True):
    """What the provider answered, word for word, with what its signature needs."""

    status: int
    headers: Mapping[str, str]
    body: str


class CodeView(Struct, frozen=True):
    """What a verified code asks for; null where a sticker leaves it open."""

    merchant_id: str
    payment_id: str | None
    amount_minor: int | None
    currency: str


class VendorsCodeView(Struct, frozen=True):
    """A vendor's code, as the provider knows it; what it asks for only the provider can say."""

    vendors_code: str


def enrolled(told: DeviceEnrolled, ledger_url: str) -> EnrolledView:
    """Show a browser what it was let in as."""
    return EnrolledView(
        device_id=told.device_id,
        key_id=told.key_id,
        payer_id=told.payer.payer_id,
        currency=told.payer.currency,
        code_secret=told.code_secret,
        ledger_url=ledger_url,
    )


def code(verified: SignedCode) -> CodeView:
    """Show what a code asks for."""
    if isinstance(verified, StickerCode):
        return CodeView(verified.merchant_id, None, None, verified.currency.code)
    return CodeView(
        merchant_id=verified.merchant_id,
        payment_id=payment_id_of(verified.request_id),
        amount_minor=verified.amount.minor_units,
        currency=verified.amount.currency.code,
    )


def answered(answer: SignedAnswer) -> AnswerView:
    """Show what the provider answered."""
    return AnswerView(answer.status, answer.headers, answer.body)


def options(asked: Mapping[str, object]) -> object:
    """Spell the options for a passkey as JSON, bytes as base64url without padding."""
    return _plain(asked)


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return b64url(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
